//! Branches with managers, and what tests ask of them.

use serde_json::{Value, json};
use tests::branches;
use tests::desk::{Desk, KEY};
use web::{Method, Scope};

/// The day of all tests.
pub const TODAY: &str = "2026-11-22";

/// The branches with gold customers, managers m1 and m2 at B1, m3 at B2.
pub fn bank() -> Desk {
    let mut desk = branches::bank();
    let manager = |id: &str, organisation: &str| json!({"id": id, "organisation_id": organisation, "name": "x", "role": "manager"});
    desk.post("/intake/employees", &json!([manager("m2", "B1"), manager("m3", "B2")]));
    desk
}

/// Managers, each as (id, role, share).
pub fn managers(shares: &[(&str, &str, u32)]) -> Value {
    let share = |(id, role, share_bp): &(&str, &str, u32)| json!({"employee_id": id, "role": role, "share_bp": share_bp});
    shares.iter().map(share).collect()
}

/// One manager who has the whole customer.
pub fn alone(id: &str) -> Value {
    managers(&[(id, "primary", 10_000)])
}

/// An assignment as it is asked for.
pub fn wanted(customer: &str, managers: &Value, from: &str) -> Value {
    json!({"customer_id": customer, "managers": managers, "from": from, "reason": "by hand"})
}

/// Assigns a customer, which must succeed.
pub fn assign(desk: &mut Desk, customer: &str, managers: &Value, from: &str) -> Value {
    desk.post("/assignments", &wanted(customer, managers, from))
}

/// Who answers for a customer.
pub fn assignment(desk: &mut Desk, customer: &str, query: &str) -> Value {
    desk.get(&format!("/customers/{customer}/assignment{query}"))
}

/// Who waits, each as `id: reason`.
pub fn waiting(desk: &mut Desk, query: &str) -> Vec<String> {
    let listed = desk.get(&format!("/assignments/waiting{query}"));
    let items = listed["items"].as_array().expect("items").iter();
    let text = |item: &Value, member: &str| item[member].as_str().expect("a text").to_owned();
    items.map(|item| format!("{}: {}", text(item, "customer_id"), text(item, "reason"))).collect()
}

/// The messages about assignments that were decided, as (recipient, text), by recipient.
pub fn messages(desk: &mut Desk) -> Vec<(String, Value)> {
    messages_of(desk, "assignment.changed")
}

/// The messages of a topic, as (recipient, text), by recipient.
pub fn messages_of(desk: &mut Desk, topic: &str) -> Vec<(String, Value)> {
    let listed = desk.get("/outbox");
    let items = listed["items"].as_array().expect("items").iter();
    let mut found = Vec::new();
    for item in items.filter(|item| item["topic"] == topic) {
        let recipient = item["recipient"].as_str().expect("an id").to_owned();
        let id = item["id"].as_str().expect("an id");
        found.push((recipient, desk.get(&format!("/outbox/{id}"))["body"].clone()));
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

/// A `POST` that must be refused: status, the problem's type, and the first pointer.
pub fn refused(desk: &mut Desk, target: &str, key: &str, body: &Value) -> (u16, String, String) {
    let (status, problem) = desk.ask(Method::Post, target, key, &body.to_string());
    assert!((400..500).contains(&status), "{target}: {status} {problem}");
    let slug = problem["type"].as_str().expect("a type").trim_start_matches("/problems/").to_owned();
    (status, slug, problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned())
}

/// A key with every scope but the administrator's, of an organisation (`organisation_id`) or an employee (`employee_id`).
pub fn key(desk: &mut Desk, name: &str, owner: &str, id: &str) -> String {
    let scopes = Scope::GRANTABLE.into_iter().filter(|scope| *scope != Scope::Admin).map(Scope::name);
    let mut client = json!({"name": name, "scopes": scopes.collect::<Vec<_>>()});
    client[owner] = json!(id);
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

/// `GET` with a key: status and answer.
pub fn ask(desk: &mut Desk, target: &str, key: &str) -> (u16, Value) {
    desk.ask(Method::Get, target, if key.is_empty() { KEY } else { key }, "")
}
