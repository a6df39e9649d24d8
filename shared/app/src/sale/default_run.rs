//! The default: what nobody registered in time goes to who served, or to the organisation. A job books it day by day;
//! a sale that comes in after its window is decided at once.

use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::job::{JobRow, NewJob};
use store::{Connection, StoreError, in_transaction};

use super::{Ledger, Rules};
use crate::points::Moment;

mod decide;

pub(super) use decide::decide;

const KIND: &str = "sales-default";

/// Sales of a transaction.
const PAGE: u32 = 4_096;

/// Why a run was refused.
#[derive(Debug, thiserror::Error)]
pub enum DefaultRunError {
    /// The day has not come.
    #[error("sales are decided when their window is over: today or earlier is asked for")]
    Future,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultRun {
    /// Id of the run.
    pub job_id: String,
    /// True when no sale is left to decide; otherwise the next call continues.
    pub done: bool,
    /// Sales that were decided, over all calls.
    pub defaulted: u64,
    /// Time spent over all calls, in milliseconds.
    pub busy_ms: i64,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Found {
    defaulted: u64,
}

impl Found {
    fn read(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text)
            .map_err(|error| StoreError::Damaged(format!("counts of a default run: {error}")))
    }

    fn write(self) -> Result<String, StoreError> {
        serde_json::to_string(&self).map_err(|error| StoreError::Damaged(error.to_string()))
    }
}

/// Starts a run or continues the one of the same date and part of the bank (`top`: number and id of the subtree's top;
/// `None`: the whole bank), until every sale that is due by `as_of` is decided or `elapsed_ms` passes `budget_ms`. A
/// sale that was decided waits no longer, so that a repeat and a run of an earlier date add nothing. What is decided
/// counts in the day of the sale, whenever the run comes, and is known from the day of the run.
pub fn default_run<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    as_of: Day,
    top: Option<&(u32, String)>,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<DefaultRun, DefaultRunError> {
    if as_of > moment.today {
        return Err(DefaultRunError::Future);
    }
    let job_ref = in_transaction(connection, |connection| start(connection, moment, as_of, top))?;
    let mut spent = elapsed_ms();
    loop {
        let (job, found) = in_transaction(connection, |connection| {
            let mut job = store::job::by_ref(connection, job_ref)?
                .ok_or_else(|| StoreError::Damaged("the row of a default run is gone".to_owned()))?;
            let mut found = Found::read(&job.counts)?;
            if job.state == "running" {
                next_page(connection, moment, (as_of, top), &mut job, &mut found)?;
                let elapsed = elapsed_ms();
                if job.state == "done" {
                    job.finished_at = Some(moment.now_ms + elapsed);
                }
                job.busy_ms += elapsed - spent;
                spent = elapsed;
                job.counts = found.write()?;
                store::job::progress(connection, &job)?;
            }
            Ok::<_, StoreError>((job, found))
        })?;
        if job.state != "running" || elapsed_ms() >= budget_ms {
            return Ok(DefaultRun {
                done: job.state == "done",
                job_id: job.job_id,
                defaulted: found.defaulted,
                busy_ms: job.busy_ms,
            });
        }
    }
}

fn start<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    as_of: Day,
    top: Option<&(u32, String)>,
) -> Result<i64, StoreError> {
    let key = format!("{as_of}/{}", top.map_or("*", |(_, id)| id.as_str()));
    if let Some(job) = store::job::running(connection, KIND, &key)? {
        return Ok(job.job_ref);
    }
    let new = NewJob {
        kind: KIND,
        request: &key,
        as_of: as_of.number(),
        counts: &Found::default().write()?,
        started_by: moment.person,
        started_at: moment.now_ms,
    };
    store::job::start(connection, &new)
}

fn next_page<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (as_of, top): (Day, Option<&(u32, String)>),
    job: &mut JobRow,
    found: &mut Found,
) -> Result<(), StoreError> {
    let top = top.map(|(number, _)| *number);
    let mut due = store::sale::due(connection, as_of.number(), top, PAGE)?;
    if !due.is_empty() {
        let rules = Rules::load(connection)?;
        let numbers: Vec<i64> = due.iter().map(|sale| sale.sale_ref).collect();
        let mut ledger = Ledger::open(connection, moment, &numbers)?;
        decide(connection, &rules, &mut ledger, due.iter_mut().collect())?;
        ledger.save(connection)?;
        found.defaulted += due.len() as u64;
    }
    if due.len() < PAGE as usize {
        job.state = "done".to_owned();
    }
    Ok(())
}
