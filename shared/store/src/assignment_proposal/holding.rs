//! Customers with the managers who hold them on a day, read for a whole part of the bank.

use crate::assignment::{scheduled_sql, standing_sql};
use crate::organisation::under;
use crate::points_lot::numbers;
use crate::recipient::PersonRow;
use crate::{Connection, Row, StoreError, Value, dialect};

/// A customer with what stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Whose.
    pub customer_ref: u32,
    /// The unit that keeps the customer.
    pub organisation_ref: u32,
    /// The bank's id of the household.
    pub household_id: Option<String>,
    /// The assignment that stands; also one that put the customer back on the waiting list.
    pub assignment_ref: Option<i64>,
    /// Its primary manager.
    pub holder_ref: Option<u32>,
    /// True when the customer is to have a manager from a later day on.
    pub is_scheduled: bool,
}

/// A customer and the primary manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Whose.
    pub customer_ref: u32,
    /// Number of the employee.
    pub employee_ref: u32,
}

/// Those of these customers who are kept at or below an organisation (`None`: all), in their order, with what stands on a
/// day.
pub fn clients<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    on: i32,
    organisation_ref: Option<u32>,
) -> Result<Vec<ClientRow>, StoreError> {
    let sql = format!(
        "{} select customer.customer_ref, customer.organisation_ref, household_id, assignment.assignment_ref, employee_ref,
           {}
         from {} cross join customer
         left join assignment on assignment.assignment_ref = {}
         left join assignment_share
           on assignment_share.assignment_ref = assignment.assignment_ref and role = 1
         where customer.customer_ref = row.value
           and (?3 is null or customer.organisation_ref in (select organisation_ref from under))
         order by row.key",
        under(3),
        scheduled_sql("customer.customer_ref", "?2"),
        dialect::batch(1),
        standing_sql("customer.customer_ref", "?2")
    );
    let parameters: [Value; 3] = [numbers(customer_refs), on.into(), organisation_ref.into()];
    connection.execute(&sql, &parameters)?.read("assignment_proposal.clients", |row| {
        Ok(ClientRow {
            customer_ref: row.narrow()?,
            organisation_ref: row.narrow()?,
            household_id: row.text_or_null()?,
            assignment_ref: row.integer_or_null()?,
            holder_ref: row.narrow_or_null()?,
            is_scheduled: row.flag()?,
        })
    })
}

/// Customers whose primary manager on a day is one of these employees.
pub fn held_by<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
    on: i32,
) -> Result<Vec<HeldRow>, StoreError> {
    let sql = format!(
        "select assignment.customer_ref, assignment_share.employee_ref
         from {} cross join assignment_share cross join assignment
         where assignment_share.employee_ref = row.value and role = 1
           and assignment.assignment_ref = assignment_share.assignment_ref
           and state = 'in_force' and from_day <= ?2
           and assignment.assignment_ref = {}",
        dialect::batch(1),
        standing_sql("assignment.customer_ref", "?2")
    );
    connection
        .execute(&sql, &[numbers(employee_refs), on.into()])?
        .read("assignment_proposal.held_by", |row| {
            Ok(HeldRow { customer_ref: row.narrow()?, employee_ref: row.narrow()? })
        })
}

/// Customers whose primary manager on a day, or from a later one on, is one of these employees; once a manager.
pub fn held_from<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
    from: i32,
) -> Result<Vec<HeldRow>, StoreError> {
    let sql = format!(
        "select distinct assignment.customer_ref, assignment_share.employee_ref
         from {} cross join assignment_share cross join assignment
         where assignment_share.employee_ref = row.value and role = 1
           and assignment.assignment_ref = assignment_share.assignment_ref
           and state = 'in_force'
           and assignment.assignment_ref = {}",
        dialect::batch(1),
        standing_sql(
            "assignment.customer_ref",
            "case when assignment.from_day > ?2 then assignment.from_day else ?2 end"
        )
    );
    connection
        .execute(&sql, &[numbers(employee_refs), from.into()])?
        .read("assignment_proposal.held_from", |row| {
            Ok(HeldRow { customer_ref: row.narrow()?, employee_ref: row.narrow()? })
        })
}

/// Customers who were put back on a waiting list up to a day, also those who got a manager since.
pub fn recalled<C: Connection>(connection: &mut C, on: i32) -> Result<Vec<u32>, StoreError> {
    connection
        .execute(
            "select distinct customer_ref from assignment
             where managers = 0 and state = 'in_force' and from_day <= ?1 order by customer_ref",
            &[on.into()],
        )?
        .read("assignment_proposal.recalled", |row| row.narrow())
}

