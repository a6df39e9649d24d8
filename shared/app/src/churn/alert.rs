//! Alerts as people see them.

use domain::churn::{Alert, Closing, Gap, Spell, Stored};
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

fn closing_name(closing: Closing) -> &'static str {
    CLOSINGS.iter().find(|(known, _)| *known == closing).map_or("", |(_, name)| name)
}

/// An alert as the rules see it.
pub(super) fn from_row(row: &AlertRow) -> Result<Alert, StoreError> {
    let damaged = || StoreError::Damaged("an alert does not have its form".to_owned());
    let closing = |name: &str| CLOSINGS.iter().find(|(_, known)| *known == name).map(|(closing, _)| *closing);
    let closed = match (row.closed_on, row.closing.as_deref()) {
        (Some(on), Some(name)) => Some((Day::from_number(on), closing(name).ok_or_else(damaged)?)),
        _ => None,
    };
    let gaps = row.gaps.as_deref().unwrap_or_default().split_terminator(',').map(gap);
    let gaps = gaps.collect::<Option<Vec<Gap>>>().ok_or_else(damaged)?;
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
        gaps: gaps.clone(),
        stored: Some(Stored { opened_on, closed, gaps }),
    })
}

/// Day, first letter of the closing, day.
fn gap(text: &str) -> Option<Gap> {
    let (closing, letter) = [(Closing::Recovered, 'r'), (Closing::Superseded, 's')]
        .into_iter()
        .find(|(_, letter)| text.contains(*letter))?;
    let (closed_on, reopened_on) = text.split_once(letter)?;
    let day = |text: &str| text.parse().ok().map(Day::from_number);
    Some(Gap { closed_on: day(closed_on)?, closing, reopened_on: day(reopened_on)? })
}

/// An alert as it is stored.
pub(super) fn to_row(customer_ref: u32, alert: &Alert) -> AlertRow {
    let gap = |gap: &Gap| {
        let letter = &closing_name(gap.closing)[..1];
        format!("{}{letter}{}", gap.closed_on.number(), gap.reopened_on.number())
    };
    let gaps = alert.gaps.iter().map(gap).collect::<Vec<_>>().join(",");
    AlertRow {
        customer_ref,
        tier_ref: alert.spell.tier_ref,
        status: status_number(alert.spell.status),
        first_month: alert.spell.first_month.number(),
        opened_on: alert.opened_on.number(),
        closed_on: alert.closed.map(|(on, _)| on.number()),
        closing: alert.closed.map(|(_, closing)| closing_name(closing).to_owned()),
        gaps: Some(gaps).filter(|gaps| !gaps.is_empty()),
    }
}
