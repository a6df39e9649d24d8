//! Pools: households whose members spend from each other's lots.

use std::collections::BTreeMap;

use store::points_account::{self, AccountRow};
use store::points_pool::{self, PoolRow};
use store::{Connection, StoreError};

use super::Moment;

/// Members of a pool at most: a wallet loads the lots of all of them.
pub const GREATEST_POOL: usize = 50;

/// Why a pool was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PoolRefusal {
    /// Nobody, or too many.
    #[error("a pool has 1 to 50 members")]
    Size,
    /// A customer is named twice.
    #[error("each member is named once")]
    Twice {
        /// Place of the second mention.
        place: usize,
    },
    /// A member's account was merged into another.
    #[error("the member's account was merged into another")]
    Merged {
        /// Place of the member.
        place: usize,
    },
    /// A member is in another pool.
    #[error("the member is in another pool")]
    Elsewhere {
        /// Place of the member.
        place: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The pool.
    pub row: PoolRow,
    /// Numbers of the customers in it, ascending.
    pub members: Vec<u32>,
}

/// The pool of an id.
pub fn find<C: Connection>(connection: &mut C, id: &str) -> Result<Option<Pool>, StoreError> {
    let Some(row) = points_pool::by_id(connection, id)? else { return Ok(None) };
    let members = points_account::of_pool(connection, row.points_pool_ref)?;
    Ok(Some(Pool { row, members: members.into_iter().map(|account| account.customer_ref).collect() }))
}

/// Makes a pool, or replaces its members. Call it inside a transaction.
pub fn replace<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    id: &str,
    members: &[u32],
) -> Result<Pool, PoolRefusal> {
    if !(1..=GREATEST_POOL).contains(&members.len()) {
        return Err(PoolRefusal::Size);
    }
    let accounts = points_account::of_customers(connection, members)?;
    let known: BTreeMap<u32, AccountRow> =
        accounts.into_iter().map(|account| (account.customer_ref, account)).collect();
    let number = points_pool::put(connection, id, moment.person, moment.now_ms)?;
    let mut changed: BTreeMap<u32, AccountRow> = BTreeMap::new();
    for (place, customer_ref) in members.iter().enumerate() {
        let account = known.get(customer_ref).cloned();
        let account = account.unwrap_or_else(|| AccountRow::plain(*customer_ref));
        if account.state == points_account::MERGED {
            return Err(PoolRefusal::Merged { place });
        }
        if account.points_pool_ref.is_some_and(|pool| pool != number) {
            return Err(PoolRefusal::Elsewhere { place });
        }
        let joined = AccountRow { points_pool_ref: Some(number), ..account };
        if changed.insert(*customer_ref, joined).is_some() {
            return Err(PoolRefusal::Twice { place });
        }
    }
    let members = changed.keys().copied().collect();
    for account in points_account::of_pool(connection, number)? {
        // Who is not named any more leaves.
        let left = AccountRow { points_pool_ref: None, ..account };
        changed.entry(left.customer_ref).or_insert(left);
    }
    let changed: Vec<AccountRow> = changed.into_values().collect();
    points_account::put(connection, &changed)?;
    let row = PoolRow {
        points_pool_ref: number,
        points_pool_id: id.to_owned(),
        changed_by: moment.person.to_owned(),
        changed_at: moment.now_ms,
    };
    Ok(Pool { row, members })
}

/// Dissolves a pool; each member keeps the own lots. Call it inside a transaction.
pub fn dissolve<C: Connection>(connection: &mut C, pool: &Pool) -> Result<(), StoreError> {
    let accounts = points_account::of_pool(connection, pool.row.points_pool_ref)?;
    let left: Vec<AccountRow> =
        accounts.into_iter().map(|account| AccountRow { points_pool_ref: None, ..account }).collect();
    points_account::put(connection, &left)?;
    points_pool::delete(connection, pool.row.points_pool_ref)
}
