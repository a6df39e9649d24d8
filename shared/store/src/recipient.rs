//! Who may be told about customers: owners of their retention cases or else their managers, and the people of a role.

use crate::assignment::standing_sql;
use crate::points_lot::numbers;
use crate::{Connection, Row, StoreError, dialect};

/// A person of the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// Our number.
    pub employee_ref: u32,
    /// The bank's id.
    pub employee_id: String,
    /// Where they work.
    pub organisation_ref: u32,
    /// First day of work.
    pub active_from: Option<i32>,
    /// Last day of work.
    pub active_to: Option<i32>,
}

/// A customer, and who takes care of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    /// Our number.
    pub customer_ref: u32,
    /// The bank's id.
    pub customer_id: String,
    /// Their organisation.
    pub organisation_ref: u32,
    /// The owner of the case that is not closed, or else the primary manager, whether at work or not.
    pub owner: Option<PersonRow>,
}

fn person(row: &mut Row<'_>) -> Result<Option<PersonRow>, StoreError> {
    let Some(employee_ref) = row.narrow_or_null()? else { return Ok(None) };
    Ok(Some(PersonRow {
        employee_ref,
        employee_id: row.text()?,
        organisation_ref: row.narrow()?,
        active_from: row.narrow_or_null()?,
        active_to: row.narrow_or_null()?,
    }))
}

/// Customers of these numbers, with who takes care of them on a day; unknown numbers are left out.
pub fn customers<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    on: i32,
) -> Result<Vec<CustomerRow>, StoreError> {
    let sql = format!(
        "select customer.customer_ref, customer_id, customer.organisation_ref,
           employee.employee_ref, employee_id, employee.organisation_ref, active_from, active_to
         from {} cross join customer
         left join churn_case on churn_case.customer_ref = customer.customer_ref and churn_case.closed_at is null
         left join assignment_share on assignment_share.role = 1 and assignment_share.assignment_ref = {}
         left join employee
           on employee.employee_ref = coalesce(churn_case.owner_ref, assignment_share.employee_ref)
         where customer.customer_ref = row.value",
        dialect::batch(1),
        standing_sql("customer.customer_ref", "?2")
    );
    connection.execute(&sql, &[numbers(customer_refs), on.into()])?.read("recipient.customers", |row| {
        Ok(CustomerRow {
            customer_ref: row.narrow()?,
            customer_id: row.text()?,
            organisation_ref: row.narrow()?,
            owner: person(row)?,
        })
    })
}

/// Everybody of a role, by number.
pub fn of_role<C: Connection>(connection: &mut C, role: &str) -> Result<Vec<PersonRow>, StoreError> {
    let found = connection
        .execute(
            "select employee_ref, employee_id, organisation_ref, active_from, active_to from employee
             where role = ?1 order by employee_ref",
            &[role.into()],
        )?
        .read("recipient.of_role", person)?;
    Ok(found.into_iter().flatten().collect())
}
