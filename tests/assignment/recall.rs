//! A recall ends what stands and what was scheduled.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

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

#[test]
fn a_dry_run_says_who_would_be_recalled_and_changes_nothing() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    let told = messages(&mut desk).len();
    let items = json!({"items": ["of-b1", "of-k1"], "reason": "x"});
    let preview = desk.post("/assignments/recall?dry_run=true", &items);
    let mut one = recall("of-b1");
    one["dry_run"] = json!(true);
    let (status, single) = desk.ask(Method::Post, "/assignments/recall", KEY, &one.to_string());
    assert_eq!((status, &single["accepted"], &single["dry_run"]), (200, &json!(1), &json!(true)), "{single}");
    assert_eq!(single["moves"], json!([{"customer_id": "of-b1", "from": "m1", "to": null}]));
    let of_nobody = json!({"customer_id": "of-k1", "reason": "x", "dry_run": true});
    let refusal = refused(&mut desk, "/assignments/recall", KEY, &of_nobody);
    assert_eq!(refusal, (409, "wrong-state".to_owned(), "/customer_id".to_owned()), "as the recall would be");
    assert_eq!(belongs(&mut desk, "of-b1", TODAY), "manager");
    assert_eq!(messages(&mut desk).len(), told, "nobody is told");

    let mut named = items.clone();
    named["dry_run"] = json!(true);
    assert_eq!(desk.post("/assignments/recall", &named), preview, "in the body as in the query");
    let mut done = desk.post("/assignments/recall", &items);
    assert_eq!((&preview["dry_run"], &done["dry_run"]), (&json!(true), &json!(false)));
    done["dry_run"] = json!(true);
    assert_eq!(preview, done, "and tells what will be");
    assert_eq!(belongs(&mut desk, "of-b1", TODAY), "waiting");
}
