//! Early signals.

use app::churn::{self, SignalFilter};
use domain::signal::Signal;
use store::Connection;
use web::page::foreign;
use web::{Answer, Call, Problem};

use crate::problem::problem;

mod answer;
mod question;

pub use answer::SignalAnswer;
pub(crate) use question::PARAMETERS;

/// `GET /churn/signals`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let signal = question::signal(&call.query)?;
    let today = call.today("Asia/Shanghai");
    let as_of = match (call.past_date("as_of")?, signal) {
        (Some(day), _) => day,
        // What is told from months waits until assets of a month are known; what is told from days does not.
        (None, Signal::BalanceRatio(_) | Signal::AssetsDown(_)) => {
            app::tier::default_date(connection, today).map_err(|error| problem(error.into()))?
        }
        (None, _) => today,
    };
    let reach = call.reach_or_own(connection, call.query.id("organisation_id")?.as_ref())?;
    let start = u32::try_from(page.after_integer()?.unwrap_or(0)).map_err(|_| foreign())?;
    let owner = call.caller.own_customers();
    let filter = SignalFilter { organisations: reach.organisations.as_deref(), owner };
    let (found, next) =
        churn::signals(connection, signal, as_of, filter, start, page.limit as usize).map_err(problem)?;
    let items: Vec<SignalAnswer> = found.into_iter().map(answer::shape).collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}
