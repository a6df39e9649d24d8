//! Who is told of adjustments: whose credit changes, who may decide, who asked.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{deliver, noon};
use web::{Method, Request};

use super::{SALE, SOLD_ON, adjustment, done, register, sold};

const ON: &str = "2026-03-12";

fn heads(desk: &mut Desk, heads: &[(&str, &str)]) {
    let employee = |(id, organisation): &(&str, &str)| {
        let role = "branch_manager";
        json!({"id": id, "organisation_id": organisation, "name": id, "role": role})
    };
    deliver(desk, SOLD_ON, "/intake/employees", &heads.iter().map(employee).collect());
}

fn key(desk: &mut Desk, id: &str) -> String {
    let client = json!({"name": id, "scopes": ["sales:read", "sales:adjust"], "employee_id": id});
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

fn ask(desk: &mut Desk, key: &str, method: Method, end: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let path = format!("{SALE}/adjustment{end}");
    let (status, answer) = desk.ask_at(noon(ON), Request::new(method, &path).key(key).body(body));
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Everybody who was told since `seen` messages, by id, each as "employee state, before → after", with "decides" where
/// the employee is asked to.
fn told_since(desk: &mut Desk, seen: &mut usize) -> Vec<String> {
    let listed = desk.get("/outbox");
    let items = listed["items"].as_array().expect("items").iter();
    let mut ids: Vec<u64> = items
        .filter(|item| item["topic"] == "sale.adjustment")
        .map(|item| item["id"].as_str().and_then(|id| id.parse().ok()).expect("a number"))
        .collect();
    ids.sort_unstable();
    let fresh = ids[*seen..].iter();
    let mut told: Vec<String> = fresh.map(|id| line(&desk.get(&format!("/outbox/{id}")))).collect();
    *seen = ids.len();
    told.sort_unstable();
    told
}

fn line(message: &Value) -> String {
    let body = &message["body"];
    let data = &body["data"];
    assert_eq!((&data["sale"]["source"], &data["sale"]["id"]), (&json!("core"), &json!("S")), "{body}");
    for language in ["zh", "en"] {
        assert!(data["text"][language].as_str().is_some_and(|text| text.contains("core/S")), "{body}");
    }
    assert!(!body.to_string().contains("customer"), "no customer: {body}");
    let credits = |name: &str| -> String {
        let credits = data[name].as_array().expect("credits").iter();
        let text = |one: &Value| format!("{} {}", one["role"].as_str().unwrap_or("-"), one["share_bp"]);
        credits.map(text).collect::<Vec<_>>().join(" + ")
    };
    let (to, state) = (&data["to"]["employee_id"], &data["state"]);
    let (before, after) = (credits("credits_before"), credits("credits"));
    let told = format!("{to} {state}, {before} → {after}").replace('"', "");
    if data["decides"] == true { format!("{told}, decides") } else { told }
}

#[test]
fn those_whose_credit_changes_hear_of_what_is_booked_at_once() {
    let mut desk = sold(&json!({"left": {"T2": "2026-03-11"}}), &json!({"automatic": "never"}), &[]);
    let mut seen = 0;
    register(&mut desk, "2026-03-11", "M2", "seller");
    register(&mut desk, "2026-03-11", "R1", "referrer");
    let put = |desk: &mut Desk, credits: &[&str]| {
        done(desk, ON, Method::Put, &format!("{SALE}/adjustment"), &adjustment(credits))
    };
    put(&mut desk, &["M1 seller 5000", "M2 seller 2000", "R1 referrer 3000"]);
    let expected = ["M1 booked,  → seller 5000", "M2 booked, seller 7000 → seller 2000"];
    assert_eq!(told_since(&mut desk, &mut seen), expected, "R1 has what R1 had");
    put(&mut desk, &["M2 seller 2000", "M1 seller 5000", "R1 referrer 3000"]);
    assert!(told_since(&mut desk, &mut seen).is_empty(), "nobody's credit changes");
    put(&mut desk, &["T2 seller 7000", "R1 referrer 2000", "- organisation 1000"]);
    let expected = [
        "M1 booked, seller 5000 → ",
        "M2 booked, seller 2000 → ",
        "R1 booked, referrer 3000 → referrer 2000",
    ];
    assert_eq!(told_since(&mut desk, &mut seen), expected, "T2 works no longer");
}

#[test]
fn what_waits_is_told_to_those_concerned_and_to_who_may_decide_and_its_end_to_who_asked() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    heads(&mut desk, &[("H1", "B1"), ("H2", "B1"), ("H3", "B1"), ("boss", "HQ")]);
    let [author, other] = ["H1", "H2"].map(|id| key(&mut desk, id));
    let mut seen = 0;
    ask(&mut desk, &author, Method::Put, "", &adjustment(&["T1 seller 10000"]));
    assert_eq!(told_since(&mut desk, &mut seen), ["T1 booked,  → seller 10000"]);

    let own = adjustment(&["T1 seller 5000", "H1 seller 4000", "H3 referrer 1000"]);
    let waits = [
        "H2 submitted,  → , decides",
        "H3 submitted,  → referrer 1000",
        "T1 submitted, seller 10000 → seller 5000",
    ];
    let ends = |state: &str| {
        [
            format!("H1 {state},  → seller 4000"),
            format!("H3 {state},  → referrer 1000"),
            format!("T1 {state}, seller 10000 → seller 5000"),
        ]
    };
    for (step, state) in [("/reject", "rejected"), ("/approve", "booked")] {
        let proposed = ask(&mut desk, &author, Method::Put, "", &own);
        assert_eq!(proposed["adjustment"]["state"], "submitted", "{proposed}");
        assert_eq!(told_since(&mut desk, &mut seen), waits, "who gains by it does not decide");
        ask(&mut desk, &other, Method::Post, step, &Value::Null);
        assert_eq!(told_since(&mut desk, &mut seen), ends(state));
    }
}

#[test]
fn where_no_other_branch_manager_may_decide_the_nearest_above_is_asked() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    heads(&mut desk, &[("H1", "B1"), ("boss", "HQ"), ("N2", "B2")]);
    let author = key(&mut desk, "H1");
    let mut seen = 0;
    ask(&mut desk, &author, Method::Put, "", &adjustment(&["H1 seller 10000"]));
    assert_eq!(told_since(&mut desk, &mut seen), ["boss submitted,  → , decides"]);
}
