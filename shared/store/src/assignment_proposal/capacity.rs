//! How many customers a manager takes, and when somebody is away.

use crate::assignment_settings::{CapacityDefinition, written};
use crate::organisation::under;
use crate::points_lot::numbers;
use crate::recipient::PersonRow;
use crate::{Connection, Row, StoreError, Value, dialect};

/// A manager whose capacity differs from the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityRow {
    /// Number of the employee.
    pub employee_ref: u32,
    /// What the manager takes.
    pub capacity: CapacityDefinition,
}

/// Days on which somebody is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsenceRow {
    /// Number of the employee.
    pub employee_ref: u32,
    /// First day.
    pub from_day: i32,
    /// Last day.
    pub to_day: i32,
    /// In a person's words.
    pub reason: Option<String>,
    /// Who wrote it down.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

fn capacity(text: &str) -> Result<CapacityDefinition, StoreError> {
    serde_json::from_str(text)
        .map_err(|_| StoreError::Damaged("a manager's capacity does not have its form".to_owned()))
}

/// Writes the capacity of a manager.
pub fn put_capacity<C: Connection>(
    connection: &mut C,
    row: &CapacityRow,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into manager_capacity (employee_ref, definition, changed_by, changed_at)
         values (?1, ?2, ?3, ?4)
         on conflict (employee_ref) do update set
           definition = excluded.definition, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        &[row.employee_ref.into(), written(&row.capacity)?.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// Capacities of these employees that differ from the settings.
pub fn capacities<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
) -> Result<Vec<CapacityRow>, StoreError> {
    let sql = format!(
        "select employee_ref, definition from {} cross join manager_capacity where employee_ref = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(employee_refs)])?.read("assignment_proposal.capacities", |row| {
        Ok(CapacityRow { employee_ref: row.narrow()?, capacity: capacity(&row.text()?)? })
    })
}

/// People of a role under an organisation (`None`: the whole bank) after an id, by id, each with the own capacity where
/// it differs from the settings.
pub fn capacity_page<C: Connection>(
    connection: &mut C,
    role: &str,
    organisation_ref: Option<u32>,
    after: &str,
    limit: u32,
) -> Result<Vec<(PersonRow, Option<CapacityDefinition>)>, StoreError> {
    let sql = format!(
        "{} select employee.employee_ref, employee_id, organisation_ref, active_from, active_to, definition
         from employee left join manager_capacity on manager_capacity.employee_ref = employee.employee_ref
         where role = ?1 and employee_id > ?2
           and (?3 is null or organisation_ref in (select organisation_ref from under))
         order by employee_id limit ?4",
        under(3)
    );
    let parameters: [Value; 4] = [role.into(), after.into(), organisation_ref.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("assignment_proposal.capacity_page", |row| {
        let person = super::holding::person(row)?;
        let own = row.text_or_null()?;
        Ok((person, own.as_deref().map(capacity).transpose()?))
    })
}

/// Writes an absence; one of the same employee that begins on the same day is replaced.
pub fn add_absence<C: Connection>(connection: &mut C, row: &AbsenceRow) -> Result<(), StoreError> {
    connection.execute(
        "insert into employee_absence (employee_ref, from_day, to_day, reason, changed_by, changed_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (employee_ref, from_day) do update set
           to_day = excluded.to_day, reason = excluded.reason, changed_by = excluded.changed_by,
           changed_at = excluded.changed_at",
        &[
            row.employee_ref.into(),
            row.from_day.into(),
            row.to_day.into(),
            row.reason.as_deref().into(),
            row.changed_by.as_str().into(),
            row.changed_at.into(),
        ],
    )?;
    Ok(())
}

/// Takes an absence back; says whether there was one.
pub fn remove_absence<C: Connection>(
    connection: &mut C,
    employee_ref: u32,
    from_day: i32,
) -> Result<bool, StoreError> {
    let removed = connection.execute(
        "delete from employee_absence where employee_ref = ?1 and from_day = ?2 returning from_day",
        &[employee_ref.into(), from_day.into()],
    )?;
    Ok(!removed.rows.is_empty())
}

/// Absences of an employee that begin after a day, the earliest first.
pub fn absences<C: Connection>(
    connection: &mut C,
    employee_ref: u32,
    after: i64,
    limit: u32,
) -> Result<Vec<AbsenceRow>, StoreError> {
    connection
        .execute(
            "select employee_ref, from_day, to_day, reason, changed_by, changed_at from employee_absence
             where employee_ref = ?1 and from_day > ?2 order by from_day limit ?3",
            &[employee_ref.into(), after.into(), limit.into()],
        )?
        .read("assignment_proposal.absences", absence)
}

/// Absences that a day falls into, by employee.
pub fn absent_on<C: Connection>(connection: &mut C, on: i32) -> Result<Vec<AbsenceRow>, StoreError> {
    connection
        .execute(
            "select employee_ref, from_day, to_day, reason, changed_by, changed_at from employee_absence
             where from_day <= ?1 and to_day >= ?1 order by employee_ref, from_day",
            &[on.into()],
        )?
        .read("assignment_proposal.absent_on", absence)
}

/// Absences that end on a day or later, by employee and first day.
pub fn absences_from<C: Connection>(connection: &mut C, on: i32) -> Result<Vec<AbsenceRow>, StoreError> {
    connection
        .execute(
            "select employee_ref, from_day, to_day, reason, changed_by, changed_at from employee_absence
             where to_day >= ?1 order by employee_ref, from_day",
            &[on.into()],
        )?
        .read("assignment_proposal.absences_from", absence)
}

fn absence(row: &mut Row<'_>) -> Result<AbsenceRow, StoreError> {
    Ok(AbsenceRow {
        employee_ref: row.narrow()?,
        from_day: row.narrow()?,
        to_day: row.narrow()?,
        reason: row.text_or_null()?,
        changed_by: row.text()?,
        changed_at: row.integer()?,
    })
}