/// Moves of a proposal from one unit to another, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayRow {
    /// The unit that keeps the customers.
    pub organisation_ref: u32,
    /// The unit at which those work who get them.
    pub to_organisation_ref: u32,
    /// The role of those who get them.
    pub role: String,
    /// True when another assignment stands than the moves found, or when who waited is to have a manager by now.
    pub is_stale: bool,
    /// How many.
    pub moves: u64,
}

/// The moves of a proposal by what they lead from and to as things are now, and by whether they hold on a day.
pub fn ways<C: Connection>(connection: &mut C, number: i64, on: i32) -> Result<Vec<WayRow>, StoreError> {
    let sql = format!(
        "select customer.organisation_ref, employee.organisation_ref, employee.role,
           coalesce(before_ref, 0) <> coalesce({}, 0)
             or (reason in ('waiting', 'left', 'absent', 'elsewhere') and {}),
           count(*)
         from assignment_move
         join customer on customer.customer_ref = assignment_move.customer_ref
         join employee on employee.employee_ref = to_ref
         where assignment_proposal_ref = ?1
         group by 1, 2, 3, 4",
        standing_sql("assignment_move.customer_ref", "?2"),
        scheduled_sql("assignment_move.customer_ref", "?2")
    );
    connection.execute(&sql, &[number.into(), on.into()])?.read("assignment_proposal.ways", |row| {
        Ok(WayRow {
            organisation_ref: row.narrow()?,
            to_organisation_ref: row.narrow()?,
            role: row.text()?,
            is_stale: row.flag()?,
            moves: row.narrow()?,
        })
    })
}

/// Numbers of the employees who get somebody by a proposal.
pub fn destinations<C: Connection>(connection: &mut C, number: i64) -> Result<Vec<u32>, StoreError> {
    connection
        .execute(
            "select distinct to_ref from assignment_move where assignment_proposal_ref = ?1 order by to_ref",
            &[number.into()],
        )?
        .read("assignment_proposal.destinations", |row| row.narrow())
}

/// Employees of these numbers; unknown numbers are left out.
pub fn people<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
) -> Result<Vec<PersonRow>, StoreError> {
    let sql = format!(
        "select employee_ref, employee_id, organisation_ref, active_from, active_to
         from {} cross join employee where employee_ref = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(employee_refs)])?.read("assignment_proposal.people", person)
}

/// An employee: number, id, organisation, first and last day.
pub(super) fn person(row: &mut Row<'_>) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        employee_ref: row.narrow()?,
        employee_id: row.text()?,
        organisation_ref: row.narrow()?,
        active_from: row.narrow_or_null()?,
        active_to: row.narrow_or_null()?,
    })
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::batch_plans::Explaining;

    #[test]
    fn whole_books_are_found_by_indexes() {
        let mut explaining = Explaining::new().expect("a database");
        clients(&mut explaining, &[1, 2], 1, None).expect("an answer");
        held_by(&mut explaining, &[1, 2], 1).expect("an answer");
        held_from(&mut explaining, &[1, 2], 1).expect("an answer");
        ways(&mut explaining, 1, 1).expect("an answer");
        crate::assignment::scheduled(&mut explaining, &[1, 2], 1).expect("an answer");
        crate::assignment::beginning(&mut explaining, 1, 0, 9).expect("an answer");
        crate::assignment_proposal::left(&mut explaining, 1, -1, 9).expect("an answer");
        people(&mut explaining, &[1, 2]).expect("an answer");
        for (sql, steps) in explaining.into_plans() {
            let walked = [
                "assignment",
                "assignment_share",
                "latest",
                "later",
                "customer",
                "employee",
                "assignment_move",
                "assignment_left",
            ];
            let walks = |step: &String| walked.iter().any(|table| *step == format!("SCAN {table}"));
            assert!(!steps.iter().any(walks), "{sql}\n{steps:#?}");
            assert!(steps.iter().any(|step| step.starts_with("SEARCH")), "{sql}\n{steps:#?}");
        }
    }

    #[test]
    fn recalls_are_found_by_an_index_of_their_own() {
        let mut explaining = Explaining::new().expect("a database");
        recalled(&mut explaining, 1).expect("an answer");
        crate::assignment::recalled_between(&mut explaining, 1, 2).expect("an answer");
        let plans = explaining.into_plans();
        assert_eq!(plans.len(), 2);
        for (sql, steps) in plans {
            assert!(steps.iter().any(|step| step.contains("assignment_recalled")), "{sql}\n{steps:#?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}\n{steps:#?}");
        }
    }
}
