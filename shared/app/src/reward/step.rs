//! From state to state: shipped, delivered, confirmed, cancelled, timed out.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::expiry::Expiry;
use domain::points::{Cause, EntryKind, Lot, LotState, NewLot};
use store::redemption::{RedemptionRow, RedemptionView, State};
use store::reward::Fulfilment;
use store::{Connection, StoreError};

use super::RedemptionError;
use crate::points::programme::programme;
use crate::points::{Book, Moment, Status, Wallet, reservation};

/// Lapsed redemptions that a customer's redemption books beside itself; the job books the others.
pub(super) const LAPSES: u32 = 1_000;

/// Merges that are followed, one after the other.
const MERGES: u32 = 16;

/// What can be done with a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was sent.
    Ship,
    /// It arrived.
    Deliver,
    /// The partner confirms.
    Confirm,
    /// It is undone.
    Cancel {
        /// True when what was handed over, goods or codes, came back.
        returned: bool,
    },
}

/// The state that a step leads to.
fn after(row: &RedemptionRow, step: Step) -> Result<State, RedemptionError> {
    match (step, row.state) {
        (Step::Ship, State::Ordered) => Ok(State::Shipped),
        (Step::Deliver, State::Shipped) => Ok(State::Delivered),
        (Step::Confirm, State::Reserved) => Ok(State::Confirmed),
        (Step::Cancel { .. }, State::Reserved) => Ok(State::Void),
        (Step::Cancel { .. }, State::Ordered) => Ok(State::Cancelled),
        // Nothing was handed over that could come back.
        (Step::Cancel { .. }, State::Fulfilled) if row.fulfilment == Fulfilment::Nothing => {
            Ok(State::Cancelled)
        }
        (
            Step::Cancel { returned },
            State::Fulfilled | State::Shipped | State::Delivered | State::Confirmed,
        ) => {
            if returned {
                Ok(State::Cancelled)
            } else {
                Err(RedemptionError::NotReturned)
            }
        }
        (_, state) => Err(RedemptionError::State { is: state.name() }),
    }
}

/// Takes a step. Call it inside the transaction that the redemption was read in.
pub fn take_step<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    view: &RedemptionView,
    step: Step,
) -> Result<(), RedemptionError> {
    let row = &view.row;
    let number = row.redemption_ref;
    let state = after(row, step)?;
    match state {
        State::Confirmed => {
            let mut book = Book::open(connection, moment)?;
            let (held, cause) = (reservation_of(row)?, Cause::Redemption(number));
            let kind = EntryKind::Redeem;
            reservation::post(connection, &mut book, moment, held, row.points, kind, cause)?;
            book.save(connection)?;
        }
        State::Void => {
            let held = reservation_of(row)?;
            reservation::void(connection, moment, held)?;
            store::reward::put_back(connection, row.reward_ref, row.quantity)?;
        }
        State::Cancelled => {
            give_back(connection, moment, row)?;
            store::coupon::make_void(connection, number, moment.now_ms)?;
            store::reward::put_back(connection, row.reward_ref, row.quantity)?;
        }
        _ => {}
    }
    store::redemption::come_to(connection, number, state, (moment.person, moment.now_ms))?;
    Ok(())
}

fn reservation_of(row: &RedemptionRow) -> Result<i64, StoreError> {
    let damaged = || StoreError::Damaged("a redemption by a partner has no reservation".to_owned());
    row.points_reservation_ref.ok_or_else(damaged)
}

/// Gives points back to the lots that paid. Where a lot has ended since, or its customer's points went to another
/// customer, the points are issued again.
fn give_back<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    row: &RedemptionRow,
) -> Result<(), StoreError> {
    let cause = Cause::Redemption(row.redemption_ref);
    let paid = store::redemption::paid_with(connection, cause.numbers(), EntryKind::Redeem as i64)?;
    let refs: Vec<i64> = paid.iter().map(|paid| paid.points_lot_ref).collect();
    let lots = store::points_lot::by_refs(connection, &refs, moment.now_ms)?;
    let mut owners = BTreeMap::new();
    for lot in &lots {
        let customer_ref = lot.issued.customer_ref;
        owners.insert(customer_ref, owner(connection, customer_ref, moment.now_ms)?);
    }
    let programme = programme(connection)?;
    let mut book = Book::open(connection, moment)?;
    for (paid, lot) in paid.iter().zip(lots) {
        let lot = with_activity(lot, row);
        let owner = owners.get(&lot.issued.customer_ref).copied().unwrap_or(lot.issued.customer_ref);
        let has_ended = lot.state(moment.today) == LotState::Expired;
        if !has_ended && owner == lot.issued.customer_ref {
            book.give_back(&lot, paid.points, EntryKind::GiveBack, moment.today, cause);
            continue;
        }
        let mut again = NewLot {
            customer_ref: owner,
            points: paid.points,
            // A return of the event takes what the event's own lots still hold, and this is none of them.
            points_event_ref: None,
            origin_lot_ref: Some(lot.points_lot_ref),
            ..lot.issued
        };
        if has_ended {
            let days = i32::from(programme.reinstate_days_of(paid.terms.into()));
            again.available_on = moment.today;
            again.expires_on = Some(moment.today.plus(days));
            again.inactivity_months = None;
        }
        book.issue(again, EntryKind::Reinstate, moment.today, cause);
    }
    book.save(connection)?;
    Ok(())
}

/// A lot that was used up stopped moving with its customer's activity; the redemption itself was one.
fn with_activity(mut lot: Lot, row: &RedemptionRow) -> Lot {
    let is_own = lot.issued.customer_ref == row.customer_ref;
    if let Some(months) = lot.issued.inactivity_months.filter(|_| is_own) {
        let last = Expiry::Inactivity { months }.last_day(Day::from_number(row.ordered_on));
        lot.issued.expires_on = lot.issued.expires_on.max(last);
    }
    lot
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

/// Books up to `page` redemptions that a partner did not confirm in time and puts their pieces back; their points are
/// free by the end of their reservations. Says how many there were: fewer than `page` when none is left. Call it inside
/// a transaction.
pub fn time_out<C: Connection>(connection: &mut C, moment: Moment<'_>, page: u32) -> Result<u64, StoreError> {
    store::redemption::lapse(connection, (moment.person, moment.now_ms), page)
}
