//! Points ledger: balances and statements (`/points/accounts…`), reservations, transfers, merges, pools, adjustments,
//! blocks, expiry (`/points/expiry-runs`), what the programme owes (`/points/liability`, `/points/measures`), and the
//! proof that it adds up (`/points/audit`, `/points/chain…`).

use store::Connection;
use web::Route;

mod accounts;
mod adjustments;
mod audit;
mod blocks;
mod expiry;
mod liability;
mod measures;
mod merges;
mod pools;
mod reservations;
mod statements;
mod transfers;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    [
        accounts::routes(),
        statements::routes(),
        reservations::routes(),
        transfers::routes(),
        merges::routes(),
        pools::routes(),
        adjustments::routes(),
        blocks::routes(),
        expiry::routes(),
        liability::routes(),
        measures::routes(),
        audit::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The operations of this function, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    [
        accounts::describe(),
        statements::describe(),
        reservations::describe(),
        transfers::describe(),
        merges::describe(),
        pools::describe(),
        adjustments::describe(),
        blocks::describe(),
        expiry::describe(),
        liability::describe(),
        measures::describe(),
        audit::describe(),
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
