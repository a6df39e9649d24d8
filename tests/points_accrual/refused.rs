//! Refunds that cannot be applied: they are refused where they come, and can be sent again, corrected.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use super::{bank, number, purchase, rule};

fn refund(id: &str, of: &str, amount: &str) -> Value {
    let mut event = purchase(id, "c1", amount);
    (event["type"], event["refund_of"]) = (json!("refund"), json!(of));
    event
}

/// A transaction of intake with the content of an event.
fn transaction(event: &Value) -> Value {
    let mut transaction = event.clone();
    transaction["kind"] = transaction["type"].take();
    transaction.as_object_mut().expect("members").remove("type");
    transaction
}

fn status(desk: &mut Desk, id: &str) -> u16 {
    desk.ask(Method::Get, &format!("/points/events/core/{id}"), KEY, "").0
}

#[test]
fn a_refund_of_too_much_in_a_batch_is_rejected_and_can_be_sent_again_corrected() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let (first, second) = (refund("r1", "e1", "60.00"), refund("r2", "e1", "60.00"));
    let report = desk.post("/points/events", &json!([first, purchase("e1", "c1", "100.00"), second]));
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(2), &json!(1)), "{report}");
    let error = &report["errors"][0];
    assert_eq!((&error["line"], &error["pointer"]), (&json!(3), &json!("/amount")));
    assert_eq!(status(&mut desk, "r2"), 404);
    let alone = json!([refund("r2", "e1", "40.01")]).to_string();
    let (refused, problem) = desk.ask(Method::Post, "/points/events", KEY, &alone);
    assert_eq!((refused, &problem["errors"][0]["pointer"]), (422, &json!("/amount")));
    assert_eq!(desk.post("/points/events", &refund("r2", "e1", "40.00"))["refund"]["returned"], 40);
    assert_eq!(desk.get("/points/accounts/c1")["active"], 0);
}

#[test]
fn a_refund_names_what_is_wrong_with_it() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let mut visit = purchase("v1", "c1", "1.00");
    visit["type"] = json!("visit");
    visit.as_object_mut().expect("members").remove("amount");
    desk.post("/points/events", &json!([visit, purchase("e1", "c1", "100.00")]));
    desk.post("/points/events", &refund("r1", "e1", "10.00"));
    for (of, pointer) in [("v1", "/refund_of"), ("r1", "/refund_of"), ("e1", "/amount")] {
        let wrong = refund("r2", of, "91.00");
        for body in [wrong.clone(), json!([wrong])] {
            let (refused, problem) = desk.ask(Method::Post, "/points/events", KEY, &body.to_string());
            let found = &problem["errors"][0]["pointer"];
            assert_eq!((refused, found), (422, &json!(pointer)), "{of}: {problem}");
            assert_eq!(status(&mut desk, "r2"), 404, "{of}");
        }
    }
}

#[test]
fn intake_keeps_a_refund_that_points_refuse() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    desk.post("/intake/transactions", &transaction(&purchase("e1", "c1", "100.00")));
    let report = desk.post("/intake/transactions", &json!([transaction(&refund("r1", "e1", "100.01"))]));
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(1), &json!(0)), "{report}");
    assert_eq!(number(&mut desk, "select count(*) from points_event"), 1);
    assert_eq!(desk.post("/points/events", &refund("r1", "e1", "100.00"))["refund"]["returned"], 100);
}

#[test]
fn a_refund_that_waited_and_is_refused_later_stays() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    desk.post("/points/events", &refund("r1", "e1", "100.01"));
    assert_eq!(desk.post("/points/events", &purchase("e1", "c1", "100.00"))["balance"]["active"], 100);
    assert_eq!(desk.get("/points/events/core/r1")["refund"]["waiting"], true);
    let again = json!([refund("r1", "e1", "100.01"), refund("r2", "e1", "1.00")]);
    let report = desk.post("/points/events", &again);
    assert_eq!((&report["accepted"], &report["duplicates"]), (&json!(1), &json!(1)), "{report}");
}
