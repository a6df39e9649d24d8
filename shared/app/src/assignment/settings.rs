//! Whose customers go to managers, and how many a manager takes.

use store::assignment_settings::{self, Settings, SettingsRow};
use store::{Connection, StoreError};

use super::AssignmentError;
use crate::points::Moment;

/// The settings of the bank.
pub fn settings<C: Connection>(connection: &mut C) -> Result<SettingsRow, StoreError> {
    assignment_settings::read(connection)
}

/// Replaces the settings of the bank. Call it inside a transaction.
pub fn put_settings<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    settings: &Settings,
) -> Result<SettingsRow, AssignmentError> {
    let codes = store::tier::tier_codes(connection)?;
    let unknown = |code: &String| !codes.values().any(|known| known == code);
    let mut named = settings.manager_tiers.iter().chain(settings.capacity.tiers.keys());
    if let Some(place) = named.position(unknown) {
        return Err(AssignmentError::UnknownTier { place });
    }
    assignment_settings::put(connection, settings, moment.person, moment.now_ms)?;
    Ok(assignment_settings::read(connection)?)
}
