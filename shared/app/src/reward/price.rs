//! What a reward costs: today, and for a customer whose points were earned while it cost less.

use std::cmp::Reverse;

use domain::date::Day;
use domain::points::Lot;
use store::StoreError;
use store::reward::{Price, PriceRow};

use crate::points::{Wallet, debt};

/// Versions whose price was ever in force, the one of today last. A version that was replaced before its price came
/// into force never counted.
fn in_force(prices: &[PriceRow], today: Day) -> Vec<PriceRow> {
    let until = |place: usize| prices.get(place + 1).map_or(today.number(), |next| next.created_on);
    let counted = prices.iter().enumerate().filter(|(place, row)| row.from_on <= until(*place));
    counted.map(|(_, row)| *row).collect()
}

/// The version whose price is in force today.
pub(super) fn price_now(prices: &[PriceRow], today: Day) -> Result<PriceRow, StoreError> {
    let damaged = || StoreError::Damaged("a reward has no price".to_owned());
    in_force(prices, today).pop().ok_or_else(damaged)
}

/// What so many pieces cost; nothing when that is more than there are numbers.
pub(super) fn of_pieces(price: Price, pieces: i64) -> Option<Price> {
    let cash = match price.cash {
        Some(cash) => Some(cash.checked_mul(pieces)?),
        None => None,
    };
    Some(Price { points: price.points.checked_mul(pieces)?, cash })
}

/// Where a new price asks for more than the one before, points or money; nothing when it asks for more of neither.
pub(super) fn dearer_part(new: Price, before: Price) -> Option<&'static str> {
    if new.points > before.points {
        Some("/price/points")
    } else if new.cash.unwrap_or(0) > before.cash.unwrap_or(0) {
        Some("/price/cash")
    } else {
        None
    }
}

/// True when a lot was earned after a version's price came into force; of the day on which the version was written,
/// when it was issued after it.
fn is_later(lot: &Lot, row: &PriceRow) -> bool {
    let earned_on = lot.issued.earned_on.number();
    let was_there = earned_on == row.created_on && lot.points_lot_ref <= row.last_lot_ref;
    earned_on >= row.from_on && !was_there
}

/// The price that was in force when a lot was earned; none before the reward had its first.
fn earned_under(counted: &[PriceRow], lot: &Lot) -> Option<Price> {
    counted.iter().rev().find(|row| is_later(lot, row)).map(|row| row.price)
}

/// The version whose price a customer pays for so many pieces; the wallet then says which lots may pay it.
///
/// Points keep what they could buy when they were earned. An earlier price that asks for more than today's neither in
/// points nor in money, and for less in one of them, stands where lots that were earned under it, or under one that
/// asks for more than it in neither, suffice for it beside what pays off debt; those lots alone pay. Of several such
/// prices the one with the fewest points stands, then the one with the least money. A price protects no lot that was
/// earned before it was in force: one that stood by mistake binds the bank only to what was earned meanwhile.
pub(super) fn price_for(
    prices: &[PriceRow],
    wallet: &mut Wallet,
    pieces: i64,
    today: Day,
) -> Result<PriceRow, StoreError> {
    let now = price_now(prices, today)?;
    let counted = in_force(prices, today);
    let is_lower = |row: &&PriceRow| row.price != now.price && dearer_part(row.price, now.price).is_none();
    let mut lower: Vec<PriceRow> = counted.iter().filter(is_lower).copied().collect();
    lower.sort_by_key(|row| (row.price.points, row.price.cash, Reverse(row.version)));
    let lots = debt::lots_after(wallet, today);
    for row in lower {
        let Some(asked) = of_pieces(row.price, pieces) else { continue };
        let may_pay = |lot: &Lot| {
            earned_under(&counted, lot).is_some_and(|price| dearer_part(price, row.price).is_none())
        };
        let paying: Vec<&Lot> = lots.iter().filter(|lot| may_pay(lot)).collect();
        let spendable = paying.iter().fold(0_i64, |sum, lot| sum.saturating_add(lot.spendable(today)));
        if spendable >= asked.points {
            wallet.paying = Some(paying.iter().map(|lot| lot.points_lot_ref).collect());
            return Ok(row);
        }
    }
    Ok(now)
}

#[cfg(test)]
mod tests;
