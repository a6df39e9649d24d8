//! Points accrual: events that earn points (`/points/events…`), returns that take them back (`/points/returns`), rules
//! (`/points/rules…`), budgets (`/points/campaigns…`) and the settings of the programme (`/points/programme`).

use store::Connection;
use web::Route;

mod campaigns;
mod events;
mod programme;
mod returns;
mod rules;
mod what_if;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    [
        events::routes(),
        returns::routes(),
        rules::routes(),
        what_if::routes(),
        campaigns::routes(),
        programme::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The operations of this function, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    [
        events::describe(),
        returns::describe(),
        rules::describe(),
        what_if::describe(),
        campaigns::describe(),
        programme::describe(),
    ]
    .into_iter()
    .flatten()
    .collect()
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
