//! Administration: `GET /healthz`, `GET /openapi.json`, `GET|POST /api-clients`, `DELETE /api-clients/{id}`,
//! `GET /jobs/{id}`.

use store::Connection;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

mod client;
#[cfg(not(target_arch = "wasm32"))]
mod description;
mod health;
mod job;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// The document of all functions, made natively from their descriptions and committed.
const OPENAPI: &str = include_str!("../openapi.json");

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let public = |path, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::Public,
        repeat: Repeat::Read,
        query: &[],
        handler,
    };
    vec![
        public("/healthz", health::show),
        public("/openapi.json", openapi),
        Route {
            method: Method::Post,
            path: "/api-clients",
            scope: Scope::Admin,
            repeat: Repeat::Keyed,
            query: &[],
            handler: client::create,
        },
        Route {
            method: Method::Get,
            path: "/api-clients",
            scope: Scope::Admin,
            repeat: Repeat::Read,
            query: &["limit", "cursor"],
            handler: client::list,
        },
        Route {
            method: Method::Delete,
            path: "/api-clients/{id}",
            scope: Scope::Admin,
            repeat: Repeat::Natural,
            query: &[],
            handler: client::revoke,
        },
        Route {
            method: Method::Get,
            path: "/jobs/{id}",
            scope: Scope::JobsRead,
            repeat: Repeat::Read,
            query: &[],
            handler: job::show,
        },
    ]
}

fn openapi<C: Connection>(_: &mut C, _: &Call) -> Result<Answer, Problem> {
    Ok(Answer::json_text(OPENAPI))
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

#[cfg(test)]
mod tests;
