//! Writing assignments; a row is never deleted, and only a decision changes it.

use domain::assignment::ManagerShare;

use super::NewRow;
use crate::{Connection, StoreError, Value, batch};

/// Writes new assignments and returns their numbers, in their order.
pub fn add<C: Connection>(connection: &mut C, rows: Vec<NewRow>) -> Result<Vec<i64>, StoreError> {
    let first: i64 = connection
        .execute("select coalesce(max(assignment_ref), 0) + 1 from assignment", &[])?
        .read_one("assignment.next_ref", |row| row.integer())?;
    let numbers: Vec<i64> = (first..).take(rows.len()).collect();
    let shares: Vec<[Value; 4]> = numbers
        .iter()
        .zip(&rows)
        .flat_map(|(number, row)| row.shares.iter().map(move |share| share_values(*number, share)))
        .collect();
    let assignments = numbers.iter().zip(rows).map(|(number, row)| assignment_values(*number, row));
    batch::insert(
        connection,
        "insert into assignment (assignment_ref, customer_ref, from_day, organisation_ref, managers, kind, state,
           reason, before_ref, assignment_proposal_ref, created_by, created_at, decided_by, decided_at)",
        "",
        assignments,
    )?;
    let into = "insert into assignment_share (assignment_ref, employee_ref, role, share_bp)";
    batch::insert(connection, into, "", shares)?;
    Ok(numbers)
}

fn share_values(number: i64, share: &ManagerShare) -> [Value; 4] {
    [number.into(), share.employee_ref.into(), share.role.number().into(), share.share_bp.into()]
}

fn assignment_values(number: i64, row: NewRow) -> [Value; 14] {
    [
        number.into(),
        row.customer_ref.into(),
        row.from_day.into(),
        row.organisation_ref.into(),
        (row.shares.len() as i64).into(),
        row.kind.into(),
        row.state.into(),
        row.reason.into(),
        row.before_ref.into(),
        row.assignment_proposal_ref.into(),
        row.created_by.into(),
        row.created_at.into(),
        row.decided_by.into(),
        row.decided_at.into(),
    ]
}

/// Writes what was decided on an assignment that was submitted.
pub fn decide<C: Connection>(
    connection: &mut C,
    number: i64,
    state: &'static str,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update assignment set state = ?2, decided_by = ?3, decided_at = ?4
         where assignment_ref = ?1 and state = 'submitted'",
        &[number.into(), state.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}
