//! What partners asked for, each request once, and how much of their limits they used.

use crate::partner::{ExchangeRow, rounding_name};
use crate::{Connection, Row, StoreError};

mod exchanged;
mod held;
mod limit;
mod line;
mod webhook;

pub use exchanged::exchanged;
pub use held::{Held, held, hold, let_go};
pub use limit::{UseKey, add_use};
pub use line::{KindTotal, LineRow, first_day, lines, totals};
pub use webhook::bind;

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
    /// Confirms a redemption.
    Confirm,
    /// Refuses a redemption.
    Refuse,
}

impl RequestKind {
    /// Every kind with its name.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("earn", Self::Earn),
        ("burn", Self::Burn),
        ("exchange_in", Self::ExchangeIn),
        ("exchange_out", Self::ExchangeOut),
        ("give_back", Self::GiveBack),
        ("reserve", Self::Reserve),
        ("void", Self::Void),
        ("confirm", Self::Confirm),
        ("refuse", Self::Refuse),
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
    /// What was asked.
    pub kind: RequestKind,
    /// For whom.
    pub customer_ref: u32,
    /// Points that moved, or were held.
    pub points: i64,
    /// The partner's units, of an exchange, and the rate that they were exchanged at.
    pub exchanged: Option<(i64, ExchangeRow)>,
    /// The partner's own words for it.
    pub reference: Option<&'a str>,
    /// The request that it cancels, posts or voids, or the redemption that it confirms or refuses.
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
    /// What was asked.
    pub kind: RequestKind,
    /// For whom.
    pub customer_ref: u32,
    /// Points that moved, or were held.
    pub points: i64,
    /// The business day.
    pub on_day: i32,
    /// What was answered.
    pub answer: String,
}

const VIEW: &str =
    "select partner_request_ref, kind, customer_ref, points, on_day, answer from partner_request";

fn view(row: &mut Row<'_>) -> Result<RequestRow, StoreError> {
    Ok(RequestRow {
        partner_request_ref: row.integer()?,
        kind: row.named(&RequestKind::NAMES)?,
        customer_ref: row.narrow()?,
        points: row.integer()?,
        on_day: row.narrow()?,
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
    let rate = new.exchanged.map(|(_, rate)| rate);
    connection
        .execute(
            "insert into partner_request (partner_ref, webhook_id, kind, customer_ref, points, units, rate_units,
               rate_points, rate_rounding, reference, of_ref, on_day, received_at, answer)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, '') returning partner_request_ref",
            &[
                new.partner_ref.into(),
                new.webhook_id.into(),
                new.kind.name().into(),
                new.customer_ref.into(),
                new.points.into(),
                new.exchanged.map(|(units, _)| units).into(),
                rate.map(|rate| rate.units).into(),
                rate.map(|rate| rate.points).into(),
                rate.map(|rate| rounding_name(rate.rounding)).into(),
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
