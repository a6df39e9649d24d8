//! Giving back what was taken from lots, because what it was taken for is undone.

use std::collections::BTreeMap;

use domain::points::{Cause, EntryKind, LotState, NewLot};
use store::{Connection, StoreError};

use super::programme::programme;
use super::spend::follow_activity;
use super::{Book, Moment, Status, Wallet};

/// Merges that are followed, one after the other.
const MERGES: u32 = 16;

/// What is undone.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// What the points were taken for, and the kind of those entries.
    pub taken: (Cause, EntryKind),
    /// What gives the points back.
    pub cause: Cause,
    /// The kind of entries that give points back to their lot.
    pub give_back: EntryKind,
    /// The kind of entries that give them again, as a new lot.
    pub reinstate: EntryKind,
}

/// Gives points back to the lots that they were taken from. Where a lot has ended since, or its customer's points went
/// to another customer, the points are issued again, as a lot that says which one it continues. Call it inside a
/// transaction.
pub fn give_back<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    undone: Undone,
) -> Result<(), StoreError> {
    let (taken_for, kind) = undone.taken;
    let taken = store::redemption::paid_with(connection, taken_for.numbers(), kind as i64)?;
    let refs: Vec<i64> = taken.iter().map(|taken| taken.points_lot_ref).collect();
    let mut lots = store::points_lot::by_refs(connection, &refs, moment.now_ms)?;
    follow_activity(connection, &mut lots)?;
    let mut owners = BTreeMap::new();
    for lot in &lots {
        let customer_ref = lot.issued.customer_ref;
        owners.insert(customer_ref, owner(connection, customer_ref, moment.now_ms)?);
    }
    let programme = programme(connection)?;
    let mut book = Book::open(connection, moment)?;
    for (taken, lot) in taken.iter().zip(lots) {
        let owner = owners.get(&lot.issued.customer_ref).copied().unwrap_or(lot.issued.customer_ref);
        let has_ended = lot.state(moment.today) == LotState::Expired;
        if !has_ended && owner == lot.issued.customer_ref {
            book.give_back(&lot, taken.points, undone.give_back, moment.today, undone.cause);
            continue;
        }
        let mut again = NewLot {
            customer_ref: owner,
            points: taken.points,
            // A return of the event takes what the event's own lots still hold, and this is none of them.
            points_event_ref: None,
            origin_lot_ref: Some(lot.points_lot_ref),
            ..lot.issued
        };
        if has_ended {
            let days = i32::from(programme.reinstate_days_of(taken.terms.into()));
            again.available_on = moment.today;
            again.expires_on = Some(moment.today.plus(days));
            again.inactivity_months = None;
        }
        book.issue(again, undone.reinstate, moment.today, undone.cause);
    }
    book.save(connection)?;
    Ok(())
}

/// Whose points those of a customer are now, after merges.
fn owner<C: Connection>(connection: &mut C, customer_ref: u32, now_ms: i64) -> Result<u32, StoreError> {
    let mut owner = customer_ref;
    for _ in 0..MERGES {
        match Wallet::load(connection, owner, now_ms)?.status {
            Status::Merged { into } => owner = into,
            Status::Open | Status::Blocked => return Ok(owner),
        }
    }
    Err(StoreError::Damaged("accounts are merged in a circle".to_owned()))
}
