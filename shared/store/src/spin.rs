//! The component's driver: the synchronous half of `spin:sqlite@3.0.0`, on a connection kept for the instance's life.

use std::cell::RefCell;

use crate::{Connection, Rows, StoreError, Value, dialect, migration};

#[allow(missing_docs, clippy::all)]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "store",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::spin::sqlite::sqlite;

/// A connection to the application's `default` database.
pub struct SpinConnection {
    inner: sqlite::Connection,
    /// True once a statement failed.
    suspect: bool,
}

thread_local! {
    /// An instance serves many requests one after the other; opening a connection for each would double their cost.
    static KEPT: RefCell<Option<SpinConnection>> = const { RefCell::new(None) };
}

/// Runs `work` with the instance's connection, opened, set up and migrated on first use.
///
/// The connection is kept unless one of its statements failed: it may then hold a transaction or a poisoned state,
/// and dropping it costs less than knowing. A refusal that the store had no part in drops nothing.
pub fn with_connection<T, E: From<StoreError>>(
    work: impl FnOnce(&mut SpinConnection) -> Result<T, E>,
) -> Result<T, E> {
    let kept = KEPT.with(|kept| kept.borrow_mut().take());
    let mut connection = match kept {
        Some(connection) => connection,
        None => open()?,
    };
    let done = work(&mut connection);
    if !connection.suspect {
        KEPT.with(|kept| *kept.borrow_mut() = Some(connection));
    }
    done
}

fn open() -> Result<SpinConnection, StoreError> {
    let inner = sqlite::Connection::open("default").map_err(translate)?;
    let mut connection = SpinConnection { inner, suspect: false };
    dialect::set_up(&mut connection)?;
    migration::apply(&mut connection)?;
    // Set-up may lose a race for the journal mode, and the first start asks for a table that is not there yet.
    connection.suspect = false;
    Ok(connection)
}

impl Connection for SpinConnection {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        self.execute_owned(sql, parameters.to_vec())
    }

    fn execute_owned(&mut self, sql: &str, parameters: Vec<Value>) -> Result<Rows, StoreError> {
        let done = self.run(sql, parameters);
        self.suspect |= done.is_err();
        done
    }
}

impl SpinConnection {
    // A list that is mapped to values of the same size keeps its place in memory, both ways.
    fn run(&mut self, sql: &str, parameters: Vec<Value>) -> Result<Rows, StoreError> {
        let parameters: Vec<sqlite::Value> = parameters.into_iter().map(parameter).collect();
        let result = self.inner.execute(sql, &parameters).map_err(translate)?;
        let row = |row: sqlite::RowResult| row.values.into_iter().map(value).collect();
        Ok(Rows {
            columns: result.columns,
            rows: result.rows.into_iter().map(row).collect::<Result<_, _>>()?,
        })
    }
}

fn parameter(value: Value) -> sqlite::Value {
    match value {
        Value::Integer(value) => sqlite::Value::Integer(value),
        Value::Text(value) => sqlite::Value::Text(value),
        Value::Blob(value) => sqlite::Value::Blob(value),
        Value::Null => sqlite::Value::Null,
    }
}

fn value(value: sqlite::Value) -> Result<Value, StoreError> {
    Ok(match value {
        sqlite::Value::Integer(value) => Value::Integer(value),
        sqlite::Value::Text(value) => Value::Text(value),
        sqlite::Value::Blob(value) => Value::Blob(value),
        sqlite::Value::Null => Value::Null,
        sqlite::Value::Real(_) => return Err(StoreError::Engine("a real number in the store".to_owned())),
    })
}

fn translate(error: sqlite::Error) -> StoreError {
    match error {
        sqlite::Error::Io(message) => dialect::engine_error(&message),
        sqlite::Error::DatabaseFull => StoreError::Full,
        sqlite::Error::NoSuchDatabase | sqlite::Error::AccessDenied => {
            StoreError::Engine("the manifest does not grant the database \"default\"".to_owned())
        }
        sqlite::Error::InvalidConnection => StoreError::Engine("the connection is closed".to_owned()),
    }
}
