//! What changes without a new version: stock, codes that are left, the end of a reward. And what earlier versions cost.

use super::{Price, PriceRow};
use crate::points_lot::numbers;
use crate::{Connection, StoreError, dialect};

/// What a redemption takes of a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Pieces.
    pub pieces: i64,
    /// Codes of the pool.
    pub from_pool: i64,
    /// Codes to be made.
    pub made: i64,
}

/// Takes pieces and codes, and returns the number that the last code made is made from; nothing, and nothing is taken,
/// when fewer are left.
pub fn take<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    taken: Taken,
) -> Result<Option<i64>, StoreError> {
    connection
        .execute(
            "update reward set stock = stock - ?2, codes_left = codes_left - ?3, codes_made = codes_made + ?4
             where reward_ref = ?1 and (stock is null or stock >= ?2) and codes_left >= ?3
             returning codes_made",
            &[reward_ref.into(), taken.pieces.into(), taken.from_pool.into(), taken.made.into()],
        )?
        .read_first("reward.take", |row| row.integer())
}

/// Puts pieces back; of a reward without an end of them nothing changes.
pub fn put_back<C: Connection>(connection: &mut C, reward_ref: i64, pieces: i64) -> Result<(), StoreError> {
    connection.execute(
        "update reward set stock = stock + ?2 where reward_ref = ?1",
        &[reward_ref.into(), pieces.into()],
    )?;
    Ok(())
}

/// Adds pieces, or takes some out when the number is below zero, and says what is left; nothing, and nothing is changed,
/// when fewer are left than are to go or there is no end of them.
pub fn add_stock<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    pieces: i64,
) -> Result<Option<i64>, StoreError> {
    connection
        .execute(
            "update reward set stock = stock + ?2 where reward_ref = ?1 and stock + ?2 >= 0 returning stock",
            &[reward_ref.into(), pieces.into()],
        )?
        .read_first("reward.add_stock", |row| row.integer())
}

/// Takes a reward out of the catalogue.
pub fn retire<C: Connection>(
    connection: &mut C,
    reward_ref: i64,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update reward set retired_by = ?2, retired_at = ?3 where reward_ref = ?1",
        &[reward_ref.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// The text that generated codes of a reward are made from.
pub fn secret<C: Connection>(connection: &mut C, reward_ref: i64) -> Result<String, StoreError> {
    connection
        .execute("select secret from reward where reward_ref = ?1", &[reward_ref.into()])?
        .read_one("reward.secret", |row| row.text())
}

/// Prices of all versions of these rewards, each with its reward's number, the first version first.
pub fn prices<C: Connection>(
    connection: &mut C,
    reward_refs: &[i64],
) -> Result<Vec<(i64, PriceRow)>, StoreError> {
    let sql = format!(
        "select reward_ref, version, points, cash, from_on, created_on, last_lot_ref
         from {} cross join reward_version where reward_ref = row.value order by reward_ref, version",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(reward_refs)])?.read("reward.prices", |row| {
        let reward_ref = row.integer()?;
        let price = PriceRow {
            version: row.narrow()?,
            price: Price { points: row.integer()?, cash: row.integer_or_null()? },
            from_on: row.narrow()?,
            created_on: row.narrow()?,
            last_lot_ref: row.integer()?,
        };
        Ok((reward_ref, price))
    })
}
