//! The settings of the points programme, in one row, and the digest of the rules in force.

use serde::{Deserialize, Serialize};

use crate::{Connection, StoreError};

/// What the settings say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeDefinition {
    /// A rule is made active by somebody else than its author.
    pub four_eyes: bool,
    /// Who asked for that last, while it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub four_eyes_by: Option<String>,
    /// Days for which points of a cancelled redemption come back, when their lot has ended.
    pub reinstate_days: u16,
    /// So many points …
    pub cost_points: i64,
    /// … cost the bank so much, in minor units.
    pub cost_minor: i64,
    /// Days of notice before a reward costs more points.
    pub price_notice_days: u16,
    /// `reinstate_days` of each version before this one.
    pub earlier_reinstate_days: Vec<(u32, u16)>,
}

/// The settings with their version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeRow {
    /// How often they were changed; 0: never, they are what they were from the beginning.
    pub version: u32,
    /// The settings.
    pub definition: ProgrammeDefinition,
    /// Who changed them.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// The settings, when they or a rule were ever written.
pub fn load<C: Connection>(connection: &mut C) -> Result<Option<ProgrammeRow>, StoreError> {
    connection
        .execute("select definition, version, changed_by, changed_at from points_programme", &[])?
        .read_first("points_programme.load", |row| {
            let definition = serde_json::from_str(&row.text()?).map_err(|_| {
                StoreError::Damaged("the settings of the points programme do not have their form".to_owned())
            })?;
            Ok(ProgrammeRow {
                definition,
                version: row.narrow()?,
                changed_by: row.text()?,
                changed_at: row.integer()?,
            })
        })
}

/// The digest of the rules in force; 0: there is none.
pub fn rules_digest<C: Connection>(connection: &mut C) -> Result<i64, StoreError> {
    let found = connection
        .execute("select rules_digest from points_programme", &[])?
        .read_first("points_programme.rules_digest", |row| row.integer())?;
    Ok(found.unwrap_or(0))
}

/// Writes the settings. The digest stays.
pub fn put<C: Connection>(connection: &mut C, row: &ProgrammeRow) -> Result<(), StoreError> {
    let then = "definition = excluded.definition, version = excluded.version,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    write(connection, row, 0, then)
}

/// Writes the digest of the rules in force. The settings stay; `otherwise` is written where there are none yet.
pub fn put_rules_digest<C: Connection>(
    connection: &mut C,
    digest: i64,
    otherwise: &ProgrammeRow,
) -> Result<(), StoreError> {
    write(connection, otherwise, digest, "rules_digest = excluded.rules_digest")
}

fn write<C: Connection>(
    connection: &mut C,
    row: &ProgrammeRow,
    digest: i64,
    then: &str,
) -> Result<(), StoreError> {
    let definition =
        serde_json::to_string(&row.definition).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let sql = format!(
        "insert into points_programme (points_programme_ref, definition, version, rules_digest, changed_by, changed_at)
         values (1, ?1, ?2, ?3, ?4, ?5)
         on conflict (points_programme_ref) do update set {then}"
    );
    let parameters = [
        definition.into(),
        row.version.into(),
        digest.into(),
        row.changed_by.as_str().into(),
        row.changed_at.into(),
    ];
    connection.execute(&sql, &parameters)?;
    Ok(())
}
