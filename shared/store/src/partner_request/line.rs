//! Requests as settlements count and list them.

use super::RequestKind;
use crate::{Connection, StoreError};

/// What a settlement counts of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindTotal {
    /// The kind.
    pub kind: RequestKind,
    /// Requests.
    pub requests: u64,
    /// Their points.
    pub points: i64,
    /// Their units; zero where there are none.
    pub units: i64,
}

/// Totals of a partner's requests by kind from a day to another, those that move points alone.
pub fn totals<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    (from, to): (i32, i32),
) -> Result<Vec<KindTotal>, StoreError> {
    connection
        .execute(
            "select kind, count(*), sum(points), sum(coalesce(units, 0)) from partner_request
             where partner_ref = ?1 and on_day between ?2 and ?3 and kind not in ('reserve', 'void', 'confirm', 'refuse')
             group by kind order by kind",
            &[partner_ref.into(), from.into(), to.into()],
        )?
        .read("partner_request.totals", |row| {
            Ok(KindTotal {
                kind: row.named(&RequestKind::NAMES)?,
                requests: row.narrow()?,
                points: row.integer()?,
                units: row.integer()?,
            })
        })
}

/// The business day of a partner's first request.
pub fn first_day<C: Connection>(connection: &mut C, partner_ref: u32) -> Result<Option<i32>, StoreError> {
    connection
        .execute(
            "select on_day from partner_request where partner_ref = ?1 order by on_day limit 1",
            &[partner_ref.into()],
        )?
        .read_first("partner_request.first_day", |row| row.narrow())
}

/// A request as a settlement lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRow {
    /// Its number.
    pub partner_request_ref: i64,
    /// What the partner knows it by.
    pub webhook_id: String,
    /// What was asked.
    pub kind: RequestKind,
    /// For whom.
    pub customer_id: String,
    /// Points that moved.
    pub points: i64,
    /// The partner's units, of an exchange.
    pub units: Option<i64>,
    /// The partner's own words for it.
    pub reference: Option<String>,
    /// The business day.
    pub on_day: i32,
}

/// Requests that moved points up to the day `to`, by day and number, after the place `after` (day, number), at most
/// `limit`.
pub fn lines<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    (after_day, after_number): (i32, i64),
    to: i32,
    limit: u32,
) -> Result<Vec<LineRow>, StoreError> {
    connection
        .execute(
            "select partner_request_ref, webhook_id, kind, customer_id, points, units, reference, on_day
             from partner_request join customer on customer.customer_ref = partner_request.customer_ref
             where partner_ref = ?1 and (on_day, partner_request_ref) > (?2, ?3) and on_day <= ?4
               and kind not in ('reserve', 'void', 'confirm', 'refuse')
             order by on_day, partner_request_ref limit ?5",
            &[partner_ref.into(), after_day.into(), after_number.into(), to.into(), limit.into()],
        )?
        .read("partner_request.lines", |row| {
            Ok(LineRow {
                partner_request_ref: row.integer()?,
                webhook_id: row.text()?,
                kind: row.named(&RequestKind::NAMES)?,
                customer_id: row.text()?,
                points: row.integer()?,
                units: row.integer_or_null()?,
                reference: row.text_or_null()?,
                on_day: row.narrow()?,
            })
        })
}
