//! What is once in a customer's life, or limited, when two customers turn out to be one.

use serde_json::{Value, json};
use tests::desk::Desk;

use super::{bank, purchase, reasons, rule};

fn merge(desk: &mut Desk, from: &str, into: &str) -> String {
    let body = json!({"from": from, "into": into, "reason": "one person"});
    desk.post("/points/merges", &body)["id"].as_str().expect("an id").to_owned()
}

fn undo(desk: &mut Desk, merge: &str) {
    desk.post(&format!("/points/merges/{merge}/undo"), &json!({}));
}

/// What a referral of a customer is told.
fn referral(desk: &mut Desk, customer: &str, referrer: &str) -> Value {
    let id = format!("{customer}-{referrer}");
    let event = json!({"source": "app", "id": id, "occurred_at": "2026-11-20T10:00:00+08:00",
        "customer_id": customer, "type": "referral", "attributes": {"referrer_id": referrer}});
    desk.post("/points/events", &event)
}

#[test]
fn a_customer_is_referred_once_over_all_accounts_that_were_merged() {
    let mut desk = bank();
    let earn = json!({"events": ["referral"], "earn": {"referral": {"customer": 30, "referrer": 70}}});
    rule(&mut desk, "friend", &earn);
    assert_eq!(reasons(&referral(&mut desk, "c1", "c2")), [("friend", "earned")]);
    let first = merge(&mut desk, "c1", "c3");
    assert_eq!(reasons(&referral(&mut desk, "c3", "c2")), [("friend", "already_referred")]);
    let second = merge(&mut desk, "c3", "c4");
    assert_eq!(reasons(&referral(&mut desk, "c4", "c2")), [("friend", "already_referred")]);
    undo(&mut desk, &second);
    undo(&mut desk, &first);
    assert_eq!(reasons(&referral(&mut desk, "c1", "h1")), [("friend", "already_referred")]);
    assert_eq!(reasons(&referral(&mut desk, "c3", "h1")), [("friend", "earned")]);
}

#[test]
fn what_both_accounts_used_of_a_cap_is_used() {
    let mut desk = bank();
    let caps = json!([{"per": "day", "points": 10}, {"per": "campaign", "points": 25}]);
    rule(&mut desk, "base", &json!({"caps": caps}));
    let buy = |desk: &mut Desk, id: &str, customer: &str, day: &str| {
        let mut event = purchase(id, customer, "12.00");
        event["occurred_at"] = json!(format!("2026-11-{day}T10:00:00+08:00"));
        let answer = desk.post("/points/events", &event);
        (answer["earned"].clone(), reasons(&answer)[0].1.to_owned())
    };
    for customer in ["c1", "c2"] {
        assert_eq!(buy(&mut desk, customer, customer, "20").0, 10);
    }
    merge(&mut desk, "c1", "c3");
    merge(&mut desk, "c3", "c2");
    assert_eq!(buy(&mut desk, "e1", "c2", "20"), (json!(0), "refused_by_day".to_owned()));
    assert_eq!(buy(&mut desk, "e2", "c3", "20"), (json!(0), "refused_by_day".to_owned()));
    assert_eq!(buy(&mut desk, "e3", "c1", "21"), (json!(5), "truncated_by_campaign".to_owned()));
    let report = desk.post("/points/replays", &json!({}));
    assert_eq!((&report["checked"], &report["differences"]), (&json!(5), &json!(0)), "{report}");
}
