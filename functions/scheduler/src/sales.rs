//! What a night does with sales.

use app::points::Moment;
use app::sale::{DefaultRun, DefaultRunError, default_run};
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use store::Connection;

use crate::BUDGET_MS;

/// Decides every sale whose window is over at an instant and that nobody is credited for. Called again it does what is
/// left; a night that was missed is made up for by the next one.
pub fn sales<C: Connection>(
    connection: &mut C,
    now: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<DefaultRun, DefaultRunError> {
    let today = business_day(now, SHANGHAI_OFFSET_MINUTES);
    let moment = Moment { now_ms: now, today, person: "scheduler" };
    default_run(connection, moment, today, None, BUDGET_MS, elapsed_ms)
}
