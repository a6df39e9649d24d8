//! Runs of jobs: what was asked, how far it came, what it found.

use crate::{Connection, Row, StoreError};

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Its number.
    pub job_ref: i64,
    /// The id that callers see.
    pub job_id: String,
    /// Kind of the job, `tier-review`.
    pub kind: String,
    /// What was asked, so that a repeated call finds the run that it continues.
    pub request: String,
    /// Date that the run is about.
    pub as_of: i32,
    /// running | done | failed.
    pub state: String,
    /// Where the next call continues.
    pub position: i64,
    /// What was found so far, as JSON.
    pub counts: String,
    /// Who started it.
    pub started_by: String,
    /// When, in milliseconds.
    pub started_at: i64,
    /// When it was done.
    pub finished_at: Option<i64>,
    /// Time spent in it, over all calls, in milliseconds.
    pub busy_ms: i64,
    /// Why it failed.
    pub error: Option<String>,
}

/// A run that is to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewJob<'a> {
    /// Kind of the job.
    pub kind: &'a str,
    /// What is asked.
    pub request: &'a str,
    /// Date that the run is about.
    pub as_of: i32,
    /// Counts of a run that has found nothing so far, as JSON.
    pub counts: &'a str,
    /// Who starts it.
    pub started_by: &'a str,
    /// When, in milliseconds.
    pub started_at: i64,
}

const COLUMNS: &str =
    "job_ref, job_id, kind, request, as_of, state, position, counts, started_by, started_at,
  finished_at, busy_ms, error";

fn job_row(row: &mut Row<'_>) -> Result<JobRow, StoreError> {
    Ok(JobRow {
        job_ref: row.integer()?,
        job_id: row.text()?,
        kind: row.text()?,
        request: row.text()?,
        as_of: row.narrow()?,
        state: row.text()?,
        position: row.integer()?,
        counts: row.text()?,
        started_by: row.text()?,
        started_at: row.integer()?,
        finished_at: row.integer_or_null()?,
        busy_ms: row.integer()?,
        error: row.text_or_null()?,
    })
}

/// The run of an id.
pub fn by_id<C: Connection>(connection: &mut C, job_id: &str) -> Result<Option<JobRow>, StoreError> {
    let sql = format!("select {COLUMNS} from job where job_id = ?1");
    connection.execute(&sql, &[job_id.into()])?.read_first("job.by_id", job_row)
}

/// The run of a number.
pub fn by_ref<C: Connection>(connection: &mut C, job_ref: i64) -> Result<Option<JobRow>, StoreError> {
    let sql = format!("select {COLUMNS} from job where job_ref = ?1");
    connection.execute(&sql, &[job_ref.into()])?.read_first("job.by_ref", job_row)
}

/// The run of this request that has not come to its end.
pub fn running<C: Connection>(
    connection: &mut C,
    kind: &str,
    request: &str,
) -> Result<Option<JobRow>, StoreError> {
    let sql =
        format!("select {COLUMNS} from job where kind = ?1 and request = ?2 and state = 'running' limit 1");
    connection.execute(&sql, &[kind.into(), request.into()])?.read_first("job.running", job_row)
}

/// Runs of this kind that have not come to their end, oldest first.
pub fn unfinished<C: Connection>(connection: &mut C, kind: &str) -> Result<Vec<JobRow>, StoreError> {
    let sql = format!("select {COLUMNS} from job where kind = ?1 and state = 'running' order by job_ref");
    connection.execute(&sql, &[kind.into()])?.read("job.unfinished", job_row)
}

/// Latest date that a run of this kind was about.
pub fn latest_as_of<C: Connection>(connection: &mut C, kind: &str) -> Result<Option<i32>, StoreError> {
    connection
        .execute("select max(as_of) from job where kind = ?1 and state <> 'failed'", &[kind.into()])?
        .read_one("job.latest_as_of", |row| row.narrow_or_null())
}

