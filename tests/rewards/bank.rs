//! A bank with customers who have points, and what its tests ask for.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

/// Two branches with a customer each, C1 at B1 and D1 at B2, who have 1000 points each.
pub(super) fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"},
            {"id": "B1", "parent_id": "HQ", "name": "B1"}, {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    let rule = json!({"id": "r1", "name": {"zh": "r", "en": "r"}, "events": ["purchase"],
        "earn": {"fixed": {"points": 1000}}, "expiry": {"rolling": {"amount": 12, "unit": "months"}}});
    desk.post("/points/rules", &rule);
    desk.post("/points/rules/r1/activate", &json!({}));
    for (id, organisation) in [("C1", "B1"), ("D1", "B2")] {
        customer(&mut desk, id, organisation);
    }
    desk
}

/// A customer with 1000 points.
pub(super) fn customer(desk: &mut Desk, id: &str, organisation: &str) {
    desk.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
    let event = json!({"source": "t", "id": id, "occurred_at": "2026-11-01T04:00:00Z", "customer_id": id,
        "type": "purchase", "amount": "100.00"});
    desk.post("/points/events", &event);
}

/// A reward of 100 points with these members beside.
pub(super) fn reward(id: &str, members: &Value) -> Value {
    let mut body =
        json!({"id": id, "name": {"zh": id, "en": id}, "price": {"points": 100}, "fulfilment": "none"});
    for (name, value) in members.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

pub(super) fn offer(desk: &mut Desk, id: &str, members: &Value) {
    desk.post("/rewards", &reward(id, members));
}

pub(super) fn order(customer: &str, reward: &str) -> Value {
    json!({"customer_id": customer, "reward_id": reward})
}

/// A request of the administrator that is refused: status, slug of the problem, and where it is.
pub(super) fn refused(desk: &mut Desk, method: Method, target: &str, body: &Value) -> (u16, String, String) {
    let (status, problem) = desk.ask(method, target, KEY, &body.to_string());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let slug = text(&problem["type"]).trim_start_matches("/problems/").to_owned();
    (status, slug, text(&problem["errors"][0]["pointer"]))
}

pub(super) fn key(desk: &mut Desk, members: &Value) -> String {
    let mut client = json!({"name": "k", "scopes": ["points:read", "points:write", "rewards:write"]});
    for (name, value) in members.as_object().into_iter().flatten() {
        client[name] = value.clone();
    }
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

pub(super) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

pub(super) fn ids(listing: &Value) -> Vec<&str> {
    let items = listing["items"].as_array().expect("items").iter();
    items.map(|item| item["id"].as_str().expect("an id")).collect()
}
