//! Blocks: a customer goes on earning, and spends, reserves and transfers nothing.

use store::points_account::{self, AccountRow};
use store::{Connection, StoreError};

/// Why an account was not blocked or released.
#[derive(Debug, thiserror::Error)]
pub enum BlockRefusal {
    /// Its points are another customer's.
    #[error("the account was merged into another")]
    Merged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Blocks an account, or replaces the reason of its block. Call it inside a transaction.
pub fn block<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    reason: String,
) -> Result<AccountRow, BlockRefusal> {
    change(connection, customer_ref, points_account::BLOCKED, Some(reason))
}

/// Releases an account; one that is not blocked stays as it is. Call it inside a transaction.
pub fn release<C: Connection>(connection: &mut C, customer_ref: u32) -> Result<AccountRow, BlockRefusal> {
    change(connection, customer_ref, points_account::OPEN, None)
}

fn change<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    state: i64,
    reason: Option<String>,
) -> Result<AccountRow, BlockRefusal> {
    let account = points_account::of_customer(connection, customer_ref)?;
    if account.state == points_account::MERGED {
        return Err(BlockRefusal::Merged);
    }
    let changed = AccountRow { state, reason, ..account };
    points_account::put(connection, std::slice::from_ref(&changed))?;
    Ok(changed)
}
