//! Alerts.

use app::churn::{self, ChurnError, status_from_name, status_name};
use domain::date::{Day, Month};
use serde::Serialize;
use store::Connection;
use store::churn_alert::{AlertFilter, AlertView};
use web::field::{Date, Instant, MonthText};
use web::{Answer, Call, Problem, Slug};

use crate::problem::problem;

/// An alert.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlertAnswer {
    /// Its id.
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// Their organisation.
    pub organisation_id: String,
    /// The tier that is in danger or lost.
    pub tier: String,
    /// observed | attention | churned.
    pub status: &'static str,
    /// First month below the tier's threshold.
    pub first_month: MonthText,
    /// Date of the earliest check that found it.
    pub opened_on: Date,
    /// Date of the check that closed it; null while it stands.
    pub closed_on: Option<Date>,
    /// recovered | superseded | withdrawn.
    pub closing: Option<String>,
    /// Who has seen it.
    pub acknowledged_by: Option<String>,
    /// When.
    pub acknowledged_at: Option<Instant>,
}

fn shape(alert: AlertView) -> AlertAnswer {
    AlertAnswer {
        id: alert.churn_alert_ref.to_string(),
        customer_id: alert.customer_id,
        organisation_id: alert.organisation_id,
        tier: alert.tier_code,
        status: status_name(alert.status),
        first_month: MonthText(Month::from_number(alert.first_month)),
        opened_on: Date(Day::from_number(alert.opened_on)),
        closed_on: alert.closed_on.map(|on| Date(Day::from_number(on))),
        closing: alert.closing,
        acknowledged_by: alert.acknowledged_by,
        acknowledged_at: alert.acknowledged_at.map(Instant),
    }
}

/// `GET /churn/alerts`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let filter = AlertFilter {
        status: call.query.read("status", |name| {
            status_from_name(name).ok_or("observed, attention or churned is asked for")
        })?,
        tier_code: call.query.text("tier").map(str::to_owned),
        closed: call.query.flag("closed")?,
        owner_id: call.query.id("manager_id")?.map(|id| id.as_str().to_owned()),
        organisation_ref: reach.top.map(|(number, _)| number),
        own: reach.own,
        on: call.today("Asia/Shanghai").number(),
    };
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::churn_alert::page(connection, &filter, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.churn_alert_ref.into()]);
    let items = listing.items.into_iter().map(shape).collect::<Vec<_>>();
    Answer::json(&web::page::Listing { items, next_cursor: listing.next_cursor })
}

/// The alert that the path names; one of a customer whom the key does not see is not known to it.
fn alert<C: Connection>(connection: &mut C, call: &Call) -> Result<AlertView, Problem> {
    let unknown = || Problem::not_found(Slug::UnknownAlert);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let alert = store::churn_alert::by_ref(connection, number)?.ok_or_else(unknown)?;
    match store::member::by_id(connection, &alert.customer_id)? {
        Some(customer) if call.caller.sees(connection, &customer)? => Ok(alert),
        _ => Err(unknown()),
    }
}

/// `GET /churn/alerts/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let alert = alert(connection, call)?;
    Answer::json(&shape(alert))
}

/// `POST /churn/alerts/{id}/acknowledge`
pub fn acknowledge<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let seen = call.atomically(connection, |connection| {
        let alert = alert(connection, call)?;
        match churn::acknowledge(connection, &alert, &call.caller.person, call.now_ms) {
            Ok(seen) => Ok(seen),
            Err(ChurnError::Store(error)) => Err(Problem::from(error)),
            Err(other) => Err(problem(other)),
        }
    })?;
    Answer::json(&shape(seen))
}
