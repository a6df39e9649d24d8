//! Recalls: a customer goes back to the waiting list of the own organisation; old credit stays.

use std::collections::HashSet;

use domain::date::Day;
use store::assignment::{IN_FORCE, NewRow, RECALL, Standing};
use store::{Connection, StoreError};

use super::known::Known;
use super::plan::{BatchOutcome, Move, Planned, write};
use super::{AssignmentError, AssignmentView, may_begin, notice, shown};
use crate::access::Caller;
use crate::points::Moment;

/// Recalls a customer from a day on. Call it inside a transaction.
pub fn recall<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    customer_id: &str,
    (from, reason): (Day, &str),
) -> Result<AssignmentView, AssignmentError> {
    let mut planned = plan(connection, moment, caller, &[customer_id], (from, reason))?;
    let planned = planned.pop().ok_or(AssignmentError::UnknownCustomer)??;
    let number = notice::put(connection, moment, vec![planned.row])?.pop();
    shown(connection, number.unwrap_or_default())
}

/// Recalls many customers from a day on: what is refused is reported, and the others are recalled. Call it inside a
/// transaction.
pub fn recall_many<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    customer_ids: &[&str],
    (from, reason): (Day, &str),
) -> Result<BatchOutcome, StoreError> {
    let planned = plan(connection, moment, caller, customer_ids, (from, reason))?;
    write(connection, moment, planned, false)
}

fn plan<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    customer_ids: &[&str],
    (from, reason): (Day, &str),
) -> Result<Vec<Result<Planned, AssignmentError>>, StoreError> {
    let known = Known::load(connection, caller, customer_ids, [])?;
    let mut named = HashSet::new();
    let mut sound: Vec<Result<(u32, u32), AssignmentError>> = Vec::with_capacity(customer_ids.len());
    for place in 0..customer_ids.len() {
        sound.push(match known.customer(place) {
            Ok(_) if from < moment.today || !may_begin(from, moment) => Err(AssignmentError::RecallFrom),
            Ok((customer_ref, _)) if !named.insert(customer_ref) => Err(AssignmentError::Again),
            judged => judged,
        });
    }
    let wanted = sound.iter().flatten().map(|(customer_ref, _)| (*customer_ref, from.number()));
    let wanted: Vec<(u32, i32)> = wanted.collect();
    let mut standing = store::assignment::standing_on(connection, &wanted)?.into_iter();
    let planned = sound.into_iter().zip(customer_ids).map(|(sound, customer_id)| {
        sound.and_then(|customer| match standing.next().flatten() {
            Some(found) if !found.managers.is_empty() => {
                Ok(planned(moment, customer_id, customer, (from, reason), &found))
            }
            _ => Err(AssignmentError::NothingToRecall),
        })
    });
    Ok(planned.collect())
}

fn planned(
    moment: Moment<'_>,
    customer_id: &str,
    (customer_ref, organisation_ref): (u32, u32),
    (from, reason): (Day, &str),
    standing: &Standing,
) -> Planned {
    let from_id = standing.primary().map(|primary| primary.employee_id.clone());
    let change = Move { customer_id: customer_id.to_owned(), from: from_id, to: None };
    let row = NewRow {
        customer_ref,
        from_day: from.number(),
        organisation_ref,
        kind: RECALL,
        state: IN_FORCE,
        reason: reason.to_owned(),
        before_ref: Some(standing.assignment_ref),
        assignment_proposal_ref: None,
        shares: Vec::new(),
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        decided_by: None,
        decided_at: None,
    };
    Planned { row, change }
}
