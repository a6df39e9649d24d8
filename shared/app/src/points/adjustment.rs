//! Adjustments: points that one person proposes to give or take, and another one books.

use domain::points::{Cause, EntryKind, Lot, NewLot, ReturnPolicy, lot};
use store::points_adjustment::{self, AdjustmentRow, AdjustmentState, AdjustmentView};
use store::{Connection, StoreError};

use super::transfer::repay;
use super::{Book, Moment, SpendRefusal, Status, Wallet};

/// The largest adjustment; whoever needs more has mistaken a figure.
pub const GREATEST_ADJUSTMENT: i64 = 1_000_000_000_000;

/// Why an adjustment was not made, booked or rejected. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AdjustmentRefusal {
    /// Zero, or too much.
    #[error("points are above or below zero, and at most 1 000 000 000 000")]
    Points,
    /// There is no such adjustment.
    #[error("the adjustment is not known")]
    Unknown,
    /// It was decided.
    #[error("the adjustment is {is}")]
    Decided {
        /// Its state.
        is: &'static str,
    },
    /// Who proposed it may not approve it.
    #[error("another person than the one who proposed it approves an adjustment")]
    SamePerson,
    /// There is less to take, or no account any more.
    #[error(transparent)]
    Spend(#[from] SpendRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proposes an adjustment. Call it inside a transaction.
pub fn propose<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    customer_ref: u32,
    points: i64,
    reason: &str,
) -> Result<AdjustmentView, AdjustmentRefusal> {
    if points == 0 || !(-GREATEST_ADJUSTMENT..=GREATEST_ADJUSTMENT).contains(&points) {
        return Err(AdjustmentRefusal::Points);
    }
    let row = AdjustmentRow {
        points_adjustment_ref: 0,
        customer_ref,
        points,
        reason: reason.to_owned(),
        state: AdjustmentState::Submitted,
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        decided_by: None,
        decided_at: None,
    };
    let number = points_adjustment::add(connection, &row)?;
    find(connection, number)
}

/// The adjustment of a number.
pub fn find<C: Connection>(connection: &mut C, number: i64) -> Result<AdjustmentView, AdjustmentRefusal> {
    points_adjustment::by_ref(connection, number)?.ok_or(AdjustmentRefusal::Unknown)
}

/// Approves an adjustment and books it: what is given never ends and pays off debt first; what is taken goes in the order
/// of spending, all or nothing, also from a blocked account. Call it inside a transaction.
pub fn approve<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<AdjustmentView, AdjustmentRefusal> {
    let row = undecided(connection, number)?;
    if row.created_by == moment.person {
        return Err(AdjustmentRefusal::SamePerson);
    }
    let wallet = Wallet::load(connection, row.customer_ref, moment.now_ms)?;
    if matches!(wallet.status, Status::Merged { .. }) {
        return Err(SpendRefusal::Merged.into());
    }
    let mut book = Book::open(connection, moment)?;
    let cause = Cause::Adjustment(number);
    if row.points > 0 {
        let mut debt = wallet.debt;
        let gift = gift(&wallet, moment, row.points);
        let mut given = book.issue(gift, EntryKind::AdjustUp, moment.today, cause);
        repay(&mut book, moment.today, &mut given, &mut debt, cause);
    } else {
        let own: Vec<Lot> = wallet.own_lots().copied().collect();
        let takings = lot::spend(&own, -row.points, moment.today).map_err(SpendRefusal::from)?;
        for taking in takings {
            book.take(&own[taking.place], taking.points, EntryKind::AdjustDown, moment.today, cause);
        }
    }
    book.save(connection)?;
    points_adjustment::decide(connection, number, AdjustmentState::Booked, moment.person, moment.now_ms)?;
    find(connection, number)
}

/// Rejects an adjustment; who proposed it may take it back so. Call it inside a transaction.
pub fn reject<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<AdjustmentView, AdjustmentRefusal> {
    undecided(connection, number)?;
    points_adjustment::decide(connection, number, AdjustmentState::Rejected, moment.person, moment.now_ms)?;
    find(connection, number)
}

fn undecided<C: Connection>(connection: &mut C, number: i64) -> Result<AdjustmentRow, AdjustmentRefusal> {
    let row = find(connection, number)?.row;
    match row.state {
        AdjustmentState::Submitted => Ok(row),
        decided => Err(AdjustmentRefusal::Decided { is: decided.name() }),
    }
}

fn gift(wallet: &Wallet, moment: Moment<'_>, points: i64) -> NewLot {
    NewLot {
        customer_ref: wallet.customer_ref,
        points,
        earned_on: moment.today,
        available_on: moment.today,
        expires_on: None,
        inactivity_months: None,
        dimension: wallet.dimension(),
        return_policy: ReturnPolicy::WithinBalance,
        points_rule_ref: None,
        points_event_ref: None,
        origin_lot_ref: None,
    }
}
