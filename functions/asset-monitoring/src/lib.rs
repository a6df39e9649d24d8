//! Asset monitoring: one customer's months (`/customers/{id}/assets`), whose assets rose or fell (`/assets/movements`,
//! `/assets/changes`), large movements of money and their rules (`/assets/large-movements`, `/assets/movement-rules`),
//! totals over time (`/assets/totals`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod customer;
#[cfg(not(target_arch = "wasm32"))]
mod description;
mod large;
mod movements;
mod rules;
mod span;
mod totals;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

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
        read("/customers/{id}/assets", &["from", "to"], customer::show),
        read(
            "/assets/movements",
            &["organisation_id", "from", "to", "at_least", "limit", "cursor"],
            movements::list,
        ),
        read(
            "/assets/changes",
            &["organisation_id", "manager_id", "from", "to", "direction", "limit"],
            movements::largest,
        ),
        read(
            "/assets/large-movements",
            &["organisation_id", "from", "to", "rule", "customer_id", "limit", "cursor"],
            large::list,
        ),
        read("/assets/movement-rules", &["version"], rules::show),
        Route {
            method: Method::Put,
            path: "/assets/movement-rules",
            scope: Scope::AssetsWrite,
            repeat: Repeat::Natural,
            query: &[],
            handler: rules::replace,
        },
        read("/assets/totals", &["organisation_id", "from", "to", "by"], totals::show),
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
