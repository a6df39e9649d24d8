//! `GET /healthz`: whether the store answers, and what an operator asks first.

use serde::Serialize;
use store::{Connection, health};
use web::{Answer, Call, Problem};

/// The state of the store.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct Health {
    /// `ok`, whenever there is an answer at all.
    status: &'static str,
    /// Version of this program.
    version: &'static str,
    /// Version of the engine; below 3.51.3 several writers on one WAL file may damage it.
    sqlite_version: String,
    /// `wal` on a file.
    journal_mode: String,
    /// The newest migration that ran.
    migration: i64,
}

pub(crate) fn show<C: Connection>(connection: &mut C, _: &Call) -> Result<Answer, Problem> {
    let health::Health { sqlite_version, journal_mode, migration } = health::read(connection)?;
    Answer::json(&Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        sqlite_version,
        journal_mode,
        migration,
    })
}
