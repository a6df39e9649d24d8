//! Assignments that were decided on an earlier day and begin: who gains or loses a share is told once more, on the day.

use std::collections::BTreeSet;

use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use serde::{Deserialize, Serialize};
use store::assignment::AssignmentRow;
use store::{Connection, StoreError};

use super::Change;
use super::notice::{Told, tell};
use crate::job::{Asked, run_pages};
use crate::points::Moment;

const KIND: &str = "assignments-begun";

/// Days that are looked back, so that nights that were missed are made up for.
const DAYS_BACK: i32 = 7;
/// Assignments that are read at once.
const PAGE: u32 = 4096;

/// What was told so far.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Counts {
    told: u64,
}

/// Tells employees of what was decided before and begins today, or began in the week before, by one message an
/// employee and day, and says how many were new. A day that was told of is done; what something else has replaced by now
/// is not told. Call it outside a transaction.
pub fn tell_begun<C: Connection>(connection: &mut C, moment: Moment<'_>) -> Result<u64, StoreError> {
    let done = store::job::begun_dates(connection, KIND)?;
    let mut told = 0;
    for on in (0..=DAYS_BACK).rev().map(|back| moment.today.plus(-back)) {
        if done.contains(&on.number()) {
            continue;
        }
        let asked = Asked { kind: KIND, as_of: on, part: "*", person: moment.person, now_ms: moment.now_ms };
        let run = run_pages(
            connection,
            asked,
            0,
            || 0,
            |connection, job, counts: &mut Counts| {
                counts.told += tell_of(connection, moment, on)?;
                job.state = "done".to_owned();
                Ok::<_, StoreError>(())
            },
        )?;
        told += run.counts.told;
    }
    Ok(told)
}

/// Tells of what begins on a day. What stood on the day before it is what changes.
fn tell_of<C: Connection>(connection: &mut C, moment: Moment<'_>, on: Day) -> Result<u64, StoreError> {
    let (mut changes, mut after) = (Vec::new(), 0);
    loop {
        let mut page = store::assignment::beginning(connection, on.number(), after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.assignment_ref;
        page.retain(|row| was_scheduled(row, on));
        let eve = on.plus(-1).number();
        let wanted: Vec<(u32, i32)> = page.iter().map(|row| (row.customer_ref, eve)).collect();
        let before = store::assignment::standing_on(connection, &wanted)?;
        let customers: Vec<u32> = page.iter().map(|row| row.customer_ref).collect();
        let now: BTreeSet<i64> = store::assignment::standing(connection, &customers, moment.today.number())?
            .into_iter()
            .map(|standing| standing.assignment_ref)
            .collect();
        let begun = page.into_iter().zip(before).filter(|(row, _)| now.contains(&row.assignment_ref));
        changes.extend(begun.map(|(row, before)| Change {
            assignment_ref: row.assignment_ref,
            customer_ref: row.customer_ref,
            before: before.map(|before| before.shares()).unwrap_or_default(),
            after: row.shares(),
            from: on,
        }));
    }
    tell(connection, moment, &changes, Told::Begun(on))
}

/// True when it was decided before its first day: what is decided on the day or later was told of at once.
fn was_scheduled(row: &AssignmentRow, on: Day) -> bool {
    business_day(row.decided_at.unwrap_or(row.created_at), SHANGHAI_OFFSET_MINUTES) < on
}
