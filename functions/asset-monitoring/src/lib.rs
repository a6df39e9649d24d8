//! Asset monitoring: `GET /customers/{id}/assets` (months with components) and `GET /assets/movements` (whose assets rose
//! or fell).

use app::asset::{MovementFilter, movements};
use app::book::customer_months;
use domain::book::Measure;
use domain::date::Month;
use serde::Serialize;
use store::Connection;
use web::field::{Money, MonthText};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

#[cfg(not(target_arch = "wasm32"))]
mod description;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// Months of one answer at most; a series is read page by page through `from` and `to`.
const MOST_MONTHS: i32 = 120;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::AssetsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    vec![
        read("/customers/{id}/assets", &["from", "to"], assets),
        read("/assets/movements", &["organisation_id", "from", "to", "at_least", "limit", "cursor"], moved),
    ]
}

/// One month of a customer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MonthAnswer {
    /// The month.
    pub month: MonthText,
    /// none: nothing known; rolled_up: added up from accounts; delivered: by a warehouse.
    pub origin: &'static str,
    /// Deposits and investments at the month's end.
    pub assets: Money,
    /// Deposits at the month's end.
    pub deposits: Money,
    /// Investments at the month's end.
    pub investments: Money,
    /// Deposits and investments, average of the daily closing balances.
    pub assets_average: Money,
    /// Deposits, daily average.
    pub deposits_average: Money,
    /// Investments, daily average.
    pub investments_average: Money,
    /// Secured loans at the month's end.
    pub secured_loans: Money,
    /// Unsecured loans at the month's end.
    pub unsecured_loans: Money,
    /// Card spend of the month.
    pub card_spend: Money,
}

/// A customer's months.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AssetsAnswer {
    /// Who.
    pub customer_id: String,
    /// Oldest first.
    pub months: Vec<MonthAnswer>,
}

fn assets<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let (from, to) = span(connection, call)?;
    let rows = customer_months(connection, customer.customer_ref, from, to)?;
    let months = rows
        .into_iter()
        .enumerate()
        .map(|(at, row)| {
            let figure = |measure: Measure| row[measure as usize];
            MonthAnswer {
                month: MonthText(from.plus(at as i32)),
                origin: match figure(Measure::Origin) {
                    1 => "rolled_up",
                    2 => "delivered",
                    _ => "none",
                },
                assets: Money(figure(Measure::AssetsEnd)),
                deposits: Money(figure(Measure::AssetsEnd) - figure(Measure::InvestmentsEnd)),
                investments: Money(figure(Measure::InvestmentsEnd)),
                assets_average: Money(figure(Measure::AssetsAverage)),
                deposits_average: Money(figure(Measure::AssetsAverage) - figure(Measure::InvestmentsAverage)),
                investments_average: Money(figure(Measure::InvestmentsAverage)),
                secured_loans: Money(figure(Measure::SecuredLoans)),
                unsecured_loans: Money(figure(Measure::UnsecuredLoans)),
                card_spend: Money(figure(Measure::CardSpend)),
            }
        })
        .collect();
    Answer::json(&AssetsAnswer { customer_id: customer.customer_id, months })
}

/// `from` and `to`; when absent the thirteen months up to the latest one that the book knows.
fn span<C: Connection>(connection: &mut C, call: &Call) -> Result<(Month, Month), Problem> {
    let latest = app::book::last_month(connection)?.unwrap_or_else(|| call.today("Asia/Shanghai").month());
    let to = call.query.month("to")?.unwrap_or(latest);
    let from = call.query.month("from")?.unwrap_or_else(|| to.plus(-12));
    let wrong = |detail: &'static str| {
        Err(Problem::new(Slug::MalformedQuery, "the months make no span").at("from", detail))
    };
    if from > to {
        return wrong("from is after to");
    }
    if to.number() - from.number() >= MOST_MONTHS {
        return wrong("at most 120 months are answered at once");
    }
    Ok((from, to))
}

/// A customer whose assets moved.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MovementAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Assets at the end of the first month.
    pub before: Money,
    /// Assets at the end of the last month.
    pub after: Money,
    /// The rise, or the fall with a minus sign.
    pub change: Money,
}

fn moved<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let (_, to) = span(connection, call)?;
    let from = call.query.month("from")?.unwrap_or_else(|| to.plus(-1));
    let at_least = call.query.money("at_least")?.unwrap_or(1);
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let filter = MovementFilter { from, to, at_least, organisations: reach.organisations };
    let start = page.after_integer()?.unwrap_or(0);
    let start = u32::try_from(start).map_err(|_| {
        Problem::new(Slug::MalformedQuery, "the cursor is not of this list").at("cursor", "as it came")
    })?;
    let (found, next) = movements(connection, &filter, start, page.limit as usize)?;
    let items: Vec<MovementAnswer> = found
        .into_iter()
        .map(|movement| MovementAnswer {
            customer_id: movement.member.customer_id,
            organisation_id: movement.member.organisation_id,
            before: Money(movement.before),
            after: Money(movement.after),
            change: Money(movement.after.saturating_sub(movement.before)),
        })
        .collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}

#[cfg(target_arch = "wasm32")]
mod component {
    use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};

    struct Component;
    spin_sdk::wasip3::http::service::export!(Component);

    impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
        async fn handle(request: Request) -> Result<Response, ErrorCode> {
            web::edge::respond(request, &super::routes()).await
        }
    }
}
