//! Tasks at the workbench.

use crate::organisation::under;
use crate::{Connection, Row, StoreError, Value, batch, dialect};

#[cfg(all(test, feature = "native"))]
mod tests;

/// What a task is about. `T` tells the tier: its number to be written, its code when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About<T> {
    /// An alert of the churn check.
    Alert {
        /// The tier that is in danger or lost.
        tier: T,
        /// 1 observed, 2 attention, 3 churned.
        status: u8,
        /// First month below the tier's threshold.
        first_month: i32,
    },
    /// A retention case whose due date has passed, by number.
    OverdueCase(i64),
}

impl<T> About<T> {
    /// The stable name.
    pub const fn kind(&self) -> &'static str {
        match self {
            About::Alert { .. } => "churn_alert",
            About::OverdueCase(_) => "case_overdue",
        }
    }
}

/// A task to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// What it is about; a task whose key is known stays as it is.
    pub task_key: String,
    /// The matter.
    pub about: About<u8>,
    /// Who has to do it; `None`: whoever sees to the organisation.
    pub employee_ref: Option<u32>,
    /// The organisation whose lists show it.
    pub organisation_ref: u32,
    /// About whom.
    pub customer_ref: u32,
    /// Last day in time.
    pub due_on: i32,
    /// When, in milliseconds.
    pub created_at: i64,
}

/// Writes tasks; one whose key is known stays as it is. Returns how many were new.
pub fn add<C: Connection>(
    connection: &mut C,
    tasks: impl IntoIterator<Item = NewTask>,
) -> Result<u64, StoreError> {
    let rows = tasks.into_iter().map(|task| {
        let kind = task.about.kind();
        let (alert, case) = match task.about {
            About::Alert { tier, status, first_month } => (Some((tier, status, first_month)), None),
            About::OverdueCase(number) => (None, Some(number)),
        };
        [
            task.task_key.into(),
            kind.into(),
            task.employee_ref.into(),
            task.organisation_ref.into(),
            task.customer_ref.into(),
            alert.map(|(tier, ..)| i64::from(tier)).into(),
            alert.map(|(_, status, _)| i64::from(status)).into(),
            alert.map(|(.., first_month)| first_month).into(),
            case.into(),
            task.due_on.into(),
            task.created_at.into(),
        ]
    });
    let into =
        "insert into task (task_key, kind, employee_ref, organisation_ref, customer_ref, tier_ref, status,
           first_month, churn_case_ref, due_on, created_at)";
    // One that a check ended, and whose matter stands again, is asked for again; what a person did is done.
    let then = "on conflict (task_key) do update set done_at = null, done_by = null, due_on = excluded.due_on
         where task.done_by = 'check'
         returning task_ref";
    Ok(batch::insert(connection, into, then, rows)?.rows.len() as u64)
}

/// A task with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    /// Its number.
    pub task_ref: i64,
    /// The matter.
    pub about: About<String>,
    /// About whom.
    pub customer_id: String,
    /// Number of the organisation whose lists show it.
    pub organisation_ref: u32,
    /// Its id.
    pub organisation_id: String,
    /// Number of who has to do it.
    pub employee_ref: Option<u32>,
    /// Their id.
    pub employee_id: Option<String>,
    /// Last day in time.
    pub due_on: i32,
    /// When it was done, in milliseconds.
    pub done_at: Option<i64>,
    /// Who did it.
    pub done_by: Option<String>,
    /// In that person's words.
    pub note: Option<String>,
}

const VIEW: &str =
    "select task_ref, churn_case_ref, tier_code, task.status, first_month, customer_id, task.organisation_ref, organisation_id,
         task.employee_ref, employee_id, due_on, done_at, done_by, note
     from task
     join customer on customer.customer_ref = task.customer_ref
     join organisation on organisation.organisation_ref = task.organisation_ref
     left join tier on tier.tier_ref = task.tier_ref
     left join employee on employee.employee_ref = task.employee_ref";

fn about(row: &mut Row<'_>) -> Result<About<String>, StoreError> {
    let (case, tier, status) = (row.integer_or_null()?, row.text_or_null()?, row.narrow_or_null()?);
    match (case, tier, status, row.narrow_or_null()?) {
        (Some(number), None, None, None) => Ok(About::OverdueCase(number)),
        (None, Some(tier), Some(status), Some(first_month)) => Ok(About::Alert { tier, status, first_month }),
        _ => Err(StoreError::Damaged("a task is about nothing that is known".to_owned())),
    }
}

