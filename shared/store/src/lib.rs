//! Memory: all SQL and migrations, no rules.
//!
//! Repository functions are synchronous and generic over [`Connection`], so that the same statements run in a
//! Spin component (`spin:sqlite`) and natively (rusqlite) in tests and baselines.

pub mod account;
pub mod api_client;
pub mod assignment;
pub mod assignment_proposal;
pub mod assignment_settings;
pub mod balance;
pub mod bank_transaction;
pub mod batch;
#[cfg(all(test, feature = "native"))]
mod batch_plans;
pub mod book;
pub mod book_change;
pub mod churn_alert;
pub mod churn_case;
pub mod churn_case_batch;
pub mod churn_report_entry;
pub mod churn_strategy;
pub mod column;
pub mod coupon;
pub mod customer;
pub mod decision;
pub mod decision_block;
pub mod dialect;
pub mod employee;
pub mod health;
pub mod idempotency;
pub mod job;
pub mod member;
pub mod migration;
pub mod movement;
pub mod movement_rule;
#[cfg(feature = "native")]
pub mod native;
pub mod organisation;
pub mod outbox;
pub mod partner;
pub mod partner_request;
pub mod partner_settlement;
pub mod points_account;
pub mod points_adjustment;
pub mod points_audit;
pub mod points_campaign;
pub mod points_cap_use;
pub mod points_entry;
pub mod points_event;
pub mod points_lot;
pub mod points_past_event;
pub mod points_pool;
pub mod points_programme;
pub mod points_referral;
pub mod points_report;
pub mod points_reservation;
pub mod points_return;
pub mod points_rule;
pub mod points_transfer;
pub mod portfolio;
pub mod recipient;
pub mod redemption;
pub mod reward;
mod row;
pub mod sale;
pub mod sale_adjustment;
pub mod sale_credit;
pub mod sale_plan;
pub mod sale_product;
pub mod sale_registration;
pub mod sale_report;
pub mod sale_view;
pub mod signal;
pub mod slot;
#[cfg(target_arch = "wasm32")]
pub mod spin;
pub mod state;
pub mod task;
pub mod tier;
mod tier_definition;
pub mod tier_override;
mod wide;

pub use row::{Row, Rows};

/// One value of a statement or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Every number: money in minor units, points, days, instants.
    Integer(i64),
    /// Text, and batches as JSON.
    Text(String),
    /// Columnar chunks.
    Blob(Vec<u8>),
    /// Nothing known.
    Null,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}
impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Integer(value.into())
    }
}
impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Value::Blob(value)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// Why a statement did not do what was asked. Messages hold no values, because values are people's data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine refused the statement because of a named constraint (`unique`, `foreign key`, `check`).
    #[error("constraint {constraint} was violated")]
    Constraint {
        /// The engine's name of it, `table.column` for a unique key of SQLite.
        constraint: String,
    },
    /// Another connection kept the lock longer than the busy time-out.
    #[error("the database is busy")]
    Busy,
    /// The disk or the quota is full.
    #[error("the database is full")]
    Full,
    /// A column was missing or of another type than the code expects.
    #[error("query {query}: column {column} is not {expected}")]
    Row {
        /// Name of the query.
        query: &'static str,
        /// Position or name of the column.
        column: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The stored data contradict themselves; the operator must look.
    #[error("stored data are damaged: {0}")]
    Damaged(String),
    /// Anything else that the engine says.
    #[error("database: {0}")]
    Engine(String),
}

/// A connection to one database. Every `open` is a connection of its own, so a transaction holds across calls.
pub trait Connection {
    /// Runs one statement with parameters `?1, ?2, …` and returns the whole result.
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError>;

    /// The same for parameters that nobody needs afterwards: a driver that has to own them need not copy them.
    fn execute_owned(&mut self, sql: &str, parameters: Vec<Value>) -> Result<Rows, StoreError> {
        self.execute(sql, &parameters)
    }
}

/// Runs `work` in one write transaction: commits when it succeeds, rolls back on every other path.
///
/// `begin immediate` always: a read that upgrades to a write would return busy without waiting.
pub fn in_transaction<C: Connection, T, E: From<StoreError>>(
    connection: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute("begin immediate", &[])?;
    match work(connection) {
        Ok(done) => match connection.execute("commit", &[]) {
            Ok(_) => Ok(done),
            Err(error) => {
                roll_back(connection);
                Err(error.into())
            }
        },
        Err(error) => {
            roll_back(connection);
            Err(error)
        }
    }
}

/// Runs `work` within the transaction that is open: what it wrote is taken back when it fails, and what was written
/// before it stays to be committed. The outer error says that the whole transaction is lost.
pub fn in_part<C: Connection, T, E: From<StoreError>>(
    connection: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, E>,
) -> Result<Result<T, E>, E> {
    connection.execute("savepoint part", &[])?;
    let done = work(connection);
    if done.is_err() && connection.execute("rollback to part", &[]).is_err() {
        // The engine has rolled back everything by itself, and the error that led here is the one to report.
        return done.map(Ok);
    }
    connection.execute("release part", &[])?;
    Ok(done)
}

/// Runs `work` on one snapshot of the data, without keeping writers waiting.
pub fn in_snapshot<C: Connection, T, E: From<StoreError>>(
    connection: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute("begin", &[])?;
    let done = work(connection);
    roll_back(connection);
    done
}

/// The engine may already have rolled back by itself (a full disk, say); then there is nothing left to undo, and
/// the error that led here is the one to report.
fn roll_back<C: Connection>(connection: &mut C) {
    let _nothing_left_to_undo = connection.execute("rollback", &[]);
}
