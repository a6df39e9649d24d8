//! The application's files: one SQLite database, and one more for key-value pairs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::Context;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::turn::{Turn, wait_for_lock};

/// How long a connection waits for another's lock, as Spin does.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared.
const PREPARED_STATEMENTS: usize = 256;

/// Steps of SQLite's virtual machine between two looks at the clock: about a tenth of a millisecond.
const STEPS_BETWEEN_CHECKS: i32 = 10_000;

/// The databases under the state directory.
pub struct Storage {
    directory: PathBuf,
    /// Never used and never closed: the last connection to close would checkpoint and delete the log, which costs
    /// four more fsyncs whenever the only instance is replaced.
    holder: OnceLock<Mutex<Connection>>,
    key_value: Mutex<Option<Connection>>,
}

impl Storage {
    /// Storage under a directory, which is created; files appear when a grant needs them.
    pub fn new(directory: &Path) -> anyhow::Result<Storage> {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let storage =
            Storage { directory: directory.to_owned(), holder: OnceLock::new(), key_value: Mutex::new(None) };
        Ok(storage)
    }

    /// Creates the application's database and keeps it open. Write-ahead log: an unclean end corrupts nothing,
    /// readers and the writer do not wait for each other.
    pub fn hold_database(&self) -> anyhow::Result<()> {
        let path = self.directory.join("sqlite_db.db");
        let hold = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(&path)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
            connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?;
            Ok(connection)
        };
        let connection = hold().with_context(|| format!("cannot open {}", path.display()))?;
        self.holder.get_or_init(|| Mutex::new(connection));
        Ok(())
    }

    /// A new connection to the application's database, for one guest's use: confined to this file, and interrupted
    /// once the guest's request is out of time.
    pub fn connect(&self, turn: Turn) -> rusqlite::Result<Connection> {
        let mut connection = Connection::open(self.directory.join("sqlite_db.db"))?;
        connection.busy_handler(Some(wait_for_lock))?;
        connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
        connection.authorizer(Some(confine))?;
        connection.progress_handler(STEPS_BETWEEN_CHECKS, Some(move || turn.is_over(Duration::ZERO)))?;
        Ok(connection)
    }

    /// The key-value pairs, for as long as the guard lives.
    pub fn key_value(&self) -> rusqlite::Result<KeyValue<'_>> {
        let mut guard = self.key_value.lock().unwrap_or_else(PoisonError::into_inner);
        if guard.is_none() {
            let connection = Connection::open(self.directory.join("key_value.db"))?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
            connection.execute_batch(
                "create table if not exists key_value (key text primary key, value blob not null) without rowid",
            )?;
            *guard = Some(connection);
        }
        Ok(KeyValue(guard))
    }
}

/// The locked connection to the key-value pairs.
pub struct KeyValue<'a>(MutexGuard<'a, Option<Connection>>);

impl KeyValue<'_> {
    /// Runs `work` on the connection.
    pub fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        match self.0.as_ref() {
            Some(connection) => work(connection),
            None => Err(rusqlite::Error::InvalidQuery),
        }
    }
}

/// SQL can name files: a guest that could attach one would have a file system that its manifest does not grant.
/// The empty name is the temporary database that `vacuum` needs.
fn confine(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { filename: "" } => Authorization::Allow,
        AuthAction::Attach { .. } => Authorization::Deny,
        // A name that is no literal comes without its text.
        AuthAction::Unknown { code: rusqlite::ffi::SQLITE_ATTACH, .. } => Authorization::Deny,
        _ => Authorization::Allow,
    }
}
