//! How much a partner may move: in a request, in a customer's day, in a month, and of its budget.

use store::partner_request::{Held, UseKey, add_use, held};
use store::{Connection, StoreError};

use super::request::Asked;

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

/// What a partner does with points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It gives them.
    Given,
    /// It takes them.
    Taken,
    /// It holds them, and may take them later.
    Held,
}

/// Counts points that a partner gives or takes; each direction has the whole limit. What is held counts while it is, so
/// that there is room for it when it is taken. What exceeds a limit fails, and the caller's transaction takes back what
/// was counted.
pub(super) fn use_up<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer_ref: u32,
    points: i64,
    way: Use,
) -> Result<(), LimitRefusal> {
    let exceeds = |used: i64, limit: Option<i64>| limit.is_some_and(|limit| used > limit);
    let (partner_ref, terms) = (asked.partner.partner_ref, &asked.partner.terms);
    if exceeds(points, terms.limit_request) {
        return Err(LimitRefusal::Request);
    }
    let is_given = way == Use::Given;
    let is_limited = terms.limit_customer_day.is_some() || terms.limit_month.is_some();
    let held = if is_limited && !is_given {
        held(connection, (partner_ref, customer_ref), asked.moment.now_ms)?
    } else {
        Held::default()
    };
    let (counted, to_hold) = if way == Use::Held { (0, points) } else { (points, 0) };
    let (of_day, of_month) = count(connection, asked, customer_ref, counted, is_given)?;
    if exceeds(of_day + held.of_customer + to_hold, terms.limit_customer_day) {
        return Err(LimitRefusal::CustomerDay);
    }
    if exceeds(of_month + held.of_all + to_hold, terms.limit_month) {
        return Err(LimitRefusal::Month);
    }
    if is_given && !store::partner::use_budget(connection, partner_ref, points)? {
        return Err(LimitRefusal::Budget);
    }
    Ok(())
}

/// Counts points that were held and are taken now. They had their room when they were held: no limit refuses them.
pub(super) fn count_posted<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer_ref: u32,
    points: i64,
) -> Result<(), StoreError> {
    count(connection, asked, customer_ref, points, false).map(drop)
}

/// Adds points to those of the customer's day and of the month, and returns both sums.
fn count<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer_ref: u32,
    points: i64,
    is_given: bool,
) -> Result<(i64, i64), StoreError> {
    let (partner_ref, today) = (asked.partner.partner_ref, asked.moment.today);
    let of_day = UseKey { partner_ref, customer_ref: Some(customer_ref), period: today.number(), is_given };
    let of_month = UseKey { partner_ref, customer_ref: None, period: today.month().number(), is_given };
    Ok((add_use(connection, of_day, points)?, add_use(connection, of_month, points)?))
}
