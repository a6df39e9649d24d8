//! The job that books points that ended.

use app::points::Moment;
use app::points::expiry::{ExpiryError, run_expiry};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::Date;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

/// A request ends in time for any proxy; a longer run continues with the next call.
const BUDGET_MS: i64 = 20_000;

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiryRunBody {
    /// Lots whose last day is before this date are booked; today when absent.
    #[serde(default)]
    pub as_of: Option<Date>,
}

/// What a run did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExpiryRunAnswer {
    /// Id of the run.
    pub job: String,
    /// Lots that ended.
    pub lots: u64,
    /// Points that ended.
    pub points: i64,
    /// Customers whose points ended; counted when the run is done.
    pub customers: i64,
    /// Reservations whose time was over.
    pub reservations_timed_out: u64,
    /// Redemptions that a partner did not confirm in time; their pieces are back in stock.
    pub redemptions_lapsed: u64,
    /// False: call again with the same body to continue.
    pub done: bool,
    /// Time spent over all calls, in milliseconds.
    pub duration_ms: i64,
}

/// `POST /points/expiry-runs`
pub fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    if call.caller.organisation.is_some() || call.caller.own.is_some() {
        return Err(Problem::forbidden(
            "an expiry run is about the whole bank, and the key sees a part of it",
        ));
    }
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let body: ExpiryRunBody = if call.bytes().is_empty() { ExpiryRunBody::default() } else { call.body()? };
    let today = call.today("Asia/Shanghai");
    let moment = Moment { now_ms: call.now_ms, today, person: &call.caller.person };
    let as_of = body.as_of.map_or(today, |date| date.0);
    let run = run_expiry(connection, moment, as_of, BUDGET_MS, elapsed).map_err(|error| match error {
        ExpiryError::Future => Problem::rule("/as_of", error.to_string()),
        ExpiryError::Store(error) => error.into(),
    })?;
    Answer::json(&ExpiryRunAnswer {
        job: run.job_id,
        lots: run.lots,
        points: run.points,
        customers: run.customers,
        reservations_timed_out: run.reservations_timed_out,
        redemptions_lapsed: run.redemptions_lapsed,
        done: run.done,
        duration_ms: run.busy_ms,
    })
}

/// The routes of expiry.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Post,
        path: "/points/expiry-runs",
        scope: Scope::PointsWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler: run,
    }]
}

/// The operations of expiry, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    vec![
        web::openapi::Operation::new(
            Method::Post,
            "/points/expiry-runs",
            Scope::PointsWrite,
            Repeat::Natural,
            "Book points that ended, and reservations and redemptions whose time is over",
        )
        .description(
            "Balances and stock know them without it. What open reservations hold stays until they end. A repeat, and \
             a run of an earlier date, book nothing twice.",
        )
        .body::<ExpiryRunBody>()
        .answer::<ExpiryRunAnswer>(200, "What the run did."),
    ]
}
