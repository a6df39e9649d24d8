//! Sales that came before their product had a rule, as far as they are still to be taken in.

use crate::batch;
use crate::{Connection, Row, StoreError};

/// Where the taking in of one of the bank's products goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// The bank's product.
    pub product_id: String,
    /// What it is sold as.
    pub sale_product_ref: i64,
    /// The instant up to which its transactions were taken in, in milliseconds.
    pub occurred_at: i64,
    /// Of that instant, the number up to which they were.
    pub bank_transaction_ref: i64,
}

fn history(row: &mut Row<'_>) -> Result<HistoryRow, StoreError> {
    Ok(HistoryRow {
        product_id: row.text()?,
        sale_product_ref: row.integer()?,
        occurred_at: row.integer()?,
        bank_transaction_ref: row.integer()?,
    })
}

/// Notes that transactions are to be taken in; of a product that is under way already, from the earlier of both places.
pub fn begin_history<C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = HistoryRow>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.product_id.into(),
            row.sale_product_ref.into(),
            row.occurred_at.into(),
            row.bank_transaction_ref.into(),
        ]
    });
    let into = "insert into sale_history (product_id, sale_product_ref, occurred_at, bank_transaction_ref)";
    let then = "on conflict (product_id) do update set
           occurred_at = excluded.occurred_at, bank_transaction_ref = excluded.bank_transaction_ref
         where excluded.occurred_at < sale_history.occurred_at";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// One that is under way, if any is.
pub fn open_history<C: Connection>(connection: &mut C) -> Result<Option<HistoryRow>, StoreError> {
    connection
        .execute(
            "select product_id, sale_product_ref, occurred_at, bank_transaction_ref
             from sale_history order by product_id limit 1",
            &[],
        )?
        .read_first("sale.open_history", history)
}

/// Numbers of the products that are under way.
pub fn products_under_way<C: Connection>(connection: &mut C) -> Result<Vec<i64>, StoreError> {
    connection
        .execute("select distinct sale_product_ref from sale_history", &[])?
        .read("sale.products_under_way", |row| row.integer())
}

/// Notes how far it came.
pub fn advance_history<C: Connection>(connection: &mut C, row: &HistoryRow) -> Result<(), StoreError> {
    connection.execute(
        "update sale_history set occurred_at = ?2, bank_transaction_ref = ?3 where product_id = ?1",
        &[row.product_id.as_str().into(), row.occurred_at.into(), row.bank_transaction_ref.into()],
    )?;
    Ok(())
}

/// Notes that nothing is left of it.
pub fn end_history<C: Connection>(connection: &mut C, product_id: &str) -> Result<(), StoreError> {
    connection.execute("delete from sale_history where product_id = ?1", &[product_id.into()])?;
    Ok(())
}
