//! Takes back what was asked of people about alerts that are closed.

use store::Connection;

use super::subject;
use crate::churn::ChurnError;
use crate::churn::alert::status_number;
use crate::churn::strategy::Opened;

/// Ends the tasks about alerts that a check has closed, and gives up the messages that still wait, in the caller's
/// transaction. A message that is on its way is not called back, and a case stays with its owner. Asked again it finds
/// nothing to do.
pub(crate) fn retract<C: Connection>(
    connection: &mut C,
    closed: &[Opened],
    now_ms: i64,
) -> Result<(), ChurnError> {
    if closed.is_empty() {
        return Ok(());
    }
    let keys = closed.iter().map(|alert| {
        (alert.customer_ref, alert.tier_ref, status_number(alert.status), alert.first_month.number())
    });
    store::task::end_of_alerts(connection, keys, "check", now_ms)?;
    let subjects: Vec<String> = closed.iter().map(subject).collect();
    let subjects = subjects.iter().map(String::as_str);
    store::outbox::give_up_about(connection, subjects, "the alert was closed", now_ms)?;
    Ok(())
}
