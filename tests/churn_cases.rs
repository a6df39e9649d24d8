//! Retention cases (客户挽留): opened, taken from step to step, handed over, escalated, closed, counted.

use domain::date::Day;
use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, KEY};
use web::Method;

/// Two branches under one house; each branch has two customers and a manager.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"},
            {"id": "B1", "parent_id": "HQ", "name": "B1"}, {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    desk.post(
        "/intake/employees",
        &json!([{"id": "boss", "organisation_id": "HQ", "name": "x", "role": "manager"},
            {"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"},
            {"id": "m2", "organisation_id": "B2", "name": "x", "role": "manager"},
            {"id": "gone", "organisation_id": "B1", "name": "x", "role": "manager", "active_to": "2026-11-21"},
            {"id": "to-come", "organisation_id": "B1", "name": "x", "role": "manager",
             "active_from": "2026-11-23"}]),
    );
    for (id, organisation) in [("c1", "B1"), ("c2", "B1"), ("d1", "B2"), ("d2", "B2")] {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
    }
    desk
}

/// A key of the branch B1.
fn branch_key(desk: &mut Desk) -> String {
    let client = json!({"name": "b1", "scopes": ["churn:read", "churn:write"], "organisation_id": "B1"});
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

fn open(desk: &mut Desk, body: &Value) -> String {
    let case = desk.post("/churn/cases", body);
    case["id"].as_str().expect("an id").to_owned()
}

/// `POST` as the administrator: status, slug of the problem, and where it is.
fn refused(desk: &mut Desk, target: &str, body: &Value) -> (u16, String, String) {
    let (status, problem) = desk.ask(Method::Post, target, KEY, &body.to_string());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let slug = text(&problem["type"]).trim_start_matches("/problems/").to_owned();
    (status, slug, text(&problem["errors"][0]["pointer"]))
}

fn ids(listing: &Value) -> Vec<&str> {
    let items = listing["items"].as_array().expect("items");
    items.iter().map(|item| item["customer_id"].as_str().expect("a customer")).collect()
}

#[test]
fn a_case_goes_from_step_to_step_to_its_end_and_keeps_its_history() {
    let mut desk = bank();
    let body = json!({"customer_id": "c1", "tier": "gold", "reason": "rates", "owner_id": "m1",
        "due_on": "2026-11-30", "note": "called in"});
    let opened = desk.post("/churn/cases", &body);
    assert_eq!(opened["state"], "open");
    assert_eq!((&opened["tier"], &opened["reason"]), (&json!("gold"), &json!("rates")));
    assert_eq!((&opened["owner_id"], &opened["organisation_id"]), (&json!("m1"), &json!("B1")));
    assert_eq!((&opened["due_on"], &opened["overdue"]), (&json!("2026-11-30"), &json!(false)));
    let path = format!("/churn/cases/{}", opened["id"].as_str().expect("an id"));

    let early = refused(&mut desk, &format!("{path}/win_back"), &json!({}));
    assert_eq!((early.0, early.1.as_str()), (409, "wrong-state"));
    assert_eq!(desk.post(&format!("{path}/contact"), &json!({"note": "reached"}))["state"], "contacted");
    let again = desk.ask(Method::Post, &format!("{path}/contact"), KEY, "");
    assert_eq!(again.0, 409);
    assert!(again.1["detail"].as_str().is_some_and(|detail| detail.contains("contacted")), "{}", again.1);
    let assign = json!({"owner_id": "boss", "due_on": "2026-12-24"});
    let handed = desk.post(&format!("{path}/assign"), &assign);
    assert_eq!((&handed["owner_id"], &handed["due_on"]), (&json!("boss"), &json!("2026-12-24")));
    assert_eq!(desk.post(&format!("{path}/plan"), &json!({}))["state"], "plan");
    let closed = desk.post(&format!("{path}/win_back"), &json!({"note": "stays"}));
    assert_eq!((&closed["state"], &closed["closed_at"]), (&json!("won_back"), &closed["steps"][4]["at"]));

    for step in ["contact", "plan", "win_back", "lose", "dismiss"] {
        let (status, slug, _) = refused(&mut desk, &format!("{path}/{step}"), &json!({}));
        assert_eq!((status, slug.as_str()), (409, "wrong-state"), "{step}");
    }
    assert_eq!(refused(&mut desk, &format!("{path}/assign"), &assign).0, 409);
    let shown = desk.get(&path);
    assert_eq!(shown, closed);
    let steps = shown["steps"].as_array().expect("steps").iter();
    let words: Vec<String> = steps.map(|step| format!("{} {}", step["step"], step["note"])).collect();
    let expected = "\"open\" \"called in\", \"contact\" \"reached\", \"assign\" null, \"plan\" null, \"win_back\" \"stays\"";
    assert_eq!(words.join(", "), expected);
}

#[test]
fn a_customer_has_one_case_at_a_time() {
    let mut desk = bank();
    let first = open(&mut desk, &json!({"customer_id": "c1"}));
    assert_eq!(desk.get(&format!("/churn/cases/{first}"))["due_on"], "2026-12-06");
    let (status, slug, pointer) = refused(&mut desk, "/churn/cases", &json!({"customer_id": "c1"}));
    assert_eq!((status, slug.as_str(), pointer.as_str()), (409, "already-exists", "/customer_id"));
    desk.post(&format!("/churn/cases/{first}/dismiss"), &json!({}));
    let second = open(&mut desk, &json!({"customer_id": "c1"}));
    assert_ne!(first, second);
    assert_eq!(desk.get("/churn/cases?state=open")["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(desk.get("/churn/cases")["items"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_is_not_known_is_refused_where_it_stands() {
    let mut desk = bank();
    let case = |member: &str, value: &str| {
        let mut body = json!({"customer_id": "c1"});
        body[member] = json!(value);
        body
    };
    for (member, value, status) in [
        ("customer_id", "nobody", 404),
        ("tier", "brass", 422),
        ("alert_id", "7", 422),
        ("alert_id", "seven", 422),
        ("owner_id", "nobody", 422),
        ("owner_id", "gone", 422),
        ("owner_id", "to-come", 422),
        // Who works elsewhere would not see the customer, whoever asks.
        ("owner_id", "m2", 422),
        ("due_on", "2026-11-21", 422),
        ("state", "plan", 422),
    ] {
        let (is, _, pointer) = refused(&mut desk, "/churn/cases", &case(member, value));
        assert_eq!((is, pointer), (status, format!("/{member}")), "{member}: {value}");
    }
    assert_eq!(desk.get("/churn/cases")["items"], json!([]), "nothing was opened");
    let known = open(&mut desk, &json!({"customer_id": "c1"}));
    for id in ["999", "0", "-1", "seed-2023"] {
        let unknown = (404, "unknown-case".to_owned(), String::new());
        assert_eq!(desk.ask(Method::Get, &format!("/churn/cases/{id}"), KEY, "").0, 404);
        assert_eq!(refused(&mut desk, &format!("/churn/cases/{id}/contact"), &json!({})), unknown);
        let assigned = refused(&mut desk, &format!("/churn/cases/{id}/assign"), &json!({"owner_id": "m1"}));
        assert_eq!(assigned, unknown);
    }
    let (status, slug, _) = refused(&mut desk, &format!("/churn/cases/{known}/reopen"), &json!({}));
    assert_eq!((status, slug.as_str()), (404, "unknown-path"));
    assert_eq!(refused(&mut desk, &format!("/churn/cases/{known}/assign"), &json!({"note": "x"})).0, 422);
    for (body, pointer) in
        [(json!({"due_on": "2026-11-21"}), "/due_on"), (json!({"owner_id": "m2"}), "/owner_id")]
    {
        let wrong = refused(&mut desk, &format!("/churn/cases/{known}/assign"), &body);
        assert_eq!((wrong.0, wrong.2.as_str()), (422, pointer));
    }
}

#[test]
fn a_branch_sees_and_touches_the_cases_of_its_own_customers_only() {
    let mut desk = bank();
    let own = open(&mut desk, &json!({"customer_id": "c1"}));
    let foreign = open(&mut desk, &json!({"customer_id": "d1", "owner_id": "m2"}));
    let key = branch_key(&mut desk);
    let (status, listing) = desk.ask(Method::Get, "/churn/cases", &key, "");
    assert_eq!((status, ids(&listing)), (200, vec!["c1"]));
    assert_eq!(desk.ask(Method::Get, "/churn/cases?organisation_id=B2", &key, "").0, 403);
    let unknown = desk.ask(Method::Get, "/churn/cases/999", &key, "");
    assert_eq!(desk.ask(Method::Get, &format!("/churn/cases/{foreign}"), &key, ""), unknown);
    for (step, body) in [("contact", "{}"), ("lose", "{}"), ("assign", "{\"owner_id\":\"m1\"}")] {
        let answer = desk.ask(Method::Post, &format!("/churn/cases/{foreign}/{step}"), &key, body);
        assert_eq!(answer, unknown, "{step}");
    }
    let [unseen, unknown] = ["d2", "nobody"]
        .map(|id| desk.ask(Method::Post, "/churn/cases", &key, &json!({"customer_id": id}).to_string()));
    assert_eq!((unseen.0, &unseen), (404, &unknown));

    let assign = format!("/churn/cases/{own}/assign");
    for (owner, expected) in [("m1", 200), ("boss", 200), ("m2", 422)] {
        let (status, answer) = desk.ask(Method::Post, &assign, &key, &json!({"owner_id": owner}).to_string());
        assert_eq!(status, expected, "{owner}: {answer}");
    }
    let [elsewhere, nobody] = ["m2", "nobody"]
        .map(|owner| desk.ask(Method::Post, &assign, &key, &json!({"owner_id": owner}).to_string()));
    assert_eq!(elsewhere, nobody, "nothing is told of employees elsewhere");
    assert_eq!(desk.ask(Method::Post, &format!("/churn/cases/{own}/contact"), &key, "").0, 200);
    let (_, outcomes) = desk.ask(Method::Get, "/churn/cases/outcomes", &key, "");
    assert_eq!(outcomes["total"]["opened"], 1, "{outcomes}");
    assert_eq!(desk.get(&format!("/churn/cases/{foreign}"))["state"], "open");
}

/// Moves a due date to where no request may put it, as if the days had passed.
fn let_pass(desk: &mut Desk, case: &str) {
    let yesterday = Day::parse("2026-11-21").expect("a date").number();
    let number: i64 = case.parse().expect("a number");
    let sql = "update churn_case set due_on = ?2 where churn_case_ref = ?1";
    desk.connection.execute(sql, &[number.into(), yesterday.into()]).expect("moved");
}

#[test]
fn cases_are_found_by_state_organisation_owner_and_due_date_page_by_page() {
    let mut desk = bank();
    let c1 = open(&mut desk, &json!({"customer_id": "c1", "owner_id": "m1"}));
    let c2 = open(&mut desk, &json!({"customer_id": "c2", "owner_id": "boss"}));
    let d1 = open(&mut desk, &json!({"customer_id": "d1", "owner_id": "m2"}));
    open(&mut desk, &json!({"customer_id": "d2"}));
    desk.post(&format!("/churn/cases/{c2}/contact"), &json!({}));
    desk.post(&format!("/churn/cases/{d1}/lose"), &json!({}));
    let_pass(&mut desk, &c1);
    let_pass(&mut desk, &d1);
    for (query, expected) in [
        ("", vec!["c1", "c2", "d1", "d2"]),
        ("state=open", vec!["c1", "d2"]),
        ("state=lost", vec!["d1"]),
        ("organisation_id=B2", vec!["d1", "d2"]),
        ("organisation_id=HQ&state=contacted", vec!["c2"]),
        ("owner_id=m1", vec!["c1"]),
        ("owner_id=nobody", vec![]),
        ("overdue=true", vec!["c1"]),
        ("overdue=true&organisation_id=B2", vec![]),
    ] {
        assert_eq!(ids(&desk.get(&format!("/churn/cases?{query}"))), expected, "{query}");
    }
    let first = desk.get("/churn/cases?limit=3");
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = desk.get(&format!("/churn/cases?limit=3&cursor={cursor}"));
    assert_eq!((ids(&first).len(), ids(&second)), (3, vec!["d2"]));
    assert_eq!(second["next_cursor"], Value::Null);
    for query in ["state=closed", "overdue=yes", "owner_id=a/b", "customer_id=c1"] {
        assert_eq!(desk.ask(Method::Get, &format!("/churn/cases?{query}"), KEY, "").0, 400, "{query}");
    }
}

#[test]
fn outcomes_are_counted_by_organisation_owner_and_reason() {
    let mut desk = bank();
    let cases = [
        ("c1", "m1", Some("rates"), "win_back"),
        ("c1", "m1", Some("rates"), "lose"),
        ("c1", "boss", None, "dismiss"),
        ("d1", "m2", Some("moved"), "lose"),
    ];
    for (customer, owner, reason, end) in cases {
        let body = json!({"customer_id": customer, "owner_id": owner, "reason": reason});
        let id = open(&mut desk, &body);
        desk.post(&format!("/churn/cases/{id}/contact"), &json!({}));
        desk.post(&format!("/churn/cases/{id}/{end}"), &json!({}));
    }
    let waiting = open(&mut desk, &json!({"customer_id": "c2", "reason": "rates"}));
    let_pass(&mut desk, &waiting);
    let names = ["opened", "won_back", "lost", "dismissed", "unclosed", "overdue", "won_back_bp"];
    let by = |desk: &mut Desk, query: &str| -> Vec<(Value, [Option<u64>; 7])> {
        let answer = desk.get(&format!("/churn/cases/outcomes?{query}"));
        let counts = |of: &Value| names.map(|name| of[name].as_u64());
        let items = answer["items"].as_array().expect("items").iter();
        let total = (json!("*"), counts(&answer["total"]));
        items.map(|item| (item["key"].clone(), counts(item))).chain([total]).collect()
    };
    let counts = |figures: [u64; 6], rate: Option<u64>| {
        let [opened, won_back, lost, dismissed, unclosed, overdue] = figures.map(Some);
        [opened, won_back, lost, dismissed, unclosed, overdue, rate]
    };
    let total = (json!("*"), counts([5, 1, 2, 1, 1, 1], Some(3_333)));
    let b1 = (json!("B1"), counts([4, 1, 1, 1, 1, 1], Some(5_000)));
    let b2 = (json!("B2"), counts([1, 0, 1, 0, 0, 0], Some(0)));
    assert_eq!(by(&mut desk, "by=organisation"), [b1.clone(), b2.clone(), total.clone()]);
    assert_eq!(by(&mut desk, "from=2026-11-22&to=2026-11-22"), [b1, b2.clone(), total.clone()]);
    let of_b2 = (json!("*"), b2.1);
    assert_eq!(by(&mut desk, "organisation_id=B2"), [b2, of_b2]);
    let reasons = [
        (json!("rates"), counts([3, 1, 1, 0, 1, 1], Some(5_000))),
        (Value::Null, counts([1, 0, 0, 1, 0, 0], None)),
        (json!("moved"), counts([1, 0, 1, 0, 0, 0], Some(0))),
        total.clone(),
    ];
    assert_eq!(by(&mut desk, "by=reason"), reasons);
    let owners = [
        (json!("m1"), counts([2, 1, 1, 0, 0, 0], Some(5_000))),
        (Value::Null, counts([1, 0, 0, 0, 1, 1], None)),
        (json!("boss"), counts([1, 0, 0, 1, 0, 0], None)),
        (json!("m2"), counts([1, 0, 1, 0, 0, 0], Some(0))),
        total,
    ];
    assert_eq!(by(&mut desk, "by=owner"), owners);
    let none = (json!("*"), [Some(0), Some(0), Some(0), Some(0), Some(0), Some(0), None]);
    assert_eq!(by(&mut desk, "to=2026-11-21"), [none]);
    for query in ["by=tier", "from=2026-11-23&to=2026-11-22", "from=yesterday"] {
        assert_eq!(desk.ask(Method::Get, &format!("/churn/cases/outcomes?{query}"), KEY, "").0, 400);
    }
}
