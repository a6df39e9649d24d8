//! What employees did in a period: sales, customers, tasks and retention cases.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::movement::starts_at;
use store::sale_report::{EmployeeName, Work, WorkCount, WorkFilter};
use store::{Connection, in_snapshot};

use super::performance::{ReportError, check_span};

/// Whose work is asked for.
#[derive(Clone, Copy, Debug)]
pub struct WorkQuestion<'a> {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Organisations by number whose employees are told; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// Only the employee of this id.
    pub employee_id: Option<&'a str>,
    /// Only this employee, whom alone the caller sees.
    pub own: Option<u32>,
}

/// The work of one employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeWork {
    /// Who.
    pub employee: EmployeeName,
    counts: BTreeMap<Work, u64>,
}

impl EmployeeWork {
    /// How often the employee did something.
    pub fn count(&self, work: Work) -> u64 {
        self.counts.get(&work).copied().unwrap_or(0)
    }
}

/// The work of one employee, or of all who did something in the period, by id.
pub fn work<C: Connection>(
    connection: &mut C,
    question: &WorkQuestion<'_>,
) -> Result<Vec<EmployeeWork>, ReportError> {
    check_span(question.from, question.to)?;
    in_snapshot(connection, |connection| {
        let one = one(connection, question)?;
        let filter = WorkFilter {
            from: question.from.number(),
            to: question.to.number(),
            begins_at: starts_at(question.from),
            ends_at: starts_at(question.to.plus(1)),
            employee: one,
        };
        let mut counts: BTreeMap<u32, BTreeMap<Work, u64>> = BTreeMap::new();
        // Who is asked for by name is told even when there is nothing to tell.
        counts.extend(one.map(|one| (one, BTreeMap::new())));
        for WorkCount { employee_ref, work, count } in store::sale_report::work(connection, &filter)? {
            counts.entry(employee_ref).or_default().insert(work, count);
        }
        let numbers: Vec<i64> = counts.keys().copied().map(i64::from).collect();
        let mut told: Vec<EmployeeWork> = store::sale_report::employees(connection, &numbers)?
            .into_iter()
            .filter(|employee| is_seen(question, employee.organisation_ref))
            .map(|employee| EmployeeWork {
                counts: counts.remove(&employee.employee_ref).unwrap_or_default(),
                employee,
            })
            .collect();
        told.sort_by(|one, other| one.employee.employee_id.cmp(&other.employee.employee_id));
        Ok(told)
    })
}

fn is_seen(question: &WorkQuestion<'_>, unit: u32) -> bool {
    question.organisations.is_none_or(|seen| seen.get(unit as usize).copied().unwrap_or(false))
}

/// Number of the employee who is asked for, if it is one.
fn one<C: Connection>(connection: &mut C, question: &WorkQuestion<'_>) -> Result<Option<u32>, ReportError> {
    let Some(id) = question.employee_id else { return Ok(question.own) };
    let found = store::employee::find(connection, [id])?.into_iter().map(|(_, employee)| employee);
    let mut seen = found.filter(|employee| is_seen(question, employee.organisation_ref));
    let employee_ref = seen.next().map(|employee| employee.employee_ref);
    let is_own = |employee: &u32| question.own.is_none_or(|own| own == *employee);
    employee_ref.filter(is_own).map(Some).ok_or(ReportError::UnknownEmployee)
}
