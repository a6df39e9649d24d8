//! The job that decides sales which nobody registered in time.

use app::sale::default_run;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{Date, IdText};
use web::{Answer, Call, Problem};

use crate::problem::{moment, of_run};

/// A request ends in time for any proxy; a longer run continues with the next call.
const BUDGET_MS: i64 = 20_000;

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultRunBody {
    /// Sales whose window is over on this day are decided; today when absent.
    #[serde(default)]
    as_of: Option<Date>,
    /// Sales of this organisation and those below it; of all that the key sees when absent.
    #[serde(default)]
    organisation_id: Option<IdText>,
}

/// What a run did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct DefaultRunAnswer {
    /// Id of the run.
    job: String,
    /// Date.
    as_of: Date,
    /// Sales that were decided, over all calls.
    defaulted: u64,
    /// False: call again with the same body to continue.
    done: bool,
    /// Time spent over all calls, in milliseconds.
    duration_ms: i64,
}

/// `POST /sales/default-runs`
pub(crate) fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let body: DefaultRunBody = if call.bytes().is_empty() { DefaultRunBody::default() } else { call.body()? };
    let reach = call.reach(connection, body.organisation_id.as_ref().map(|id| &id.0))?;
    let moment = moment(call);
    let as_of = body.as_of.map_or(moment.today, |date| date.0);
    let run =
        default_run(connection, moment, as_of, reach.top.as_ref(), BUDGET_MS, elapsed).map_err(of_run)?;
    Answer::json(&DefaultRunAnswer {
        job: run.job_id,
        as_of: Date(as_of),
        defaulted: run.defaulted,
        done: run.done,
        duration_ms: run.busy_ms,
    })
}
