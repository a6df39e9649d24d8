//! Golden cases of the points ledger (`tests/golden/points-ledger/*.json`, the file's name is the sentence), and what
//! needs two people.
//!
//! Today is 2026-11-22. `given`: ids of customers, and rules, which are put in force. `when`: requests in their order
//! (`post` or `put` a path with a `body`), each with the `status` that it is answered with (success when absent) and
//! members that the answer `has`. `expect`: paths to `get`, and members that the answers have.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use tests::golden::run_all;
use web::Method;

#[path = "points_ledger_cases/edges.rs"]
mod edges;
#[path = "points_ledger_cases/overtaken.rs"]
mod overtaken;
#[path = "points_ledger_cases/sides.rs"]
mod sides;

/// True when `found` has all that is expected: of objects the members that are named, of lists every item.
fn has(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| has(found, value)))
        }
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, value)| has(found, value))
        }
        _ => found == expected,
    }
}

fn list<'a>(case: &'a Value, name: &str) -> &'a Vec<Value> {
    case[name].as_array().unwrap_or_else(|| panic!("{name} of {case}"))
}

fn furnish(desk: &mut Desk, given: &Value) {
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
    for id in list(given, "customers") {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": "HQ", "name": "王芳"}));
    }
    for rule in list(given, "rules") {
        desk.post("/points/rules", rule);
        let id = rule["id"].as_str().expect("an id");
        desk.post(&format!("/points/rules/{id}/activate"), &json!({}));
    }
}

fn request(desk: &mut Desk, name: &str, step: &Value) {
    let (method, path) = match (step["post"].as_str(), step["put"].as_str()) {
        (Some(path), None) => (Method::Post, path),
        (None, Some(path)) => (Method::Put, path),
        _ => panic!("{name}: post or put: {step}"),
    };
    let (status, answer) = desk.ask(method, path, KEY, &step["body"].to_string());
    match step["status"].as_u64() {
        Some(expected) => assert_eq!(u64::from(status), expected, "{name}: {step}: {answer}"),
        None => assert!((200..300).contains(&status), "{name}: {step}: {status} {answer}"),
    }
    if let Some(expected) = step.get("has") {
        assert!(has(&answer, expected), "{name}: {step}: {answer}");
    }
}

fn run(name: &str, case: &Value) {
    let mut desk = Desk::new();
    furnish(&mut desk, &case["given"]);
    for step in list(case, "when") {
        request(&mut desk, name, step);
    }
    for expected in list(case, "expect") {
        let answer = desk.get(expected["get"].as_str().unwrap_or_else(|| panic!("{name}: get")));
        assert!(expected["has"].is_object(), "{name}: has");
        assert!(has(&answer, &expected["has"]), "{name}: {expected}: {answer}");
    }
}

#[test]
fn every_case_of_the_ledger_comes_out_as_written() {
    run_all("points-ledger", 25, run);
}

/// A customer without points, and the key of a second person.
fn two_people() -> (Desk, String) {
    let mut desk = Desk::new();
    furnish(&mut desk, &json!({"customers": ["C", "D"], "rules": []}));
    let client = json!({"name": "second", "scopes": ["points:read", "points:write", "points:approve"]});
    let key = desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned();
    (desk, key)
}

fn propose(desk: &mut Desk, points: i64) -> String {
    let body = json!({"customer_id": "C", "points": points, "reason": "goodwill"});
    desk.post("/points/adjustments", &body)["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_adjustment_is_booked_once_by_another_person_and_takes_all_or_nothing() {
    let (mut desk, key) = two_people();
    let mut decide = |points: i64, step: &str| {
        let id = propose(&mut desk, points);
        let target = format!("/points/adjustments/{id}/{step}");
        let first = desk.ask(Method::Post, &target, &key, "").0;
        let again = desk.ask(Method::Post, &target, &key, "").0;
        (first, again, desk.get("/points/accounts/C")["active"].as_i64())
    };
    assert_eq!(decide(100, "approve"), (200, 409, Some(100)));
    assert_eq!(decide(-30, "approve"), (200, 409, Some(70)));
    assert_eq!(decide(-71, "approve"), (409, 409, Some(70)));
    assert_eq!(decide(50, "reject"), (200, 409, Some(70)));
}

/// The customer B of the branch B1, and the key of that branch.
fn branch(desk: &mut Desk) -> String {
    desk.post("/intake/organisations", &json!({"id": "B1", "parent_id": "HQ", "name": "x"}));
    desk.post("/intake/customers", &json!({"id": "B", "organisation_id": "B1", "name": "x"}));
    let scopes = ["points:read", "points:write", "points:approve"];
    let client = json!({"name": "branch", "scopes": scopes, "organisation_id": "B1"});
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

#[test]
fn a_branch_moves_points_of_its_own_customers_alone() {
    let (mut desk, _) = two_people();
    let key = branch(&mut desk);
    let of = json!({"source": "core", "id": "E1"});
    for (path, body) in [
        ("/points/transfers", json!({"from": "B", "to": "C", "points": 1})),
        ("/points/merges", json!({"from": "C", "into": "B", "reason": "x"})),
        ("/points/adjustments", json!({"customer_id": "C", "points": 1, "reason": "x"})),
        ("/points/blocks", json!({"customer_id": "C", "reason": "other"})),
        ("/points/blocks/C/release", json!({})),
        ("/points/returns", json!({"source": "core", "id": "R1", "of": of, "amount": "1.00"})),
    ] {
        let (status, answer) = desk.ask(Method::Post, path, &key, &body.to_string());
        assert_eq!(status, 404, "{path}: {answer}");
    }
    let members = json!({"members": ["B", "C"]}).to_string();
    assert_eq!(desk.ask(Method::Put, "/points/pools/home", &key, &members).0, 404);
    let id = propose(&mut desk, 5);
    let target = format!("/points/adjustments/{id}/approve");
    assert_eq!(desk.ask(Method::Post, &target, &key, "").0, 404);
    let (status, listing) = desk.ask(Method::Get, "/points/adjustments", &key, "");
    assert_eq!((status, listing["items"].as_array().map(Vec::len)), (200, Some(0)));
}
