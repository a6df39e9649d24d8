//! A signature covers id, time and body, and no path: what was signed for one operation does for no other.

use serde_json::{Value, json};
use tests::desk::NOW_MS;

use super::air::Air;
use super::points;

/// Each operation with a good body.
fn operations() -> Vec<(&'static str, Value)> {
    vec![
        ("earn", points("c1", 1)),
        ("burn", points("c1", 1)),
        ("burn/cancel", json!({"of": "b1"})),
        ("exchange", json!({"customer_id": "c1", "direction": "in", "units": 1})),
        ("balance", json!({"customer_id": "c1"})),
        ("reserve", json!({"customer_id": "c1", "points": 1, "ttl_seconds": 60})),
        ("post", json!({"reservation": "1", "points": 1})),
        ("void", json!({"reservation": "1"})),
        ("redemptions/confirm", json!({"redemption_id": "1"})),
        ("redemptions/refuse", json!({"redemption_id": "1"})),
    ]
}

fn key_reused() -> (u16, String, String) {
    (422, "key-reused".to_owned(), String::new())
}

#[test]
fn what_was_sent_to_one_operation_is_never_taken_by_another() {
    let mut air = Air::new(&json!({}));
    let operations = operations();
    for (place, (first, body)) in operations.iter().enumerate() {
        let id = format!("m{place}");
        // Done or refused: a recorder has seen it.
        air.ask(first, &id, body);
        let before = air.stored("select count(*) from partner_request");
        for (other, _) in operations.iter().filter(|(other, _)| other != first) {
            assert_eq!(air.refused(other, &id, body), key_reused(), "{first} as {other}");
        }
        assert_eq!(air.stored("select count(*) from partner_request"), before, "{first}");
    }
    assert_eq!(air.stored("select count(*) from partner_webhook"), 10);
    assert_eq!(air.active("c1"), 0, "one was given and one was taken");
}

#[test]
fn a_refused_request_may_be_sent_again_unchanged_and_only_so() {
    let mut air = Air::new(&json!({}));
    assert_eq!(air.refused("burn", "b", &points("c1", 10)).1, "not-enough-points");
    air.done("earn", "e", &points("c1", 15));
    assert_eq!(air.refused("burn", "b", &points("c1", 9)), key_reused());
    assert_eq!(air.refused("earn", "b", &points("c1", 10)), key_reused());
    assert_eq!(air.done("burn", "b", &points("c1", 10))["active"], 5);
    let request = air.request("burn", "b", &points("c1", 10));
    let again = air.desk.answer_at(NOW_MS, request);
    assert_eq!((again.status, again.find_header("idempotency-hit")), (200, Some("true")));
    assert_eq!(air.active("c1"), 5);

    let question = json!({"customer_id": "c1"});
    assert_eq!(air.done("balance", "q", &question)["active"], 5);
    air.done("earn", "more", &points("c1", 1));
    assert_eq!(air.done("balance", "q", &question)["active"], 6, "a question is answered anew");
}

#[test]
fn what_a_suspended_partner_signs_is_remembered_too() {
    let mut air = Air::new(&json!({}));
    air.desk.post("/partners/air/suspend", &json!({}));
    assert_eq!(air.refused("burn", "b", &points("c1", 10)).0, 401);
    air.desk.post("/partners/air/resume", &json!({}));
    assert_eq!(air.refused("earn", "b", &points("c1", 10)), key_reused());
}

#[test]
fn a_body_that_says_its_operation_is_taken_by_that_path_alone() {
    let mut air = Air::new(&json!({}));
    let operations = operations();
    let mut tried = 0;
    let mut ask = |operation: &str, said: Value, body: &Value| {
        tried += 1;
        let mut body = body.clone();
        body["type"] = said;
        let (status, json) = air.ask(operation, &format!("t{tried}"), &body);
        (status, super::air::slug(&json))
    };
    let wrong = (422, ("broken-rule".to_owned(), "/type".to_owned()));
    for (operation, body) in &operations {
        for (other, _) in operations.iter().filter(|(other, _)| other != operation) {
            assert_eq!(ask(operation, json!(other), body), wrong, "{operation} as {other}");
        }
        for nonsense in [json!("cancel"), json!("")] {
            assert_eq!(ask(operation, nonsense, body), wrong, "{operation}");
        }
        let (status, (_, pointer)) = ask(operation, json!(operation), body);
        assert!(status < 500 && pointer != "/type", "{operation}: {status} {pointer}");
    }
    assert_eq!(air.active("c1"), 0, "one was given and one was taken");
}
