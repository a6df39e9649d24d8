//! The scheduler: what the cron trigger starts. Each run writes a row of its own in the job table, because a trigger
//! only logs a failure and never retries; the same jobs have HTTP routes (`POST /tiers/reviews`).
//!
//! Nightly: the tier review of the whole bank as of the latest date that the book knows.

use app::tier::{Review, ReviewRequest, TierError};
use domain::date::Day;
use store::Connection;

#[cfg(target_arch = "wasm32")]
mod component;

/// Shanghai has been eight hours ahead of UTC since 1992; see the programme's zone in docs/operations.md.
const OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;
/// A night has room; past this the next night, or a call of the HTTP route, continues.
const BUDGET_MS: i64 = 600_000;

/// The nightly review at an instant.
pub fn nightly<C: Connection>(
    connection: &mut C,
    now: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<Review, TierError> {
    let today = Day::from_number((now + OFFSET_MS).div_euclid(DAY_MS) as i32);
    let as_of = app::tier::default_date(connection, today)?;
    let request = ReviewRequest { as_of, organisation: None, person: "scheduler".to_owned(), now, today };
    app::tier::review(connection, &request, BUDGET_MS, elapsed_ms)
}
