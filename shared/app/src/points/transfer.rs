//! Transfers of points from one customer to another.

use domain::date::Day;
use domain::points::{Cause, EntryKind, Lot, NewLot};
use store::points_transfer::{self, TransferKind, TransferRow};
use store::{Connection, StoreError};

use super::spend::{active_now, choose};
use super::{Book, Moment, SpendRefusal, Status, Wallet, debt};

/// Why points were not transferred. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TransferRefusal {
    /// Both are the same customer.
    #[error("points are transferred to another customer")]
    ToOneself,
    /// The receiver's account is blocked.
    #[error("the receiver's account is blocked")]
    ReceiverBlocked,
    /// The receiver's account was merged into another.
    #[error("the receiver's account was merged into another")]
    ReceiverMerged,
    /// The sender cannot spend so much.
    #[error(transparent)]
    Spend(#[from] SpendRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A move of points, and the lots that it issued, in the order in which they were spent from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transferred {
    /// The move.
    pub row: TransferRow,
    /// The receiver's lots; what is left of them is of now.
    pub lots: Vec<Lot>,
}

/// Transfers points that the sender can spend, own ones and none of the pool, in the order of spending. The receiver's
/// lots go on with the days, the rule and the origin of the sender's; they pay off the receiver's debt first. Call it
/// inside a transaction.
pub fn transfer<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (from, to): (u32, u32),
    points: i64,
    reason: Option<&str>,
) -> Result<Transferred, TransferRefusal> {
    if from == to {
        return Err(TransferRefusal::ToOneself);
    }
    let sender = Wallet::load(connection, from, moment.now_ms)?;
    let receiver = Wallet::load(connection, to, moment.now_ms)?;
    match receiver.status {
        Status::Open => {}
        Status::Blocked => return Err(TransferRefusal::ReceiverBlocked),
        Status::Merged { .. } => return Err(TransferRefusal::ReceiverMerged),
    }
    let sender = Wallet { lots: sender.own_lots().copied().collect(), ..sender };
    let takings = choose(&sender, points, moment.today)?;
    let mut row = new_row(moment, TransferKind::Transfer, (from, to), points, reason);
    row.points_transfer_ref = points_transfer::add(connection, &row)?;
    let cause = Cause::Transfer(row.points_transfer_ref);
    let mut book = Book::open(connection, moment)?;
    debt::pay(&mut book, &sender, cause, moment.today);
    let (mut owed, mut lots) = (receiver.debt, Vec::with_capacity(takings.len()));
    for taking in takings {
        let spent = (&sender.lots[taking.place], taking.points);
        let mut lot = hand_over(&mut book, moment.today, spent, to, cause);
        repay(&mut book, moment.today, &mut lot, &mut owed, cause);
        lots.push(lot);
    }
    book.save(connection)?;
    active_now(connection, &[(from, moment.today)], moment.today)?;
    Ok(Transferred { row, lots })
}

/// The move of a number; none of another kind.
pub fn find<C: Connection>(
    connection: &mut C,
    kind: TransferKind,
    number: i64,
    now_ms: i64,
) -> Result<Option<Transferred>, StoreError> {
    let found = points_transfer::by_ref(connection, number)?.filter(|row| row.kind == kind);
    let Some(row) = found else { return Ok(None) };
    let numbers = points_transfer::lots(connection, number, row.to_ref)?;
    let lots = store::points_lot::by_refs(connection, &numbers, now_ms)?;
    Ok(Some(Transferred { row, lots }))
}

/// A move that is about to be stored.
pub(super) fn new_row(
    moment: Moment<'_>,
    kind: TransferKind,
    (from_ref, to_ref): (u32, u32),
    points: i64,
    reason: Option<&str>,
) -> TransferRow {
    TransferRow {
        points_transfer_ref: 0,
        kind,
        from_ref,
        to_ref,
        points,
        reason: reason.map(str::to_owned),
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        undone_by: None,
        undone_at: None,
    }
}

/// Takes points from a lot and issues them to a customer as a lot that goes on where the first one was.
pub(super) fn hand_over(
    book: &mut Book,
    today: Day,
    (lot, points): (&Lot, i64),
    to: u32,
    cause: Cause,
) -> Lot {
    book.take(lot, points, EntryKind::TransferOut, today, cause);
    let next = NewLot { customer_ref: to, points, origin_lot_ref: Some(lot.points_lot_ref), ..lot.issued };
    book.issue(next, EntryKind::TransferIn, today, cause)
}

/// Pays off debt with a lot that was just issued, as far as either goes.
pub(super) fn repay(book: &mut Book, on: Day, lot: &mut Lot, debt: &mut i64, cause: Cause) {
    let points = lot.left.min(*debt);
    if points > 0 {
        book.take(lot, points, EntryKind::Repay, on, cause);
        lot.left -= points;
        *debt -= points;
    }
}
