//! Strategies of the churn check: every version of their list.

use serde::{Deserialize, Serialize};

use crate::{Connection, Row, StoreError};

/// A strategy as a version's row holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrategyRow {
    /// The bank's id.
    pub id: String,
    /// 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// Codes of tiers; `None`: all.
    pub tiers: Option<Vec<String>>,
    /// sms | mail | task | case.
    pub action: String,
    /// manager | branch_manager | supervisor.
    pub to: Option<String>,
    /// Days from the one on which people are told until it has to be dealt with.
    pub due_days: u16,
    /// `HH:MM`.
    pub send_from: Option<String>,
}

/// A version of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Its number, from 1.
    pub version: u32,
    /// The list.
    pub strategies: Vec<StrategyRow>,
    /// Who wrote it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
}

const COLUMNS: &str = "version, definition, created_by, created_at";

fn version_row(row: &mut Row<'_>) -> Result<VersionRow, StoreError> {
    let version: u32 = row.narrow()?;
    let strategies = serde_json::from_str(&row.text()?).map_err(|_| {
        StoreError::Damaged(format!("version {version} of the strategies does not have its form"))
    })?;
    Ok(VersionRow { version, strategies, created_by: row.text()?, created_at: row.integer()? })
}

/// The version in force: the highest.
pub fn latest<C: Connection>(connection: &mut C) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!("select {COLUMNS} from churn_strategy_version order by version desc limit 1");
    connection.execute(&sql, &[])?.read_first("churn_strategy.latest", version_row)
}

/// The version of a number.
pub fn by_version<C: Connection>(connection: &mut C, version: u32) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!("select {COLUMNS} from churn_strategy_version where version = ?1");
    connection.execute(&sql, &[version.into()])?.read_first("churn_strategy.by_version", version_row)
}

/// Writes a new version.
pub fn add<C: Connection>(connection: &mut C, row: &VersionRow) -> Result<(), StoreError> {
    let definition =
        serde_json::to_string(&row.strategies).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection.execute(
        "insert into churn_strategy_version (version, definition, created_by, created_at) values (?1, ?2, ?3, ?4)",
        &[row.version.into(), definition.into(), row.created_by.as_str().into(), row.created_at.into()],
    )?;
    Ok(())
}
