//! Who gains or loses by an assignment, and who therefore decides on it and is told.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use crate::bank::{TODAY, alone, assign, assignment, bank, key, managers, messages, wanted};

fn asked(desk: &mut Desk, path: &str, key: &str, body: &Value) -> Value {
    let (status, made) = desk.ask(Method::Post, path, key, &body.to_string());
    assert_eq!(status, 201, "{made}");
    made
}

fn approve(desk: &mut Desk, made: &Value, key: &str) -> (u16, String) {
    let path = format!("/assignments/{}/approve", made["id"].as_str().expect("an id"));
    let (status, answer) = desk.ask(Method::Post, &path, key, "");
    (status, answer["type"].as_str().unwrap_or_default().trim_start_matches("/problems/").to_owned())
}

fn halves(first: &str, second: &str) -> Value {
    managers(&[(first, "primary", 5000), (second, "secondary", 5000)])
}

#[test]
fn who_is_the_primary_manager_no_longer_loses_though_the_share_stays() {
    let mut desk = bank();
    assign(&mut desk, "of-b1", &halves("m1", "m2"), "2026-11-01");
    let told = messages(&mut desk).len();
    let back = assign(&mut desk, "of-b1", &halves("m2", "m1"), "2026-11-10");
    assert_eq!(
        back["state"], "submitted",
        "credit of days that are over goes to the primary manager: {back}"
    );
    let dispute = asked(&mut desk, "/assignments/adjust", KEY, &wanted("of-b1", &halves("m2", "m1"), TODAY));
    assert_eq!(dispute["state"], "submitted", "{dispute}");
    let now = assign(&mut desk, "of-b1", &halves("m2", "m1"), TODAY);
    assert_eq!(now["state"], "in_force", "{now}");
    let news = messages(&mut desk);
    assert_eq!(news.len(), told + 2, "both are told");
    let changed = news.iter().filter(|(_, body)| body["data"]["changed"] == 1);
    let line = |body: &Value| {
        let line = &body["data"]["customers"][0];
        format!("{} {} {}", line["role_before"], line["role"], line["share_bp"])
    };
    let lines: Vec<(&str, String)> = changed.map(|(to, body)| (to.as_str(), line(body))).collect();
    let expected = [
        ("m1", r#""primary" "secondary" 5000"#.to_owned()),
        ("m2", r#""secondary" "primary" 5000"#.to_owned()),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn nobody_gives_the_own_person_credit_of_days_that_are_over_without_another_person() {
    let mut desk = bank();
    let head = key(&mut desk, "head", "employee_id", "head");
    let path = "/assignments";
    let others = asked(&mut desk, path, &head, &wanted("of-k1", &alone("m1"), "2026-11-01"));
    assert_eq!(others["state"], "in_force", "somebody else gains, and nobody loses");
    let later = asked(&mut desk, path, &head, &wanted("of-b1", &alone("head"), "2026-12-01"));
    assert_eq!(later["state"], "in_force", "future credit alone");
    let shares = managers(&[("m1", "primary", 9_000), ("head", "secondary", 1_000)]);
    let own = asked(&mut desk, path, &head, &wanted("of-b1", &shares, "2026-11-01"));
    assert_eq!((&own["state"], &own["before_id"]), (&json!("submitted"), &Value::Null), "{own}");
    let dispute = asked(&mut desk, "/assignments/adjust", &head, &wanted("of-b1", &alone("head"), TODAY));
    assert_eq!(dispute["state"], "submitted", "whatever its first day: {dispute}");
    let items = json!({"items": [wanted("of-b1", &alone("head"), "2026-11-01")]});
    let (_, batch) = desk.ask(Method::Post, "/assignments/batch", &head, &items.to_string());
    assert_eq!((&batch["accepted"], &batch["submitted"]), (&json!(1), &json!(1)), "{batch}");

    assert_eq!(approve(&mut desk, &own, &head), (409, "same-person".to_owned()));
    assert_eq!(approve(&mut desk, &own, KEY).0, 200);
    let shown = assignment(&mut desk, "of-b1", "?as_of=2026-11-01");
    assert_eq!(shown["managers"][1]["employee_id"], "head", "{shown}");
}

#[test]
fn none_of_the_managers_before_and_after_approves() {
    let mut desk = bank();
    let [head, second] = [("employee_id", "head"), ("organisation_id", "B1")]
        .map(|(owner, id)| key(&mut desk, owner, owner, id));
    let manager = key(&mut desk, "manager", "employee_id", "m1");
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    assign(&mut desk, "of-k1", &alone("head"), "2026-11-01");
    let adjust = "/assignments/adjust";
    let gains = asked(&mut desk, adjust, KEY, &wanted("of-b1", &halves("m1", "head"), TODAY));
    let loses = asked(&mut desk, adjust, KEY, &wanted("of-k1", &alone("m2"), TODAY));
    for made in [&gains, &loses] {
        assert_eq!(made["state"], "submitted", "{made}");
        assert_eq!(approve(&mut desk, made, &head), (409, "same-person".to_owned()));
        assert_eq!(approve(&mut desk, made, &manager), (403, "not-allowed".to_owned()));
        assert_eq!(approve(&mut desk, made, &second).0, 200);
    }
}

#[test]
fn what_was_submitted_counts_only_while_its_managers_are_there_for_the_customer() {
    let mut desk = bank();
    for customer in ["of-b1", "of-k1"] {
        assign(&mut desk, customer, &alone("m1"), "2026-11-01");
    }
    let [moved, left] = [("of-b1", "m2"), ("of-k1", "head")]
        .map(|(customer, manager)| assign(&mut desk, customer, &alone(manager), "2026-11-10"));
    let approver = key(&mut desk, "second", "organisation_id", "HQ");
    let employee = |id: &str, unit: &str, role: &str| {
        let name = "x";
        json!({"id": id, "organisation_id": unit, "name": name, "role": role})
    };
    let mut gone = employee("head", "B1", "branch_manager");
    gone["active_to"] = json!("2026-11-09");
    desk.post("/intake/employees", &json!([employee("m2", "B2", "manager"), gone]));
    for made in [&moved, &left] {
        assert_eq!(approve(&mut desk, made, &approver), (409, "wrong-state".to_owned()), "{made}");
    }
    desk.post("/intake/employees", &json!(employee("m2", "B1", "manager")));
    assert_eq!(approve(&mut desk, &moved, &approver).0, 200);
}

#[test]
fn who_does_not_work_today_gets_no_mail() {
    let mut desk = bank();
    assign(&mut desk, "of-b2", &alone("gone"), "2026-11-01");
    assert!(messages(&mut desk).is_empty());
    assign(&mut desk, "of-b2", &alone("m3"), TODAY);
    let told: Vec<String> = messages(&mut desk).into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, ["m3"], "whom the customer was taken from left yesterday");
}
