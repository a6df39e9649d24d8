//! The check: alerts follow the held tiers of a date, page by page, so that a run that was cut off continues.

use std::rc::Rc;

use domain::book::{SLOTS, customer_at};
use domain::date::Day;
use domain::tier::state::{Positions, TierStates};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::job::JobRow;

use super::ChurnError;
use super::announce::{announce, retract, send_reports};
use super::strategy::Strategies;
use crate::job::{Asked, run_pages};
use crate::tier::held::{HeldOn, latest_change, latest_review, review_dates};

mod chunk;

use chunk::{Written, check_chunk};

pub(super) const KIND: &str = "churn-check";

/// Chunks a transaction: 65 536 customers; fewer where later checks are brought into line.
const PAGE_CHUNKS: u32 = 16;

/// What is asked.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// Date of the check.
    pub as_of: Day,
    /// Who asks.
    pub person: String,
    /// The edge's clock, in milliseconds.
    pub now: i64,
    /// The business day of `now`.
    pub today: Day,
}

/// How a check stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Id of the run.
    pub job_id: String,
    /// True when every customer has been looked at; otherwise the next call continues.
    pub done: bool,
    /// Date of the review that it looks at.
    pub reviewed_on: Day,
    /// Alerts opened.
    pub opened: u64,
    /// Alerts closed.
    pub closed: u64,
    /// Time spent, in milliseconds.
    pub busy_ms: i64,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Found {
    alerts_opened: u64,
    alerts_closed: u64,
    /// Number of the latest review that the check has looked at.
    reviewed_by: Option<i64>,
}

/// A date whose held tiers are looked at: that of the check, and those of later checks, which an earlier one may change.
struct Look {
    as_of: Day,
    reviewed_on: Day,
    positions: Rc<Positions>,
    /// True when no review, not even of a part, is later, so that the present columns are those of the date.
    present: bool,
}

/// Dates of the checks that were begun and not done, the earliest first.
pub fn unfinished<C: Connection>(connection: &mut C) -> Result<Vec<Day>, ChurnError> {
    let mut dates: Vec<Day> =
        store::job::unfinished(connection, KIND)?.iter().map(|job| Day::from_number(job.as_of)).collect();
    dates.sort_unstable();
    Ok(dates)
}

/// Starts a check or continues the one of the same date, until it is done or `elapsed_ms` passes `budget_ms`.
pub fn check<C: Connection>(
    connection: &mut C,
    request: &CheckRequest,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<Check, ChurnError> {
    if request.as_of > request.today {
        return Err(ChurnError::Future);
    }
    let first = looks(connection, request.as_of)?;
    let mut reviewed_on = first.first().ok_or(ChurnError::NothingReviewed)?.reviewed_on;
    let asked =
        Asked { kind: KIND, as_of: request.as_of, part: "*", person: &request.person, now_ms: request.now };
    let mut held = HeldOn::default();
    let run = run_pages(connection, asked, budget_ms, elapsed_ms, |connection, job, found: &mut Found| {
        // Other checks and reviews may have come in between: what was looked at before them is looked at again.
        let looks = looks(connection, request.as_of)?;
        let reviewed_by = latest_review(connection, request.as_of)?;
        if found.reviewed_by != reviewed_by {
            (found.reviewed_by, job.position) = (reviewed_by, 0);
        }
        reviewed_on = looks.first().map_or(reviewed_on, |look| look.reviewed_on);
        next_page(connection, (request, &looks), &mut held, job, found)
    })?;
    let Found { alerts_opened, alerts_closed, .. } = run.counts;
    Ok(Check {
        job_id: run.job_id,
        done: run.done,
        reviewed_on,
        opened: alerts_opened,
        closed: alerts_closed,
        busy_ms: run.busy_ms,
    })
}

fn looks<C: Connection>(connection: &mut C, as_of: Day) -> Result<Vec<Look>, ChurnError> {
    let reviews = review_dates(connection)?;
    let changed_on = latest_change(connection)?;
    // A later check that is still under way may have passed a page already.
    let later = store::job::begun_dates(connection, KIND)?.into_iter().map(Day::from_number);
    let dates = std::iter::once(as_of).chain(later.filter(|begun| *begun > as_of));
    let mut looks: Vec<Look> = Vec::new();
    for as_of in dates {
        let Some(reviewed_on) = reviews.iter().rev().copied().find(|review| *review <= as_of) else {
            return Err(ChurnError::NothingReviewed);
        };
        let positions = match looks.last() {
            Some(Look { reviewed_on: of_last, positions, .. }) if *of_last == reviewed_on => {
                positions.clone()
            }
            _ => {
                let scheme = store::tier::scheme_in_force(connection, reviewed_on.number())?
                    .ok_or(ChurnError::NothingReviewed)?;
                Rc::new(crate::tier::positions(connection, &scheme.scheme)?)
            }
        };
        let present = changed_on == Some(reviewed_on);
        looks.push(Look { as_of, reviewed_on, positions, present });
    }
    Ok(looks)
}

fn next_page<C: Connection>(
    connection: &mut C,
    (request, looks): (&CheckRequest, &[Look]),
    held: &mut HeldOn,
    job: &mut JobRow,
    found: &mut Found,
) -> Result<(), ChurnError> {
    let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
    let from = job.position as u32;
    let to = chunks.min(from + (PAGE_CHUNKS / looks.len().max(1) as u32).max(1));
    let range = (customer_at(from, 0), customer_at(to, 0));
    let as_of = looks.first().map_or(0, |look| look.as_of.number());
    let mut rows = store::churn_alert::of_customers(connection, range, as_of)?.into_iter().peekable();
    let mut days: Vec<Day> = looks.iter().filter(|look| !look.present).map(|look| look.reviewed_on).collect();
    days.dedup();
    let present = store::state::states(connection, from, to)?;
    let mut written = Written::default();
    for (chunk_id, present) in (from..to).zip(&present) {
        let past = held.days(connection, chunk_id, present, &days)?;
        let states_of = |look: &Look| match look.present {
            true => Some(present),
            false => days.iter().position(|day| *day == look.reviewed_on).and_then(|day| past.get(day)),
        };
        let seen: Vec<(&Look, &TierStates)> =
            looks.iter().filter_map(|look| Some((look, states_of(look)?))).collect();
        check_chunk(connection, &seen, chunk_id, &mut rows, found, &mut written)?;
    }
    store::churn_alert::save(connection, written.rows)?;
    if !written.news.is_empty() {
        let strategies = Strategies::load(connection)?;
        announce(connection, &strategies, (job.job_ref, &written.news), request.now, request.today)?;
    }
    retract(connection, &written.over, request.now)?;
    job.position = to.into();
    if to >= chunks {
        let strategies = Strategies::load(connection)?;
        send_reports(connection, &strategies, (job.job_ref, request.as_of), request.now, request.today)?;
        job.state = "done".to_owned();
    }
    Ok(())
}
