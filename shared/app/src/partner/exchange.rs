//! What a partner's units are worth in points, by the published rate and rounding.

use domain::points::exchange::Rate;
use domain::points::rule::Rounding;
use store::partner::ExchangeRow;

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

/// The points of so many units; nothing when they come to none, or to more than can be counted.
pub fn points_of(terms: &ExchangeRow, direction: Direction, units: i64) -> Option<i64> {
    let rate = Rate::new(terms.points, terms.units).ok()?;
    let rounding = match direction {
        Direction::In => terms.rounding,
        Direction::Out => mirrored(terms.rounding),
    };
    rate.convert(units, rounding).filter(|points| *points > 0)
}
