//! The second person: what was submitted comes into force, or does not.

use domain::date::Day;
use store::Connection;
use store::assignment::{IN_FORCE, REJECTED, SUBMITTED};

use super::{AssignmentError, AssignmentView, Change, find, notify, shown};
use crate::access::Caller;
use crate::points::Moment;

/// Approves what another person submitted, if what stood then stands still. Call it inside a transaction.
pub fn approve<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    number: i64,
) -> Result<AssignmentView, AssignmentError> {
    let row = submitted(connection, caller, number)?.row;
    if row.created_by == moment.person {
        return Err(AssignmentError::SamePerson);
    }
    let standing = store::assignment::standing(connection, &[row.customer_ref], row.from_day)?.pop();
    if standing.as_ref().map(|standing| standing.assignment_ref) != row.before_ref {
        return Err(AssignmentError::Changed);
    }
    store::assignment::decide(connection, number, IN_FORCE, moment.person, moment.now_ms)?;
    let change = Change {
        assignment_ref: number,
        customer_ref: row.customer_ref,
        before: standing.map(|standing| standing.shares()).unwrap_or_default(),
        after: row.shares(),
        from: Day::from_number(row.from_day),
    };
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
