//! New assignments: what is asked for is judged row by row against what is known of all rows together.

use std::collections::HashSet;

use domain::assignment::{ManagerRole, ManagerShare, gains_share, takes_share};
use domain::date::Day;
use store::assignment::{ADJUST, BATCH, IN_FORCE, NewRow, SINGLE, SUBMITTED, Standing};
use store::{Connection, StoreError};

use super::known::Known;
use super::{AssignmentError, AssignmentView, may_begin, notice, shown};
use crate::access::Caller;
use crate::points::Moment;

/// Moves that a batch shows.
const SHOWN_MOVES: usize = 100;

/// A manager's share as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShare {
    /// The bank's id.
    pub employee_id: String,
    /// What the employee is to be.
    pub role: ManagerRole,
    /// The share, in basis points.
    pub share_bp: u32,
}

/// An assignment as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewAssignment<'a> {
    /// Whose.
    pub customer_id: &'a str,
    /// Who; at least one.
    pub managers: &'a [NewShare],
    /// First day.
    pub from: Day,
    /// In a person's words.
    pub reason: &'a str,
}

/// A change of who answers for a customer, by the ids of primary managers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Whose.
    pub customer_id: String,
    /// Who answered before; nobody while the customer waited.
    pub from: Option<String>,
    /// Who is to answer; nobody when the customer is recalled.
    pub to: Option<String>,
}

/// What a batch came to, or would come to.
#[derive(Debug, Default)]
pub struct BatchOutcome {
    /// Assignments that were written.
    pub accepted: u64,
    /// Of them, how many wait for a second person.
    pub submitted: u64,
    /// Places of what was refused, with the reasons.
    pub refused: Vec<(usize, AssignmentError)>,
    /// The first of what was accepted.
    pub moves: Vec<Move>,
}

/// An assignment that may be written.
pub(super) struct Planned {
    pub(super) row: NewRow,
    /// What ends with it of what was scheduled for later days.
    pub(super) later: Vec<NewRow>,
    pub(super) change: Move,
}

/// Assigns a customer; an end of a dispute (`adjusts`) that takes share from somebody, or by which the caller gains, waits
/// for a second person whatever its first day. Call it inside a transaction.
pub fn assign<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    new: NewAssignment<'_>,
    adjusts: bool,
) -> Result<AssignmentView, AssignmentError> {
    let kind = if adjusts { ADJUST } else { SINGLE };
    let mut planned = plan(connection, moment, caller, kind, &[new])?;
    let planned = planned.pop().ok_or(AssignmentError::UnknownCustomer)??;
    let number = notice::put(connection, moment, vec![planned.row])?.pop();
    shown(connection, number.unwrap_or_default())
}

/// Assigns many customers: what is refused is reported, and the others are written, unless it is a `dry_run`. Call it
/// inside a transaction.
pub fn assign_many<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    new: &[NewAssignment<'_>],
    dry_run: bool,
) -> Result<BatchOutcome, StoreError> {
    let planned = plan(connection, moment, caller, BATCH, new)?;
    write(connection, moment, planned, dry_run)
}

/// Writes what may be written, and adds up what it comes to.
pub(super) fn write<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    planned: Vec<Result<Planned, AssignmentError>>,
    dry_run: bool,
) -> Result<BatchOutcome, StoreError> {
    let (mut outcome, mut rows) = (BatchOutcome::default(), Vec::new());
    for (place, planned) in planned.into_iter().enumerate() {
        match planned {
            Err(refusal) => outcome.refused.push((place, refusal)),
            Ok(Planned { row, later, change }) => {
                outcome.accepted += 1;
                outcome.submitted += u64::from(row.state == SUBMITTED);
                if outcome.moves.len() < SHOWN_MOVES {
                    outcome.moves.push(change);
                }
                rows.push(row);
                rows.extend(later);
            }
        }
    }
    if !dry_run {
        notice::put(connection, moment, rows)?;
    }
    Ok(outcome)
}

