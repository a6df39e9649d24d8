//! Early signals.

use app::churn;
use domain::signal::{Share, Signal};
use serde::Serialize;
use store::Connection;
use web::field::Money;
use web::{Answer, Call, Problem, Slug};

use crate::problem::problem;

/// A customer of whom a signal tells.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SignalAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// The figure of the time before: an average, or a month's end.
    pub before: Money,
    /// The latest figure.
    pub after: Money,
}

/// `GET /churn/signals`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let signal = signal(call)?;
    let today = call.today("Asia/Shanghai");
    let as_of = match call.query.date("as_of")? {
        Some(day) if day > today => return Err(wrong("as_of", "today or earlier is asked for")),
        Some(day) => day,
        None => app::tier::default_date(connection, today).map_err(|error| problem(error.into()))?,
    };
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let start =
        u32::try_from(page.after_integer()?.unwrap_or(0)).map_err(|_| wrong("cursor", "as it came"))?;
    let organisations = reach.organisations.as_deref();
    let (found, next) = churn::signals(connection, signal, as_of, organisations, start, page.limit as usize)
        .map_err(problem)?;
    let items: Vec<SignalAnswer> = found
        .into_iter()
        .map(|found| SignalAnswer {
            customer_id: found.member.customer_id,
            organisation_id: found.member.organisation_id,
            before: Money(found.figures.before),
            after: Money(found.figures.after),
        })
        .collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}

fn wrong(name: &'static str, detail: &'static str) -> Problem {
    Problem::new(Slug::MalformedQuery, "the query has a parameter that cannot be read").at(name, detail)
}

/// The rule that the query names, with its parameters.
fn signal(call: &Call) -> Result<Signal, Problem> {
    let kind = call.query.required("kind", call.query.text("kind"))?;
    let months = call.query.read("months", |text| {
        text.parse().ok().filter(|months| (1..=24_u8).contains(months)).ok_or("1 to 24 months are asked for")
    })?;
    let share = call.query.read("share", Share::parse)?;
    let months = call.query.required("months", months)?;
    let share = call.query.required("share", share)?;
    match kind {
        "balance_ratio" => Ok(Signal::BalanceRatio { months, at_most: share }),
        "assets_down" => Ok(Signal::AssetsDown { months, at_least: share }),
        _ => Err(wrong("kind", "balance_ratio or assets_down is asked for")),
    }
}
