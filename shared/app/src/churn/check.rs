//! The check: alerts follow the held tiers of a date, page by page, so that a run that was cut off continues.

use std::iter::Peekable;

use domain::book::{SLOTS, customer_at};
use domain::churn::{Alert, Changes, Closing, Spell, has_spell, reconcile, spells};
use domain::date::{Day, Month};
use domain::tier::state::{Positions, TierStates};
use serde::{Deserialize, Serialize};
use store::churn_alert::AlertRow;
use store::job::{JobRow, NewJob};
use store::{Connection, StoreError, in_transaction};

use super::ChurnError;
use super::alert::{status_from_number, status_number};
use crate::tier::held::{HeldOn, latest_change, latest_review, review_dates};

const KIND: &str = "churn-check";

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
    /// Cases that became overdue and were escalated.
    pub escalated: u64,
    /// Time spent, in milliseconds.
    pub busy_ms: i64,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Found {
    alerts_opened: u64,
    alerts_closed: u64,
    escalated: u64,
    /// Number of the latest review that the check has looked at.
    reviewed_by: Option<i64>,
}

impl Found {
    fn read(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("counts of a check: {error}")))
    }

    fn write(self) -> Result<String, StoreError> {
        serde_json::to_string(&self).map_err(|error| StoreError::Damaged(error.to_string()))
    }
}

/// A date whose held tiers are looked at: that of the check, and those of later checks, which an earlier one may change.
struct Look {
    as_of: Day,
    reviewed_on: Day,
    positions: Positions,
    /// True when no review, not even of a part, is later, so that the present columns are those of the date.
    present: bool,
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
    let job_ref = in_transaction(connection, |connection| start(connection, request))?;
    let (mut held, mut spent) = (HeldOn::default(), 0);
    loop {
        let (job, found) = in_transaction(connection, |connection| {
            let mut job = store::job::by_ref(connection, job_ref)?
                .ok_or_else(|| StoreError::Damaged("the row of a check is gone".to_owned()))?;
            let mut found = Found::read(&job.counts)?;
            if job.state == "running" {
                // Other checks and reviews may have come in between: what was looked at before them is looked at again.
                let looks = looks(connection, request.as_of)?;
                let reviewed_by = latest_review(connection, request.as_of)?;
                if found.reviewed_by != reviewed_by {
                    (found.reviewed_by, job.position) = (reviewed_by, 0);
                }
                reviewed_on = looks.first().map_or(reviewed_on, |look| look.reviewed_on);
                next_page(connection, &looks, &mut held, &mut job, &mut found)?;
                if job.state == "done" {
                    found.escalated = super::escalate(connection, request.today)?;
                    job.finished_at = Some(request.now + elapsed_ms());
                }
                let elapsed = elapsed_ms();
                job.busy_ms += elapsed - spent;
                spent = elapsed;
                job.counts = found.write()?;
                store::job::progress(connection, &job)?;
            }
            Ok::<_, ChurnError>((job, found))
        })?;
        if job.state != "running" || elapsed_ms() >= budget_ms {
            return Ok(Check {
                done: job.state == "done",
                job_id: job.job_id,
                reviewed_on,
                opened: found.alerts_opened,
                closed: found.alerts_closed,
                escalated: found.escalated,
                busy_ms: job.busy_ms,
            });
        }
    }
}

fn looks<C: Connection>(connection: &mut C, as_of: Day) -> Result<Vec<Look>, ChurnError> {
    let reviews = review_dates(connection)?;
    let changed_on = latest_change(connection)?;
    // A later check that is still under way may have passed a page already.
    let later = store::job::begun_dates(connection, KIND)?.into_iter().map(Day::from_number);
    let dates = std::iter::once(as_of).chain(later.filter(|begun| *begun > as_of));
    let mut looks = Vec::new();
    for as_of in dates {
        let Some(reviewed_on) = reviews.iter().rev().copied().find(|review| *review <= as_of) else {
            return Err(ChurnError::NothingReviewed);
        };
        let scheme = store::tier::scheme_in_force(connection, reviewed_on.number())?
            .ok_or(ChurnError::NothingReviewed)?;
        let positions = crate::tier::positions(connection, &scheme.scheme)?;
        let present = changed_on == Some(reviewed_on);
        looks.push(Look { as_of, reviewed_on, positions, present });
    }
    Ok(looks)
}

fn start<C: Connection>(connection: &mut C, request: &CheckRequest) -> Result<i64, ChurnError> {
    let key = format!("{}/*", request.as_of);
    if let Some(job) = store::job::running(connection, KIND, &key)? {
        return Ok(job.job_ref);
    }
    let new = NewJob {
        kind: KIND,
        request: &key,
        as_of: request.as_of.number(),
        counts: &Found::default().write()?,
        started_by: &request.person,
        started_at: request.now,
    };
    Ok(store::job::start(connection, &new)?)
}

