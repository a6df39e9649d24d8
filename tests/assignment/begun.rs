//! What was decided for a later day is told once more on the day when it begins.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::noon;
use web::{Method, Request};

use crate::bank::{TODAY, alone, assign, bank, key, messages_of, wanted};

/// A night: how many messages were new.
fn night(desk: &mut Desk, on: &str) -> u64 {
    scheduler::assignments(&mut desk.connection, noon(on)).expect("a night")
}

/// Who was told that something begins, each as "employee: gained lost, customers".
fn told(desk: &mut Desk) -> Vec<String> {
    let line = |(to, body): (String, Value)| {
        let data = &body["data"];
        let customers = data["customers"].as_array().expect("customers").iter();
        let customers: Vec<&str> = customers.filter_map(|one| one["customer_id"].as_str()).collect();
        format!("{to}: {} {}, {}", data["gained"], data["lost"], customers.join(" "))
    };
    messages_of(desk, "assignment.begun").into_iter().map(line).collect()
}

#[test]
fn who_gains_and_who_loses_by_what_was_scheduled_is_told_on_its_first_day_and_once() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    assign(&mut desk, "of-b1", &alone("m2"), "2026-12-01");
    assert_eq!(night(&mut desk, "2026-11-30"), 0);
    assert_eq!(night(&mut desk, "2026-12-01"), 2);
    assert_eq!(night(&mut desk, "2026-12-01"), 0, "a repeat sends nothing");
    assert_eq!(night(&mut desk, "2026-12-02"), 0, "nor does the next night");
    assert_eq!(told(&mut desk), ["m1: 0 1, of-b1", "m2: 1 0, of-b1"]);
    let (_, body) = messages_of(&mut desk, "assignment.begun").remove(0);
    assert_eq!(body["data"]["customers"][0]["from"], "2026-12-01");
    for language in ["zh", "en"] {
        let text = body["data"]["text"][language].as_str().expect("a text");
        assert!(text.contains("2026-12-01"), "{text}");
    }
    assert!(!body.to_string().contains("王芳"), "no name: {body}");
}

#[test]
fn what_was_decided_on_its_first_day_or_later_is_told_of_once_alone() {
    let mut desk = bank();
    assign(&mut desk, "of-k1", &alone("m1"), TODAY);
    assign(&mut desk, "of-b2", &alone("m3"), "2026-11-20");
    assert_eq!(night(&mut desk, TODAY), 0);
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    let dispute = desk.post("/assignments/adjust", &wanted("of-b1", &alone("m2"), "2026-12-01"));
    assert_eq!(dispute["state"], "submitted", "{dispute}");
    assert_eq!(night(&mut desk, "2026-12-01"), 0, "nothing begins before it is approved");
    let approver = key(&mut desk, "second", "organisation_id", "B1");
    let path = format!("/assignments/{}/approve", dispute["id"].as_str().expect("an id"));
    let approve = Request::new(Method::Post, &path).key(&approver);
    let (status, approved) = desk.ask_at(noon("2026-12-01"), approve);
    assert_eq!((status, &approved["state"]), (200, &json!("in_force")), "{approved}");
    assert_eq!(night(&mut desk, "2026-12-02"), 0);
}

#[test]
fn what_was_recalled_or_replaced_before_it_began_is_told_to_nobody() {
    let mut desk = bank();
    for (customer, manager) in [("of-b1", "m1"), ("of-k1", "m1"), ("of-b2", "m3"), ("of-b2", "boss")] {
        assign(&mut desk, customer, &alone(manager), "2026-12-01");
    }
    desk.post("/assignments/recall", &json!({"customer_id": "of-b1", "reason": "moves house"}));
    assert_eq!(night(&mut desk, "2026-12-01"), 2);
    assert_eq!(told(&mut desk), ["boss: 1 0, of-b2", "m1: 1 0, of-k1"]);
}

#[test]
fn a_night_makes_up_for_those_of_a_week_and_tells_nobody_who_left() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-12-01");
    assign(&mut desk, "of-k1", &alone("m2"), "2026-12-02");
    assign(&mut desk, "of-b2", &alone("m3"), "2026-12-05");
    desk.post(
        "/intake/employees",
        &json!({"id": "m3", "organisation_id": "B2", "name": "x", "role": "manager",
            "active_to": "2026-12-08"}),
    );
    assert_eq!(night(&mut desk, "2026-12-09"), 1);
    assert_eq!(told(&mut desk), ["m2: 1 0, of-k1"], "what began eight days ago is past");
}

#[test]
fn what_was_replaced_after_it_began_is_not_told_by_a_later_night() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    assign(&mut desk, "of-b1", &alone("m2"), "2026-12-01");
    let back = wanted("of-b1", &alone("m1"), "2026-12-02").to_string();
    desk.done_at(noon("2026-12-02"), Method::Post, "/assignments", &back);
    assert_eq!(night(&mut desk, "2026-12-03"), 0);
}
