//! Exchange of a partner's units and points, by the published rate and rounding.

use domain::points::EntryKind;
use domain::points::exchange::{Exchanged, Rate};
use domain::points::rule::{MOST_POINTS, Rounding};
use store::Connection;
use store::partner::ExchangeRow;
use store::partner_request::RequestKind;

use super::customer::customer;
use super::request::{Asked, Done, Moved, Order, RequestError, give, in_range, take};

/// In which direction units and points go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Units are given for points.
    In,
    /// Points are given for units.
    Out,
}

/// The rounding of points that a customer pays: the other way than that of points that a customer gets, so that the
/// same side has the part of a point, whichever way they go.
fn mirrored(rounding: Rounding) -> Rounding {
    match rounding {
        Rounding::Floor => Rounding::Ceiling,
        Rounding::HalfUp => Rounding::HalfUp,
        Rounding::Ceiling => Rounding::Floor,
    }
}

/// The points of so many units after what was exchanged before; nothing when there are too many to be moved.
fn points_of(terms: &ExchangeRow, direction: Direction, before: Exchanged, units: i64) -> Option<i64> {
    let rate = Rate::new(terms.points, terms.units).ok()?;
    let rounding = match direction {
        Direction::In => terms.rounding,
        Direction::Out => mirrored(terms.rounding),
    };
    rate.convert_further(before, units, rounding).filter(|points| *points <= MOST_POINTS)
}

/// Exchanges units of the partner at the agreed rate. All that a customer exchanged in this direction at this rate is
/// rounded together, so that nobody gains by exchanging in parts; it may come to no points this time.
pub fn exchange<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    direction: Direction,
    order: Order<'_>,
) -> Result<Done, RequestError> {
    let terms = asked.partner.terms.exchange.ok_or(RequestError::NoExchange)?;
    let units = in_range(order.amount)?;
    let customer = customer(connection, order.customer_id)?;
    let (kind, entry) = match direction {
        Direction::In => (RequestKind::ExchangeIn, EntryKind::ExchangeIn),
        Direction::Out => (RequestKind::ExchangeOut, EntryKind::ExchangeOut),
    };
    let of = (asked.partner.partner_ref, customer.customer_ref);
    let before = store::partner_request::exchanged(connection, of, kind, &terms)?;
    let points = points_of(&terms, direction, before, units).ok_or(RequestError::TooManyPoints)?;
    let exchanged = Some((units, terms));
    let moved = Moved { kind, entry, points, exchanged, reference: order.reference };
    match direction {
        Direction::In => give(connection, asked, &customer, moved),
        Direction::Out => take(connection, asked, &customer, moved),
    }
}
