//! Assignments: customers go to managers from a day on, one at a time or many; some wait for a second person.
//!
//! An assignment that takes no share from anybody, or that begins today or later, counts at once. One that goes back in
//! time, or that ends a dispute, and takes share from somebody or gives it to who makes it, waits for another person.
//! Nothing is ever deleted: what stood on a day stands on that day for ever, unless a later decision says otherwise of
//! that very day.

use domain::assignment::SharesError;
use domain::date::Day;
use domain::retention::works_on;
use store::assignment::{AssignmentRow, ShareRow, Standing};
use store::member::Member;
use store::{Connection, StoreError};

use crate::access::Caller;
use crate::points::Moment;

mod approval;
mod beginning;
mod known;
mod notice;
mod plan;
mod recall;
mod selection;
mod settings;
mod waiting;

pub use approval::{approve, reject};
pub use beginning::tell_begun;
pub use notice::{Change, notify, put};
pub use plan::{BatchOutcome, Move, NewAssignment, NewShare, assign, assign_many};
pub use recall::{recall, recall_many};
pub use selection::{GREATEST_SELECTION, Selection, select};
pub use settings::{put_settings, settings};
pub use waiting::{Belonging, Place, WaitingReason, WaitingRow, belonging, place, waiting};

/// The first day on which an assignment may begin: 2000-01-01.
pub const FIRST_DAY: Day = Day::from_number(10_957);

/// Days ahead on which an assignment may begin at most.
pub const MOST_DAYS_AHEAD: i32 = 366;

/// Why an assignment was not made, shown or decided. Nothing was changed. Places count from 0.
#[derive(Debug, thiserror::Error)]
pub enum AssignmentError {
    /// No customer of this id, or one whom the caller does not see.
    #[error("the customer is not known")]
    UnknownCustomer,
    /// No employee of this id, one whom the caller does not see, or one of another part of the bank; told alike, so that
    /// nobody learns who works where.
    #[error("no employee of this id works at the customer's organisation or above it")]
    UnknownEmployee {
        /// Place among the managers.
        place: usize,
    },
    /// The employee has not begun to work on the first day, or works no longer.
    #[error("the employee does not work on the first day of the assignment")]
    Away {
        /// Place among the managers.
        place: usize,
    },
    /// The shares are not those of one customer.
    #[error(transparent)]
    Shares(#[from] SharesError),
    /// The first day is too far away.
    #[error("an assignment begins between 2000-01-01 and 366 days from today")]
    From,
    /// A recall does not reach into the past.
    #[error("a recall begins between today and 366 days from today: old credit stays")]
    RecallFrom,
    /// The batch names the customer before.
    #[error("the customer is named before in the same batch")]
    Again,
    /// There is nobody from whom the customer could be taken.
    #[error("the customer has no manager on that day")]
    NothingToRecall,
    /// No such assignment, or one of a customer whom the caller does not see.
    #[error("the assignment is not known")]
    UnknownAssignment,
    /// It does not wait for a decision.
    #[error("the assignment is {is}")]
    Decided {
        /// Its state.
        is: &'static str,
    },
    /// Who made it, and who is one of the managers before or after, may not approve it.
    #[error("another person than the one who made it and its managers approves an assignment")]
    SamePerson,
    /// Something else stands by now.
    #[error("another assignment has come into force since this one was made; make it anew")]
    Changed,
    /// A manager is not there for the customer any more.
    #[error("a manager does not work on the first day, or not above the customer any more; make it anew")]
    Outdated,
    /// No scheme has a tier of this code.
    #[error("no scheme has this tier")]
    UnknownTier {
        /// Place among the tiers.
        place: usize,
    },
    /// The manager of a selection is not known, or works where the caller does not see it.
    #[error("no employee of this id works in the part of the bank that the key sees")]
    UnknownManager,
    /// A selection has too many customers.
    #[error("the filter selects more than 100000 customers")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An assignment with the ids that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentView {
    /// The assignment.
    pub row: AssignmentRow,
    /// Whose.
    pub customer: Member,
    /// The bank's id of the organisation where the primary manager worked when it was made, or of whose waiting list it is.
    pub organisation_id: String,
}

/// What stands of customers on a day, in their order; those of whom no assignment ever began are left out. One without
/// managers stands too: its customer was recalled.
pub fn standing<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    on: Day,
) -> Result<Vec<Standing>, StoreError> {
    store::assignment::standing(connection, customer_refs, on.number())
}

/// True when the manager of a share works on a day.
pub fn works(manager: &ShareRow, on: Day) -> bool {
    works_on(manager.active_from.map(Day::from_number), manager.active_to.map(Day::from_number), on)
}

/// Assignments with their ids, in their order.
pub fn views<C: Connection>(
    connection: &mut C,
    rows: Vec<AssignmentRow>,
) -> Result<Vec<AssignmentView>, StoreError> {
    let refs: Vec<u32> = rows.iter().map(|row| row.customer_ref).collect();
    let members = store::member::members(connection, &refs)?;
    if members.len() != rows.len() {
        return Err(StoreError::Damaged("an assignment is of a customer who is not stored".to_owned()));
    }
    let ids = store::member::organisation_ids(connection)?;
    let view = |(row, customer): (AssignmentRow, Member)| {
        let organisation_id = ids.get(&row.organisation_ref).cloned().unwrap_or_default();
        AssignmentView { row, customer, organisation_id }
    };
    Ok(rows.into_iter().zip(members).map(view).collect())
}

/// The assignment of a number, if the caller sees its customer.
pub fn find<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    number: i64,
) -> Result<AssignmentView, AssignmentError> {
    let view = shown(connection, number)?;
    if caller.sees(connection, &view.customer)? { Ok(view) } else { Err(AssignmentError::UnknownAssignment) }
}

/// The assignment of a number. Whoever gave a customer away may no longer see it, and is shown what was done.
fn shown<C: Connection>(connection: &mut C, number: i64) -> Result<AssignmentView, AssignmentError> {
    let row = store::assignment::by_ref(connection, number)?.ok_or(AssignmentError::UnknownAssignment)?;
    views(connection, vec![row])?.pop().ok_or(AssignmentError::UnknownAssignment)
}

/// True when an assignment may begin on that day.
fn may_begin(from: Day, moment: Moment<'_>) -> bool {
    from >= FIRST_DAY && from <= moment.today.plus(MOST_DAYS_AHEAD)
}

#[cfg(test)]
mod tests;
