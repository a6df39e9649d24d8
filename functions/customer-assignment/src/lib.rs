//! Customer assignment: who answers for a customer (`/assignments…`, `/customers/{id}/assignment…`), waiting lists,
//! capacities and absences, proposals (`/assignments/proposals…`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod assignments;
mod batch;
mod capacities;
mod csv;
mod customer;
#[cfg(not(target_arch = "wasm32"))]
mod description;
#[cfg(not(target_arch = "wasm32"))]
mod description_proposals;
mod problem;
mod proposals;
mod settings;
mod waiting;
mod wire;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::AssignmentsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let write = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::AssignmentsWrite,
        repeat: Repeat::Keyed,
        query: &[],
        handler,
    };
    let note = |path, handler| Route { repeat: Repeat::Natural, ..write(path, handler) };
    let put = |path, handler| Route { method: Method::Put, ..note(path, handler) };
    let decide = |path, handler| Route { scope: Scope::AssignmentsApprove, ..write(path, handler) };
    vec![
        read("/assignments", &["state", "organisation_id", "limit", "cursor"], assignments::list),
        write("/assignments", assignments::create),
        Route { query: &["dry_run"], ..write("/assignments/batch", batch::create) },
        write("/assignments/adjust", assignments::adjust),
        Route { query: &["dry_run"], ..write("/assignments/recall", assignments::recall) },
        read("/assignments/waiting", &["organisation_id", "limit", "cursor"], waiting::list),
        read("/assignments/settings", &[], settings::show),
        put("/assignments/settings", settings::put),
        read("/assignments/capacities", &["organisation_id", "limit", "cursor"], capacities::list),
        put("/assignments/capacities/{employee_id}", capacities::put),
        read("/assignments/absences", &["employee_id", "limit", "cursor"], capacities::absences),
        note("/assignments/absences", capacities::add_absence),
        note("/assignments/absences/remove", capacities::remove_absence),
        read("/assignments/proposals", &["state", "organisation_id", "limit", "cursor"], proposals::list),
        write("/assignments/proposals", proposals::create),
        read("/assignments/proposals/{id}", &[], proposals::show),
        read("/assignments/proposals/{id}/moves", &["limit", "cursor"], proposals::moves),
        read("/assignments/proposals/{id}/left", &["limit", "cursor"], proposals::left),
        decide("/assignments/proposals/{id}/{step}", proposals::decide),
        read("/assignments/{id}", &[], assignments::show),
        decide("/assignments/{id}/approve", assignments::approve),
        decide("/assignments/{id}/reject", assignments::reject),
        read("/customers/{id}/assignment", &["as_of"], customer::show),
        read("/customers/{id}/assignment/history", &["limit", "cursor"], customer::history),
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
