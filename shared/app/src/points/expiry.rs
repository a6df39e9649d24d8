//! The job that books what has ended: lots whose last day is over, reservations whose time is, and redemptions that a
//! partner did not confirm in time. Reads know all three without it.

use domain::date::Day;
use domain::points::{Cause, EntryKind, Lot};
use serde::{Deserialize, Serialize};
use store::job::JobRow;
use store::{Connection, StoreError};

use super::reservation::expire_reservations;
use super::{Book, Moment};
use crate::job::{Asked, run_pages};

const KIND: &str = "points-expiry";

/// Lots of a transaction.
const PAGE: u32 = 2_000;

/// Why a run was refused.
#[derive(Debug, thiserror::Error)]
pub enum ExpiryError {
    /// The day has not come.
    #[error("points do not end before their day: today or earlier is asked for")]
    Future,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryRun {
    /// Id of the run.
    pub job_id: String,
    /// True when nothing is left to book; otherwise the next call continues.
    pub done: bool,
    /// Lots that ended.
    pub lots: u64,
    /// Points that ended.
    pub points: i64,
    /// Customers whose points ended; known when the run is done.
    pub customers: i64,
    /// Reservations whose time was over.
    pub reservations_timed_out: u64,
    /// Redemptions that a partner did not confirm in time.
    pub redemptions_lapsed: u64,
    /// Time spent over all calls, in milliseconds.
    pub busy_ms: i64,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Found {
    lots: u64,
    points: i64,
    customers: i64,
    reservations_timed_out: u64,
    redemptions_lapsed: u64,
}

/// Starts a run or continues the one of the same date, until everything up to it is booked or `elapsed_ms` passes
/// `budget_ms`. What was booked is no longer there to book, so that a repeat and a run of an earlier date add nothing.
pub fn run_expiry<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    as_of: Day,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<ExpiryRun, ExpiryError> {
    if as_of > moment.today {
        return Err(ExpiryError::Future);
    }
    let asked = Asked { kind: KIND, as_of, part: "*", person: moment.person, now_ms: moment.now_ms };
    let run = run_pages(connection, asked, budget_ms, elapsed_ms, |connection, job, found: &mut Found| {
        next_page(connection, moment, as_of, job, found)
    })?;
    let Found { lots, points, customers, reservations_timed_out, redemptions_lapsed } = run.counts;
    Ok(ExpiryRun {
        job_id: run.job_id,
        done: run.done,
        lots,
        points,
        customers,
        reservations_timed_out,
        redemptions_lapsed,
        busy_ms: run.busy_ms,
    })
}

/// Redemptions and reservations first: what they let go pays off debt, or ends with the rest.
fn next_page<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    as_of: Day,
    job: &mut JobRow,
    found: &mut Found,
) -> Result<(), StoreError> {
    let lapsed = crate::reward::time_out(connection, moment, PAGE)?;
    found.redemptions_lapsed += lapsed;
    if lapsed == u64::from(PAGE) {
        return Ok(());
    }
    let timed_out = expire_reservations(connection, moment, PAGE)?;
    found.reservations_timed_out += timed_out;
    if timed_out == u64::from(PAGE) {
        return Ok(());
    }
    let cause = Cause::Job(job.job_ref);
    if super::debt::pay_due(connection, moment, cause, PAGE)? == u64::from(PAGE) {
        return Ok(());
    }
    let ended = book_expiry(connection, moment, as_of, cause, PAGE)?;
    found.lots += ended.len() as u64;
    found.points += ended.iter().map(Lot::free).sum::<i64>();
    if ended.len() < PAGE as usize {
        found.customers = store::points_entry::customers_of_cause(connection, cause.numbers())?;
        job.state = "done".to_owned();
    }
    Ok(())
}

/// Books a page of lots that ended before a day, each on the day after its last one, and returns them as they were.
/// What open reservations hold stays. Call it inside a transaction.
pub fn book_expiry<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    as_of: Day,
    cause: Cause,
    page: u32,
) -> Result<Vec<Lot>, StoreError> {
    let ended = store::points_lot::ended(connection, as_of.number(), moment.now_ms, page)?;
    let mut book = Book::open(connection, moment)?;
    for lot in &ended {
        if let Some(last) = lot.issued.expires_on {
            book.take(lot, lot.free(), EntryKind::Expire, last.plus(1), cause);
        }
    }
    book.save(connection)?;
    Ok(ended)
}
