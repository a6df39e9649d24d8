//! The customer that a partner names.

use store::member::Member;
use store::{Connection, StoreError};

use crate::points::{Status, Wallet};

/// Why nothing is done for a customer.
#[derive(Debug, thiserror::Error)]
pub enum CustomerRefusal {
    /// No customer has this id.
    #[error("the customer is not known")]
    Unknown,
    /// The account was merged into another.
    #[error("the account was merged into another")]
    Merged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The customer of an id. Partners are the whole bank's, so none lies outside.
pub(super) fn customer<C: Connection>(
    connection: &mut C,
    customer_id: &str,
) -> Result<Member, CustomerRefusal> {
    store::member::by_id(connection, customer_id)?.ok_or(CustomerRefusal::Unknown)
}

/// The points of a customer of whom nothing went to another.
pub(super) fn wallet<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    now_ms: i64,
) -> Result<Wallet, CustomerRefusal> {
    let wallet = Wallet::load(connection, customer_ref, now_ms)?;
    match wallet.status {
        Status::Open | Status::Blocked => Ok(wallet),
        Status::Merged { .. } => Err(CustomerRefusal::Merged),
    }
}
