//! Somebody else writes while a request waits for its turn.

use store::native::NativeConnection;
use store::{Connection, Rows, StoreError, Value};

/// A connection on which somebody else writes just before a transaction begins.
pub struct Overtaken {
    /// What it writes to.
    pub inner: NativeConnection,
    /// The other's statement; none when it was written.
    pub by: Option<&'static str>,
}

impl Connection for Overtaken {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        if sql == "begin immediate"
            && let Some(write) = self.by.take()
        {
            self.inner.execute(write, &[])?;
        }
        self.inner.execute(sql, parameters)
    }
}
