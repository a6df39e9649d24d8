//! `spin:sqlite@3.0.0`, called directly on the guest's thread: a statement costs a host call and no hop.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, ToSql};
use wasmtime::component::Resource;

use crate::bindings::imports::spin::sqlite::sqlite::{
    Error, Host, HostConnection, QueryResult, RowResult, Value,
};
use crate::guest::Guest;

/// A result is handed over whole, so it has an end; Spin's is the same.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// A guest's connection. It goes with the guest's handle, or with a trapped instance, and rolls back what was open.
pub struct Connection(rusqlite::Connection);

impl Host for Guest {}

impl HostConnection for Guest {
    fn open(&mut self, database: String) -> Result<Resource<Connection>, Error> {
        if !self.component.sqlite || database != "default" {
            return Err(Error::AccessDenied);
        }
        let connection = self.component.storage.connect(self.turn.clone()).map_err(translate)?;
        self.table.push(Connection(connection)).map_err(|error| Error::Io(error.to_string()))
    }

    fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<QueryResult, Error> {
        let connection = self.table.get(&connection).map_err(|_| Error::InvalidConnection)?;
        self.turn.run(|| execute(&connection.0, &statement, &parameters))
    }

    fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        Ok(self.table.get(&connection)?.0.last_insert_rowid())
    }

    fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&connection)?.0.changes())
    }

    fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

fn execute(
    connection: &rusqlite::Connection,
    statement: &str,
    parameters: &[Value],
) -> Result<QueryResult, Error> {
    let mut prepared = connection.prepare_cached(statement).map_err(translate)?;
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let width = columns.len();
    let mut rows = Vec::new();
    let mut bytes = 0;
    let mut found = prepared.query(rusqlite::params_from_iter(parameters)).map_err(translate)?;
    while let Some(row) = found.next().map_err(translate)? {
        let mut values = Vec::with_capacity(width);
        for column in 0..width {
            let value = own(row.get_ref(column).map_err(translate)?)?;
            bytes += size(&value);
            values.push(value);
        }
        if bytes > MAX_RESULT_BYTES {
            return Err(Error::Io(format!("the result is larger than {MAX_RESULT_BYTES} bytes")));
        }
        rows.push(RowResult { values });
    }
    Ok(QueryResult { columns, rows })
}

fn own(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(error) => return Err(Error::Io(format!("text that is not UTF-8: {error}"))),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
    })
}

fn size(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len(),
            Value::Integer(_) | Value::Real(_) | Value::Null => 0,
        }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Real(value) => ValueRef::Real(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
            Value::Null => ValueRef::Null,
        }))
    }
}

fn translate(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::DatabaseFull,
        _ => Error::Io(error.to_string()),
    }
}
