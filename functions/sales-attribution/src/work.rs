//! Work statistics: what employees did in a period.

use app::sale::work::{EmployeeWork, WorkQuestion, work};
use serde::Serialize;
use store::Connection;
use store::sale_report::Work;
use web::field::Date;
use web::{Answer, Call, Problem};

use crate::performance::{of_report, span};

/// The work of one employee.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct EmployeeWorkAnswer {
    /// Who.
    employee_id: String,
    /// Name.
    name: String,
    /// Sales registered, as seller or referrer.
    registered: u64,
    /// Registrations withdrawn.
    withdrawn: u64,
    /// Sales credited by the assignment of the buyer.
    automatic: u64,
    /// Sales credited by the default.
    defaulted: u64,
    /// Times that an adjustment took credit away.
    adjusted_away: u64,
    /// Customers assigned on the last date, as primary or secondary manager.
    customers: u64,
    /// Tasks done.
    tasks_done: u64,
    /// Retention cases closed.
    cases_closed: u64,
}

/// Work in a period.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct WorkAnswer {
    /// First date.
    from: Date,
    /// Last date.
    to: Date,
    /// The employee asked for, or all who did something, by id.
    items: Vec<EmployeeWorkAnswer>,
}

/// `GET /sales/work`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (from, to) = span(call, call.today("Asia/Shanghai"))?;
    let employee_id = call.query.id("employee_id")?;
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let question = WorkQuestion {
        from,
        to,
        organisations: reach.organisations.as_deref(),
        employee_id: employee_id.as_ref().map(|id| id.as_str()),
        own: reach.own,
    };
    let found = work(connection, &question).map_err(of_report)?;
    let items = found.into_iter().map(shape).collect();
    Answer::json(&WorkAnswer { from: Date(from), to: Date(to), items })
}

fn shape(found: EmployeeWork) -> EmployeeWorkAnswer {
    EmployeeWorkAnswer {
        registered: found.count(Work::Registered),
        withdrawn: found.count(Work::Withdrawn),
        automatic: found.count(Work::Automatic),
        defaulted: found.count(Work::Defaulted),
        adjusted_away: found.count(Work::AdjustedAway),
        customers: found.count(Work::Customers),
        tasks_done: found.count(Work::TasksDone),
        cases_closed: found.count(Work::CasesClosed),
        employee_id: found.employee.employee_id,
        name: found.employee.name,
    }
}
