//! Tier evaluation: schemes and their life (`/tiers/schemes…`), what-if, reviews (`/tiers/reviews…`), members
//! (`/tiers/members`), and one customer's tier (`/customers/{id}/tier…`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod answer;
mod customer;
#[cfg(not(target_arch = "wasm32"))]
mod description;
mod members;
mod overrides;
mod problem;
mod review;
mod scheme;
mod what_if;
mod wire;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::TiersRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    // Every step names its object and repeats are answered alike, so none needs an Idempotency-Key.
    let step = |scope, path, handler| Route {
        method: Method::Post,
        path,
        scope,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![
        step(Scope::TiersWrite, "/tiers/schemes", scheme::draft),
        read("/tiers/schemes", &["limit", "cursor"], scheme::list),
        read("/tiers/schemes/{id}", &[], scheme::show),
        step(Scope::TiersRead, "/tiers/schemes/{id}/what-if", what_if::run),
        read(
            "/tiers/schemes/{id}/what-if/changes",
            &["as_of", "from", "to", "direction", "organisation_id", "limit", "cursor"],
            what_if::changes,
        ),
        step(Scope::TiersWrite, "/tiers/schemes/{id}/submit", scheme::submit),
        step(Scope::TiersApprove, "/tiers/schemes/{id}/approve", scheme::approve),
        step(Scope::TiersApprove, "/tiers/schemes/{id}/activate", scheme::activate),
        step(Scope::TiersApprove, "/tiers/schemes/{id}/retire", scheme::retire),
        step(Scope::TiersReview, "/tiers/reviews", review::run),
        step(Scope::TiersReview, "/tiers/reviews/{id}/confirm", review::confirm),
        step(Scope::TiersReview, "/tiers/reviews/{id}/replay", review::replay),
        read(
            "/tiers/members",
            &["tier", "status", "lost", "organisation_id", "limit", "cursor"],
            members::list,
        ),
        read("/customers/{id}/tier", &["as_of"], customer::show),
        read("/customers/{id}/tier/history", &["as_of"], customer::history),
        read("/customers/{id}/tier/explanation", &["as_of", "lang"], customer::explanation),
        read("/customers/{id}/tier/overrides", &[], overrides::list),
        step(Scope::OverridesWrite, "/customers/{id}/tier/overrides", overrides::add),
        Route {
            method: Method::Delete,
            ..step(Scope::OverridesWrite, "/customers/{id}/tier/overrides/{number}", overrides::end)
        },
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
