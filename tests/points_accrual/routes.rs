//! The ways by which an event comes, and the forms of its answer.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Answer, Method, Request};

use super::{bank, number, points_of_lots, purchase, rule};

fn send(desk: &mut Desk, body: &Value, prefer: &str) -> Answer {
    let request = Request::new(Method::Post, "/points/events").key(KEY).header("prefer", prefer);
    desk.answer_at(NOW_MS, request.body(body.to_string()))
}

/// All that a transaction and an event have in common.
fn told(id: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": "2026-11-20T10:00:00+08:00", "customer_id": "c1",
        "amount": "100.00", "channel": "pos", "merchant_category": "5411", "product_id": "card",
        "organisation_id": "B1", "counterparty_bank": "ICBC"})
}

fn with(mut members: Value, name: &str, value: &str) -> Value {
    members[name] = json!(value);
    members
}

#[test]
fn a_transaction_of_intake_that_is_sent_as_an_event_too_is_a_duplicate() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let refund = |kind: &str| with(with(told("r1"), kind, "refund"), "refund_of", "t1");
    desk.post("/intake/transactions", &with(told("t1"), "kind", "purchase"));
    desk.post("/intake/transactions", &refund("kind"));
    let again = send(&mut desk, &with(told("t1"), "type", "purchase"), "");
    assert_eq!((again.status, again.find_header("idempotency-hit")), (200, Some("true")));
    let report = desk.post("/points/events", &json!([with(told("t1"), "type", "purchase"), refund("type")]));
    assert_eq!((&report["duplicates"], &report["rejected"]), (&json!(2), &json!(0)), "{report}");
    // The other way round, and once more.
    desk.post("/points/events", &with(told("t2"), "type", "purchase"));
    desk.post("/intake/transactions", &with(told("t2"), "kind", "purchase"));
    let report = desk.post("/points/events", &json!([with(told("t2"), "type", "purchase")]));
    assert_eq!(report["duplicates"], 1, "{report}");
    assert_eq!(number(&mut desk, "select count(*) from points_event"), 3);
    assert_eq!(points_of_lots(&mut desk), 200);
}

#[test]
fn who_prefers_it_gets_an_empty_answer_and_the_event_is_kept() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let single = purchase("e1", "c1", "10.00");
    let bulk = json!([purchase("e2", "c1", "20.00"), purchase("e3", "c2", "30.00")]);
    for (body, hit) in [(&single, None), (&single, Some("true")), (&bulk, None), (&bulk, None)] {
        let answer = send(&mut desk, body, "return=minimal");
        assert_eq!((answer.status, answer.body.as_slice()), (204, [].as_slice()), "{body}");
        assert_eq!(answer.find_header("preference-applied"), Some("return=minimal"));
        assert_eq!(answer.find_header("idempotency-hit"), hit, "{body}");
    }
    assert_eq!(points_of_lots(&mut desk), 60);
    let answer = send(&mut desk, &single, "");
    assert_eq!(answer.status, 200, "who asks for the answer gets the one of the first time");
    let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(answer["earned"], 10);
}

#[test]
fn a_batch_of_which_something_was_refused_is_answered_in_full() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let bulk = json!([purchase("e1", "c1", "20.00"), purchase("e2", "nobody", "30.00")]);
    let answer = send(&mut desk, &bulk, "return=minimal");
    let report: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!((answer.status, &report["accepted"], &report["rejected"]), (200, &json!(1), &json!(1)));
}
