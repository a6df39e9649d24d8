//! Alerts as people see them.

use domain::tier::Status;
use store::Connection;
use store::churn_alert::AlertView;

use super::ChurnError;

/// Statuses that raise an alert, with their names; the place is one less than the stored number.
const STATUSES: [(Status, &str); 3] =
    [(Status::Observed, "observed"), (Status::Attention, "attention"), (Status::Churned, "churned")];

/// The name of a stored status.
pub fn status_name(number: u8) -> &'static str {
    STATUSES.get(usize::from(number).wrapping_sub(1)).map_or("", |(_, name)| name)
}

/// The stored number of a status.
pub fn status_from_name(name: &str) -> Option<u8> {
    STATUSES.iter().position(|(_, known)| *known == name).map(|place| place as u8 + 1)
}

pub(super) fn status_number(status: Status) -> u8 {
    STATUSES.iter().position(|(known, _)| *known == status).map_or(0, |place| place as u8 + 1)
}

pub(super) fn status_from_number(number: u8) -> Option<Status> {
    STATUSES.get(usize::from(number).wrapping_sub(1)).map(|(status, _)| *status)
}

/// Notes that a person has seen a standing alert: once.
pub fn acknowledge<C: Connection>(
    connection: &mut C,
    alert: &AlertView,
    person: &str,
    now_ms: i64,
) -> Result<AlertView, ChurnError> {
    if alert.acknowledged_at.is_some() {
        return Err(ChurnError::Acknowledged);
    }
    if alert.closed_on.is_some() {
        return Err(ChurnError::Closed);
    }
    store::churn_alert::acknowledge(connection, alert.churn_alert_ref, person, now_ms)?;
    store::churn_alert::by_ref(connection, alert.churn_alert_ref)?.ok_or(ChurnError::UnknownAlert)
}
