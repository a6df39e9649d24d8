//! Recalls: a customer goes back to the waiting list of the own organisation; old credit stays. What was scheduled
//! for later days ends with it.

use std::collections::{BTreeMap, HashSet};

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
    let mut rows = vec![planned.row];
    rows.extend(planned.later);
    let numbers = notice::put(connection, moment, rows)?;
    shown(connection, numbers.first().copied().unwrap_or_default())
}

/// Recalls many customers from a day on: what is refused is reported, and the others are recalled, unless it is a
/// `dry_run`. Call it inside a transaction.
pub fn recall_many<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    customer_ids: &[&str],
    (from, reason): (Day, &str),
    dry_run: bool,
) -> Result<BatchOutcome, StoreError> {
    let planned = plan(connection, moment, caller, customer_ids, (from, reason))?;
    write(connection, moment, planned, dry_run)
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
    let customer_refs: Vec<u32> = wanted.iter().map(|(customer_ref, _)| *customer_ref).collect();
    let mut scheduled: BTreeMap<u32, Vec<Standing>> = BTreeMap::new();
    for later in store::assignment::scheduled(connection, &customer_refs, from.number())? {
        scheduled.entry(later.customer_ref).or_default().push(later);
    }
    let planned = sound.into_iter().zip(customer_ids).map(|(sound, customer_id)| {
        sound.and_then(|(customer_ref, organisation_ref)| {
            let (stands, later) = (standing.next().flatten(), scheduled.remove(&customer_ref));
            let recalled =
                Recalled { customer_ref, organisation_ref, stands, later: later.unwrap_or_default() };
            recalled.planned(moment, customer_id, (from, reason))
        })
    });
    Ok(planned.collect())
}

/// A customer who is to be recalled.
struct Recalled {
    customer_ref: u32,
    organisation_ref: u32,
    /// What stands on the first day.
    stands: Option<Standing>,
    /// What begins later, by first day.
    later: Vec<Standing>,
}

impl Recalled {
    /// A recall from the day on, and one on the first day of each assignment that would begin later.
    fn planned(
        self,
        moment: Moment<'_>,
        customer_id: &str,
        (from, reason): (Day, &str),
    ) -> Result<Planned, AssignmentError> {
        let held = self.stands.as_ref().filter(|stands| !stands.managers.is_empty());
        let former = held.or(self.later.first()).ok_or(AssignmentError::NothingToRecall)?;
        let from_id = former.primary().map(|primary| primary.employee_id.clone());
        let change = Move { customer_id: customer_id.to_owned(), from: from_id, to: None };
        let row = |from_day: i32, before: Option<&Standing>| NewRow {
            customer_ref: self.customer_ref,
            from_day,
            organisation_ref: self.organisation_ref,
            kind: RECALL,
            state: IN_FORCE,
            reason: reason.to_owned(),
            before_ref: before.map(|before| before.assignment_ref),
            assignment_proposal_ref: None,
            shares: Vec::new(),
            created_by: moment.person.to_owned(),
            created_at: moment.now_ms,
            decided_by: None,
            decided_at: None,
        };
        let later = self.later.iter().map(|later| row(later.from_day, Some(later))).collect();
        Ok(Planned { row: row(from.number(), self.stands.as_ref()), later, change })
    }
}
