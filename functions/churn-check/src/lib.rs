//! Churn check: the check and its alerts (`/churn/checks`, `/churn/alerts…`), retention cases (`/churn/cases…`), the
//! reports (`/churn/report`, `/churn/key-customers`), early signals (`/churn/signals`), strategies
//! (`/churn/strategies`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod alerts;
mod cases;
mod check;
#[cfg(not(target_arch = "wasm32"))]
mod description;
#[cfg(not(target_arch = "wasm32"))]
mod description_cases;
#[cfg(not(target_arch = "wasm32"))]
mod description_strategies;
mod key_customers;
mod problem;
mod report;
mod signals;
mod strategies;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::ChurnRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let step = |repeat, path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::ChurnWrite,
        repeat,
        query: &[],
        handler,
    };
    vec![
        step(Repeat::Natural, "/churn/checks", check::run),
        read(
            "/churn/alerts",
            &["status", "tier", "organisation_id", "manager_id", "closed", "limit", "cursor"],
            alerts::list,
        ),
        read("/churn/alerts/{id}", &[], alerts::show),
        step(Repeat::Keyed, "/churn/alerts/{id}/acknowledge", alerts::acknowledge),
        read("/churn/report", &["as_of", "organisation_id"], report::show),
        read("/churn/key-customers", &["as_of", "tier", "organisation_id"], key_customers::show),
        read("/churn/signals", signals::PARAMETERS, signals::list),
        read(
            "/churn/cases",
            &["state", "organisation_id", "owner_id", "overdue", "limit", "cursor"],
            cases::list,
        ),
        step(Repeat::Keyed, "/churn/cases", cases::open),
        read("/churn/cases/outcomes", &["from", "to", "organisation_id", "by"], cases::outcomes),
        read("/churn/cases/{id}", &[], cases::show),
        step(Repeat::Keyed, "/churn/cases/{id}/assign", cases::assign),
        step(Repeat::Keyed, "/churn/cases/{id}/{transition}", cases::step),
        read("/churn/strategies", &["version"], strategies::show),
        Route { method: Method::Put, ..step(Repeat::Natural, "/churn/strategies", strategies::replace) },
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