/// Latest date of any run of this kind, also of those that were cut off or failed: each may have written.
pub fn latest_begun<C: Connection>(connection: &mut C, kind: &str) -> Result<Option<i32>, StoreError> {
    connection
        .execute("select max(as_of) from job where kind = ?1", &[kind.into()])?
        .read_one("job.latest_begun", |row| row.narrow_or_null())
}

/// Nothing of the review waits for confirmation.
const SETTLED: &str = "state = 'done' and not exists (
  select 1 from tier_decision where tier_decision.job_ref = job.job_ref and tier_decision.state = 'proposed')";

/// Number of the review, of the whole bank or a part, that was settled last among those up to a day.
pub fn latest_settled_review<C: Connection>(
    connection: &mut C,
    kind: &str,
    day: i32,
) -> Result<Option<i64>, StoreError> {
    let sql = format!("select max(job_ref) from job where kind = ?1 and as_of <= ?2 and {SETTLED}");
    connection
        .execute(&sql, &[kind.into(), day.into()])?
        .read_one("job.latest_settled_review", |row| row.integer_or_null())
}

/// Dates of the reviews of the whole bank that are done and have nothing left that waits for confirmation, ascending.
pub fn settled_reviews<C: Connection>(connection: &mut C, kind: &str) -> Result<Vec<i32>, StoreError> {
    let sql = format!(
        "select distinct as_of from job where kind = ?1 and request like '%/*' and {SETTLED} order by as_of"
    );
    connection.execute(&sql, &[kind.into()])?.read("job.settled_reviews", |row| row.narrow())
}

/// Latest date up to a day of a run of this kind over the whole bank that is done.
pub fn latest_done_date<C: Connection>(
    connection: &mut C,
    kind: &str,
    day: i32,
) -> Result<Option<i32>, StoreError> {
    connection
        .execute(
            "select max(as_of) from job
             where kind = ?1 and state = 'done' and as_of <= ?2 and request like '%/*'",
            &[kind.into(), day.into()],
        )?
        .read_one("job.latest_done_date", |row| row.narrow_or_null())
}

/// Dates of the runs of this kind over the whole bank that have begun and not failed, ascending.
pub fn begun_dates<C: Connection>(connection: &mut C, kind: &str) -> Result<Vec<i32>, StoreError> {
    connection
        .execute(
            "select distinct as_of from job where kind = ?1 and state <> 'failed' and request like '%/*'
             order by as_of",
            &[kind.into()],
        )?
        .read("job.begun_dates", |row| row.narrow())
}

/// Starts a run and returns its number; its id is the kind and the number.
pub fn start<C: Connection>(connection: &mut C, job: &NewJob<'_>) -> Result<i64, StoreError> {
    let number = connection
        .execute("select coalesce(max(job_ref), 0) + 1 from job", &[])?
        .read_one("job.next", |row| row.integer())?;
    connection.execute(
        "insert into job (job_ref, job_id, kind, request, as_of, state, position, counts, started_by, started_at,
           busy_ms) values (?1, ?2, ?3, ?4, ?5, 'running', 0, ?6, ?7, ?8, 0)",
        &[
            number.into(),
            format!("{}-{number}", job.kind).into(),
            job.kind.into(),
            job.request.into(),
            job.as_of.into(),
            job.counts.into(),
            job.started_by.into(),
            job.started_at.into(),
        ],
    )?;
    Ok(number)
}

/// Notes how far a run came; `finished_at` ends it.
pub fn progress<C: Connection>(connection: &mut C, job: &JobRow) -> Result<(), StoreError> {
    connection.execute(
        "update job set state = ?2, position = ?3, counts = ?4, finished_at = ?5, busy_ms = ?6, error = ?7
         where job_ref = ?1",
        &[
            job.job_ref.into(),
            job.state.as_str().into(),
            job.position.into(),
            job.counts.as_str().into(),
            job.finished_at.into(),
            job.busy_ms.into(),
            job.error.clone().into(),
        ],
    )?;
    Ok(())
}
