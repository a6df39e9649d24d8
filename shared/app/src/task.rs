//! Tasks at the workbench: listed with their words, and done once.

use domain::date::{Day, Month};
use domain::retention::overdue;
use domain::strategy::{Told, Words, overdue_words};
use store::task::{About, TaskFilter, TaskRow};
use store::{Connection, StoreError};

use crate::access::Caller;
use crate::churn::{TierNames, status_from_number};

/// Why a task was not shown or done.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// No task of this number, or one that the caller does not see.
    #[error("the task is not known")]
    UnknownTask,
    /// Somebody has done it before.
    #[error("the task has been done already")]
    Done,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A task as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What is stored of it.
    pub row: TaskRow,
    /// True when it is not done and the due date has passed.
    pub overdue: bool,
    /// What has to be done.
    pub words: Words,
}

/// Which tasks are asked for.
#[derive(Clone, Debug, Default)]
pub struct TaskQuestion {
    /// Those that are done, instead of those that are not.
    pub done: bool,
    /// Due up to this day.
    pub due_to: Option<Day>,
    /// Top of the organisations' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Id of who has to do them.
    pub employee_id: Option<String>,
}

/// Tasks after a due date and number, at most `limit`, in this order. A customer manager's key sees its own alone.
pub fn tasks<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    question: &TaskQuestion,
    after: (i64, i64),
    limit: u32,
    today: Day,
) -> Result<Vec<Task>, TaskError> {
    let named = match &question.employee_id {
        None => None,
        Some(id) => match store::api_client::employee(connection, id)? {
            Some(employee) => Some(employee.employee_ref),
            None => return Ok(Vec::new()),
        },
    };
    let employee_ref = match (named, caller.own) {
        (Some(named), Some(own)) if named != own => return Ok(Vec::new()),
        (named, own) => named.or(own),
    };
    let filter = TaskFilter {
        done: question.done,
        due_to: question.due_to.map(Day::number),
        organisation_ref: question.organisation_ref,
        employee_ref,
    };
    let names = TierNames::load(connection, today)?;
    let rows = store::task::page(connection, &filter, after, limit)?;
    rows.into_iter().map(|row| Ok(told(row, &names, today)?)).collect()
}

/// Notes that a task is done: once. Call it inside a transaction.
pub fn finish<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    number: i64,
    note: Option<&str>,
    (now_ms, today): (i64, Day),
) -> Result<Task, TaskError> {
    let row = store::task::by_ref(connection, number)?.ok_or(TaskError::UnknownTask)?;
    let own = caller.own.is_none_or(|own| row.employee_ref == Some(own));
    if !own || !caller.covers(connection, row.organisation_ref)? {
        return Err(TaskError::UnknownTask);
    }
    if row.done_at.is_some() {
        return Err(TaskError::Done);
    }
    store::task::finish(connection, number, (caller.person.as_str(), note), now_ms)?;
    let row = store::task::by_ref(connection, number)?.ok_or(TaskError::UnknownTask)?;
    let names = TierNames::load(connection, today)?;
    Ok(told(row, &names, today)?)
}

fn told(row: TaskRow, names: &TierNames, today: Day) -> Result<Task, StoreError> {
    let due_on = Day::from_number(row.due_on);
    let words = match &row.about {
        About::OverdueCase(case) => overdue_words(&row.customer_id, *case, due_on),
        About::Alert { tier, status, first_month } => Told {
            customer_id: &row.customer_id,
            tier: names.of(tier),
            status: status_from_number(*status)
                .ok_or_else(|| StoreError::Damaged("the status of a task is unknown".to_owned()))?,
            first_month: Month::from_number(*first_month),
            due_on,
        }
        .words(),
    };
    Ok(Task { overdue: row.done_at.is_none() && overdue(due_on, today), words, row })
}

#[cfg(test)]
mod tests;
