//! What a reward costs: today, and for a customer whose points are older than the price.

use std::cmp::Reverse;

use domain::date::Day;
use domain::points::Lot;
use store::StoreError;
use store::reward::PriceRow;

use crate::points::Wallet;

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

/// True when the lot was there before the price of that version.
fn is_older(lot: &Lot, raise: &PriceRow) -> bool {
    let earned_on = lot.issued.earned_on.number();
    earned_on < raise.from_on || (earned_on == raise.created_on && lot.points_lot_ref <= raise.last_lot_ref)
}

/// The version whose price a customer pays for so many pieces, with the wallet cut down to the lots that may pay it.
///
/// Points keep what they could buy: where lots that are older than a higher price suffice for the price before it, that
/// price stands, and those lots alone pay. Of several such prices the lowest one stands.
pub(super) fn price_for(
    prices: &[PriceRow],
    wallet: &mut Wallet,
    pieces: i64,
    today: Day,
) -> Result<PriceRow, StoreError> {
    let now = price_now(prices, today)?;
    let counted = in_force(prices, today);
    let points = |place: &usize| counted[*place].price.points;
    let mut cheaper: Vec<usize> =
        (0..counted.len()).filter(|place| points(place) < now.price.points).collect();
    cheaper.sort_by_key(|place| (points(place), Reverse(*place)));
    for place in cheaper {
        let before = counted[place];
        let is_dearer = |later: &&PriceRow| later.price.points > before.price.points;
        let Some(raise) = counted[place + 1..].iter().find(is_dearer) else { continue };
        let older = wallet.lots.iter().filter(|lot| is_older(lot, raise));
        let spendable: i64 = older.map(|lot| lot.spendable(today)).sum();
        if spendable >= before.price.points.saturating_mul(pieces) {
            wallet.lots.retain(|lot| is_older(lot, raise));
            return Ok(before);
        }
    }
    Ok(now)
}

#[cfg(test)]
mod tests;
