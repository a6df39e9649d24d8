//! Debt is paid off as soon as there are points that can be spent.
//!
//! What can be spent when it is issued pays at once. What was pending or held pays later: nobody spends or reserves
//! before it is set aside, and the job of the night books it.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::{Cause, EntryKind, Lot, Taking, lot};
use store::{Connection, StoreError};

use super::{Book, Moment, Wallet, clock};

/// What of a wallet pays off debt, the customer's and that of the pool's other members: of each their own points that
/// can be spent, in the order of spending.
pub fn due(wallet: &Wallet, today: Day) -> Vec<Taking> {
    let others = wallet.others_debts.iter().map(|(owner, debt)| (*owner, *debt));
    let debts = others.chain([(wallet.customer_ref, wallet.debt)]).filter(|(_, debt)| *debt > 0);
    let of_owner = |(owner, debt): (u32, i64)| {
        let own = |lot: &Lot| if lot.issued.customer_ref == owner { lot.spendable(today) } else { 0 };
        lot::take(&wallet.lots, debt, own)
    };
    debts.flat_map(of_owner).collect()
}

/// The lots of a wallet, in their places, without what pays off debt of their owners.
pub fn lots_after(wallet: &Wallet, today: Day) -> Vec<Lot> {
    let mut lots = wallet.lots.clone();
    due(wallet, today).into_iter().for_each(|taking| lots[taking.place].left -= taking.points);
    lots
}

/// Books what of a wallet pays off debt of its owners. The wallet stays as it is: load it again before it is paid of
/// once more.
pub fn pay(book: &mut Book, wallet: &Wallet, cause: Cause, today: Day) {
    enter(book, &wallet.lots, due(wallet, today), cause, today);
}

/// Pays off a debt from lots of its owner that can be spent, in the order of spending.
pub(super) fn pay_from(book: &mut Book, lots: &mut [Lot], debt: i64, cause: Cause, today: Day) {
    let takings = lot::take(lots, debt, |lot| lot.spendable(today));
    enter(book, lots, takings.iter().copied(), cause, today);
    takings.iter().for_each(|taking| lots[taking.place].left -= taking.points);
}

fn enter(book: &mut Book, lots: &[Lot], takings: impl IntoIterator<Item = Taking>, cause: Cause, today: Day) {
    for taking in takings {
        book.take(&lots[taking.place], taking.points, EntryKind::Repay, today, cause);
    }
}

/// Pays off what up to `page` customers owe, as far as they have points that can be spent by today, and says how many
/// they were; fewer than a page: nobody is left. Call it inside a transaction, with no book open.
pub fn pay_due<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    cause: Cause,
    page: u32,
) -> Result<u64, StoreError> {
    let now_ms = clock::instant(connection, moment.now_ms)?;
    let debts = store::points_account::owing(connection, moment.today.number(), now_ms, page)?;
    let debts: BTreeMap<u32, i64> = debts.into_iter().collect();
    if debts.is_empty() {
        return Ok(0);
    }
    let customers: Vec<u32> = debts.keys().copied().collect();
    let mut lots = store::points_lot::open(connection, &customers, now_ms)?;
    let mut book = Book::open(connection, moment)?;
    for own in lots.chunk_by_mut(|one, next| one.issued.customer_ref == next.issued.customer_ref) {
        let debt = own.first().and_then(|lot| debts.get(&lot.issued.customer_ref)).copied();
        pay_from(&mut book, own, debt.unwrap_or(0), cause, moment.today);
    }
    book.save(connection)?;
    Ok(debts.len() as u64)
}
