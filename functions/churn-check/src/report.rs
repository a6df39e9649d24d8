//! The report, as JSON or CSV.

use std::fmt::Write;

use app::churn::{self, Counts, Report};
use domain::date::Day;
use serde::Serialize;
use store::Connection;
use web::field::Date;
use web::{Answer, Call, Problem};

use crate::problem::problem;

/// Customers by the status that their spell has come to.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CountsAnswer {
    /// Below the threshold for the first months.
    pub observed: u64,
    /// For longer.
    pub attention: u64,
    /// The tier is lost, or held only by an override.
    pub churned: u64,
}

impl From<Counts> for CountsAnswer {
    fn from(Counts { observed, attention, churned }: Counts) -> Self {
        Self { observed, attention, churned }
    }
}

/// One tier of one organisation and those below it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LineAnswer {
    /// The organisation.
    pub organisation_id: String,
    /// The one above, if the key sees it.
    pub parent_id: Option<String>,
    /// The tier.
    pub tier: String,
    /// On the date.
    pub now: CountsAnswer,
    /// At the end of the month before.
    pub before: CountsAnswer,
    /// Alerts opened since then.
    pub opened: u64,
    /// Customers who recovered since then.
    pub recovered: u64,
}

/// The report.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReportAnswer {
    /// Date.
    pub as_of: Date,
    /// End of the month before.
    pub before: Date,
    /// Date of the latest check up to the date; null when there was none, and nothing is known.
    pub checked_on: Option<Date>,
    /// Date of the latest check up to the end of the month before.
    pub before_checked_on: Option<Date>,
    /// By organisation and tier; each counts itself and all below it.
    pub lines: Vec<LineAnswer>,
}

/// `GET /churn/report`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let as_of = as_of(connection, call)?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let report = churn::report(connection, as_of, reach.organisations.as_deref()).map_err(problem)?;
    if call.wants_csv() {
        return Ok(Answer::csv("churn-report.csv", csv(&report)));
    }
    let lines = report
        .lines
        .into_iter()
        .map(|line| LineAnswer {
            organisation_id: line.organisation_id,
            parent_id: line.parent_id,
            tier: line.tier,
            now: line.now.into(),
            before: line.before.into(),
            opened: line.opened,
            recovered: line.recovered,
        })
        .collect();
    Answer::json(&ReportAnswer {
        as_of: Date(report.as_of),
        before: Date(report.before),
        checked_on: report.checked_on.map(Date),
        before_checked_on: report.before_checked_on.map(Date),
        lines,
    })
}

/// The date that a report is asked for; that of the latest figures when nobody says.
pub fn as_of<C: Connection>(connection: &mut C, call: &Call) -> Result<Day, Problem> {
    match call.past_date("as_of")? {
        Some(day) => Ok(day),
        None => app::tier::default_date(connection, call.today("Asia/Shanghai"))
            .map_err(|error| problem(error.into())),
    }
}

/// Ids have no commas, quotes or line ends, so no cell needs quoting.
fn csv(report: &Report) -> String {
    let mut text = String::from(
        "organisation_id,parent_id,tier,observed,attention,churned,observed_before,attention_before,churned_before,\
         opened,recovered\r\n",
    );
    for line in &report.lines {
        let (now, before) = (line.now, line.before);
        let _infallible = write!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{}\r\n",
            line.organisation_id,
            line.parent_id.as_deref().unwrap_or_default(),
            line.tier,
            now.observed,
            now.attention,
            now.churned,
            before.observed,
            before.attention,
            before.churned,
            line.opened,
            line.recovered
        );
    }
    text
}
