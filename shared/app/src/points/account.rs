//! A customer's points on a day, and the statement of a month.

use domain::date::{Day, Month};
use domain::points::{Balance, EntryKind, Lot, LotState};
use store::{Connection, StoreError};

use super::Wallet;

/// The points of a customer at the end of a day; of today and later ones with what open reservations hold now. Of past
/// days nothing is known of reservations and blocks, so what was there and not pending stands under `active`. Active,
/// pending, reserved and blocked points together are what the ledger owes the customer at the end of that day.
pub fn balance<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    as_of: Day,
    today: Day,
    now_ms: i64,
) -> Result<Balance, StoreError> {
    if as_of >= today {
        let mut wallet = Wallet::load(connection, customer_ref, now_ms)?;
        // A feed's clock may be ahead: what it tells of tomorrow is not there before.
        wallet.lots.retain(|lot| lot.issued.earned_on <= as_of);
        return Ok(wallet.balance(as_of));
    }
    let left = store::points_report::left_of_lots(connection, customer_ref, as_of.number())?;
    let numbers: Vec<i64> = left.iter().map(|(lot, _)| *lot).collect();
    let mut lots = store::points_lot::by_refs(connection, &numbers, now_ms)?;
    for lot in &mut lots {
        let then = left.binary_search_by_key(&lot.points_lot_ref, |(number, _)| *number);
        *lot = as_it_was(*lot, then.map_or(0, |place| left[place].1), as_of);
    }
    let debt: i64 =
        store::points_report::kinds_of_customer(connection, customer_ref, (as_of.number(), as_of.number()))?
            .into_iter()
            .map(|(kind, before, on)| debt_sign(kind) * (before + on))
            .sum();
    Ok(domain::points::lot::balance(&lots, as_of, debt, false))
}

/// A lot at the end of a past day, when its entries left so many points of it. By its last day alone it may seem to
/// have ended: of that, only what no job has booked yet ended indeed. The rest was held over the last day, or the lot
/// ended later, by inactivity; it was there. What the last day of such a lot was on that day is not known any more.
fn as_it_was(lot: Lot, left: i64, as_of: Day) -> Lot {
    let mut was = Lot { left, held: 0, ..lot };
    let has_ended = lot.state(as_of) == LotState::Expired;
    if has_ended {
        was.left -= lot.free();
    }
    if has_ended || lot.issued.inactivity_months.is_some() {
        was.issued.expires_on = None;
    }
    was
}

fn debt_sign(kind: EntryKind) -> i64 {
    match kind {
        EntryKind::Owe => 1,
        EntryKind::Repay => -1,
        _ => 0,
    }
}

/// A month of a customer. `opening` and the lines that change the points add up to `closing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// First and last day; the month under way ends today.
    pub days: (Day, Day),
    /// Points, pending ones too, at the end of the day before.
    pub opening: i64,
    /// What was added (above zero) or taken (below) by kind, in the order of kinds; `owe` stands with what became debt,
    /// and changes no points.
    pub lines: Vec<(EntryKind, i64)>,
    /// Points at the end of the last day.
    pub closing: i64,
    /// Debt at the end of the day before.
    pub opening_debt: i64,
    /// Debt at the end of the last day.
    pub closing_debt: i64,
}

/// The statement of a month that has begun. What ended counts when it ended, booked or not.
pub fn statement<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    month: Month,
    today: Day,
    now_ms: i64,
) -> Result<Statement, StoreError> {
    let (from, to) = (month.first_day(), month.last_day().min(today));
    let sums =
        store::points_report::kinds_of_customer(connection, customer_ref, (from.number(), to.number()))?;
    let wallet = Wallet::load(connection, customer_ref, now_ms)?;
    let ended = |from: Day, to: Day| -> i64 {
        let gone =
            |lot: &&Lot| lot.issued.expires_on.is_some_and(|last| last.plus(1) >= from && last.plus(1) <= to);
        wallet.own_lots().filter(gone).map(Lot::free).sum()
    };
    let long_ago = Day::from_number(i32::MIN);
    let (mut opening, mut lines) = (-ended(long_ago, from.plus(-1)), Vec::new());
    let (mut opening_debt, mut closing_debt) = (0, 0);
    for (kind, before, within) in sums {
        opening += kind.sign() * before;
        opening_debt += debt_sign(kind) * before;
        closing_debt += debt_sign(kind) * (before + within);
        if within != 0 {
            lines.push((kind, if kind.sign() < 0 { -within } else { within }));
        }
    }
    let unbooked = ended(from, to);
    if unbooked > 0 {
        match lines.iter_mut().find(|(kind, _)| *kind == EntryKind::Expire) {
            Some((_, points)) => *points -= unbooked,
            None => lines.push((EntryKind::Expire, -unbooked)),
        }
        lines.sort_unstable_by_key(|(kind, _)| *kind);
    }
    let change: i64 = lines.iter().filter(|(kind, _)| kind.sign() != 0).map(|(_, points)| points).sum();
    Ok(Statement { days: (from, to), opening, lines, closing: opening + change, opening_debt, closing_debt })
}
