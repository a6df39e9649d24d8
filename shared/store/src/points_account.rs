//! Accounts that are not plain: debt, blocks, merges, pools; and what a customer's lots are counted by.

use std::collections::HashMap;

use domain::book::{SLOTS, chunk_of, slot_of};
use domain::tier::state::NO_TIER;

use crate::points_lot::numbers;
use crate::{Connection, Row, StoreError, Value, batch, dialect};

/// State of an account: plain.
pub const OPEN: i64 = 1;
/// State of an account: nothing can be spent.
pub const BLOCKED: i64 = 2;
/// State of an account: its lots are another customer's.
pub const MERGED: i64 = 3;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Number of the customer.
    pub customer_ref: u32,
    /// [`OPEN`], [`BLOCKED`] or [`MERGED`].
    pub state: i64,
    /// What the customer owes; zero or above.
    pub debt: i64,
    /// The customer it was merged into.
    pub merged_into_ref: Option<u32>,
    /// The pool that the customer is in.
    pub points_pool_ref: Option<i64>,
    /// Why it is blocked.
    pub reason: Option<String>,
}

impl AccountRow {
    /// The account of a customer who has no row.
    pub fn plain(customer_ref: u32) -> Self {
        Self {
            customer_ref,
            state: OPEN,
            debt: 0,
            merged_into_ref: None,
            points_pool_ref: None,
            reason: None,
        }
    }
}

const ACCOUNT: &str = "points_account.customer_ref, points_account.state, points_account.debt,
  points_account.merged_into_ref, points_account.points_pool_ref, points_account.reason";

fn account(row: &mut Row<'_>) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        customer_ref: row.narrow()?,
        state: row.integer()?,
        debt: row.integer()?,
        merged_into_ref: row.narrow_or_null()?,
        points_pool_ref: row.integer_or_null()?,
        reason: row.text_or_null()?,
    })
}

