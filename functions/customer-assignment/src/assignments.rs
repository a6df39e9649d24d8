//! Assignments one at a time: made, adjusted, recalled, shown, decided on.

use app::assignment::{self, AssignmentError, AssignmentView, BatchOutcome, NewAssignment};
use domain::date::Day;
use serde::Deserialize;
use store::assignment::STATES;
use store::{Connection, StoreError};
use web::field::{Date, IdText, Text};
use web::page::Listing;
use web::{Answer, Call, Problem, Slug};

use crate::batch;
use crate::problem::of_assignment;
use crate::proposals::moment;
use crate::wire::{AssignmentAnswer, AssignmentBody, shape, shares};

/// A recall of one customer, or of many.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RecallBody {
    /// Whom; or `items`.
    #[serde(default)]
    customer_id: Option<IdText>,
    /// Ids of customers; or `customer_id`.
    #[serde(default)]
    items: Option<Vec<IdText>>,
    /// The first day without a manager; today when absent.
    #[serde(default)]
    from: Option<Date>,
    /// Why.
    reason: Text,
    /// Says what would happen, and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

fn assign<C: Connection>(connection: &mut C, call: &Call, adjusts: bool) -> Result<Answer, Problem> {
    let body: AssignmentBody = call.body()?;
    let managers = shares(body.managers);
    let new = NewAssignment {
        customer_id: body.customer_id.0.as_str(),
        managers: &managers,
        from: body.from.0,
        reason: &body.reason.0,
    };
    let made = call
        .atomically(connection, |connection| {
            assignment::assign(connection, moment(call), &call.caller, new, adjusts)
        })
        .map_err(of_assignment)?;
    Answer::created(&shape(made))
}

/// `POST /assignments`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    assign(connection, call, false)
}

/// `POST /assignments/adjust`
pub(crate) fn adjust<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    assign(connection, call, true)
}

/// `POST /assignments/recall`
pub(crate) fn recall<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let dry_run = call.query.flag("dry_run")?;
    let body: RecallBody = call.body()?;
    let dry_run = dry_run || body.dry_run;
    let from = body.from.map_or(call.today("Asia/Shanghai"), |from| from.0);
    let act = (from, body.reason.0.as_str());
    match (&body.customer_id, &body.items) {
        (Some(id), None) if dry_run => {
            let mut outcome = recall_many(connection, call, &[id.0.as_str()], act, true)?;
            // Refused as the recall itself would be.
            if let Some((_, refusal)) = outcome.refused.pop() {
                return Err(of_assignment(refusal));
            }
            batch::answer(outcome, Vec::new(), |place, _| batch::line(place), true)
        }
        (Some(id), None) => {
            let recalled = call
                .atomically(connection, |connection| {
                    assignment::recall(connection, moment(call), &call.caller, id.0.as_str(), act)
                })
                .map_err(of_assignment)?;
            Answer::created(&shape(recalled))
        }
        (None, Some(items)) => {
            let ids: Vec<&str> = items.iter().map(|id| id.0.as_str()).collect();
            batch::check_size(ids.len())?;
            let outcome = recall_many(connection, call, &ids, act, dry_run)?;
            batch::answer(outcome, Vec::new(), |place, _| batch::line(place), dry_run)
        }
        _ => Err(Problem::rule("", "either customer_id or items is asked for")),
    }
}

fn recall_many<C: Connection>(
    connection: &mut C,
    call: &Call,
    ids: &[&str],
    act: (Day, &str),
    dry_run: bool,
) -> Result<BatchOutcome, StoreError> {
    call.atomically(connection, |connection| {
        assignment::recall_many(connection, moment(call), &call.caller, ids, act, dry_run)
    })
}

/// `GET /assignments`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let state = call.query.read("state", |name| {
        domain::name::meaning(&STATES, name).ok_or("submitted, in_force or rejected is asked for")
    })?;
    let top = reach.top.map(|(number, _)| number);
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::assignment::page(connection, state, top, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.assignment_ref.into()]);
    let views = assignment::views(connection, listing.items)?;
    let items: Vec<AssignmentAnswer> = views.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// The number that the path names.
fn number(call: &Call) -> Result<i64, Problem> {
    call.parameter("id").parse().map_err(|_| Problem::not_found(Slug::UnknownAssignment))
}

/// `GET /assignments/{id}`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let found = assignment::find(connection, &call.caller, number(call)?).map_err(of_assignment)?;
    Answer::json(&shape(found))
}

/// `POST /assignments/{id}/approve`
pub(crate) fn approve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let number = number(call)?;
    let approve = |connection: &mut C| -> Result<AssignmentView, AssignmentError> {
        assignment::approve(connection, moment(call), &call.caller, number)
    };
    Answer::json(&shape(call.atomically(connection, approve).map_err(of_assignment)?))
}

/// `POST /assignments/{id}/reject`
pub(crate) fn reject<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number = number(call)?;
    let reject = |connection: &mut C| -> Result<AssignmentView, AssignmentError> {
        assignment::reject(connection, moment(call), &call.caller, number)
    };
    Answer::json(&shape(call.atomically(connection, reject).map_err(of_assignment)?))
}
