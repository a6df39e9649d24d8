//! A partner at a desk: registered with the bank, and asking with signed requests.

use serde_json::{Value, json};
use web::signature::Secret;
use web::{Method, Request};

use crate::desk::Desk;

/// Registers a partner and returns its secret.
///
/// # Panics
/// When it is refused.
pub fn register(desk: &mut Desk, id: &str, terms: &Value) -> String {
    let mut body = terms.clone();
    body["id"] = json!(id);
    body["name"] = json!("Air");
    desk.post("/partners", &body)["secret"].as_str().expect("a secret").to_owned()
}

/// A request signed at a second.
///
/// # Panics
/// When the secret is none.
pub fn signed(
    (partner, secret): (&str, &str),
    operation: &str,
    id: &str,
    seconds: i64,
    body: &str,
) -> Request {
    let signature = Secret::parse(secret).expect("a secret").sign(id, seconds, body.as_bytes());
    Request::new(Method::Post, &format!("/partner/v1/{operation}"))
        .header("kezhi-partner", partner)
        .header("webhook-id", id)
        .header("webhook-timestamp", &seconds.to_string())
        .header("webhook-signature", &signature)
        .body(body)
}
