//! How much a partner may move: in a request, in a customer's day, in a month, and of its budget.

use domain::date::Day;
use store::partner::PartnerRow;
use store::partner_request::{UseKey, add_use};
use store::{Connection, StoreError};

/// A limit that leaves no room.
#[derive(Debug, thiserror::Error)]
pub enum LimitRefusal {
    /// That of one request.
    #[error("the partner's limit of a request is exceeded")]
    Request,
    /// That of a customer's day.
    #[error("the partner's limit of a customer's day is exceeded")]
    CustomerDay,
    /// That of a month.
    #[error("the partner's limit of a month is exceeded")]
    Month,
    /// The partner's budget has less left.
    #[error("the partner's budget has less left")]
    Budget,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Counts points that a partner gives (`is_given`) or takes; each direction has the whole limit. What exceeds one fails,
/// and the caller's transaction takes back what was counted.
pub(super) fn use_up<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    customer_ref: u32,
    points: i64,
    is_given: bool,
    today: Day,
) -> Result<(), LimitRefusal> {
    let exceeds = |used: i64, limit: Option<i64>| limit.is_some_and(|limit| used > limit);
    let terms = &partner.terms;
    if exceeds(points, terms.limit_request) {
        return Err(LimitRefusal::Request);
    }
    let partner_ref = partner.partner_ref;
    let of_day = UseKey { partner_ref, customer_ref: Some(customer_ref), period: today.number(), is_given };
    if exceeds(add_use(connection, of_day, points)?, terms.limit_customer_day) {
        return Err(LimitRefusal::CustomerDay);
    }
    let of_month = UseKey { partner_ref, customer_ref: None, period: today.month().number(), is_given };
    if exceeds(add_use(connection, of_month, points)?, terms.limit_month) {
        return Err(LimitRefusal::Month);
    }
    if is_given && !store::partner::use_budget(connection, partner_ref, points)? {
        return Err(LimitRefusal::Budget);
    }
    Ok(())
}
