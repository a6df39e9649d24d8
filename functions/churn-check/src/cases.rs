//! Retention cases.

use app::churn::{self, Act, CaseError, Handover, NewCase};
use domain::date::Day;
use domain::retention::{CaseState, Transition, overdue};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::churn_case::{CaseFilter, CaseView};
use web::field::{Date, IdText, Instant, Text};
use web::page::Listing;
use web::{Answer, Call, Problem, Slug};

mod outcomes;

#[cfg(not(target_arch = "wasm32"))]
pub use outcomes::OutcomesAnswer;
pub use outcomes::outcomes;

/// A new case.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseBody {
    /// Whose.
    pub customer_id: IdText,
    /// The tier that is in danger or lost; the alert's when absent.
    #[serde(default)]
    pub tier: Option<IdText>,
    /// The alert of this customer that the case answers.
    #[serde(default)]
    pub alert_id: Option<IdText>,
    /// Why the customer may leave; outcomes are counted by it, so equal reasons are worded alike.
    #[serde(default)]
    pub reason: Option<Text>,
    /// The employee who takes care of it.
    #[serde(default)]
    pub owner_id: Option<IdText>,
    /// Last day in time; 14 days from today when absent.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// For the history.
    #[serde(default)]
    pub note: Option<Text>,
}

/// A step; the body may be absent.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    /// For the history.
    #[serde(default)]
    pub note: Option<Text>,
}

/// A case handed over: an owner, a due date, or both.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The employee who takes care of it from now on.
    #[serde(default)]
    pub owner_id: Option<IdText>,
    /// The new last day in time.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// For the history.
    #[serde(default)]
    pub note: Option<Text>,
}

/// A case.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CaseAnswer {
    /// Its id.
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// Their organisation.
    pub organisation_id: String,
    /// The tier that is in danger or lost.
    pub tier: Option<String>,
    /// The alert that it answers.
    pub alert_id: Option<String>,
    /// open | contacted | plan | won_back | lost | dismissed.
    pub state: &'static str,
    /// Why the customer may leave.
    pub reason: Option<String>,
    /// The employee who takes care of it.
    pub owner_id: Option<String>,
    /// Last day in time.
    pub due_on: Date,
    /// True when it is not closed and the due date has passed.
    pub overdue: bool,
    /// Date of the check that found it overdue.
    pub escalated_on: Option<Date>,
    /// The branch manager who heard of that.
    pub escalated_to: Option<String>,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

/// One step of a case.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StepAnswer {
    /// Its place in the history, from 1.
    pub number: u32,
    /// open | contact | plan | win_back | lose | dismiss | assign | escalate.
    pub step: String,
    /// In a person's words.
    pub note: Option<String>,
    /// Who took it.
    pub person: String,
    /// When.
    pub at: Instant,
    /// The employee who takes care of the case from this step on; of escalate, the one who heard of it.
    pub owner_id: Option<String>,
    /// Last day in time from this step on.
    pub due_on: Option<Date>,
}

/// A case with its history.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CaseHistoryAnswer {
    /// The case.
    #[serde(flatten)]
    pub case: CaseAnswer,
    /// The earliest first.
    pub steps: Vec<StepAnswer>,
}

/// The problem of an error.
fn problem(error: CaseError) -> Problem {
    let text = error.to_string();
    match error {
        CaseError::UnknownCase => Problem::not_found(Slug::UnknownCase),
        CaseError::UnknownCustomer => Problem::not_found(Slug::UnknownCustomer).at("/customer_id", text),
        CaseError::UnknownTier => Problem::rule("/tier", text),
        CaseError::UnknownAlert => Problem::rule("/alert_id", text),
        CaseError::UnknownOwner | CaseError::OwnerAway => Problem::rule("/owner_id", text),
        CaseError::DueInPast => Problem::rule("/due_on", text),
        CaseError::AlreadyOpen => {
            Problem::conflict(Slug::AlreadyExists, text).at("/customer_id", "close that case first")
        }
        CaseError::State { .. } => Problem::conflict(Slug::WrongState, text),
        CaseError::NothingToAssign => Problem::rule("", text),
        CaseError::Span => Problem::new(Slug::MalformedQuery, "the dates make no span").at("from", text),
        CaseError::Store(error) => error.into(),
    }
}

fn today(call: &Call) -> Day {
    call.today("Asia/Shanghai")
}

fn act(call: &Call) -> Act<'_> {
    Act { caller: &call.caller, now_ms: call.now_ms, today: today(call) }
}

/// The number that the path names; our numbers are the only ids of cases.
fn number(call: &Call) -> Result<i64, Problem> {
    call.parameter("id").parse().map_err(|_| Problem::not_found(Slug::UnknownCase))
}

