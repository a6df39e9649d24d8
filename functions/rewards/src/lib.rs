//! Rewards: the catalogue (`/rewards…`) and what customers redeem (`/redemptions…`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod catalogue;
mod code;
#[cfg(not(target_arch = "wasm32"))]
mod description;
mod problem;
mod redemptions;
mod wire;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let write = |scope, path, handler| Route {
        method: Method::Post,
        path,
        scope,
        repeat: Repeat::Keyed,
        query: &[],
        handler,
    };
    let (keep, redeem) = (Scope::RewardsWrite, Scope::PointsWrite);
    vec![
        read("/rewards", &["tier", "limit", "cursor"], catalogue::list),
        write(keep, "/rewards", catalogue::create),
        read("/rewards/{id}", &[], catalogue::show),
        Route { method: Method::Put, ..write(keep, "/rewards/{id}", catalogue::replace) },
        write(keep, "/rewards/{id}/stock", catalogue::add_stock),
        write(keep, "/rewards/{id}/codes", catalogue::import_codes),
        write(keep, "/rewards/{id}/retire", catalogue::retire),
        read("/redemptions", &["customer_id", "state", "limit", "cursor"], redemptions::list),
        write(redeem, "/redemptions", redemptions::create),
        read("/redemptions/{id}", &[], redemptions::show),
        write(redeem, "/redemptions/{id}/{step}", redemptions::step),
    ]
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
