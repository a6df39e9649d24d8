//! The check.

use app::churn::{self, CheckRequest};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::Date;
use web::{Answer, Call, Problem};

use crate::problem::problem;

/// A request ends in time for any proxy; a longer check continues with the next call.
const BUDGET_MS: i64 = 20_000;

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// Date of the check; that of the latest review when absent.
    #[serde(default)]
    pub as_of: Option<Date>,
}

/// What a check did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CheckAnswer {
    /// Id of the run.
    pub job: String,
    /// Date.
    pub as_of: Date,
    /// Date of the review whose tiers were looked at.
    pub reviewed_on: Date,
    /// False: call again with the same body to continue.
    pub done: bool,
    /// Alerts opened.
    pub alerts_opened: u64,
    /// Alerts closed.
    pub alerts_closed: u64,
    /// Overdue retention cases escalated.
    pub cases_escalated: u64,
    /// Time spent over all calls, in milliseconds.
    pub duration_ms: i64,
}

/// `POST /churn/checks`
pub fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("a check is about the whole bank, and the key sees a part of it"));
    }
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let body: CheckBody = if call.bytes().is_empty() { CheckBody::default() } else { call.body()? };
    let today = call.today("Asia/Shanghai");
    let as_of = match body.as_of {
        Some(Date(day)) => day,
        None => app::tier::default_date(connection, today).map_err(|error| problem(error.into()))?,
    };
    let escalated = churn::escalate(connection, today, &call.caller.person, call.now_ms)?;
    let request = CheckRequest { as_of, person: call.caller.person.clone(), now: call.now_ms, today };
    let check = churn::check(connection, &request, BUDGET_MS, elapsed).map_err(problem)?;
    Answer::json(&CheckAnswer {
        job: check.job_id,
        as_of: Date(as_of),
        reviewed_on: Date(check.reviewed_on),
        done: check.done,
        alerts_opened: check.opened,
        alerts_closed: check.closed,
        cases_escalated: escalated,
        duration_ms: check.busy_ms,
    })
}
