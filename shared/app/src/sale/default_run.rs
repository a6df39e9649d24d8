//! The default: what nobody registered in time goes to who served, or to the organisation. A job books it day by day;
//! a sale that comes in after its window is decided at once. The
//! job also takes in what is left of the sales that came before their product had a rule.

use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::job::JobRow;
use store::{Connection, StoreError};

use super::take_in::take_in_history;
use super::{Ledger, Rules};
use crate::job::{Asked, Run, run_pages};
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
    let part = top.map_or("*", |(_, id)| id.as_str());
    let asked = Asked { kind: KIND, as_of, part, person: moment.person, now_ms: moment.now_ms };
    let run = run_pages(connection, asked, budget_ms, elapsed_ms, |connection, job, found: &mut Found| {
        next_page(connection, moment, (as_of, top), job, found)
    })?;
    let Run { job_id, done, counts, busy_ms } = run;
    Ok(DefaultRun { job_id, done, defaulted: counts.defaulted, busy_ms })
}

fn next_page<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (as_of, top): (Day, Option<&(u32, String)>),
    job: &mut JobRow,
    found: &mut Found,
) -> Result<(), StoreError> {
    // What came before the rule of its product is a sale first, and then may be due.
    if take_in_history(connection, moment)? {
        return Ok(());
    }
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
