//! Pools: households whose members spend from each other's lots. Who is in one lies in `points_account`.

use crate::{Connection, StoreError};

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRow {
    /// Its number.
    pub points_pool_ref: i64,
    /// The bank's id.
    pub points_pool_id: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// The pool of an id.
pub fn by_id<C: Connection>(connection: &mut C, id: &str) -> Result<Option<PoolRow>, StoreError> {
    connection
        .execute(
            "select points_pool_ref, points_pool_id, changed_by, changed_at from points_pool
             where points_pool_id = ?1",
            &[id.into()],
        )?
        .read_first("points_pool.by_id", |row| {
            Ok(PoolRow {
                points_pool_ref: row.integer()?,
                points_pool_id: row.text()?,
                changed_by: row.text()?,
                changed_at: row.integer()?,
            })
        })
}

/// Writes a pool, new or changed, and returns its number.
pub fn put<C: Connection>(
    connection: &mut C,
    id: &str,
    person: &str,
    now_ms: i64,
) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into points_pool (points_pool_id, changed_by, changed_at) values (?1, ?2, ?3)
             on conflict (points_pool_id) do update set changed_by = excluded.changed_by,
               changed_at = excluded.changed_at
             returning points_pool_ref",
            &[id.into(), person.into(), now_ms.into()],
        )?
        .read_one("points_pool.put", |row| row.integer())
}

/// Deletes a pool that nobody is in any more.
pub fn delete<C: Connection>(connection: &mut C, number: i64) -> Result<(), StoreError> {
    connection.execute("delete from points_pool where points_pool_ref = ?1", &[number.into()])?;
    Ok(())
}
