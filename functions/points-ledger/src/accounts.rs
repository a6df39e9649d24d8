//! A customer's points.

use app::points::account;
use domain::points::Balance;
use serde::Serialize;
use store::Connection;
use web::field::Date;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

/// Points that end together.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExpiringAnswer {
    /// The last day on which they can be spent.
    pub on: Date,
    /// How many.
    pub points: i64,
}

/// A customer's points.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BalanceAnswer {
    /// To be spent now.
    pub active: i64,
    /// Not yet to be spent.
    pub pending: i64,
    /// Held by open reservations.
    pub reserved: i64,
    /// What could be spent if the account were not blocked.
    pub blocked: i64,
    /// What is there and ends, by last day, the earliest first.
    pub expiring: Vec<ExpiringAnswer>,
    /// What the customer owes; later points pay it off first.
    pub debt: i64,
}

/// The answer's form of a balance.
pub(crate) fn shape(balance: Balance) -> BalanceAnswer {
    let expiring =
        balance.expiring.into_iter().map(|(last, points)| ExpiringAnswer { on: Date(last), points });
    BalanceAnswer {
        active: balance.active,
        pending: balance.pending,
        reserved: balance.reserved,
        blocked: balance.blocked,
        expiring: expiring.collect(),
        debt: balance.debt,
    }
}

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
        .answer::<BalanceAnswer>(200, "The points."),
    ]
}

/// `GET /points/accounts/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let today = call.today("Asia/Shanghai");
    let as_of = call.query.date("as_of")?.unwrap_or(today);
    let balance = account::balance(connection, customer.customer_ref, as_of, today, call.now_ms)?;
    Answer::json(&shape(balance))
}
