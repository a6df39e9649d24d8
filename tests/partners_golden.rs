//! Golden cases of exchange (`tests/golden/points-exchange/*.json`, the file's name is the sentence).
//!
//! `given`: the agreed rate and its rounding. `when`: exchanges of a customer, one after the other. `expect`: the points
//! of each, or `"refused"`.

use serde_json::{Value, json};
use tests::desk::{Desk, NOW_MS};
use web::signature::Secret;
use web::{Method, Request};

fn exchanged(desk: &mut Desk, secret: &Secret, place: usize, step: &Value) -> Value {
    let mut body = step.clone();
    body["customer_id"] = json!("C");
    let (body, id, seconds) = (body.to_string(), format!("x{place}"), NOW_MS / 1_000);
    let request = Request::new(Method::Post, "/partner/v1/exchange")
        .header("kezhi-partner", "air")
        .header("webhook-id", &id)
        .header("webhook-timestamp", &seconds.to_string())
        .header("webhook-signature", &secret.sign(&id, seconds, body.as_bytes()))
        .body(body);
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
    let rich = json!({"id": "rich", "name": "x", "exchange": {"units": 1, "points": 1, "rounding": "floor"}});
    let given = desk.post("/partners", &rich);
    let secret = given["secret"].as_str().expect("a secret");
    let secret = Secret::parse(secret).expect("a secret");
    let (body, seconds) = (json!({"customer_id": "C", "points": 1_000_000}).to_string(), NOW_MS / 1_000);
    let request = Request::new(Method::Post, "/partner/v1/earn")
        .header("kezhi-partner", "rich")
        .header("webhook-id", "e")
        .header("webhook-timestamp", &seconds.to_string())
        .header("webhook-signature", &secret.sign("e", seconds, body.as_bytes()))
        .body(body);
    assert_eq!(desk.ask_at(NOW_MS, request).0, 200, "{name}");

    let air = desk.post("/partners", &json!({"id": "air", "name": "x", "exchange": case["given"]}));
    let secret = Secret::parse(air["secret"].as_str().expect("a secret")).expect("a secret");
    let steps = case["when"].as_array().unwrap_or_else(|| panic!("{name}: when"));
    let points = steps.iter().enumerate().map(|(place, step)| exchanged(&mut desk, &secret, place, step));
    assert_eq!(Value::Array(points.collect()), case["expect"], "{name}");
}

#[test]
fn every_exchange_of_the_analysts_comes_out_as_written() {
    let folder = tests::root().join("tests/golden/points-exchange");
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "only {} cases in {}", cases.len(), folder.display());
    for path in cases {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).expect("a case");
        run(&name, &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")));
    }
}
