//! What became of retention cases, counted.

use domain::retention::CaseState;

use crate::organisation::under;
use crate::{Connection, StoreError};

/// What cases are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The customer's present organisation.
    Organisation,
    /// The employee who takes care of the case.
    Owner,
    /// The reason, word by word.
    Reason,
}

/// Which cases are counted.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeFilter {
    /// First date of opening.
    pub from: i32,
    /// Last date of opening.
    pub to: i32,
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// A case that is not closed and due before this day counts as overdue.
    pub due_before: i32,
}

/// Numbers of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct OutcomeCounts {
    /// All.
    pub opened: u64,
    /// Closed: the customer stays.
    pub won_back: u64,
    /// Closed: the customer left.
    pub lost: u64,
    /// Closed: there was nothing to win back.
    pub dismissed: u64,
    /// Not closed.
    pub unclosed: u64,
    /// Not closed, and the due date has passed.
    pub overdue: u64,
}

/// The cases of one organisation, owner or reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Id of the organisation or the owner, or the reason; nothing where a case has none.
    pub key: Option<String>,
    /// Their numbers.
    pub counts: OutcomeCounts,
}

/// Counts the cases that were opened in a span of days, the largest group first.
pub fn outcomes<C: Connection>(
    connection: &mut C,
    grouping: Grouping,
    filter: &OutcomeFilter,
) -> Result<Vec<OutcomeRow>, StoreError> {
    let key = match grouping {
        Grouping::Organisation => "organisation_id",
        Grouping::Owner => "employee_id",
        Grouping::Reason => "reason",
    };
    let sql = format!(
        "{} select {key}, count(*) as opened, sum(state = '{}'), sum(state = '{}'), sum(state = '{}'),
           sum(closed_at is null), sum(closed_at is null and due_on < ?4)
         from churn_case
         join customer on customer.customer_ref = churn_case.customer_ref
         join organisation on organisation.organisation_ref = customer.organisation_ref
         left join employee on employee.employee_ref = churn_case.owner_ref
         where churn_case.opened_on between ?1 and ?2
           and (?3 is null or customer.organisation_ref in (select organisation_ref from under))
         group by {key} order by opened desc, {key}",
        under(3),
        CaseState::WonBack.name(),
        CaseState::Lost.name(),
        CaseState::Dismissed.name(),
    );
    let parameters =
        [filter.from.into(), filter.to.into(), filter.organisation_ref.into(), filter.due_before.into()];
    connection.execute(&sql, &parameters)?.read("churn_case.outcomes", |row| {
        Ok(OutcomeRow {
            key: row.text_or_null()?,
            counts: OutcomeCounts {
                opened: row.narrow()?,
                won_back: row.narrow()?,
                lost: row.narrow()?,
                dismissed: row.narrow()?,
                unclosed: row.narrow()?,
                overdue: row.narrow()?,
            },
        })
    })
}
