//! What has two sides, when a key sees one of them: moves between customers, accounts that went to another, pools.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use super::{branch, furnish};

fn purchase(id: &str, customer: &str) -> Value {
    json!({"source": "core", "id": id, "customer_id": customer, "type": "purchase", "amount": "100.00",
        "occurred_at": "2026-11-01T10:00:00+08:00"})
}

/// A bank where the customers B, of a branch, and C, of the house, have 100 points each; and the branch's key.
fn bank() -> (Desk, String) {
    let mut desk = Desk::new();
    let rule = json!({"id": "buy", "name": {"zh": "x", "en": "x"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}}});
    furnish(&mut desk, &json!({"customers": ["C"], "rules": [rule]}));
    let key = branch(&mut desk);
    // As a batch, of which no single answer is kept.
    desk.post("/points/events", &json!([purchase("b", "B"), purchase("c", "C")]));
    (desk, key)
}

fn accounts(desk: &mut Desk) -> [Value; 2] {
    ["B", "C"].map(|customer| desk.get(&format!("/points/accounts/{customer}")))
}

fn merge(desk: &mut Desk, from: &str, into: &str) -> String {
    let body = json!({"from": from, "into": into, "reason": "one person"});
    desk.post("/points/merges", &body)["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_merge_is_taken_back_by_a_key_that_sees_both_customers_alone() {
    let (mut desk, key) = bank();
    for (from, into) in [("B", "C"), ("C", "B")] {
        let target = format!("/points/merges/{}/undo", merge(&mut desk, from, into));
        let before = accounts(&mut desk);
        let (status, problem) = desk.ask(Method::Post, &target, &key, "");
        assert_eq!((status, &problem["type"]), (404, &json!("/problems/unknown-transfer")), "{from} {into}");
        assert_eq!(accounts(&mut desk), before, "{from} {into}");
        assert_eq!(desk.ask(Method::Post, &target, KEY, "").0, 200);
    }
}

#[test]
fn the_lots_of_a_transfer_are_shown_to_who_sees_the_receiver_alone() {
    let (mut desk, key) = bank();
    for (from, to, sees_receiver) in [("B", "C", false), ("C", "B", true)] {
        let made = desk.post("/points/transfers", &json!({"from": from, "to": to, "points": 10}));
        let target = format!("/points/transfers/{}", made["id"].as_str().expect("an id"));
        assert_eq!(desk.get(&target), made);
        let (status, mut shown) = desk.ask(Method::Get, &target, &key, "");
        assert_eq!(status, 200, "{shown}");
        if !sees_receiver {
            assert_eq!(shown["lots"], Value::Null);
            shown["lots"] = made["lots"].clone();
        }
        assert_eq!(shown, made);
    }
}

#[test]
fn a_balance_that_went_to_a_customer_whom_the_key_does_not_see_is_left_out() {
    let (mut desk, key) = bank();
    merge(&mut desk, "B", "C");
    assert_eq!(desk.get("/points/events/core/b")["balance"]["active"], 200);
    let (status, shown) = desk.ask(Method::Get, "/points/events/core/b", &key, "");
    assert_eq!((status, &shown["earned"], &shown["balance"]), (200, &json!(100), &Value::Null));
    let again = purchase("b", "B").to_string();
    let (status, repeated) = desk.ask(Method::Post, "/points/events", &key, &again);
    assert_eq!((status, &repeated["earned"], &repeated["balance"]), (200, &json!(100), &Value::Null));
}

#[test]
fn the_answer_of_a_return_tells_no_balance_of_another_customer_to_who_repeats_it() {
    let (mut desk, key) = bank();
    let back = |id: &str| {
        let of = json!({"source": "core", "id": "b"});
        json!({"source": "core", "id": id, "of": of, "amount": "10.00"})
    };
    assert_eq!(desk.post("/points/returns", &back("r1"))["balance"]["active"], 90);
    merge(&mut desk, "B", "C");
    let first = desk.post("/points/returns", &back("r2"));
    let (status, repeated) = desk.ask(Method::Post, "/points/returns", &key, &back("r2").to_string());
    assert_eq!((status, &repeated), (200, &first));
    assert_eq!((&first["returned"], &first["balance"]), (&json!(10), &Value::Null));
    assert_eq!(desk.get("/points/accounts/C")["active"], 180);
}

#[test]
fn the_answer_of_a_refund_tells_no_balance_of_another_customer_to_who_repeats_it() {
    let (mut desk, key) = bank();
    merge(&mut desk, "B", "C");
    let mut refund = purchase("r", "B");
    for (name, value) in [("type", "refund"), ("refund_of", "b"), ("amount", "10.00")] {
        refund[name] = json!(value);
    }
    let first = desk.post("/points/events", &refund);
    let (status, repeated) = desk.ask(Method::Post, "/points/events", &key, &refund.to_string());
    assert_eq!((status, &repeated), (200, &first));
    assert_eq!((&first["refund"]["returned"], &first["balance"]), (&json!(10), &Value::Null));
    assert_eq!(desk.get("/points/accounts/C")["active"], 190);
}

#[test]
fn a_foreign_pool_is_dissolved_as_little_as_one_that_is_not_there() {
    let (mut desk, key) = bank();
    let members = json!({"members": ["C"]}).to_string();
    assert_eq!(desk.ask(Method::Put, "/points/pools/home", KEY, &members).0, 200);
    let foreign = desk.ask(Method::Delete, "/points/pools/home", &key, "");
    assert_eq!(foreign, desk.ask(Method::Delete, "/points/pools/nowhere", &key, ""));
    assert_eq!(foreign.0, 204);
    let own = json!({"members": ["B"]}).to_string();
    assert_eq!(desk.ask(Method::Put, "/points/pools/home", &key, &own).0, 404);
    assert_eq!(desk.get("/points/pools/home")["members"], json!(["C"]));
    assert_eq!(desk.ask(Method::Delete, "/points/pools/home", KEY, "").0, 204);
    assert_eq!(desk.ask(Method::Get, "/points/pools/home", KEY, "").0, 404);
}
