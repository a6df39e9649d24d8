//! The scheduler: what the cron trigger starts. Each run writes a row of its own in the job table, because a trigger
//! only logs a failure and never retries; the same jobs have HTTP routes (`POST /tiers/reviews`).
//!
//! Nightly: points that ended, and the month of partners that is over ([`points`]); sales that nobody registered in time
//! ([`sales`]); managers hear of assignments that begin ([`assignments`]); then the tier review of the whole bank as of
//! the latest date that the book knows, and the churn check ([`nightly`]). None of them waits for another to succeed.

use app::churn::{Check, CheckRequest, ChurnError};
use app::tier::{Review, ReviewRequest};
use domain::date::Day;
use store::Connection;

mod assignments;
#[cfg(target_arch = "wasm32")]
mod component;
mod points;
mod sales;

pub use assignments::assignments;
pub use points::{PointsError, PointsNight, points};
pub use sales::sales;

/// Shanghai has been eight hours ahead of UTC since 1992; see the programme's zone in docs/operations.md.
const OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;
/// A night has room; past this the next night, or a call of the HTTP route, continues.
const BUDGET_MS: i64 = 600_000;

/// What a night came to.
pub struct Night {
    /// The review.
    pub review: Review,
    /// The check, once the review is done.
    pub check: Option<Check>,
    /// Overdue retention cases that were escalated.
    pub escalated: u64,
}

/// The nightly run at an instant.
pub fn nightly<C: Connection>(
    connection: &mut C,
    now: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<Night, ChurnError> {
    let today = Day::from_number((now + OFFSET_MS).div_euclid(DAY_MS) as i32);
    let person = "scheduler".to_owned();
    // First, because it needs nothing else: whatever fails below must not hold it up.
    let escalated = app::churn::escalate(connection, today, &person, now)?;
    let as_of = app::tier::default_date(connection, today)?;
    let request = ReviewRequest { as_of, organisation: None, person: person.clone(), now, today };
    let review = app::tier::review(connection, &request, BUDGET_MS, &elapsed_ms)?;
    let mut check = None;
    if review.done && !review.proposed {
        let tonight = CheckRequest { as_of, person: person.clone(), now, today };
        check = Some(app::churn::check(connection, &tonight, BUDGET_MS, &elapsed_ms)?);
        // Checks that were cut off are finished: a part of the book would otherwise never hear of them.
        for as_of in app::churn::unfinished(connection)? {
            let request = CheckRequest { as_of, ..tonight.clone() };
            app::churn::check(connection, &request, BUDGET_MS, &elapsed_ms)?;
        }
    }
    Ok(Night { review, check, escalated })
}
