//! The native driver: rusqlite, for tests and baselines.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::{Connection, Rows, StoreError, Value};

/// A connection through rusqlite with the pragmas that the components use.
pub struct NativeConnection(rusqlite::Connection);

impl NativeConnection {
    /// Opens or makes the file; set up and migrated like a component's connection.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::prepare(rusqlite::Connection::open(path).map_err(translate)?)
    }

    /// A database that lives as long as the connection.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(rusqlite::Connection::open_in_memory().map_err(translate)?)
    }

    fn prepare(connection: rusqlite::Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(translate)?;
        let mut connection = Self(connection);
        crate::dialect::set_up(&mut connection)?;
        crate::migration::apply(&mut connection)?;
        Ok(connection)
    }

    /// The connection beneath, for baselines that prepare their own statements.
    pub fn inner(&mut self) -> &mut rusqlite::Connection {
        &mut self.0
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
            Value::Null => ValueRef::Null,
        }))
    }
}

impl Connection for NativeConnection {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        let mut statement = self.0.prepare_cached(sql).map_err(translate)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut found = statement.query(rusqlite::params_from_iter(parameters)).map_err(translate)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(translate)? {
            let mut values = Vec::with_capacity(columns.len());
            for position in 0..columns.len() {
                values.push(match row.get_ref(position).map_err(translate)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(value) => Value::Integer(value),
                    ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                    ValueRef::Real(_) => {
                        return Err(StoreError::Engine("a real number in the store".to_owned()));
                    }
                });
            }
            rows.push(values);
        }
        Ok(Rows { columns, rows })
    }
}

fn translate(error: rusqlite::Error) -> StoreError {
    crate::dialect::engine_error(&error.to_string())
}
