//! Delivery: messages to people go to the bank's gateway (`/outbox…`), every ten seconds by the cron trigger or
//! when asked; people's tasks (`/tasks…`).

use store::Connection;
use web::{Method, Repeat, Route, Scope};

#[cfg(target_arch = "wasm32")]
mod component;
#[cfg(not(target_arch = "wasm32"))]
mod description;
pub mod gateway;
mod outbox;
mod sender;
mod tasks;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::OutboxRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let write = |repeat, path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::OutboxWrite,
        repeat,
        query: &[],
        handler,
    };
    let mut routes = vec![
        read("/outbox", &["state", "channel", "organisation_id", "limit", "cursor"], outbox::list),
        read("/outbox/{id}", &[], outbox::show),
        write(Repeat::Keyed, "/outbox/{id}/replay", outbox::replay),
        // Asked again it goes on with what is still due; what was taken by the gateway is not sent again.
        write(Repeat::Natural, "/outbox/deliveries", outbox::deliver),
    ];
    routes.extend(tasks::routes());
    routes
}
