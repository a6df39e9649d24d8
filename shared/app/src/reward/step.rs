//! From state to state: shipped, delivered, confirmed, cancelled, timed out.

use domain::points::{Cause, EntryKind};
use store::redemption::{RedemptionRow, RedemptionView, State};
use store::reward::Fulfilment;
use store::{Connection, StoreError};

use super::RedemptionError;
use crate::points::give_back::{Undone, give_back};
use crate::points::{Book, Moment, reservation};

/// Lapsed redemptions that a customer's redemption books at once, page after page, beside itself.
pub(super) const LAPSES: u32 = 1_000;

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
            give_back(connection, moment, undone(row))?;
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

/// What a cancellation undoes.
fn undone(row: &RedemptionRow) -> Undone {
    let cause = Cause::Redemption(row.redemption_ref);
    Undone {
        taken: (cause, EntryKind::Redeem),
        cause,
        give_back: EntryKind::GiveBack,
        reinstate: EntryKind::Reinstate,
    }
}

/// Books up to `page` redemptions that a partner did not confirm in time and puts their pieces back; their points are
/// free by the end of their reservations. Says how many there were: fewer than `page` when none is left. Call it inside
/// a transaction.
pub fn time_out<C: Connection>(connection: &mut C, moment: Moment<'_>, page: u32) -> Result<u64, StoreError> {
    store::redemption::lapse(connection, (moment.person, moment.now_ms), page)
}
