//! Merges: two customers turn out to be one. All that one has goes to the other, and comes back when that was wrong.

use domain::date::Day;
use domain::points::{Cause, Dimension, EntryKind, Lot, LotState, NewLot, ReturnPolicy};
use store::points_account::{self, AccountRow};
use store::points_transfer::{self, TransferKind};
use store::{Connection, StoreError};

use super::transfer::{Transferred, hand_over, new_row};
use super::{Book, Moment, Status, Wallet, debt};

/// Why accounts were not merged, or not taken apart. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MergeRefusal {
    /// Both are the same customer.
    #[error("an account is merged into another customer's")]
    ToOneself,
    /// One of the accounts is blocked.
    #[error("one of the accounts is blocked")]
    Blocked,
    /// One of the accounts was merged.
    #[error("one of the accounts was merged into another")]
    Merged,
    /// A reservation holds points that would move.
    #[error("an open reservation holds points")]
    Held,
    /// There is no such merge.
    #[error("the merge is not known")]
    Unknown,
    /// The merge was taken back.
    #[error("the merge was taken back before")]
    Undone,
    /// The account that got the points was merged itself.
    #[error("the account that got the points was merged later; take that back first")]
    MergedOn,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Merges an account into another one: its own lots that have not ended, pending ones too, and its debt. What moved and
/// can be spent pays off what is owed now, first what ends first. It leaves its pool. Call it inside a transaction.
pub fn merge<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (from, into): (u32, u32),
    reason: &str,
) -> Result<Transferred, MergeRefusal> {
    if from == into {
        return Err(MergeRefusal::ToOneself);
    }
    let wallet = Wallet::load(connection, from, moment.now_ms)?;
    let receiver = points_account::of_customer(connection, into)?;
    for status in [wallet.status, Status::of(&receiver)?] {
        match status {
            Status::Open => {}
            Status::Blocked => return Err(MergeRefusal::Blocked),
            Status::Merged { .. } => return Err(MergeRefusal::Merged),
        }
    }
    let lots = movable(wallet.own_lots().copied(), moment.today)?;
    if points_transfer::has_open_reservation(connection, from, moment.now_ms)? {
        return Err(MergeRefusal::Held);
    }
    let points = lots.iter().map(|lot| lot.left).sum();
    let mut row = new_row(moment, TransferKind::Merge, (from, into), points, Some(reason));
    row.points_transfer_ref = points_transfer::add(connection, &row)?;
    let cause = Cause::Transfer(row.points_transfer_ref);
    let mut book = Book::open(connection, moment)?;
    let mut lots = hand_over_all(&mut book, moment.today, &lots, into, cause);
    move_debt(&mut book, moment.today, (from, into), (wallet.debt, wallet.dimension()), cause);
    debt::pay_from(&mut book, &mut lots, receiver.debt + wallet.debt, cause, moment.today);
    book.save(connection)?;
    let account = points_account::of_customer(connection, from)?;
    let merged = AccountRow {
        state: points_account::MERGED,
        merged_into_ref: Some(into),
        points_pool_ref: None,
        reason: Some(reason.to_owned()),
        ..account
    };
    points_account::put(connection, &[merged])?;
    Ok(Transferred { row, lots })
}

/// Takes a merge back: what is left of the lots that it moved, and of the debt, returns to the account, which is open
/// again; also what later merges moved on and brought back. What was earned since stays. Call it inside a transaction.
pub fn undo<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<Transferred, MergeRefusal> {
    let found = points_transfer::by_ref(connection, number)?;
    let mut row = found.filter(|row| row.kind == TransferKind::Merge).ok_or(MergeRefusal::Unknown)?;
    if row.undone_at.is_some() {
        return Err(MergeRefusal::Undone);
    }
    let holder = Wallet::load(connection, row.to_ref, moment.now_ms)?;
    match holder.status {
        Status::Open => {}
        Status::Blocked => return Err(MergeRefusal::Blocked),
        Status::Merged { .. } => return Err(MergeRefusal::MergedOn),
    }
    let numbers = points_transfer::lots_now(connection, number, row.to_ref)?;
    let lots = store::points_lot::by_refs(connection, &numbers, moment.now_ms)?;
    let lots = movable(lots.into_iter(), moment.today)?;
    let debt = points_transfer::debt(connection, number, row.to_ref)?.min(holder.debt);
    let cause = Cause::Transfer(number);
    let mut book = Book::open(connection, moment)?;
    let lots = hand_over_all(&mut book, moment.today, &lots, row.from_ref, cause);
    move_debt(&mut book, moment.today, (row.to_ref, row.from_ref), (debt, holder.dimension()), cause);
    book.save(connection)?;
    let account = points_account::of_customer(connection, row.from_ref)?;
    let open = AccountRow { state: points_account::OPEN, merged_into_ref: None, reason: None, ..account };
    points_account::put(connection, &[open])?;
    points_transfer::undo(connection, number, moment.person, moment.now_ms)?;
    (row.undone_by, row.undone_at) = (Some(moment.person.to_owned()), Some(moment.now_ms));
    Ok(Transferred { row, lots })
}

/// Lots of which something is left and that have not ended; none of them may be held.
fn movable(lots: impl Iterator<Item = Lot>, today: Day) -> Result<Vec<Lot>, MergeRefusal> {
    let lots: Vec<Lot> = lots.filter(|lot| lot.left > 0 && lot.state(today) != LotState::Expired).collect();
    if lots.iter().any(|lot| lot.held > 0) { Err(MergeRefusal::Held) } else { Ok(lots) }
}

fn hand_over_all(book: &mut Book, today: Day, lots: &[Lot], to: u32, cause: Cause) -> Vec<Lot> {
    lots.iter().map(|lot| hand_over(book, today, (lot, lot.left), to, cause)).collect()
}

/// Moves debt from one customer to another. The ledger knows debt only as what points pay off: the first customer gets
/// points that pay it off at once, and the second owes as many.
fn move_debt(
    book: &mut Book,
    today: Day,
    (from, to): (u32, u32),
    (points, dimension): (i64, Dimension),
    cause: Cause,
) {
    if points == 0 {
        return;
    }
    let paying = NewLot {
        customer_ref: from,
        points,
        earned_on: today,
        available_on: today,
        expires_on: None,
        inactivity_months: None,
        dimension,
        return_policy: ReturnPolicy::WithinBalance,
        points_rule_ref: None,
        points_event_ref: None,
        origin_lot_ref: None,
    };
    let paying = book.issue(paying, EntryKind::DebtMoved, today, cause);
    book.take(&paying, points, EntryKind::Repay, today, cause);
    book.owe(to, points, dimension, today, cause);
}
