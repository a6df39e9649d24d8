//! Partner gateway: partners and their keys (`/partners…`), what partners ask for with signed requests
//! (`/partner/v1/…`), settlement of a month, reconciliation and disputes.

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod csv;
#[cfg(not(target_arch = "wasm32"))]
mod description;
#[cfg(not(target_arch = "wasm32"))]
mod description_requests;
mod disputes;
mod keys;
mod operation;
mod partners;
mod problem;
mod reconcile;
mod redemptions;
mod requests;
mod reservations;
mod secret;
mod settlements;
mod signed;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PartnersRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let write = |method, repeat, path, handler| Route {
        method,
        path,
        scope: Scope::PartnersWrite,
        repeat,
        query: &[],
        handler,
    };
    let (natural, keyed) = (Repeat::Natural, Repeat::Keyed);
    let mut routes = vec![
        write(Method::Post, keyed, "/partners", partners::register),
        read("/partners", &["limit", "cursor"], partners::list),
        write(Method::Post, natural, "/partners/settlements", settlements::settle_all),
        read("/partners/{id}", &[], partners::show),
        write(Method::Put, natural, "/partners/{id}", partners::replace),
        write(Method::Post, natural, "/partners/{id}/suspend", partners::suspend),
        write(Method::Post, natural, "/partners/{id}/resume", partners::resume),
        read("/partners/{id}/keys", &[], keys::list),
        write(Method::Post, keyed, "/partners/{id}/keys", keys::rotate),
        write(Method::Delete, natural, "/partners/{id}/keys/{number}", keys::revoke),
        write(Method::Post, natural, "/partners/{id}/settlements", settlements::settle),
        read("/partners/{id}/settlements", &["limit", "cursor"], settlements::list),
        read("/partners/{id}/settlements/{month}", &[], settlements::show),
        read("/partners/{id}/settlements/{month}/lines", &["limit", "cursor"], settlements::lines),
        Route {
            query: &["month", "paid"],
            ..write(Method::Post, natural, "/partners/{id}/reconcile", reconcile::run)
        },
        write(Method::Post, keyed, "/partners/{id}/disputes", disputes::open),
        read("/partners/{id}/disputes", &["limit", "cursor"], disputes::list),
        write(Method::Post, keyed, "/partners/{id}/disputes/{number}/resolve", disputes::resolve),
    ];
    routes.extend(signed_routes());
    routes
}

/// Requests of partners ask for no key: their signature stands for one, and their id makes a repeat safe.
fn signed_routes<C: Connection>() -> Vec<Route<C>> {
    let signed = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::Public,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![
        signed("/partner/v1/earn", requests::earn),
        signed("/partner/v1/burn", requests::burn),
        signed("/partner/v1/burn/cancel", requests::cancel),
        signed("/partner/v1/exchange", requests::exchange),
        signed("/partner/v1/balance", requests::balance),
        signed("/partner/v1/reserve", reservations::reserve),
        signed("/partner/v1/post", reservations::post),
        signed("/partner/v1/void", reservations::void),
        signed("/partner/v1/redemptions/confirm", redemptions::confirm),
        signed("/partner/v1/redemptions/refuse", redemptions::refuse),
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
