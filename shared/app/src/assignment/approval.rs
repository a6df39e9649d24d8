//! The second person: what was submitted comes into force, or does not.

use domain::assignment::share_of;
use domain::date::Day;
use store::Connection;
use store::assignment::{IN_FORCE, REJECTED, SUBMITTED};

use super::{AssignmentError, AssignmentView, Change, find, notify, shown, works};
use crate::access::Caller;
use crate::organisation::Tree;
use crate::points::Moment;

/// Approves what another person submitted, if what stood then stands still, and the managers are still there for the
/// customer. None of the managers before and after approves it. Call it inside a transaction.
pub fn approve<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    number: i64,
) -> Result<AssignmentView, AssignmentError> {
    let AssignmentView { row, customer, .. } = submitted(connection, caller, number)?;
    if row.created_by == moment.person {
        return Err(AssignmentError::SamePerson);
    }
    let standing = store::assignment::standing(connection, &[row.customer_ref], row.from_day)?.pop();
    if standing.as_ref().map(|standing| standing.assignment_ref) != row.before_ref {
        return Err(AssignmentError::Changed);
    }
    let before = standing.map(|standing| standing.shares()).unwrap_or_default();
    let is_one_of_them = |own: u32| share_of(&before, own).or(share_of(&row.shares(), own)).is_some();
    if caller.employee(connection)?.is_some_and(is_one_of_them) {
        return Err(AssignmentError::SamePerson);
    }
    let (tree, from) = (Tree::load(connection)?, Day::from_number(row.from_day));
    let answers = |unit: u32| tree.upwards(customer.organisation_ref).any(|above| above == unit);
    if !row.managers.iter().all(|manager| works(manager, from) && answers(manager.organisation_ref)) {
        return Err(AssignmentError::Outdated);
    }
    store::assignment::decide(connection, number, IN_FORCE, moment.person, moment.now_ms)?;
    let change =
        Change { assignment_ref: number, customer_ref: row.customer_ref, before, after: row.shares(), from };
    notify(connection, moment, &[change])?;
    shown(connection, number)
}

/// Rejects what was submitted; who submitted it may take it back so. Call it inside a transaction.
pub fn reject<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    number: i64,
) -> Result<AssignmentView, AssignmentError> {
    submitted(connection, caller, number)?;
    store::assignment::decide(connection, number, REJECTED, moment.person, moment.now_ms)?;
    shown(connection, number)
}

fn submitted<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    number: i64,
) -> Result<AssignmentView, AssignmentError> {
    let found = find(connection, caller, number)?;
    match found.row.state {
        SUBMITTED => Ok(found),
        decided => Err(AssignmentError::Decided { is: decided }),
    }
}