/// A row that was found right by itself.
struct Sound {
    customer_ref: u32,
    organisation_ref: u32,
    shares: Vec<ManagerShare>,
}

/// Judges rows, in their order.
fn plan<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    kind: &'static str,
    new: &[NewAssignment<'_>],
) -> Result<Vec<Result<Planned, AssignmentError>>, StoreError> {
    let customer_ids: Vec<&str> = new.iter().map(|new| new.customer_id).collect();
    let managers = new.iter().flat_map(|new| new.managers);
    let known =
        Known::load(connection, caller, &customer_ids, managers.map(|share| share.employee_id.as_str()))?;
    let mut named = HashSet::new();
    let mut sound: Vec<Result<Sound, AssignmentError>> = Vec::with_capacity(new.len());
    for (place, new) in new.iter().enumerate() {
        let judged = judge(&known, moment, place, new);
        let is_first = |sound: Sound| {
            if named.insert(sound.customer_ref) { Ok(sound) } else { Err(AssignmentError::Again) }
        };
        sound.push(judged.and_then(is_first));
    }
    let wanted = sound
        .iter()
        .zip(new)
        .filter_map(|(sound, new)| sound.as_ref().ok().map(|sound| (sound.customer_ref, new.from.number())));
    let wanted: Vec<(u32, i32)> = wanted.collect();
    let mut standing = store::assignment::standing_on(connection, &wanted)?.into_iter();
    let by = By { moment, kind, employee_ref: caller.employee(connection)? };
    let planned = sound
        .into_iter()
        .zip(new)
        .map(|(sound, new)| sound.map(|sound| planned(&by, new, sound, standing.next().flatten())));
    Ok(planned.collect())
}

fn judge(
    known: &Known,
    moment: Moment<'_>,
    place: usize,
    new: &NewAssignment<'_>,
) -> Result<Sound, AssignmentError> {
    let (customer_ref, organisation_ref) = known.customer(place)?;
    if !may_begin(new.from, moment) {
        return Err(AssignmentError::From);
    }
    let (shares, organisation_ref) = known.managers(organisation_ref, new)?;
    Ok(Sound { customer_ref, organisation_ref, shares })
}

/// How rows are made, when, and by whom.
struct By<'a> {
    moment: Moment<'a>,
    kind: &'static str,
    /// The employee for whom the caller's key stands.
    employee_ref: Option<u32>,
}

fn planned(by: &By<'_>, new: &NewAssignment<'_>, sound: Sound, standing: Option<Standing>) -> Planned {
    let moment = by.moment;
    let before = standing.as_ref().map(Standing::shares).unwrap_or_default();
    let gains = by.employee_ref.is_some_and(|own| gains_share(&before, &sound.shares, own));
    // Nobody gives the own person credit of days that are over, or decides a dispute for the own person.
    let is_weighty = gains || takes_share(&before, &sound.shares);
    let waits = is_weighty && (by.kind == ADJUST || new.from < moment.today);
    let primary = new.managers.iter().find(|manager| manager.role == ManagerRole::Primary);
    let change = Move {
        customer_id: new.customer_id.to_owned(),
        from: standing.as_ref().and_then(Standing::primary).map(|primary| primary.employee_id.clone()),
        to: primary.map(|primary| primary.employee_id.clone()),
    };
    let row = NewRow {
        customer_ref: sound.customer_ref,
        from_day: new.from.number(),
        organisation_ref: sound.organisation_ref,
        kind: by.kind,
        state: if waits { SUBMITTED } else { IN_FORCE },
        reason: new.reason.to_owned(),
        before_ref: standing.map(|standing| standing.assignment_ref),
        assignment_proposal_ref: None,
        shares: sound.shares,
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        decided_by: None,
        decided_at: None,
    };
    Planned { row, later: Vec::new(), change }
}
