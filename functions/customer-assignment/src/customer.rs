//! Who answers for one customer, now and before.

use app::assignment::{self, Place, WaitingReason};
use domain::date::Day;
use serde::Serialize;
use store::Connection;
use web::field::Date;
use web::page::Listing;
use web::{Answer, Call, Problem};

use crate::wire::{AssignmentAnswer, ManagerAnswer, managers, shape};

/// Where a customer belongs on a day.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct CustomerAssignmentAnswer {
    customer_id: String,
    as_of: Date,
    /// manager | waiting (is to have a manager) | branch.
    belongs_to: &'static str,
    /// Of who waits: never_assigned | recalled | manager_left.
    waiting_reason: Option<&'static str>,
    /// Where the primary manager worked when the assignment was made, or else the customer's.
    organisation_id: String,
    /// Who has which share by the assignment that stands, the primary manager first.
    managers: Vec<ManagerAnswer>,
    /// Its id; null when no assignment ever began.
    assignment_id: Option<String>,
    /// Its first day.
    from: Option<Date>,
    /// single | batch | adjust | recall | proposal.
    kind: Option<&'static str>,
    /// Why it was made.
    reason: Option<String>,
    /// Who made it.
    by: Option<String>,
}

fn names(place: Place) -> (&'static str, Option<&'static str>) {
    match place {
        Place::Manager => ("manager", None),
        Place::Waiting(reason) => ("waiting", Some(WaitingReason::name(reason))),
        Place::Branch => ("branch", None),
    }
}

/// `GET /customers/{id}/assignment`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let as_of = call.query.date("as_of")?.unwrap_or(call.today("Asia/Shanghai"));
    let found = assignment::belonging(connection, &customer, as_of)?;
    let (belongs_to, waiting_reason) = names(found.place);
    let mut answer = CustomerAssignmentAnswer {
        customer_id: customer.customer_id,
        as_of: Date(as_of),
        belongs_to,
        waiting_reason,
        organisation_id: found.organisation_id,
        managers: Vec::new(),
        assignment_id: None,
        from: None,
        kind: None,
        reason: None,
        by: None,
    };
    if let Some(standing) = found.standing {
        answer.assignment_id = Some(standing.assignment_ref.to_string());
        answer.managers = managers(standing.managers);
        answer.from = Some(Date(Day::from_number(standing.from_day)));
        answer.kind = Some(standing.kind);
        answer.reason = Some(standing.reason);
        answer.by = Some(standing.created_by);
    }
    Answer::json(&answer)
}

/// `GET /customers/{id}/assignment/history`
pub(crate) fn history<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let page = call.query.page()?;
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::assignment::history(connection, customer.customer_ref, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.assignment_ref.into()]);
    let views = assignment::views(connection, listing.items)?;
    let items: Vec<AssignmentAnswer> = views.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}
