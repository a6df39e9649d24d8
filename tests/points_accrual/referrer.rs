//! Who brought a customer may be another branch's: that branch does not learn what the referrer got.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use super::{bank, reasons, rule};

fn customers(answer: &Value) -> Vec<&str> {
    let lots = answer["lots"].as_array().expect("lots");
    lots.iter().map(|lot| lot["customer_id"].as_str().expect("an id")).collect()
}

fn referral(customer: &str, referrer: &str) -> Value {
    json!({"source": "app", "id": customer, "occurred_at": "2026-11-20T10:00:00+08:00",
        "customer_id": customer, "type": "referral", "attributes": {"referrer_id": referrer}})
}

fn tell(desk: &mut Desk, key: &str, target: &str, event: &Value) -> Value {
    let (status, answer) = desk.ask(Method::Post, target, key, &event.to_string());
    assert_eq!(status, 200, "{target}: {answer}");
    answer
}

fn show(desk: &mut Desk, key: &str, id: &str) -> Value {
    let (status, answer) = desk.ask(Method::Get, &format!("/points/events/app/{id}"), key, "");
    assert_eq!(status, 200, "{id}: {answer}");
    answer
}

#[test]
fn the_lots_of_a_referrer_are_told_to_who_sees_the_referrer_alone() {
    let mut desk = bank();
    let earn = json!({"events": ["referral"], "earn": {"referral": {"customer": 30, "referrer": 70}}});
    rule(&mut desk, "friend", &earn);
    let client = json!({"name": "b1", "scopes": ["points:write", "points:read"], "organisation_id": "B1"});
    let branch = desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned();

    // h1 is of the house.
    let of_house = referral("c1", "h1");
    let dry = tell(&mut desk, &branch, "/points/events/dry-run", &of_house);
    assert_eq!((customers(&dry), &dry["earned"]), (vec!["c1"], &json!(30)));
    let told = tell(&mut desk, &branch, "/points/events", &of_house);
    assert_eq!((customers(&told), reasons(&told)), (vec!["c1"], vec![("friend", "earned")]));
    for (key, expected) in [(branch.as_str(), vec!["c1"]), (KEY, vec!["c1", "h1"])] {
        assert_eq!(customers(&show(&mut desk, key, "c1")), expected);
    }

    // What the house was answered is what the branch is answered after it.
    let first = tell(&mut desk, KEY, "/points/events", &referral("c2", "h1"));
    assert_eq!(customers(&first), ["c2"]);
    assert_eq!(tell(&mut desk, &branch, "/points/events", &referral("c2", "h1")), first);

    tell(&mut desk, &branch, "/points/events", &referral("c3", "c4"));
    assert_eq!(customers(&show(&mut desk, &branch, "c3")), ["c3", "c4"]);
    assert_eq!(desk.get("/points/accounts/h1")["active"], 140);
}
