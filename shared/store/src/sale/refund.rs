//! What was taken back of sales.

use crate::sale::numbers;
use crate::{Connection, Row, StoreError, batch, dialect};

/// A refund whose sale is known and of which nothing was booked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenRefund {
    /// Its number: that of the transaction.
    pub sale_refund_ref: i64,
    /// The sale that it takes back.
    pub sale_ref: i64,
    /// Minor units, as it came.
    pub amount: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
}

/// Refunds of these sales that were not booked yet, of each sale in the order in which they happened. A refund of another
/// customer takes nothing back, whatever sale it names.
pub fn open_refunds<C: Connection>(
    connection: &mut C,
    sale_refs: &[i64],
) -> Result<Vec<OpenRefund>, StoreError> {
    let sql = format!(
        "select refund.bank_transaction_ref, sold.bank_transaction_ref, refund.amount, refund.occurred_at
         from {} cross join bank_transaction as sold cross join bank_transaction as refund
         where sold.bank_transaction_ref = row.value
           and refund.refund_of = sold.transaction_id and refund.source = sold.source and refund.kind = 'refund'
           and refund.customer_ref = sold.customer_ref
           and not exists (select 1 from sale_refund where sale_refund_ref = refund.bank_transaction_ref)
         order by sold.bank_transaction_ref, refund.occurred_at, refund.bank_transaction_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(sale_refs)])?.read("sale.open_refunds", |row| {
        Ok(OpenRefund {
            sale_refund_ref: row.integer()?,
            sale_ref: row.integer()?,
            amount: row.integer()?,
            occurred_at: row.integer()?,
        })
    })
}

/// A refund as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundRow {
    /// Its number: that of the transaction.
    pub sale_refund_ref: i64,
    /// The sale.
    pub sale_ref: i64,
    /// What it took back, in minor units; less than it said where less was left.
    pub amount: i64,
    /// Day of the refund.
    pub refunded_on: i32,
    /// The day from which it is known.
    pub booked_on: i32,
}

/// Writes refunds.
pub fn add_refunds<C: Connection>(connection: &mut C, refunds: &[RefundRow]) -> Result<(), StoreError> {
    let rows = refunds.iter().map(|refund| {
        [
            refund.sale_refund_ref.into(),
            refund.sale_ref.into(),
            refund.amount.into(),
            refund.refunded_on.into(),
            refund.booked_on.into(),
        ]
    });
    let into = "insert into sale_refund (sale_refund_ref, sale_ref, amount, refunded_on, booked_on)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

fn refund(row: &mut Row<'_>) -> Result<RefundRow, StoreError> {
    Ok(RefundRow {
        sale_refund_ref: row.integer()?,
        sale_ref: row.integer()?,
        amount: row.integer()?,
        refunded_on: row.narrow()?,
        booked_on: row.narrow()?,
    })
}

/// Refunds of these sales that were booked, by sale and in the order in which they happened.
pub fn refunds<C: Connection>(connection: &mut C, sale_refs: &[i64]) -> Result<Vec<RefundRow>, StoreError> {
    let sql = format!(
        "select sale_refund_ref, sale_ref, amount, refunded_on, booked_on
         from {} cross join sale_refund where sale_ref = row.value
         order by sale_ref, refunded_on, sale_refund_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(sale_refs)])?.read("sale.refunds", refund)
}
