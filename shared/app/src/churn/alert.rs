//! Alerts as people see them.

use domain::churn::{Alert, Closing, Spell};
use domain::date::{Day, Month};
use domain::tier::Status;
use store::churn_alert::{AlertRow, AlertView};
use store::{Connection, StoreError};

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

/// The status of a stored number.
pub(crate) fn status_from_number(number: u8) -> Option<Status> {
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

const CLOSINGS: [(Closing, &str); 3] = [
    (Closing::Recovered, "recovered"),
    (Closing::Superseded, "superseded"),
    (Closing::Withdrawn, "withdrawn"),
];

/// An alert as the rules see it.
pub(super) fn from_row(row: &AlertRow) -> Result<Alert, StoreError> {
    let damaged = || StoreError::Damaged("an alert does not have its form".to_owned());
    let closing = |name: &str| CLOSINGS.iter().find(|(_, known)| *known == name).map(|(closing, _)| *closing);
    let closed = match (row.closed_on, row.closing.as_deref()) {
        (Some(on), Some(name)) => Some((Day::from_number(on), closing(name).ok_or_else(damaged)?)),
        _ => None,
    };
    let opened_on = Day::from_number(row.opened_on);
    Ok(Alert {
        spell: Spell {
            tier_ref: row.tier_ref,
            status: status_from_number(row.status).ok_or_else(damaged)?,
            first_month: Month::from_number(row.first_month),
            or_earlier: false,
        },
        opened_on,
        closed,
        stored: Some((opened_on, closed)),
    })
}

/// An alert as it is stored.
pub(super) fn to_row(customer_ref: u32, alert: &Alert) -> AlertRow {
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
