//! What differs between the engines: pragmas, batches as JSON, the wording of errors. SQLite here; the mapping to
//! PostgreSQL is in docs/adr/0002-store.md.

use crate::{Connection, StoreError};

/// Settings of a fresh connection. WAL persists in the file; the others belong to the connection.
pub fn set_up<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    let mode = |connection: &mut C, sql| {
        connection.execute(sql, &[])?.read_one("dialect.journal_mode", |row| row.text())
    };
    if mode(connection, "pragma journal_mode")? != "wal" {
        // Several instances may start on a new file at once; one of them switches, the others find it done.
        match mode(connection, "pragma journal_mode = wal") {
            Ok(_) | Err(StoreError::Busy) => {}
            Err(other) => return Err(other),
        }
    }
    for pragma in [
        "pragma synchronous = full",
        "pragma wal_autocheckpoint = 4000",
        "pragma cache_size = -32768",
        "pragma mmap_size = 1073741824",
        "pragma temp_store = memory",
    ] {
        connection.execute(pragma, &[])?;
    }
    Ok(())
}

/// The `from` item of a batch: parameter `?n` is a JSON array of arrays, and `row.value ->> k` is the k-th figure
/// of a record. `row.key` is the record's place in the batch.
///
/// PostgreSQL: `jsonb_array_elements(?n::jsonb) with ordinality as row (value, key)`.
pub fn batch(parameter: u8) -> String {
    format!("json_each(?{parameter}) as row")
}

/// Turns the engine's words into an error that code can match.
pub fn engine_error(message: &str) -> StoreError {
    if let Some((_, constraint)) = message.split_once("constraint failed: ") {
        return StoreError::Constraint { constraint: constraint.trim().to_owned() };
    }
    if message.contains("database is locked") || message.contains("database table is locked") {
        return StoreError::Busy;
    }
    if message.contains("database or disk is full") {
        return StoreError::Full;
    }
    StoreError::Engine(message.to_owned())
}
