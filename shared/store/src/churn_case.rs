//! Retention cases and their steps.

use domain::retention::CaseState;

use crate::organisation::under;
use crate::{Connection, Row, StoreError, Value};

mod outcome;
mod step;

pub use outcome::{Grouping, OutcomeCounts, OutcomeFilter, OutcomeRow, outcomes};
pub use step::{DueRow, NewStep, StepRow, add_steps, due_before, escalate, steps};

/// A case as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number; 0 before it is stored.
    pub churn_case_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// The tier that is in danger or lost.
    pub tier_code: Option<String>,
    /// The alert that it answers.
    pub churn_alert_ref: Option<i64>,
    /// Where it stands.
    pub state: CaseState,
    /// Why the customer may leave, in a person's words.
    pub reason: Option<String>,
    /// The employee who takes care of it.
    pub owner_ref: Option<u32>,
    /// Last day in time.
    pub due_on: i32,
    /// Date of opening.
    pub opened_on: i32,
    /// Who opened it.
    pub opened_by: String,
    /// When, in milliseconds.
    pub opened_at: i64,
    /// When it was closed, in milliseconds.
    pub closed_at: Option<i64>,
    /// Date on which it was found overdue.
    pub escalated_on: Option<i32>,
    /// The employee who heard of that.
    pub escalated_to_ref: Option<u32>,
}

/// A case with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseView {
    /// The case.
    pub row: CaseRow,
    /// Whose.
    pub customer_id: String,
    /// Number of the customer's organisation.
    pub organisation_ref: u32,
    /// Its id.
    pub organisation_id: String,
    /// The employee who takes care of it.
    pub owner_id: Option<String>,
    /// The employee who heard that it is overdue.
    pub escalated_to_id: Option<String>,
}

const VIEW: &str =
    "select churn_case_ref, churn_case.customer_ref, tier_code, churn_alert_ref, state, reason, owner_ref,
         due_on, churn_case.opened_on, opened_by, opened_at, closed_at, escalated_on,
         escalated_to_ref, customer_id, customer.organisation_ref, organisation_id, employee.employee_id,
         escalated_to.employee_id
     from churn_case
     join customer on customer.customer_ref = churn_case.customer_ref
     join organisation on organisation.organisation_ref = customer.organisation_ref
     left join employee on employee.employee_ref = churn_case.owner_ref
     left join employee escalated_to on escalated_to.employee_ref = churn_case.escalated_to_ref";

fn view(row: &mut Row<'_>) -> Result<CaseView, StoreError> {
    Ok(CaseView {
        row: CaseRow {
            churn_case_ref: row.integer()?,
            customer_ref: row.narrow()?,
            tier_code: row.text_or_null()?,
            churn_alert_ref: row.integer_or_null()?,
            state: CaseState::parse(&row.text()?)
                .ok_or_else(|| StoreError::Damaged("the state of a retention case is unknown".to_owned()))?,
            reason: row.text_or_null()?,
            owner_ref: row.narrow_or_null()?,
            due_on: row.narrow()?,
            opened_on: row.narrow()?,
            opened_by: row.text()?,
            opened_at: row.integer()?,
            closed_at: row.integer_or_null()?,
            escalated_on: row.narrow_or_null()?,
            escalated_to_ref: row.narrow_or_null()?,
        },
        customer_id: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
        owner_id: row.text_or_null()?,
        escalated_to_id: row.text_or_null()?,
    })
}

/// Writes a new case and returns its number.
pub fn add<C: Connection>(connection: &mut C, row: &CaseRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into churn_case (customer_ref, tier_code, churn_alert_ref, state, reason, owner_ref, due_on, opened_on,
               opened_by, opened_at, closed_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) returning churn_case_ref",
            &[
                row.customer_ref.into(),
                row.tier_code.as_deref().into(),
                row.churn_alert_ref.into(),
                row.state.name().into(),
                row.reason.as_deref().into(),
                row.owner_ref.into(),
                row.due_on.into(),
                row.opened_on.into(),
                row.opened_by.as_str().into(),
                row.opened_at.into(),
                row.closed_at.into(),
            ],
        )?
        .read_one("churn_case.add", |row| row.integer())
}

/// Writes what changes during a case's life: state, owner, due date, closing.
pub fn save<C: Connection>(connection: &mut C, row: &CaseRow) -> Result<(), StoreError> {
    connection.execute(
        "update churn_case set state = ?2, owner_ref = ?3, due_on = ?4, closed_at = ?5 where churn_case_ref = ?1",
        &[
            row.churn_case_ref.into(),
            row.state.name().into(),
            row.owner_ref.into(),
            row.due_on.into(),
            row.closed_at.into(),
        ],
    )?;
    Ok(())
}

/// The case of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<CaseView>, StoreError> {
    let sql = format!("{VIEW} where churn_case_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("churn_case.by_ref", view)
}

/// True when a case of the customer is not closed.
pub fn has_unclosed<C: Connection>(connection: &mut C, customer_ref: u32) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from churn_case where customer_ref = ?1 and closed_at is null)",
            &[customer_ref.into()],
        )?
        .read_one("churn_case.has_unclosed", |row| row.flag())
}

/// Which cases a page shows.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// Where they stand.
    pub state: Option<CaseState>,
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Id of the employee who takes care of them.
    pub owner_id: Option<String>,
    /// Only those that are not closed and due before this day.
    pub due_before: Option<i32>,
    /// Only those that this employee takes care of.
    pub own: Option<u32>,
}

/// Cases after the number `after`, at most `limit`, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &CaseFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<CaseView>, StoreError> {
    let sql = format!(
        "{} {VIEW}
         where churn_case_ref > ?1 and (?2 is null or state = ?2)
           and (?3 is null or customer.organisation_ref in (select organisation_ref from under))
           and (?4 is null or employee.employee_id = ?4) and (?5 is null or (closed_at is null and due_on < ?5))
           and (?6 is null or owner_ref = ?6)
         order by churn_case_ref limit ?7",
        under(3)
    );
    let parameters: [Value; 7] = [
        after.into(),
        filter.state.map(CaseState::name).into(),
        filter.organisation_ref.into(),
        filter.owner_id.as_deref().into(),
        filter.due_before.into(),
        filter.own.into(),
        limit.into(),
    ];
    connection.execute(&sql, &parameters)?.read("churn_case.page", view)
}
