//! The instant by which reservations are judged.

use store::{Connection, StoreError};

/// A present instant, no earlier than the last one at which anybody booked or reserved points. Who waited for another
/// writer took the time before the wait: what timed out meanwhile may be somebody else's already. Call it inside the
/// transaction that decides.
pub(super) fn instant<C: Connection>(connection: &mut C, now_ms: i64) -> Result<i64, StoreError> {
    Ok(now_ms.max(store::points_reservation::last_instant(connection)?))
}
