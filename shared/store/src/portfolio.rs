//! Customers of an employee: those whose retention case that is not closed the employee owns, until assignments exist.

use crate::{Connection, StoreError};

/// Numbers of an employee's customers, ascending.
pub fn of_employee<C: Connection>(connection: &mut C, employee_ref: u32) -> Result<Vec<u32>, StoreError> {
    connection
        .execute(
            // Cases that are not closed are few, and their index holds each customer once.
            "select customer_ref from churn_case where closed_at is null and owner_ref = ?1 order by customer_ref",
            &[employee_ref.into()],
        )?
        .read("portfolio.of_employee", |row| row.narrow())
}

/// True when the customer is the employee's own: the employee takes care of a retention case that is not closed.
pub fn is_own<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    employee_ref: u32,
) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from churn_case where customer_ref = ?1 and owner_ref = ?2 and closed_at is null)",
            &[customer_ref.into(), employee_ref.into()],
        )?
        .read_one("portfolio.is_own", |row| row.flag())
}
