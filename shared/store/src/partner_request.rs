//! What partners asked for, each request once, and how much of their limits they used.

use domain::points::{Cause, EntryKind};

use crate::{Connection, Row, StoreError, Value};

mod limit;
mod line;

pub use limit::{UseKey, add_use};
pub use line::{KindTotal, LineRow, lines, totals};

/// What a partner may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKind {
    /// Gives points.
    Earn,
    /// Takes points; a reservation that is posted too.
    Burn,
    /// Gives points for the partner's units.
    ExchangeIn,
    /// Takes points for the partner's units.
    ExchangeOut,
    /// Cancels a burn.
    GiveBack,
    /// Holds points.
    Reserve,
    /// Lets held points go.
    Void,
}

impl RequestKind {
    /// Every kind with its name.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("earn", Self::Earn),
        ("burn", Self::Burn),
        ("exchange_in", Self::ExchangeIn),
        ("exchange_out", Self::ExchangeOut),
        ("give_back", Self::GiveBack),
        ("reserve", Self::Reserve),
        ("void", Self::Void),
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A request about to be kept.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    /// Whose.
    pub partner_ref: u32,
    /// What the partner knows it by.
    pub webhook_id: &'a str,
    /// SHA-256 of what was asked.
    pub payload_hash: &'a [u8; 32],
    /// What was asked.
    pub kind: RequestKind,
    /// For whom.
    pub customer_ref: u32,
    /// Points that moved, or were held.
    pub points: i64,
    /// The partner's units, of an exchange.
    pub units: Option<i64>,
    /// The partner's own words for it.
    pub reference: Option<&'a str>,
    /// The request that it cancels, posts or voids.
    pub of_ref: Option<i64>,
    /// The business day that it is settled in.
    pub on_day: i32,
    /// When, in milliseconds.
    pub received_at: i64,
}

/// A request that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Its number.
    pub partner_request_ref: i64,
    /// SHA-256 of what was asked.
    pub payload_hash: Vec<u8>,
    /// What was asked.
    pub kind: RequestKind,
    /// For whom.
    pub customer_ref: u32,
    /// Points that moved, or were held.
    pub points: i64,
    /// What was answered.
    pub answer: String,
}

const VIEW: &str =
    "select partner_request_ref, payload_hash, kind, customer_ref, points, answer from partner_request";

fn view(row: &mut Row<'_>) -> Result<RequestRow, StoreError> {
    Ok(RequestRow {
        partner_request_ref: row.integer()?,
        payload_hash: row.blob()?,
        kind: row.named(&RequestKind::NAMES)?,
        customer_ref: row.narrow()?,
        points: row.integer()?,
        answer: row.text()?,
    })
}

/// The partner's request of an id.
pub fn find<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    webhook_id: &str,
) -> Result<Option<RequestRow>, StoreError> {
    let sql = format!("{VIEW} where partner_ref = ?1 and webhook_id = ?2");
    connection
        .execute(&sql, &[partner_ref.into(), webhook_id.into()])?
        .read_first("partner_request.find", view)
}

/// The partner's request of a number.
pub fn by_ref<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    partner_request_ref: i64,
) -> Result<Option<RequestRow>, StoreError> {
    let sql = format!("{VIEW} where partner_request_ref = ?1 and partner_ref = ?2");
    connection
        .execute(&sql, &[partner_request_ref.into(), partner_ref.into()])?
        .read_first("partner_request.by_ref", view)
}

/// True when a burn was cancelled.
pub fn is_cancelled<C: Connection>(connection: &mut C, partner_request_ref: i64) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from partner_request where of_ref = ?1 and kind = 'give_back')",
            &[partner_request_ref.into()],
        )?
        .read_one("partner_request.is_cancelled", |row| row.flag())
}

/// Keeps a request and returns its number; its answer follows in the same transaction.
pub fn add<C: Connection>(connection: &mut C, new: &NewRequest<'_>) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into partner_request (partner_ref, webhook_id, payload_hash, kind, customer_ref, points, units,
               reference, of_ref, on_day, received_at, answer)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '') returning partner_request_ref",
            &[
                new.partner_ref.into(),
                new.webhook_id.into(),
                new.payload_hash.to_vec().into(),
                new.kind.name().into(),
                new.customer_ref.into(),
                new.points.into(),
                new.units.into(),
                new.reference.into(),
                new.of_ref.into(),
                new.on_day.into(),
                new.received_at.into(),
            ],
        )?
        .read_one("partner_request.add", |row| row.integer())
}

/// Keeps what a request was answered.
pub fn answer<C: Connection>(
    connection: &mut C,
    partner_request_ref: i64,
    answer: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "update partner_request set answer = ?2 where partner_request_ref = ?1",
        &[partner_request_ref.into(), answer.into()],
    )?;
    Ok(())
}

/// What a request took from lots, as (number of the lot, points, the lot's terms), by the lot's number.
pub fn taken<C: Connection>(
    connection: &mut C,
    partner_request_ref: i64,
    kind: EntryKind,
) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    let (cause, cause_ref) = Cause::PartnerRequest(partner_request_ref).numbers();
    connection
        .execute(
            "select points_lot.points_lot_ref, sum(points_entry.points), terms from points_entry
             join points_lot on points_lot.points_lot_ref = points_entry.points_lot_ref
             where cause = ?1 and cause_ref = ?2 and cause > 1 and kind = ?3
             group by points_lot.points_lot_ref, terms order by points_lot.points_lot_ref",
            &[cause.into(), cause_ref.into(), Value::Integer(kind as i64)],
        )?
        .read("partner_request.taken", |row| Ok((row.integer()?, row.integer()?, row.integer()?)))
}
