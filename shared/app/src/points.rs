//! Points: rules in force, accrual, the ledger and what is done with it.

use domain::date::Day;

pub mod account;
pub mod accrual;
pub mod adjustment;
pub mod audit;
pub mod block;
pub mod book;
pub mod campaign;
mod clock;
pub mod debt;
pub mod expiry;
pub mod give_back;
pub mod in_force;
pub mod liability;
pub mod measure;
pub mod merge;
pub mod pool;
pub mod programme;
pub mod reservation;
pub mod returns;
pub mod rule;
pub mod rule_what_if;
pub mod spend;
pub mod transfer;
pub mod wallet;

pub use book::Book;
pub use spend::SpendRefusal;
pub use wallet::{Status, Wallet};

/// When something is written to the ledger, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// The business day of that instant.
    pub today: Day,
    /// The API client, or the job.
    pub person: &'a str,
}
