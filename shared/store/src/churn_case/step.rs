//! Steps of retention cases, and those that are overdue.

use crate::{Connection, StoreError, batch};

/// One step of a case's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// Its place in the history, from 1.
    pub step_number: u32,
    /// open, the name of a transition, assign, or escalate.
    pub step: String,
    /// In a person's words.
    pub note: Option<String>,
    /// Who took it.
    pub person: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The employee who takes care of the case from now on, or heard of it.
    pub owner_id: Option<String>,
    /// Last day in time from now on.
    pub due_on: Option<i32>,
}

/// A step that is to be added.
#[derive(Clone, Debug)]
pub struct NewStep<'a> {
    /// The case.
    pub churn_case_ref: i64,
    /// open, the name of a transition, assign, or escalate.
    pub step: &'a str,
    /// In a person's words.
    pub note: Option<&'a str>,
    /// Who takes it.
    pub person: &'a str,
    /// When, in milliseconds.
    pub at: i64,
    /// The employee who takes care of the case from now on, or hears of it.
    pub owner_ref: Option<u32>,
    /// Last day in time from now on.
    pub due_on: Option<i32>,
}

/// Adds steps at the ends of the histories of cases, each of which is named once.
pub fn add_steps<'a, C: Connection>(
    connection: &mut C,
    steps: impl IntoIterator<Item = NewStep<'a>>,
) -> Result<(), StoreError> {
    let rows = steps.into_iter().map(|step| {
        [
            step.churn_case_ref.into(),
            step.step.into(),
            step.note.into(),
            step.person.into(),
            step.at.into(),
            step.owner_ref.into(),
            step.due_on.into(),
        ]
    });
    let columns = "churn_case_ref, step, note, person, at, owner_ref, due_on";
    let sql =
        "insert into churn_case_step (churn_case_ref, step_number, step, note, person, at, owner_ref, due_on)
         select churn_case_ref,
           coalesce((select max(known.step_number) from churn_case_step known
                     where known.churn_case_ref = wanted.churn_case_ref), 0) + 1,
           step, note, person, at, owner_ref, due_on
         from wanted";
    batch::select(connection, "churn_case.add_steps", (columns, sql), rows, |_| Ok(()))?;
    Ok(())
}

/// The steps of a case, the earliest first.
pub fn steps<C: Connection>(connection: &mut C, number: i64) -> Result<Vec<StepRow>, StoreError> {
    connection
        .execute(
            "select step_number, step, note, person, at, employee_id, due_on
             from churn_case_step left join employee on employee.employee_ref = churn_case_step.owner_ref
             where churn_case_ref = ?1 order by step_number",
            &[number.into()],
        )?
        .read("churn_case.steps", |row| {
            Ok(StepRow {
                step_number: row.narrow()?,
                step: row.text()?,
                note: row.text_or_null()?,
                person: row.text()?,
                at: row.integer()?,
                owner_id: row.text_or_null()?,
                due_on: row.narrow_or_null()?,
            })
        })
}

/// Due date and escalation of a case that is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// The case.
    pub churn_case_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// Last day in time.
    pub due_on: i32,
    /// Date on which it was found overdue.
    pub escalated_on: Option<i32>,
}

/// Cases that are not closed and due before a day, after the number `after`, at most `limit`, by number.
pub fn due_before<C: Connection>(
    connection: &mut C,
    day: i32,
    after: i64,
    limit: u32,
) -> Result<Vec<DueRow>, StoreError> {
    connection
        .execute(
            "select churn_case_ref, customer_ref, due_on, escalated_on from churn_case
             where closed_at is null and due_on < ?1 and churn_case_ref > ?2 order by churn_case_ref limit ?3",
            &[day.into(), after.into(), limit.into()],
        )?
        .read("churn_case.due_before", |row| {
            Ok(DueRow {
                churn_case_ref: row.integer()?,
                customer_ref: row.narrow()?,
                due_on: row.narrow()?,
                escalated_on: row.narrow_or_null()?,
            })
        })
}

/// Notes the day on which cases were escalated, and to whom.
pub fn escalate<C: Connection>(
    connection: &mut C,
    cases: &[(i64, Option<u32>)],
    day: i32,
) -> Result<(), StoreError> {
    let rows = cases.iter().map(|(number, to)| [(*number).into(), (*to).into(), day.into()]);
    let sql = "update churn_case set escalated_on = wanted.day, escalated_to_ref = wanted.told from wanted
         where churn_case.churn_case_ref = wanted.churn_case_ref";
    batch::select(connection, "churn_case.escalate", ("churn_case_ref, told, day", sql), rows, |_| Ok(()))?;
    Ok(())
}
