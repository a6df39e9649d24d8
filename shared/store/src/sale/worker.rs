//! Employees, as far as credit asks of them.

use crate::employee::post_sql;
use crate::sale::numbers;
use crate::{Connection, Row, StoreError, dialect};

/// What credit asks of an employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerRow {
    /// Number.
    pub employee_ref: u32,
    /// Share as a seller.
    pub seller_share_bp: Option<u32>,
    /// Share as a referrer.
    pub referrer_share_bp: Option<u32>,
}

/// Employees by their numbers.
pub fn workers<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
) -> Result<Vec<WorkerRow>, StoreError> {
    let list: Vec<i64> = employee_refs.iter().copied().map(i64::from).collect();
    let sql = format!(
        "select employee_ref, seller_share_bp, referrer_share_bp
         from {} cross join employee where employee_ref = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(&list)])?.read("sale.workers", |row| {
        Ok(WorkerRow {
            employee_ref: row.narrow()?,
            seller_share_bp: row.narrow_or_null()?,
            referrer_share_bp: row.narrow_or_null()?,
        })
    })
}

/// Who served at a sale by its transaction, wherever and whenever that employee worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TellerRow {
    /// The sale.
    pub sale_ref: i64,
    /// The employee.
    pub worker: WorkerRow,
    /// Number of the organisation where the employee worked on the day of the sale.
    pub organisation_ref: u32,
    /// First day on which the employee worked.
    pub active_from: Option<i32>,
    /// Last day.
    pub active_to: Option<i32>,
}

fn teller(row: &mut Row<'_>) -> Result<TellerRow, StoreError> {
    Ok(TellerRow {
        sale_ref: row.integer()?,
        worker: WorkerRow {
            employee_ref: row.narrow()?,
            seller_share_bp: row.narrow_or_null()?,
            referrer_share_bp: row.narrow_or_null()?,
        },
        organisation_ref: row.narrow()?,
        active_from: row.narrow_or_null()?,
        active_to: row.narrow_or_null()?,
    })
}

/// Who served at these sales, as far as the employee is known by now.
pub fn tellers<C: Connection>(connection: &mut C, sale_refs: &[i64]) -> Result<Vec<TellerRow>, StoreError> {
    let sql = format!(
        "select sale_ref, employee.employee_ref, seller_share_bp, referrer_share_bp, {}, active_from, active_to
         from {} cross join sale cross join bank_transaction cross join employee
         where sale_ref = row.value and bank_transaction_ref = row.value
           and employee.employee_id = bank_transaction.teller_id",
        post_sql("sold_on"),
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(sale_refs)])?.read("sale.tellers", teller)
}
