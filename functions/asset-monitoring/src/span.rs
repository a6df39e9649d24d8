//! What the questions have in common: months, and whose customers they are about.

use app::asset::Sight;
use domain::date::Month;
use domain::id::Id;
use store::Connection;
use store::portfolio::Own;
use web::{Call, Problem};

/// `from` and `to`: when absent the latest month that the book knows, and so many months before it.
pub fn months<C: Connection>(
    connection: &mut C,
    call: &Call,
    months_before: i32,
) -> Result<(Month, Month), Problem> {
    let to = match call.query.month("to")? {
        Some(month) => month,
        None => app::book::last_month(connection)?.unwrap_or_else(|| call.today("Asia/Shanghai").month()),
    };
    let from = call.query.month("from")?.unwrap_or_else(|| to.plus(-months_before));
    if from > to { Err(Problem::query("from", "from is after to")) } else { Ok((from, to)) }
}

/// `organisation_id`, within what the key sees; a customer manager's key sees own customers alone. `manager` narrows
/// this to the customers of that employee.
pub fn sight<C: Connection>(connection: &mut C, call: &Call, manager: Option<&Id>) -> Result<Sight, Problem> {
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let mut owners: Vec<Own> = call.caller.own_customers().into_iter().collect();
    if let Some(manager) = manager {
        match store::api_client::employee(connection, manager.as_str())? {
            Some(employee) => {
                let on = call.today("Asia/Shanghai").number();
                owners.push(Own { employee_ref: employee.employee_ref, on });
            }
            None => return Ok(Sight::of_nobody()),
        }
    }
    Ok(Sight::load(connection, reach.organisations, &owners)?)
}
