//! What this function says of itself in the OpenAPI document.

use serde_json::Value;
use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::client::{CreatedClient, ListedClient, NewClient};
use crate::health::Health;
use crate::job::Job;

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    vec![
        Operation::new(Method::Get, "/healthz", Scope::Public, Repeat::Read, "Whether the store answers")
            .answer::<Health>(200, "It answers."),
        Operation::new(Method::Get, "/openapi.json", Scope::Public, Repeat::Read, "This document")
            .answer::<Value>(200, "OpenAPI 3.1."),
        Operation::new(Method::Post, "/api-clients", Scope::Admin, Repeat::Keyed, "Make a key")
            .description(
                "The key is shown once and kept hashed. A key that is limited to an organisation makes keys for that \
                 subtree only.",
            )
            .body::<NewClient>()
            .answer::<CreatedClient<'static>>(201, "The client and its key."),
        Operation::new(Method::Get, "/api-clients", Scope::Admin, Repeat::Read, "List clients, revoked ones too")
            .paged()
            .answer::<Listing<ListedClient>>(200, "A page of clients."),
        Operation::new(Method::Delete, "/api-clients/{id}", Scope::Admin, Repeat::Natural, "Revoke a key")
            .plain_answer(204, "Revoked, now or before.", ""),
        Operation::new(Method::Get, "/jobs/{id}", Scope::JobsRead, Repeat::Read, "How far a job came")
            .answer::<Job>(200, "The run."),
    ]
}