fn shape(view: CaseView, today: Day) -> CaseAnswer {
    let CaseView { row, customer_id, organisation_id, owner_id, escalated_to_id, .. } = view;
    let due_on = Day::from_number(row.due_on);
    CaseAnswer {
        id: row.churn_case_ref.to_string(),
        customer_id,
        organisation_id,
        tier: row.tier_code,
        alert_id: row.churn_alert_ref.map(|alert| alert.to_string()),
        state: row.state.name(),
        reason: row.reason,
        owner_id,
        due_on: Date(due_on),
        overdue: !row.state.is_closed() && overdue(due_on, today),
        escalated_on: row.escalated_on.map(|on| Date(Day::from_number(on))),
        escalated_to: escalated_to_id,
        opened_by: row.opened_by,
        opened_at: Instant(row.opened_at),
        closed_at: row.closed_at.map(Instant),
    }
}

fn with_steps<C: Connection>(
    connection: &mut C,
    view: CaseView,
    today: Day,
) -> Result<CaseHistoryAnswer, CaseError> {
    let steps = churn::case_steps(connection, view.row.churn_case_ref)?.into_iter().map(|row| StepAnswer {
        number: row.step_number,
        step: row.step,
        note: row.note,
        person: row.person,
        at: Instant(row.at),
        owner_id: row.owner_id,
        due_on: row.due_on.map(|on| Date(Day::from_number(on))),
    });
    Ok(CaseHistoryAnswer { steps: steps.collect(), case: shape(view, today) })
}

/// `GET /churn/cases`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let today = today(call);
    let filter = CaseFilter {
        state: call.query.read("state", |name| {
            CaseState::parse(name).ok_or("open, contacted, plan, won_back, lost or dismissed is asked for")
        })?,
        organisation_ref: reach.top.map(|(number, _)| number),
        owner_id: call.query.id("owner_id")?.map(|id| id.as_str().to_owned()),
        due_before: call.query.flag("overdue")?.then_some(today.number()),
        own: reach.own,
    };
    let after = page.after_integer()?.unwrap_or(0);
    let found = churn::cases(connection, &filter, after, page.fetch()).map_err(problem)?;
    let listing = page.list(found, |last| vec![last.row.churn_case_ref.into()]);
    let items: Vec<CaseAnswer> = listing.items.into_iter().map(|view| shape(view, today)).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /churn/cases`
pub fn open<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: CaseBody = call.body()?;
    let alert = match body.alert_id {
        None => None,
        Some(id) => Some(id.0.as_str().parse().map_err(|_| problem(CaseError::UnknownAlert))?),
    };
    let new = NewCase {
        customer_id: body.customer_id.0.as_str().to_owned(),
        tier_code: body.tier.map(|tier| tier.0.as_str().to_owned()),
        alert,
        reason: body.reason.map(|reason| reason.0),
        owner_id: body.owner_id.map(|id| id.0.as_str().to_owned()),
        due_on: body.due_on.map(|due_on| due_on.0),
        note: body.note.map(|note| note.0),
    };
    let case = call
        .atomically(connection, |connection| {
            let view = churn::open_case(connection, act(call), &new)?;
            with_steps(connection, view, today(call))
        })
        .map_err(problem)?;
    Answer::created(&case)
}

/// `GET /churn/cases/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number = number(call)?;
    let view = churn::case(connection, &call.caller, number).map_err(problem)?;
    Answer::json(&with_steps(connection, view, today(call)).map_err(problem)?)
}

/// `POST /churn/cases/{id}/{transition}`
pub fn step<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let transition = Transition::parse(call.parameter("transition"))
        .ok_or_else(|| Problem::not_found(Slug::UnknownPath))?;
    let number = number(call)?;
    let body: StepBody = if call.bytes().is_empty() { StepBody::default() } else { call.body()? };
    let note = body.note.as_ref().map(|note| note.0.as_str());
    let case = call
        .atomically(connection, |connection| {
            let view = churn::take_step(connection, act(call), number, transition, note)?;
            with_steps(connection, view, today(call))
        })
        .map_err(problem)?;
    Answer::json(&case)
}

/// `POST /churn/cases/{id}/assign`
pub fn assign<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number = number(call)?;
    let body: AssignBody = call.body()?;
    let handover = Handover {
        owner_id: body.owner_id.map(|id| id.0.as_str().to_owned()),
        due_on: body.due_on.map(|due_on| due_on.0),
        note: body.note.map(|note| note.0),
    };
    let case = call
        .atomically(connection, |connection| {
            let view = churn::hand_over(connection, act(call), number, &handover)?;
            with_steps(connection, view, today(call))
        })
        .map_err(problem)?;
    Answer::json(&case)
}