fn view(row: &mut Row<'_>) -> Result<TaskRow, StoreError> {
    Ok(TaskRow {
        task_ref: row.integer()?,
        about: about(row)?,
        customer_id: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
        employee_ref: row.narrow_or_null()?,
        employee_id: row.text_or_null()?,
        due_on: row.narrow()?,
        done_at: row.integer_or_null()?,
        done_by: row.text_or_null()?,
        note: row.text_or_null()?,
    })
}

/// Which tasks a page shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaskFilter {
    /// Those that are done, instead of those that are not.
    pub done: bool,
    /// Due up to this day.
    pub due_to: Option<i32>,
    /// Top of the organisations' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Who has to do them.
    pub employee_ref: Option<u32>,
}

/// Tasks after a due date and number, at most `limit`, in this order.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &TaskFilter,
    (after_due_on, after): (i64, i64),
    limit: u32,
) -> Result<Vec<TaskRow>, StoreError> {
    // Not one statement with `?3 is null or …`: each of these lists has an index of its own.
    let of_part = match filter.organisation_ref {
        Some(_) => "task.organisation_ref in (select organisation_ref from under)",
        None => "?3 is null",
    };
    let of_employee = if filter.employee_ref.is_some() { "task.employee_ref = ?5" } else { "?5 is null" };
    let done = if filter.done { "done_at is not null" } else { "done_at is null" };
    let sql = format!(
        "{} {VIEW}
         where (due_on, task_ref) > (?1, ?2) and due_on <= ?4 and {done} and {of_part} and {of_employee}
         order by due_on, task_ref limit ?6",
        under(3)
    );
    let parameters: [Value; 6] = [
        after_due_on.into(),
        after.into(),
        filter.organisation_ref.into(),
        filter.due_to.unwrap_or(i32::MAX).into(),
        filter.employee_ref.into(),
        limit.into(),
    ];
    connection.execute(&sql, &parameters)?.read("task.page", view)
}

/// The task of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<TaskRow>, StoreError> {
    let sql = format!("{VIEW} where task_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("task.by_ref", view)
}

/// Notes who has done a task.
pub fn finish<C: Connection>(
    connection: &mut C,
    number: i64,
    (person, note): (&str, Option<&str>),
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update task set done_at = ?2, done_by = ?3, note = ?4 where task_ref = ?1",
        &[number.into(), now_ms.into(), person.into(), note.into()],
    )?;
    Ok(())
}

/// What an alert is known by: customer, tier, status and first month.
pub type AlertKey = (u32, u8, u8, i32);

/// Ends the tasks about alerts that are not done, without a word of anybody.
pub fn end_of_alerts<C: Connection>(
    connection: &mut C,
    alerts: impl IntoIterator<Item = AlertKey>,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let alerts: Vec<String> = alerts
        .into_iter()
        .map(|(customer, tier, status, month)| format!("[{customer},{tier},{status},{month}]"))
        .collect();
    let sql = format!(
        "update task set done_at = ?2, done_by = ?3
         where task_ref in (
           select ended.task_ref from {} cross join task as ended
           where ended.customer_ref = row.value ->> 0 and ended.tier_ref = row.value ->> 1
             and ended.status = row.value ->> 2 and ended.first_month = row.value ->> 3 and ended.done_at is null)",
        dialect::batch(1)
    );
    let list = format!("[{}]", alerts.join(","));
    connection.execute(&sql, &[list.into(), now_ms.into(), person.into()])?;
    Ok(())
}

/// Ends the tasks about a customer's overdue case that are not done, without a word of anybody.
pub fn end_of_case<C: Connection>(
    connection: &mut C,
    (customer_ref, churn_case_ref): (u32, i64),
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        // Tasks are found by their customer, who has few that are not done.
        "update task set done_at = ?3, done_by = ?4
         where customer_ref = ?1 and churn_case_ref = ?2 and done_at is null",
        &[customer_ref.into(), churn_case_ref.into(), now_ms.into(), person.into()],
    )?;
    Ok(())
}
