//! Jobs that work page by page, a transaction each, so that a run that was cut off continues where it stopped.

use domain::date::Day;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::job::{JobRow, NewJob};
use store::{Connection, StoreError, in_transaction};

/// What a job is asked to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Kind of the job, `sales-default`.
    pub kind: &'static str,
    /// The date that it is about.
    pub as_of: Day,
    /// The part of the bank that it is about, by the id of its top; `*` for the whole.
    pub part: &'a str,
    /// Who asks.
    pub person: &'a str,
    /// The edge's clock, in milliseconds.
    pub now_ms: i64,
}

/// How a run stands.
#[derive(Clone, Debug)]
pub(crate) struct Run<N> {
    /// Id of the run.
    pub job_id: String,
    /// True when nothing is left to do; otherwise the next call continues.
    pub done: bool,
    /// What was found so far, over all calls.
    pub counts: N,
    /// Time spent over all calls, in milliseconds.
    pub busy_ms: i64,
}

/// Starts a run or continues the one of the same kind, date and part, until `page` says `done` in the state of the job or
/// `elapsed_ms` passes `budget_ms`. Every page is written together with how far the run came.
pub(crate) fn run_pages<C, N, E>(
    connection: &mut C,
    asked: Asked<'_>,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
    mut page: impl FnMut(&mut C, &mut JobRow, &mut N) -> Result<(), E>,
) -> Result<Run<N>, E>
where
    C: Connection,
    N: Default + Serialize + DeserializeOwned,
    E: From<StoreError>,
{
    let job_ref = in_transaction(connection, |connection| start::<C, N>(connection, asked))?;
    let mut spent = elapsed_ms();
    loop {
        let (job, counts) = in_transaction(connection, |connection| {
            let mut job = store::job::by_ref(connection, job_ref)?
                .ok_or_else(|| StoreError::Damaged(format!("the row of a {} is gone", asked.kind)))?;
            let mut counts = serde_json::from_str(&job.counts)
                .map_err(|error| StoreError::Damaged(format!("counts of {}: {error}", job.job_id)))?;
            if job.state == "running" {
                page(connection, &mut job, &mut counts)?;
                let elapsed = elapsed_ms();
                if job.state == "done" {
                    job.finished_at = Some(asked.now_ms + elapsed);
                }
                job.busy_ms += elapsed - spent;
                spent = elapsed;
                job.counts = written(&counts)?;
                store::job::progress(connection, &job)?;
            }
            Ok::<_, E>((job, counts))
        })?;
        if job.state != "running" || elapsed_ms() >= budget_ms {
            let done = job.state == "done";
            return Ok(Run { job_id: job.job_id, done, counts, busy_ms: job.busy_ms });
        }
    }
}

fn start<C, N>(connection: &mut C, asked: Asked<'_>) -> Result<i64, StoreError>
where
    C: Connection,
    N: Default + Serialize,
{
    let key = format!("{}/{}", asked.as_of, asked.part);
    if let Some(job) = store::job::running(connection, asked.kind, &key)? {
        return Ok(job.job_ref);
    }
    let new = NewJob {
        kind: asked.kind,
        request: &key,
        as_of: asked.as_of.number(),
        counts: &written(&N::default())?,
        started_by: asked.person,
        started_at: asked.now_ms,
    };
    store::job::start(connection, &new)
}

fn written<N: Serialize>(counts: &N) -> Result<String, StoreError> {
    serde_json::to_string(counts).map_err(|error| StoreError::Damaged(error.to_string()))
}
