//! Whose customers go to managers, and how many a manager takes.

use std::collections::BTreeMap;

use app::assignment::{self, AssignmentError};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::assignment_settings::{CapacityDefinition, Settings, SettingsRow};
use web::field::{IdText, Instant, StrictMap};
use web::{Answer, Call, Problem};

use crate::problem::of_assignment;
use crate::proposals::moment;

/// How many customers a manager takes.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct UsualCapacityBody {
    /// Of all tiers together; no limit when absent.
    #[serde(default)]
    total: Option<u32>,
    /// Of single tiers by their codes; a tier that is missing has no limit of its own.
    #[serde(default)]
    tiers: Option<StrictMap<u32>>,
}

/// The settings of assignments.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentSettingsBody {
    /// Codes of the tiers whose customers go to managers; all others stay with the branch.
    manager_tiers: Vec<IdText>,
    /// How many customers a manager takes, where nothing else was said of that manager.
    capacity: UsualCapacityBody,
}

/// How many customers a manager takes.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct UsualCapacityAnswer {
    /// Of all tiers together; null: no limit.
    total: Option<u32>,
    /// Of single tiers by their codes.
    tiers: BTreeMap<String, u32>,
}

/// The settings of assignments.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AssignmentSettingsAnswer {
    /// Codes of the tiers whose customers go to managers.
    manager_tiers: Vec<String>,
    /// How many customers a manager takes, where nothing else was said of that manager.
    capacity: UsualCapacityAnswer,
    /// Counts up with each change.
    version: i64,
    /// Who changed them.
    changed_by: String,
    /// When.
    changed_at: Instant,
}

fn answer(row: SettingsRow) -> Result<Answer, Problem> {
    let SettingsRow { settings, version, changed_by, changed_at } = row;
    let CapacityDefinition { total, tiers } = settings.capacity;
    Answer::json(&AssignmentSettingsAnswer {
        manager_tiers: settings.manager_tiers,
        capacity: UsualCapacityAnswer { total, tiers },
        version,
        changed_by,
        changed_at: Instant(changed_at),
    })
}

/// `GET /assignments/settings`
pub(crate) fn show<C: Connection>(connection: &mut C, _: &Call) -> Result<Answer, Problem> {
    answer(assignment::settings(connection)?)
}

/// `PUT /assignments/settings`
pub(crate) fn put<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    if call.caller.organisation.is_some() || call.caller.own.is_some() {
        return Err(Problem::forbidden("settings are the whole bank's, and the key sees a part of it"));
    }
    let body: AssignmentSettingsBody = call.body()?;
    let settings = Settings {
        manager_tiers: body.manager_tiers.into_iter().map(|code| code.0.as_str().to_owned()).collect(),
        capacity: CapacityDefinition {
            total: body.capacity.total,
            tiers: body.capacity.tiers.map(|tiers| tiers.0).unwrap_or_default(),
        },
    };
    let listed = settings.manager_tiers.len();
    let changed = call
        .atomically(connection, |connection| assignment::put_settings(connection, moment(call), &settings))
        .map_err(|error| match error {
            AssignmentError::UnknownTier { place } if place < listed => {
                Problem::rule(format!("/manager_tiers/{place}"), error.to_string())
            }
            AssignmentError::UnknownTier { .. } => Problem::rule("/capacity/tiers", error.to_string()),
            other => of_assignment(other),
        })?;
    answer(changed)
}
