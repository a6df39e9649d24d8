//! Retention cases that strategies open, many at a time.

use crate::{Connection, StoreError, Value, batch};

/// A case that a strategy opens about an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStrategyCase {
    /// Whose.
    pub customer_ref: u32,
    /// The alert's tier.
    pub tier_ref: u8,
    /// The alert's status: 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// First month of the alert's spell.
    pub first_month: i32,
    /// Last day in time.
    pub due_on: i32,
    /// Date of opening.
    pub opened_on: i32,
    /// Who opens it.
    pub opened_by: String,
    /// When, in milliseconds.
    pub opened_at: i64,
}

/// Opens cases about alerts that are stored, each with its first step, and returns how many. A customer with a case
/// that is not closed gets none, and about an alert no second one is opened. A customer is named once.
pub fn open_many<C: Connection>(
    connection: &mut C,
    cases: impl IntoIterator<Item = NewStrategyCase>,
) -> Result<u64, StoreError> {
    let rows = cases.into_iter().map(|case| {
        [
            case.customer_ref.into(),
            i64::from(case.tier_ref).into(),
            i64::from(case.status).into(),
            case.first_month.into(),
            case.due_on.into(),
            case.opened_on.into(),
            case.opened_by.into(),
            case.opened_at.into(),
        ]
    });
    let columns = "customer_ref, tier_ref, status, first_month, due_on, opened_on, opened_by, opened_at";
    // What is written cannot return the place in the batch, and nobody asks for it.
    let sql = "insert into churn_case (customer_ref, tier_code, churn_alert_ref, state, due_on, opened_on, opened_by,
           opened_at)
         select wanted.customer_ref, tier_code, churn_alert_ref, 'open', wanted.due_on, wanted.opened_on, opened_by,
           opened_at
         from wanted cross join churn_alert cross join tier
         where churn_alert.customer_ref = wanted.customer_ref and churn_alert.tier_ref = wanted.tier_ref
           and churn_alert.status = wanted.status and churn_alert.first_month = wanted.first_month
           and tier.tier_ref = wanted.tier_ref
           and not exists (select 1 from churn_case as other
             where other.customer_ref = wanted.customer_ref and other.closed_at is null)
           and not exists (select 1 from churn_case as other
             where other.churn_alert_ref = churn_alert.churn_alert_ref)
         order by wanted.place
         returning 0, churn_case_ref, due_on, opened_by, opened_at";
    let opened = batch::select(connection, "churn_case_batch.open_many", (columns, sql), rows, |row| {
        row.integer()?;
        Ok((row.integer()?, row.integer()?, row.text()?, row.integer()?))
    })?;
    let count = opened.len() as u64;
    let steps = opened.into_iter().map(|(number, due_on, person, at)| -> [Value; 7] {
        [number.into(), 1_i64.into(), "open".into(), person.into(), at.into(), Value::Null, due_on.into()]
    });
    let into =
        "insert into churn_case_step (churn_case_ref, step_number, step, person, at, owner_ref, due_on)";
    batch::insert(connection, into, "", steps)?;
    Ok(count)
}