/// Accounts of these customers that have a row, in their order.
pub fn of_customers<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<Vec<AccountRow>, StoreError> {
    let sql = format!(
        "select {ACCOUNT} from {} cross join points_account
         where points_account.customer_ref = row.value order by row.key",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(customer_refs)])?.read("points_account.of_customers", account)
}

/// The account of a customer; a plain one where there is no row.
pub fn of_customer<C: Connection>(connection: &mut C, customer_ref: u32) -> Result<AccountRow, StoreError> {
    let found = of_customers(connection, &[customer_ref])?.pop();
    Ok(found.unwrap_or_else(|| AccountRow::plain(customer_ref)))
}

/// Accounts of the members of a pool, by customer.
pub fn of_pool<C: Connection>(
    connection: &mut C,
    points_pool_ref: i64,
) -> Result<Vec<AccountRow>, StoreError> {
    let sql =
        format!("select {ACCOUNT} from points_account where points_pool_ref = ?1 order by customer_ref");
    connection.execute(&sql, &[points_pool_ref.into()])?.read("points_account.of_pool", account)
}

/// Customers whose accounts were merged into those of these customers, in one step or several, as (into whose, whose).
pub fn merged_into<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<Vec<(u32, u32)>, StoreError> {
    let sql = format!(
        "with recursive merged (holder_ref, customer_ref) as (
           select row.value, points_account.customer_ref from {} cross join points_account
           where points_account.merged_into_ref = row.value
           union
           select merged.holder_ref, points_account.customer_ref from merged cross join points_account
           where points_account.merged_into_ref = merged.customer_ref)
         select holder_ref, customer_ref from merged",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[numbers(customer_refs)])?
        .read("points_account.merged_into", |row| Ok((row.narrow()?, row.narrow()?)))
}

/// Up to `limit` customers who owe and have points of their own that can be spent on a day, as (number, debt), by
/// number. What an open reservation holds cannot be spent.
pub fn owing<C: Connection>(
    connection: &mut C,
    today: i32,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<(u32, i64)>, StoreError> {
    connection
        .execute(
            "select account.customer_ref, account.debt from points_account as account
             where account.debt > 0 and exists (
               select 1 from points_open_lot as rest cross join points_lot as lot
               where rest.customer_ref = account.customer_ref and lot.points_lot_ref = rest.points_lot_ref
                 and lot.available_on <= ?1 and (rest.expires_on is null or rest.expires_on >= ?1)
                 and rest.points_left > coalesce((select sum(hold.points) from points_hold as hold
                   where hold.points_lot_ref = rest.points_lot_ref and hold.expires_at > ?2), 0))
             order by account.customer_ref limit ?3",
            &[today.into(), now_ms.into(), limit.into()],
        )?
        .read("points_account.owing", |row| Ok((row.narrow()?, row.integer()?)))
}

/// Writes accounts whole.
pub fn put<C: Connection>(connection: &mut C, accounts: &[AccountRow]) -> Result<(), StoreError> {
    let rows = accounts.iter().map(|account| {
        [
            account.customer_ref.into(),
            account.state.into(),
            account.debt.into(),
            Value::from(account.merged_into_ref),
            account.points_pool_ref.into(),
            account.reason.clone().into(),
        ]
    });
    let into =
        "insert into points_account (customer_ref, state, debt, merged_into_ref, points_pool_ref, reason)";
    let then = "on conflict (customer_ref) do update set state = excluded.state, debt = excluded.debt,
           merged_into_ref = excluded.merged_into_ref, points_pool_ref = excluded.points_pool_ref,
           reason = excluded.reason";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Writes what customers owe, and nothing else of their accounts.
pub fn put_debts<C: Connection>(connection: &mut C, debts: &[(u32, i64)]) -> Result<(), StoreError> {
    let rows = debts
        .iter()
        .map(|(customer_ref, debt)| [Value::from(*customer_ref), Value::from(OPEN), Value::from(*debt)]);
    let into = "insert into points_account (customer_ref, state, debt)";
    let then = "on conflict (customer_ref) do update set debt = excluded.debt";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Numbers of the organisations of these customers, in their order; one that is not known is left out.
pub fn organisations<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<Vec<u32>, StoreError> {
    let sql = format!(
        "select customer.organisation_ref from {} cross join customer
         where customer.customer_ref = row.value order by row.key",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[numbers(customer_refs)])?
        .read("points_account.organisations", |row| row.narrow())
}

/// Numbers of the tiers that these customers hold, in their order; 0: none. Of each chunk the column of tiers alone is
/// read, once.
pub fn held_tiers<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<Vec<u8>, StoreError> {
    let mut chunks: Vec<u32> = customer_refs.iter().map(|customer_ref| chunk_of(*customer_ref)).collect();
    chunks.sort_unstable();
    chunks.dedup();
    // The form of `state::encode`: the number of customers in two bytes, then a byte each, their tiers.
    let sql = format!(
        "select tier_state.chunk_id, substr(tier_state.data, 1, {}) from {} cross join tier_state
         where tier_state.chunk_id = row.value",
        2 + SLOTS,
        dialect::batch(1)
    );
    let rows = connection
        .execute(&sql, &[numbers(&chunks)])?
        .read("points_account.held_tiers", |row| Ok((row.narrow::<u32>()?, row.blob()?)))?;
    let tiers: HashMap<u32, Vec<u8>> = rows.into_iter().collect();
    let held = |customer_ref: &u32| {
        let Some(data) = tiers.get(&chunk_of(*customer_ref)) else { return Ok(NO_TIER) };
        let (Some(low), Some(high)) = (data.first(), data.get(1)) else {
            return Err(StoreError::Damaged("the held tiers of a chunk do not have their form".to_owned()));
        };
        let slot = slot_of(*customer_ref);
        if slot >= usize::from(u16::from_le_bytes([*low, *high])) {
            return Ok(NO_TIER);
        }
        Ok(data.get(2 + slot).copied().unwrap_or(NO_TIER))
    };
    customer_refs.iter().map(held).collect()
}
