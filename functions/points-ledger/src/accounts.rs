//! A customer's points.

use app::points::account;
use store::Connection;
use web::{Answer, Call, Method, PointsBalance, Problem, Repeat, Route, Scope};

/// The routes of balances.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Get,
        path: "/points/accounts/{id}",
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query: &["as_of"],
        handler: show,
    }]
}

/// The operations of balances, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    vec![
        web::openapi::Operation::new(
            Method::Get,
            "/points/accounts/{id}",
            Scope::PointsRead,
            Repeat::Read,
            "Show a customer's points",
        )
        .description(
            "Points that ended are gone, booked or not. Of past dates, reservations and blocks are not known: what was \
             there and not pending stands under `active`, and lots that end by inactivity are not under `expiring`. An \
             account that was merged into another has nothing left.",
        )
        .query::<String>("as_of", "At the end of this date, past or to come; today when absent.")
        .answer::<PointsBalance>(200, "The points."),
    ]
}

/// `GET /points/accounts/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let today = call.today("Asia/Shanghai");
    let as_of = call.query.date("as_of")?.unwrap_or(today);
    let balance = account::balance(connection, customer.customer_ref, as_of, today, call.now_ms)?;
    Answer::json(&PointsBalance::from(balance))
}
