//! A small bank, its transactions, and what its rules tell.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

/// Two branches under one house, with customers c1 and c2 in the one and d1 in the other.
pub fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
                {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    for (id, organisation) in [("c1", "B1"), ("c2", "B1"), ("d1", "B2")] {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
    }
    desk
}

/// A transaction of the source `core`.
pub fn transaction(id: &str, customer: &str, kind: &str, at: &str, amount: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": at, "customer_id": customer, "kind": kind, "amount": amount})
}

/// Takes transactions in and insists that every one was good.
pub fn take_in(desk: &mut Desk, transactions: &[Value]) {
    let answer = desk.post("/intake/transactions", &json!(transactions));
    assert_eq!(answer["accepted"], transactions.len(), "{answer}");
}

/// Puts a list of rules into force.
pub fn put_rules(desk: &mut Desk, rules: &Value) -> Value {
    let body = json!({"rules": rules}).to_string();
    let (status, answer) = desk.ask(Method::Put, "/assets/movement-rules", KEY, &body);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Everything that the list tells, page by page: customer, rule, day, amount, transactions, first day.
pub fn fired(desk: &mut Desk, key: &str, query: &str) -> Vec<String> {
    let (mut lines, mut cursor) = (Vec::new(), String::new());
    loop {
        let target = format!("/assets/large-movements?{query}{cursor}");
        let (status, page) = desk.ask(Method::Get, &target, key, "");
        assert_eq!(status, 200, "{page}");
        for item in page["items"].as_array().expect("items") {
            let text = |name: &str| item[name].as_str().expect(name).to_owned();
            lines.push(format!(
                "{} {} {} {} {} {}",
                text("customer_id"),
                text("rule"),
                text("on"),
                text("amount"),
                item["transactions"],
                text("window_from")
            ));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return lines,
        }
    }
}