fn next_page<C: Connection>(
    connection: &mut C,
    looks: &[Look],
    held: &mut HeldOn,
    job: &mut JobRow,
    found: &mut Found,
) -> Result<(), ChurnError> {
    let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
    let from = job.position as u32;
    let to = chunks.min(from + (PAGE_CHUNKS / looks.len().max(1) as u32).max(1));
    let range = (customer_at(from, 0), customer_at(to, 0));
    let days: Vec<Day> = looks.iter().filter(|look| !look.present).map(|look| look.reviewed_on).collect();
    let mut past = Vec::with_capacity((to - from) as usize);
    for chunk_id in from..to {
        past.push(held.days(connection, chunk_id, &days)?.into_iter());
    }
    for (place, look) in looks.iter().enumerate() {
        let states: Vec<TierStates> = if look.present {
            store::state::states(connection, from, to)?
        } else {
            past.iter_mut().filter_map(Iterator::next).collect()
        };
        let mut rows =
            store::churn_alert::of_customers(connection, range, look.as_of.number())?.into_iter().peekable();
        let mut changed = Vec::new();
        for (chunk_id, states) in (from..to).zip(&states) {
            let changes = check_chunk(look, chunk_id, states, &mut rows, &mut changed)?;
            // What later checks had found is only brought into line; this check reports its own.
            if place == 0 {
                found.alerts_opened += changes.opened;
                found.alerts_closed += changes.closed;
            }
        }
        store::churn_alert::save(connection, changed)?;
    }
    job.position = to.into();
    if to >= chunks {
        job.state = "done".to_owned();
    }
    Ok(())
}

/// Brings the alerts of a chunk's customers into line, whose rows come next; new and changed ones go to `changed`.
fn check_chunk(
    look: &Look,
    chunk_id: u32,
    states: &TierStates,
    rows: &mut Peekable<impl Iterator<Item = AlertRow>>,
    changed: &mut Vec<AlertRow>,
) -> Result<Changes, ChurnError> {
    let mut sum = Changes::default();
    let (mut alerts, mut now): (Vec<Alert>, Vec<Spell>) = (Vec::new(), Vec::new());
    for slot in 0..SLOTS {
        let has_row = rows.peek().is_some_and(|row| row.customer_ref == customer_at(chunk_id, slot));
        if !has_row && !has_spell(states, slot) {
            continue;
        }
        let customer_ref = customer_at(chunk_id, slot);
        alerts.clear();
        while let Some(row) = rows.next_if(|row| row.customer_ref == customer_ref) {
            alerts.push(alert(&row)?);
        }
        now.clear();
        now.extend(spells(states, slot, look.reviewed_on.month()));
        let tier = look.positions.position(states.tier[slot]);
        let recovered = |lost: u8| {
            tier.is_some_and(|tier| look.positions.position(lost).is_some_and(|lost| tier <= lost))
        };
        let changes = reconcile(&mut alerts, &now, look.as_of, recovered);
        sum.opened += changes.opened;
        sum.closed += changes.closed;
        changed.extend(alerts.iter().filter(|alert| alert.changed).map(|alert| row(customer_ref, alert)));
    }
    Ok(sum)
}

const CLOSINGS: [(Closing, &str); 3] = [
    (Closing::Recovered, "recovered"),
    (Closing::Superseded, "superseded"),
    (Closing::Withdrawn, "withdrawn"),
];

fn alert(row: &AlertRow) -> Result<Alert, StoreError> {
    let damaged = || StoreError::Damaged("an alert does not have its form".to_owned());
    let closing = |name: &str| CLOSINGS.iter().find(|(_, known)| *known == name).map(|(closing, _)| *closing);
    let closed = match (row.closed_on, row.closing.as_deref()) {
        (Some(on), Some(name)) => Some((Day::from_number(on), closing(name).ok_or_else(damaged)?)),
        _ => None,
    };
    Ok(Alert {
        spell: Spell {
            tier_ref: row.tier_ref,
            status: status_from_number(row.status).ok_or_else(damaged)?,
            first_month: Month::from_number(row.first_month),
            or_earlier: false,
        },
        opened_on: Day::from_number(row.opened_on),
        closed,
        changed: false,
    })
}

fn row(customer_ref: u32, alert: &Alert) -> AlertRow {
    let closing =
        |of: Closing| CLOSINGS.iter().find(|(known, _)| *known == of).map(|(_, name)| (*name).to_owned());
    AlertRow {
        customer_ref,
        tier_ref: alert.spell.tier_ref,
        status: status_number(alert.spell.status),
        first_month: alert.spell.first_month.number(),
        opened_on: alert.opened_on.number(),
        closed_on: alert.closed.map(|(on, _)| on.number()),
        closing: alert.closed.and_then(|(_, of)| closing(of)),
    }
}
