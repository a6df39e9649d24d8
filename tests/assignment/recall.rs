//! A recall ends what stands and what was scheduled.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};

use crate::bank::{TODAY, alone, assign, assignment, bank, messages, refused, waiting};

fn recall(customer: &str) -> Value {
    json!({"customer_id": customer, "from": TODAY, "reason": "moves house"})
}

fn belongs(desk: &mut Desk, customer: &str, day: &str) -> Value {
    assignment(desk, customer, &format!("?as_of={day}"))["belongs_to"].clone()
}

#[test]
fn what_was_scheduled_for_later_ends_with_what_stands() {
    let mut desk = bank();
    for (manager, from) in [("m1", "2026-11-01"), ("m2", "2026-12-01"), ("m1", "2027-01-01")] {
        assign(&mut desk, "of-b1", &alone(manager), from);
    }
    let told = messages(&mut desk).len();
    let recalled = desk.post("/assignments/recall", &recall("of-b1"));
    assert_eq!((&recalled["from"], &recalled["managers"]), (&json!(TODAY), &json!([])), "{recalled}");
    for day in [TODAY, "2026-12-01", "2026-12-31", "2027-01-01", "2027-06-01"] {
        assert_eq!(belongs(&mut desk, "of-b1", day), "waiting", "{day}");
    }
    assert_eq!(belongs(&mut desk, "of-b1", "2026-11-21"), "manager", "old days stay");
    let history = desk.get("/customers/of-b1/assignment/history");
    let recalls = history["items"].as_array().expect("items").iter().filter(|one| one["kind"] == "recall");
    let recalls: Vec<&str> = recalls.filter_map(|one| one["from"].as_str()).collect();
    assert_eq!(recalls, [TODAY, "2026-12-01", "2027-01-01"]);
    let news = messages(&mut desk);
    assert_eq!(news.len(), told + 2, "m1 and m2");
    let lost: Vec<u64> = news.iter().filter_map(|(_, body)| body["data"]["lost"].as_u64()).collect();
    assert!(lost.iter().all(|lost| *lost <= 1), "a customer is lost once: {lost:?}");
    let again = refused(&mut desk, "/assignments/recall", KEY, &recall("of-b1"));
    assert_eq!(again, (409, "wrong-state".to_owned(), "/customer_id".to_owned()));
}

#[test]
fn a_customer_who_is_only_to_have_a_manager_is_recalled_too() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-12-01");
    desk.post("/assignments/recall", &recall("of-b1"));
    assert_eq!(belongs(&mut desk, "of-b1", "2026-12-01"), "waiting");
    assert!(waiting(&mut desk, "?organisation_id=B1").contains(&"of-b1: recalled".to_owned()));
    assign(&mut desk, "of-b1", &alone("m2"), "2026-12-01");
    assert_eq!(belongs(&mut desk, "of-b1", "2026-12-01"), "manager", "made anew on the very day");
    let many = desk.post("/assignments/recall", &json!({"items": ["of-b1", "of-k1"], "reason": "x"}));
    assert_eq!((&many["accepted"], &many["rejected"]), (&json!(1), &json!(1)), "{many}");
    assert_eq!(many["moves"][0]["from"], "m2", "{many}");
}
