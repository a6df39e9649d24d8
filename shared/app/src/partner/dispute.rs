//! Disputes: what both sides see differently of a settled month, and how it ended.

use domain::date::Month;
use domain::points::rule::MOST_POINTS;
use store::partner::PartnerRow;
use store::partner_settlement::{DisputeRow, SettlementState};
use store::{Connection, StoreError};

/// Why a dispute was not opened, shown or resolved.
#[derive(Debug, thiserror::Error)]
pub enum DisputeError {
    /// The partner has no dispute of this number.
    #[error("the dispute is not known")]
    Unknown,
    /// The month was not settled.
    #[error("the partner's month was not settled")]
    UnknownSettlement,
    /// One about the same request is open.
    #[error("a dispute about this request of the month is open")]
    AlreadyOpen,
    /// It was resolved before.
    #[error("the dispute was resolved before")]
    Resolved,
    /// The month is paid.
    #[error("the month is paid; settle the points by an adjustment of a later one")]
    Paid,
    /// The adjustment is too large.
    #[error("points from -1000000000000 to 1000000000000")]
    Adjustment,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a dispute about a request of a settled month, which is open with it unless it is paid. Call it inside a
/// transaction.
pub fn open<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    month: Month,
    (reference, reason): (&str, &str),
    person: &str,
    now_ms: i64,
) -> Result<DisputeRow, DisputeError> {
    let key = (partner.partner_ref, month.number());
    if store::partner_settlement::of_month(connection, key.0, key.1)?.is_none() {
        return Err(DisputeError::UnknownSettlement);
    }
    let number =
        store::partner_settlement::add_dispute(connection, key, (reference, reason), person, now_ms)?
            .ok_or(DisputeError::AlreadyOpen)?;
    store::partner_settlement::reopen(connection, key)?;
    dispute(connection, partner, number)
}

/// The partner's dispute of a number.
pub fn dispute<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    number: i64,
) -> Result<DisputeRow, DisputeError> {
    store::partner_settlement::dispute(connection, partner.partner_ref, number)?.ok_or(DisputeError::Unknown)
}

/// Disputes of a partner after a number, by number.
pub fn disputes<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    after: i64,
    limit: u32,
) -> Result<Vec<DisputeRow>, DisputeError> {
    Ok(store::partner_settlement::disputes(connection, partner.partner_ref, after, limit)?)
}

/// Resolves a dispute, with points that the partner is owed on top of the month, or owes (below zero). Call it inside a
/// transaction.
pub fn resolve<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    number: i64,
    (resolution, adjustment): (&str, i64),
    person: &str,
    now_ms: i64,
) -> Result<DisputeRow, DisputeError> {
    let found = dispute(connection, partner, number)?;
    if !found.is_open {
        return Err(DisputeError::Resolved);
    }
    if !(-MOST_POINTS..=MOST_POINTS).contains(&adjustment) {
        return Err(DisputeError::Adjustment);
    }
    let settled = store::partner_settlement::of_month(connection, partner.partner_ref, found.month)?;
    if adjustment != 0 && settled.is_some_and(|row| row.state == SettlementState::Paid) {
        return Err(DisputeError::Paid);
    }
    let end = (resolution, adjustment);
    store::partner_settlement::resolve_dispute(connection, number, end, person, now_ms)?;
    dispute(connection, partner, number)
}
