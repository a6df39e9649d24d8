//! What employees did, counted.

use crate::assignment::standing_sql;
use crate::{Connection, StoreError, Value};

/// A kind of work that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Registrations as seller or referrer, withdrawn ones too.
    Registered,
    /// Registrations that were withdrawn.
    Withdrawn,
    /// Sales that the assignment of the buyer credited.
    Automatic,
    /// Sales that the default credited.
    Defaulted,
    /// Times that an adjustment took credit away.
    AdjustedAway,
    /// Customers of whom the employee has a share.
    Customers,
    /// Tasks that somebody did.
    TasksDone,
    /// Retention cases that were closed.
    CasesClosed,
}

impl Work {
    const NAMES: [(&'static str, Self); 8] = [
        ("registered", Self::Registered),
        ("withdrawn", Self::Withdrawn),
        ("automatic", Self::Automatic),
        ("defaulted", Self::Defaulted),
        ("adjusted_away", Self::AdjustedAway),
        ("customers", Self::Customers),
        ("tasks_done", Self::TasksDone),
        ("cases_closed", Self::CasesClosed),
    ];
}

/// Which work is counted.
#[derive(Clone, Copy, Debug)]
pub struct WorkFilter {
    /// First day.
    pub from: i32,
    /// Last day; customers are those of this day.
    pub to: i32,
    /// First instant of the first day, in milliseconds.
    pub begins_at: i64,
    /// First instant after the last day, in milliseconds.
    pub ends_at: i64,
    /// Only this employee's.
    pub employee: Option<u32>,
}

/// How often an employee did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkCount {
    /// Who.
    pub employee_ref: u32,
    /// What.
    pub work: Work,
    /// How often.
    pub count: u64,
}

/// Counts the work of a span of days; what nobody did is left out.
pub fn work<C: Connection>(connection: &mut C, filter: &WorkFilter) -> Result<Vec<WorkCount>, StoreError> {
    // The condition is in the text only when it is asked for, so that the employee's indexes are used.
    let (own, owned) = match filter.employee {
        Some(_) => ("and employee_ref = ?5", "and owner_ref = ?5"),
        None => ("and ?5 is null", "and ?5 is null"),
    };
    let standing = standing_sql("assignment.customer_ref", "?2");
    // A task that the churn check ended by itself was done by nobody.
    let sql = format!(
        "select employee_ref, 'registered', count(*) from sale_registration
         where registered_on >= ?1 and registered_on <= ?2 {own}
         group by employee_ref
         union all
         select employee_ref, 'withdrawn', count(*) from sale_registration
         where withdrawn_at >= ?3 and withdrawn_at < ?4 {own}
         group by employee_ref
         union all
         select employee_ref,
           case step when 1 then 'automatic' when 3 then 'defaulted' else 'adjusted_away' end, count(*)
         from sale_credit
         where on_day >= ?1 and on_day <= ?2 and role <> 3 {own}
           and (step = 1 or step = 3 or (step = 4 and amount < 0))
         group by 1, 2
         union all
         select employee_ref, 'customers', count(*) from assignment_share
         join assignment on assignment.assignment_ref = assignment_share.assignment_ref
         where assignment.assignment_ref = {standing} {own}
         group by employee_ref
         union all
         select employee_ref, 'tasks_done', count(*) from task
         where employee_ref is not null and done_at >= ?3 and done_at < ?4 and done_by <> 'check'
           {own}
         group by employee_ref
         union all
         select owner_ref, 'cases_closed', count(*) from churn_case
         where owner_ref is not null and closed_at >= ?3 and closed_at < ?4 {owned}
         group by owner_ref"
    );
    let parameters: [Value; 5] = [
        filter.from.into(),
        filter.to.into(),
        filter.begins_at.into(),
        filter.ends_at.into(),
        filter.employee.into(),
    ];
    connection.execute(&sql, &parameters)?.read("sale_report.work", |row| {
        Ok(WorkCount { employee_ref: row.narrow()?, work: row.named(&Work::NAMES)?, count: row.narrow()? })
    })
}
