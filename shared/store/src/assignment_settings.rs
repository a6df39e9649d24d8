//! Whose customers go to managers, and how many a manager takes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Connection, StoreError};

/// How many customers a manager takes; what is absent has no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityDefinition {
    /// Of all tiers together.
    pub total: Option<u32>,
    /// Of a tier, by its code.
    pub tiers: BTreeMap<String, u32>,
}

/// The settings of the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Codes of the tiers whose customers go to managers; all others stay with the branch.
    pub manager_tiers: Vec<String>,
    /// How many a manager takes, where nothing else was said of that manager.
    pub capacity: CapacityDefinition,
}

/// The settings, and who changed them last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsRow {
    /// The settings.
    pub settings: Settings,
    /// Counts up with each change.
    pub version: i64,
    /// Who changed them.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// The text of a definition.
pub(crate) fn written(definition: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(definition).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The settings.
pub fn read<C: Connection>(connection: &mut C) -> Result<SettingsRow, StoreError> {
    connection
        .execute("select definition, version, changed_by, changed_at from assignment_settings", &[])?
        .read_one("assignment_settings.read", |row| {
            let damaged =
                || StoreError::Damaged("the settings of assignments do not have their form".to_owned());
            Ok(SettingsRow {
                settings: serde_json::from_str(&row.text()?).map_err(|_| damaged())?,
                version: row.integer()?,
                changed_by: row.text()?,
                changed_at: row.integer()?,
            })
        })
}

/// Replaces the settings.
pub fn put<C: Connection>(
    connection: &mut C,
    settings: &Settings,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update assignment_settings set definition = ?1, version = version + 1, changed_by = ?2, changed_at = ?3",
        &[written(settings)?.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}
