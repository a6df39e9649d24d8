//! What a night does with assignments.

use app::points::Moment;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use store::{Connection, StoreError};

/// Tells managers of assignments that were decided before and begin on the day of an instant, and says how many messages
/// were new. Called again it tells nothing twice; a night that was missed is made up for by one of the next seven.
pub fn assignments<C: Connection>(connection: &mut C, now: i64) -> Result<u64, StoreError> {
    let today = business_day(now, SHANGHAI_OFFSET_MINUTES);
    app::assignment::tell_begun(connection, Moment { now_ms: now, today, person: "scheduler" })
}
