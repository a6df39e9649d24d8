//! Customers who are to have a manager and have none.

use app::assignment::{WaitingRow, waiting};
use domain::date::Day;
use serde::Serialize;
use store::Connection;
use web::field::Date;
use web::page::foreign;
use web::{Answer, Call, Problem};

/// A customer who waits for a manager.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct WaitingAnswer {
    customer_id: String,
    organisation_id: String,
    /// The tier that is held now; null: none.
    tier: Option<String>,
    /// never_assigned | recalled | manager_left.
    reason: &'static str,
    /// First day of the recall, or of the assignment whose primary manager left.
    from: Option<Date>,
    /// That manager.
    manager_id: Option<String>,
}

fn shape(row: WaitingRow) -> WaitingAnswer {
    let standing = row.standing.as_ref();
    WaitingAnswer {
        from: standing.map(|standing| Date(Day::from_number(standing.from_day))),
        manager_id: standing.and_then(|standing| Some(standing.primary()?.employee_id.clone())),
        customer_id: row.customer.customer_id,
        organisation_id: row.customer.organisation_id,
        tier: row.tier,
        reason: row.reason.name(),
    }
}

/// `GET /assignments/waiting`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let start = u32::try_from(page.after_integer()?.unwrap_or(0)).map_err(|_| foreign())?;
    let (today, limit) = (call.today("Asia/Shanghai"), page.limit as usize);
    let (found, next) = waiting(connection, today, reach.organisations.as_deref(), start, limit)?;
    let items: Vec<WaitingAnswer> = found.into_iter().map(shape).collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}
