//! Customers of an employee: those of whom the employee has a share by the assignment that stands on a day, and those whose
//! retention case that is not closed the employee owns.

use crate::assignment::{of_employee_sql, standing_sql};
use crate::{Connection, StoreError};

/// An employee whose own customers are meant, and the day whose assignments count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// Number of the employee.
    pub employee_ref: u32,
    /// The day, as days since 1970-01-01.
    pub on: i32,
}

/// A query for the numbers of an employee's customers; employee and day are expressions.
pub(crate) fn own_sql(employee: &str, on: &str) -> String {
    // Cases that are not closed are few, and their index holds each customer once.
    format!(
        "select customer_ref from churn_case where closed_at is null and owner_ref = {employee}
         union {}",
        of_employee_sql(employee, on)
    )
}

/// Numbers of an employee's customers, ascending.
pub fn of_employee<C: Connection>(connection: &mut C, own: Own) -> Result<Vec<u32>, StoreError> {
    let sql = format!("select customer_ref from ({}) as own order by customer_ref", own_sql("?1", "?2"));
    connection
        .execute(&sql, &[own.employee_ref.into(), own.on.into()])?
        .read("portfolio.of_employee", |row| row.narrow())
}

/// True when the customer is the employee's own.
pub fn is_own<C: Connection>(connection: &mut C, customer_ref: u32, own: Own) -> Result<bool, StoreError> {
    let sql = format!(
        "select exists (
           select 1 from churn_case where customer_ref = ?1 and owner_ref = ?2 and closed_at is null)
         or exists (
           select 1 from assignment_share where employee_ref = ?2 and assignment_ref = {})",
        standing_sql("?1", "?3")
    );
    connection
        .execute(&sql, &[customer_ref.into(), own.employee_ref.into(), own.on.into()])?
        .read_one("portfolio.is_own", |row| row.flag())
}
