//! Codes that rewards are fulfilled by: imported into a pool, or made when they are handed out.

use crate::{Connection, StoreError, batch};

/// A code of a redemption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponRow {
    /// The code.
    pub code: String,
    /// When it was given back, in milliseconds.
    pub void_at: Option<i64>,
}

/// Adds codes to the pool of a reward and returns those that no reward had before. Call it inside a transaction.
pub fn import<'a, C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, StoreError> {
    let rows = codes.into_iter().map(|code| [reward_ref.into(), code.into()]);
    let into = "insert into reward_code (reward_ref, code)";
    let then = "on conflict (code) do nothing returning code";
    let added = batch::insert(connection, into, then, rows)?.read("coupon.import", |row| row.text())?;
    connection.execute(
        "update reward set codes_left = codes_left + ?2 where reward_ref = ?1",
        &[reward_ref.into(), (added.len() as i64).into()],
    )?;
    Ok(added)
}

/// Gives the next codes of the pool to a redemption and says how many there were. The reward's count of what is left
/// was lowered before.
pub fn assign<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    redemption_ref: i64,
    codes: i64,
) -> Result<i64, StoreError> {
    let given = connection.execute(
        "update reward_code set redemption_ref = ?2 where reward_code_ref in (
           select reward_code_ref from reward_code where reward_ref = ?1 and redemption_ref is null
           order by reward_code_ref limit ?3)
         returning reward_code_ref",
        &[reward_ref.into(), redemption_ref.into(), codes.into()],
    )?;
    Ok(given.rows.len() as i64)
}

/// Writes codes that were made for a redemption.
pub fn add_made<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    redemption_ref: i64,
    codes: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    let rows = codes.into_iter().map(|code| [reward_ref.into(), code.into(), redemption_ref.into()]);
    batch::insert(connection, "insert into reward_code (reward_ref, code, redemption_ref)", "", rows)?;
    Ok(())
}

/// Codes of a redemption in the order in which they were given.
pub fn of_redemption<C: Connection>(
    connection: &mut C,
    redemption_ref: i64,
) -> Result<Vec<CouponRow>, StoreError> {
    connection
        .execute(
            "select code, void_at from reward_code where redemption_ref = ?1 order by reward_code_ref",
            &[redemption_ref.into()],
        )?
        .read("coupon.of_redemption", |row| {
            Ok(CouponRow { code: row.text()?, void_at: row.integer_or_null()? })
        })
}

/// Notes that the codes of a redemption were given back.
pub fn make_void<C: Connection>(
    connection: &mut C,
    redemption_ref: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update reward_code set void_at = ?2 where redemption_ref = ?1",
        &[redemption_ref.into(), now_ms.into()],
    )?;
    Ok(())
}
