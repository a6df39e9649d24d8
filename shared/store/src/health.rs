//! What an operator asks first: which engine, which journal, which migration, and how far a job came.

use crate::{Connection, StoreError};

/// The state of the store.
#[derive(Debug)]
pub struct Health {
    /// Version of the engine.
    pub sqlite_version: String,
    /// `wal` on a file.
    pub journal_mode: String,
    /// The newest migration that ran.
    pub migration: i64,
}

/// Asks the store how it is.
pub fn read<C: Connection>(connection: &mut C) -> Result<Health, StoreError> {
    let (sqlite_version, migration) = connection
        .execute("select sqlite_version(), (select max(number) from schema_migration)", &[])?
        .read_one("health.version", |row| Ok((row.text()?, row.integer()?)))?;
    let journal_mode =
        connection.execute("pragma journal_mode", &[])?.read_one("health.journal_mode", |row| row.text())?;
    Ok(Health { sqlite_version, journal_mode, migration })
}
