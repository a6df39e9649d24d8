//! How many customers managers take, and when somebody is away.

use std::collections::BTreeMap;

use app::proposal::capacity::{self, CapacityError};
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::assignment_settings::CapacityDefinition;
use store::employee::EmployeeRow;
use web::field::{Date, IdText, Instant, StrictMap, Text};
use web::page::Listing;
use web::{Answer, Call, Problem, Slug};

use crate::proposals::moment;

/// How many customers a manager takes, where that differs from the settings.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ManagerCapacityBody {
    /// Of all tiers together; no limit when absent.
    #[serde(default)]
    total: Option<u32>,
    /// Of single tiers by their codes; a tier that is missing has no limit of its own.
    #[serde(default)]
    tiers: Option<StrictMap<u32>>,
}

/// How many customers a manager takes.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ManagerCapacityAnswer {
    employee_id: String,
    /// Where the manager works.
    organisation_id: String,
    /// Of all tiers together; null: no limit.
    total: Option<u32>,
    /// Of single tiers by their codes.
    tiers: BTreeMap<String, u32>,
    /// The manager's own; otherwise that of the settings.
    own: bool,
    /// Customers whose primary manager that is today; null in the answer to a change.
    customers: Option<u64>,
}

/// Days on which somebody is away.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AbsenceBody {
    /// Who.
    employee_id: IdText,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// Why.
    #[serde(default)]
    reason: Option<Text>,
}

/// An absence that is taken back.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AbsenceRemovalBody {
    /// Who.
    employee_id: IdText,
    /// First day of the absence.
    from: Date,
}

/// Days on which somebody is away.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AbsenceAnswer {
    employee_id: String,
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    reason: Option<String>,
    /// Who wrote it down.
    changed_by: String,
    /// When.
    changed_at: Instant,
}

/// What became of an absence that was to be taken back.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AbsenceRemovalAnswer {
    /// False when there was none that begins on this day.
    removed: bool,
}

fn problem(error: CapacityError) -> Problem {
    let text = error.to_string();
    match error {
        CapacityError::UnknownTier { code } | CapacityError::TooLarge { code: Some(code) } => {
            Problem::rule(of_tier(&code), text)
        }
        CapacityError::TooLarge { code: None } => Problem::rule("/total", text),
        CapacityError::Span => Problem::rule("/to", text),
        CapacityError::Store(error) => error.into(),
    }
}

/// The pointer to a tier's figure.
fn of_tier(code: &str) -> String {
    let shown: String = code.chars().take(64).collect();
    format!("/tiers/{}", shown.replace('~', "~0").replace('/', "~1"))
}

/// The employee of an id, who works in the part of the bank that the key sees.
fn employee<C: Connection>(
    connection: &mut C,
    call: &Call,
    id: &str,
) -> Result<Option<EmployeeRow<'static>>, Problem> {
    match store::employee::find(connection, [id])?.pop() {
        Some((_, found)) if call.covers(connection, found.organisation_ref)? => Ok(Some(found)),
        _ => Ok(None),
    }
}

/// The employee whom a body names.
fn named<C: Connection>(
    connection: &mut C,
    call: &Call,
    id: &IdText,
) -> Result<EmployeeRow<'static>, Problem> {
    let unknown =
        || Problem::not_found(Slug::UnknownEmployee).at("/employee_id", "the employee is not known");
    employee(connection, call, id.0.as_str())?.ok_or_else(unknown)
}

/// `GET /assignments/capacities`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let (top, today) = (reach.top.map(|(number, _)| number), call.today("Asia/Shanghai"));
    let found = capacity::list(connection, top, today, page.after_text()?.unwrap_or(""), page.fetch())?;
    let organisations = store::member::organisation_ids(connection)?;
    let listing = page.list(found, |last| vec![last.employee_id.as_str().into()]);
    let items: Vec<ManagerCapacityAnswer> = listing
        .items
        .into_iter()
        .map(|view| ManagerCapacityAnswer {
            employee_id: view.employee_id,
            organisation_id: organisations.get(&view.organisation_ref).cloned().unwrap_or_default(),
            total: view.capacity.total,
            tiers: view.capacity.tiers,
            own: view.is_own,
            customers: Some(view.customers),
        })
        .collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `PUT /assignments/capacities/{employee_id}`
pub(crate) fn put<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let id = call.id("employee_id")?;
    let body: ManagerCapacityBody = call.body()?;
    let asked =
        CapacityDefinition { total: body.total, tiers: body.tiers.map(|tiers| tiers.0).unwrap_or_default() };
    let manager =
        employee(connection, call, id.as_str())?.ok_or_else(|| Problem::not_found(Slug::UnknownEmployee))?;
    let written = call
        .atomically(connection, |connection| {
            capacity::put(connection, moment(call), manager.employee_ref, asked)
        })
        .map_err(problem)?;
    let organisations = store::member::organisation_ids(connection)?;
    Answer::json(&ManagerCapacityAnswer {
        employee_id: manager.employee_id.into_owned(),
        organisation_id: organisations.get(&manager.organisation_ref).cloned().unwrap_or_default(),
        total: written.total,
        tiers: written.tiers,
        own: true,
        customers: None,
    })
}

/// `GET /assignments/absences`
pub(crate) fn absences<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let page = call.query.page()?;
    let id = call.query.required("employee_id", call.query.id("employee_id")?)?;
    let unknown = || Problem::not_found(Slug::UnknownEmployee);
    let person = employee(connection, call, id.as_str())?.ok_or_else(unknown)?;
    let after = page.after_integer()?.unwrap_or(i64::MIN);
    let found = capacity::absences_of(connection, person.employee_ref, after, page.fetch())?;
    let listing = page.list(found, |last| vec![i64::from(last.from_day).into()]);
    let items: Vec<AbsenceAnswer> = listing
        .items
        .into_iter()
        .map(|row| AbsenceAnswer {
            employee_id: id.as_str().to_owned(),
            from: Date(Day::from_number(row.from_day)),
            to: Date(Day::from_number(row.to_day)),
            reason: row.reason,
            changed_by: row.changed_by,
            changed_at: Instant(row.changed_at),
        })
        .collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /assignments/absences`
pub(crate) fn add_absence<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let body: AbsenceBody = call.body()?;
    let person = named(connection, call, &body.employee_id)?;
    let (span, reason) = ((body.from.0, body.to.0), body.reason.as_ref().map(|text| text.0.as_str()));
    call.atomically(connection, |connection| {
        capacity::put_absence(connection, moment(call), person.employee_ref, span, reason)
    })
    .map_err(problem)?;
    Answer::json(&AbsenceAnswer {
        employee_id: person.employee_id.into_owned(),
        from: body.from,
        to: body.to,
        reason: body.reason.map(|text| text.0),
        changed_by: call.caller.person.clone(),
        changed_at: Instant(call.now_ms),
    })
}

/// `POST /assignments/absences/remove`
pub(crate) fn remove_absence<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    let body: AbsenceRemovalBody = call.body()?;
    let person = named(connection, call, &body.employee_id)?;
    let removed = call.atomically(connection, |connection| {
        capacity::take_back_absence(connection, person.employee_ref, body.from.0)
    })?;
    Answer::json(&AbsenceRemovalAnswer { removed })
}
