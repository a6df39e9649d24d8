//! `GET /jobs/{id}`: how far a run came and what it found.

use domain::date::Day;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{Connection, StoreError, job};
use web::field::{Date, Instant};
use web::{Answer, Call, Problem, Slug};

/// One run of a job.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct Job {
    /// Its id.
    job: String,
    /// Its kind, `tier-review` say.
    kind: String,
    /// The date that it is about.
    as_of: Date,
    /// running | done | failed.
    state: String,
    /// What it found so far.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")
    )]
    counts: Box<RawValue>,
    started_at: Instant,
    finished_at: Option<Instant>,
    /// Time spent in it, over all calls.
    duration_ms: i64,
    /// False while the same call would continue it.
    done: bool,
}

pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let id = call.id("id")?;
    let found = job::by_id(connection, id.as_str())?.ok_or_else(|| Problem::not_found(Slug::UnknownJob))?;
    let counts = RawValue::from_string(found.counts)
        .map_err(|_| StoreError::Damaged("the counts of a job are no JSON".to_owned()))?;
    Answer::json(&Job {
        job: found.job_id,
        kind: found.kind,
        as_of: Date(Day::from_number(found.as_of)),
        done: found.finished_at.is_some(),
        state: found.state,
        counts,
        started_at: Instant(found.started_at),
        finished_at: found.finished_at.map(Instant),
        duration_ms: found.busy_ms,
    })
}
