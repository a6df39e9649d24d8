//! Golden cases of points (`tests/golden/points-earning/*.json`, `tests/golden/points-expiry/*.json`, the file's name
//! is the sentence).
//!
//! Earning. `given`: `rules` as `POST /points/rules` takes them (a name may be left out), `budgets` of campaigns, and
//! `months` of customer C (an amount of deposits each), reviewed at the end of the last one. `when`: events of customer
//! C, or of R or S, `on` a date or an instant. `expect`, one an event: members of the answer; a list is as long as
//! written.
//!
//! Expiry. `given`: `expiry` as a rule takes it, and `pending_days`. `when`: dates of events. `expect`, one an event:
//! the last day of its lot, null when it does not end, or members of the lot.

use domain::date::Month;
use serde_json::{Map, Value, json};
use tests::desk::{Desk, KEY};
use tests::golden::{run_all, tells};
use web::Method;

fn list<'a>(case: &'a Value, name: &str) -> &'a [Value] {
    case[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn object<'a>(given: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    given[name].as_object().into_iter().flatten()
}

/// A bank with the customers C, R and S.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
    for (id, name) in [("C", "王芳"), ("R", "李雷"), ("S", "韩梅梅")] {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": "HQ", "name": name}));
    }
    desk
}

fn put_in_force(desk: &mut Desk, rule: &Value) {
    let id = rule["id"].as_str().unwrap_or_else(|| panic!("id of {rule}"));
    let mut rule = rule.clone();
    if rule.get("name").is_none() {
        rule["name"] = json!({"zh": id, "en": id});
    }
    desk.post("/points/rules", &rule);
    desk.post(&format!("/points/rules/{id}/activate"), &json!({}));
}

fn deliver(desk: &mut Desk, given: &Value) {
    let mut last = None;
    for (month, deposits) in object(given, "months") {
        desk.post("/intake/assets", &json!({"customer_id": "C", "month": month, "deposits": deposits}));
        last = last.max(Month::parse(month).ok());
    }
    if let Some(month) = last {
        desk.post("/tiers/reviews", &json!({"as_of": month.last_day().to_string()}));
    }
    for (campaign, budget) in object(given, "budgets") {
        let (target, body) = (format!("/points/campaigns/{campaign}"), json!({"budget": budget}));
        let (status, answer) = desk.ask(Method::Put, &target, KEY, &body.to_string());
        assert!((200..300).contains(&status), "PUT {target}: {status} {answer}");
    }
    for rule in list(given, "rules") {
        put_in_force(desk, rule);
    }
}

/// An event at nine in the morning, or at its instant, with what the case says of it.
fn event(number: usize, on: &str, members: Map<String, Value>) -> Value {
    let nine = if on.len() == 10 { "T09:00:00+08:00" } else { "" };
    let mut event = json!({
        "source": "core",
        "id": format!("E{number}"),
        "occurred_at": format!("{on}{nine}"),
        "customer_id": "C",
    });
    for (name, value) in members {
        event[name] = value;
    }
    event
}

fn run_earning(name: &str, case: &Value) {
    let mut desk = bank();
    deliver(&mut desk, &case["given"]);
    let (when, expect) = (list(case, "when"), list(case, "expect"));
    assert!(!when.is_empty() && when.len() == expect.len(), "{name}: one expectation an event");
    for (number, (entry, expected)) in when.iter().zip(expect).enumerate() {
        let mut members = entry.as_object().cloned().unwrap_or_else(|| panic!("{name}: an event"));
        let on = members.remove("on").unwrap_or_default();
        let on = on.as_str().unwrap_or_else(|| panic!("{name}: on of {entry}"));
        assert!(expected.as_object().is_some_and(|expected| !expected.is_empty()), "{name}: expect");
        let answer = desk.post("/points/events", &event(number, on, members));
        assert!(tells(expected, &answer), "{name}: {entry}\nshould be {expected}\nand is {answer}");
    }
}

fn run_expiry(name: &str, case: &Value) {
    let mut desk = bank();
    let given = &case["given"];
    let mut rule = json!({"id": "visit", "events": ["visit"], "earn": {"fixed": {"points": 1}}});
    for member in ["expiry", "pending_days"].into_iter().filter(|member| given.get(member).is_some()) {
        rule[member] = given[member].clone();
    }
    put_in_force(&mut desk, &rule);
    let (when, expect) = (list(case, "when"), list(case, "expect"));
    assert!(!when.is_empty() && when.len() == expect.len(), "{name}: one expectation an event");
    for (number, (on, expected)) in when.iter().zip(expect).enumerate() {
        let on = on.as_str().unwrap_or_else(|| panic!("{name}: a date"));
        let kind = Map::from_iter([("type".to_owned(), json!("visit"))]);
        let answer = desk.post("/points/events", &event(number, on, kind));
        let lots = list(&answer, "lots");
        assert_eq!(lots.len(), 1, "{name}: {on}: {answer}");
        let expected = if expected.is_object() { expected.clone() } else { json!({"expires_on": expected}) };
        assert!(tells(&expected, &lots[0]), "{name}: {on}: should be {expected} and is {}", lots[0]);
    }
}

#[test]
fn every_event_earns_as_the_analysts_wrote() {
    run_all("points-earning", 30, run_earning);
}

#[test]
fn every_lot_ends_on_the_day_that_the_analysts_wrote() {
    run_all("points-expiry", 12, run_expiry);
}
