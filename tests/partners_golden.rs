//! Golden cases of exchange (`tests/golden/points-exchange/*.json`, the file's name is the sentence).
//!
//! `given`: the agreed rate and its rounding. `when`: exchanges of a customer, one after the other. `expect`: the points
//! of each, or `"refused"`.

use serde_json::{Value, json};
use tests::desk::{Desk, NOW_MS};
use tests::golden::run_all;
use tests::partner::{register, signed};

fn exchanged(desk: &mut Desk, secret: &str, place: usize, step: &Value) -> Value {
    let mut body = step.clone();
    body["customer_id"] = json!("C");
    let (id, seconds) = (format!("x{place}"), NOW_MS / 1_000);
    let request = signed(("air", secret), "exchange", &id, seconds, &body.to_string());
    match desk.ask_at(NOW_MS, request) {
        (200, done) => done["points"].clone(),
        (422, _) => json!("refused"),
        (status, problem) => panic!("{step}: {status} {problem}"),
    }
}

fn run(name: &str, case: &Value) {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
    desk.post("/intake/customers", &json!({"id": "C", "organisation_id": "HQ", "name": "王芳"}));
    // Points to be exchanged come from elsewhere, so that a case is about the rate alone.
    let exchange = json!({"units": 1, "points": 1, "rounding": "floor"});
    let secret = register(&mut desk, "rich", &json!({"exchange": exchange}));
    let body = json!({"customer_id": "C", "points": 1_000_000}).to_string();
    let request = signed(("rich", &secret), "earn", "e", NOW_MS / 1_000, &body);
    assert_eq!(desk.ask_at(NOW_MS, request).0, 200, "{name}");

    let secret = register(&mut desk, "air", &json!({"exchange": case["given"]}));
    let steps = case["when"].as_array().unwrap_or_else(|| panic!("{name}: when"));
    let points = steps.iter().enumerate().map(|(place, step)| exchanged(&mut desk, &secret, place, step));
    assert_eq!(Value::Array(points.collect()), case["expect"], "{name}");
}

#[test]
fn every_exchange_of_the_analysts_comes_out_as_written() {
    run_all("points-exchange", 10, run);
}
