//! Rules of points as data: their life, what is refused, budgets, settings, and what a draft would have given.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

#[path = "points_rules/four_eyes.rs"]
mod four_eyes;
#[path = "points_rules/what_if.rs"]
mod what_if;

/// Customers ann and ben of B1, cid of B2.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
            {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    desk.post(
        "/intake/customers",
        &json!([{"id": "ann", "organisation_id": "B1", "name": "x", "gender": "f"},
            {"id": "ben", "organisation_id": "B1", "name": "x", "gender": "m"},
            {"id": "cid", "organisation_id": "B2", "name": "x", "gender": "f"}]),
    );
    desk
}

/// A rule of so many points for each 10.00 of a purchase.
fn rule(id: &str, points: i64) -> Value {
    json!({"id": id, "name": {"zh": "消费", "en": "Purchases"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": points, "per": "10.00", "rounding": "floor"}}})
}

fn with(mut rule: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().expect("an object") {
        rule[name] = value.clone();
    }
    rule
}

fn draft(desk: &mut Desk, rule: &Value) -> Value {
    let (status, answer) = desk.ask(Method::Post, "/points/rules", KEY, &rule.to_string());
    assert_eq!(status, 201, "{answer}");
    answer
}

fn step(desk: &mut Desk, path: &str, body: &str) -> (u16, Value) {
    desk.ask(Method::Post, &format!("/points/rules/{path}"), KEY, body)
}

fn in_force(desk: &mut Desk, rule: &Value) {
    draft(desk, rule);
    let (status, answer) = step(desk, &format!("{}/activate", rule["id"].as_str().expect("an id")), "");
    assert_eq!((status, &answer["state"]), (200, &json!("active")), "{answer}");
}

fn put(desk: &mut Desk, target: &str, body: &Value) -> (u16, Value) {
    desk.ask(Method::Put, target, KEY, &body.to_string())
}

/// Points that a purchase earns.
fn buy(desk: &mut Desk, (id, at): (&str, &str), customer: &str, amount: &str) -> i64 {
    let event = json!({"source": "core", "id": id, "occurred_at": at, "customer_id": customer, "type": "purchase",
        "amount": amount});
    desk.post("/points/events", &event)["earned"].as_i64().expect("points")
}

fn today(desk: &mut Desk, id: &str) -> i64 {
    buy(desk, (id, "2026-11-22T10:00:00+08:00"), "ann", "100.00")
}

fn slug(answer: &Value) -> &str {
    answer["type"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or("")
}

#[test]
fn a_rule_acts_from_its_activation_on_and_every_version_is_kept() {
    let mut desk = bank();
    let first = draft(&mut desk, &rule("base", 1));
    assert_eq!((&first["version"], &first["state"]), (&json!(1), &json!("draft")));
    let defaults = json!([{}, [], "truncate", {"never": {}}, 0, "additive", 0, "within_balance"]);
    let members = [
        "multipliers_bp",
        "caps",
        "over_cap",
        "expiry",
        "pending_days",
        "stacking",
        "priority",
        "return_policy",
    ];
    assert_eq!(json!(members.map(|name| first[name].clone())), defaults);
    assert_eq!(today(&mut desk, "1"), 0, "a draft gives nothing");
    let (_, active) = step(&mut desk, "base/activate", "");
    assert_eq!((&active["state"], &active["activated_by"]), (&json!("active"), &json!("admin")));
    assert_eq!(step(&mut desk, "base/activate", "").1, active, "a repeat is answered as the first time");
    assert_eq!(today(&mut desk, "2"), 10);

    assert_eq!(draft(&mut desk, &rule("base", 5))["version"], 2);
    let second = draft(&mut desk, &rule("base", 2));
    assert_eq!((&second["version"], &second["earn"]["per_amount"]["points"]), (&json!(3), &json!(2)));
    assert_eq!(today(&mut desk, "3"), 10, "the first version is in force");
    assert_eq!(desk.get("/points/rules/base")["version"], 1);
    assert_eq!(step(&mut desk, "base/activate", "{\"version\":1}").1, active);
    assert_eq!(step(&mut desk, "base/activate", "{\"version\":3}").0, 200);
    assert_eq!(today(&mut desk, "4"), 20);
    let before = desk.get("/points/rules/base?version=1");
    assert_eq!((&before["state"], &before["retired_by"]), (&json!("retired"), &json!("admin")));
    let (status, refused) = step(&mut desk, "base/activate", "{\"version\":1}");
    assert_eq!((status, slug(&refused)), (409, "wrong-state"), "what was in force does not come back");

    let (_, retired) = step(&mut desk, "base/retire", "");
    assert_eq!((&retired["version"], &retired["state"]), (&json!(3), &json!("retired")));
    draft(&mut desk, &rule("base", 3));
    assert_eq!(step(&mut desk, "base/retire", "").1, retired, "a repeat leaves the next draft alone");
    assert_eq!(today(&mut desk, "5"), 0);
    draft(&mut desk, &rule("abc", 1));
    for (query, expected) in [
        ("", vec!["abc 1", "base 1", "base 2", "base 3", "base 4"]),
        ("?state=draft", vec!["abc 1", "base 4"]),
        ("?state=active", vec![]),
    ] {
        let listing = desk.get(&format!("/points/rules{query}"));
        let items = listing["items"].as_array().expect("items").iter();
        let found: Vec<String> = items
            .map(|item| format!("{} {}", item["id"].as_str().expect("an id"), item["version"]))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    for unknown in ["/points/rules/none", "/points/rules/base?version=9"] {
        let (status, answer) = desk.ask(Method::Get, unknown, KEY, "");
        assert_eq!((status, slug(&answer)), (404, "unknown-rule"));
    }
    assert_eq!(desk.ask(Method::Get, "/points/rules?state=new", KEY, "").0, 400);
}

#[test]
fn points_that_customers_hold_do_not_lose_by_a_new_version_unless_they_keep_their_terms() {
    let mut desk = bank();
    let months = |amount: u8| json!({"expiry": {"rolling": {"amount": amount, "unit": "months"}}});
    in_force(&mut desk, &with(rule("base", 1), &months(24)));
    in_force(&mut desk, &with(rule("base", 1), &months(18)));
    assert_eq!(today(&mut desk, "1"), 10, "nobody held points, so nobody lost");
    draft(&mut desk, &with(rule("base", 1), &months(12)));
    let (status, refused) = step(&mut desk, "base/activate", "");
    let pointer = &refused["errors"][0]["pointer"];
    assert_eq!((status, slug(&refused), pointer), (409, "would-devalue", &json!("/expiry")));
    assert_eq!(refused["points"], 10);
    assert_eq!(desk.get("/points/rules/base")["version"], 2, "the version before is still in force");
    let (status, active) = step(&mut desk, "base/activate", "{\"issued\":\"grandfather\"}");
    assert_eq!((status, &active["issued"]), (200, &json!("grandfather")), "{active}");
    assert_eq!(desk.get("/points/rules/base?version=3")["issued"], "grandfather");
    in_force(&mut desk, &with(rule("base", 1), &months(36)));
    draft(&mut desk, &with(with(rule("base", 1), &months(36)), &json!({"return_policy": "debt"})));
    let (status, refused) = step(&mut desk, "base/activate", "");
    let pointer = &refused["errors"][0]["pointer"];
    assert_eq!((status, slug(&refused), pointer), (409, "would-devalue", &json!("/return_policy")));

    let (status, refused) = put(&mut desk, "/points/programme", &json!({"reinstate_days": 29}));
    assert_eq!((status, slug(&refused), &refused["points"]), (409, "would-devalue", &json!(10)));
    let fewer = json!({"reinstate_days": 29, "issued": "grandfather"});
    let (status, programme) = put(&mut desk, "/points/programme", &fewer);
    assert_eq!((status, &programme["reinstate_days"]), (200, &json!(29)), "{programme}");
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_where_it_is_wrong() {
    let mut desk = bank();
    let earn = |member: &str, value: Value| {
        let mut earn = rule("x", 1)["earn"].clone();
        earn["per_amount"][member] = value;
        json!({ "earn": earn })
    };
    let long = format!("{} == 1", "1 + ".repeat(400) + "1");
    for (members, pointer) in [
        (json!({"id": "a b"}), "/id"),
        (json!({"events": []}), "/events"),
        (json!({"condition": "event.amount >="}), "/condition"),
        (json!({"condition": "event.amount"}), "/condition"),
        (json!({"condition": "event.colour == \"red\""}), "/condition"),
        (json!({"condition": "event.amount > 1.5"}), "/condition"),
        (json!({"condition": "[1].all(x, [2].exists(y, x == y))"}), "/condition"),
        (json!({"condition": "customer.segments.map(x, x).size() > 0"}), "/condition"),
        (json!({"condition": long}), "/condition"),
        (earn("points", json!(0)), "/earn/per_amount/points"),
        (earn("points", json!(1.5)), "/earn/per_amount/points"),
        (earn("per", json!("0.00")), "/earn/per_amount/per"),
        (earn("per", json!("1.234")), "/earn/per_amount/per"),
        (earn("rounding", json!("up")), "/earn/per_amount/rounding"),
        (json!({"multipliers_bp": {"brass": 10_000}}), "/multipliers_bp/brass"),
        (json!({"multipliers_bp": {"brass": -1}}), "/multipliers_bp/brass"),
        (json!({"caps": [{"per": "day", "points": 0}]}), "/caps/0/points"),
        (json!({"caps": [{"per": "week", "points": 1}]}), "/caps/0/per"),
        (json!({"over_cap": "cut"}), "/over_cap"),
        (json!({"campaign_id": "spring"}), "/campaign_id"),
        (json!({"expiry": {"rolling": {"amount": 1, "unit": "weeks"}}}), "/expiry/rolling/unit"),
        (json!({"expiry": {"rolling": {"amount": 0, "unit": "days"}}}), "/expiry/rolling/amount"),
        (
            json!({"expiry": {"dates": {"dates": ["06-30", "6-30"], "at_least_days": 0}}}),
            "/expiry/dates/dates/1",
        ),
        (json!({"expiry": {"dates": {"dates": ["02-30"], "at_least_days": 0}}}), "/expiry/dates/dates/0"),
        (json!({"pending_days": -1}), "/pending_days"),
        (json!({"stacking": "both"}), "/stacking"),
        (json!({"from": "2026-12-01", "to": "2026-11-30"}), "/to"),
        (json!({"return_policy": "all"}), "/return_policy"),
        (json!({"points": 1}), "/points"),
    ] {
        let body = with(rule("base", 1), &members).to_string();
        let (status, problem) = desk.ask(Method::Post, "/points/rules", KEY, &body);
        let found = &problem["errors"][0]["pointer"];
        assert_eq!((status, found), (422, &json!(pointer)), "{members}: {problem}");
    }
    let body = with(rule("base", 1), &json!({"condition": "event.amount >="})).to_string();
    let (_, problem) = desk.ask(Method::Post, "/points/rules", KEY, &body);
    let detail = problem["errors"][0]["detail"].as_str().expect("a sentence");
    assert!(detail.starts_with("at character "), "{detail}");
    assert_eq!(desk.get("/points/rules")["items"], json!([]), "nothing wrong was kept");
}

#[test]
fn a_budget_is_given_once_and_never_falls_below_what_was_given() {
    let mut desk = bank();
    let (status, spring) = put(&mut desk, "/points/campaigns/spring", &json!({"budget": 15}));
    assert_eq!((status, spring), (200, json!({"id": "spring", "budget": 15, "used": 0, "left": 15})));
    in_force(&mut desk, &with(rule("base", 1), &json!({"campaign_id": "spring"})));
    assert_eq!((today(&mut desk, "1"), today(&mut desk, "2"), today(&mut desk, "3")), (10, 5, 0));
    let (status, refused) = put(&mut desk, "/points/campaigns/spring", &json!({"budget": 14}));
    assert_eq!((status, slug(&refused), &refused["used"]), (409, "wrong-state", &json!(15)));
    assert_eq!(put(&mut desk, "/points/campaigns/spring", &json!({"budget": 20})).0, 200);
    assert_eq!(today(&mut desk, "4"), 5);
    let spring = json!({"id": "spring", "budget": 20, "used": 20, "left": 0});
    assert_eq!(desk.get("/points/campaigns/spring"), spring);
    assert_eq!(desk.get("/points/campaigns")["items"], json!([spring]));
    assert_eq!(put(&mut desk, "/points/campaigns/spring", &json!({"budget": -1})).0, 422);
    let (status, unknown) = desk.ask(Method::Get, "/points/campaigns/autumn", KEY, "");
    assert_eq!((status, slug(&unknown)), (404, "unknown-campaign"));
}

#[test]
fn settings_of_the_programme_are_counted_and_a_part_of_the_bank_does_not_change_them() {
    let mut desk = bank();
    let first = desk.get("/points/programme");
    let expected = json!({"version": 0, "zone": "Asia/Shanghai", "four_eyes": false, "reinstate_days": 30,
        "point_cost": {"points": 1000, "amount": "10.00"}, "price_notice_days": 0, "changed_by": null,
        "changed_at": null});
    assert_eq!(first, expected);
    let cost = json!({"zone": "Asia/Shanghai", "point_cost": {"points": 100, "amount": "1.50"}});
    let (_, second) = put(&mut desk, "/points/programme", &cost);
    assert_eq!((&second["version"], &second["point_cost"]), (&json!(1), &cost["point_cost"]));
    assert_eq!(
        put(&mut desk, "/points/programme", &cost).1,
        second,
        "the same settings stay the same version"
    );
    for (body, pointer) in [
        (json!({"zone": "Europe/Berlin"}), "/zone"),
        (json!({"reinstate_days": 0}), "/reinstate_days"),
        (json!({"reinstate_days": 367}), "/reinstate_days"),
        (json!({"point_cost": {"points": 0, "amount": "1.00"}}), "/point_cost/points"),
        (json!({"point_cost": {"points": 1, "amount": "-0.01"}}), "/point_cost/amount"),
        (json!({"price_notice_days": 367}), "/price_notice_days"),
    ] {
        let (status, problem) = put(&mut desk, "/points/programme", &body);
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{problem}");
    }
    let scopes = ["points:read", "points:rules"];
    let branch = desk.post("/api-clients", &json!({"name": "b", "scopes": scopes, "organisation_id": "B1"}));
    let key = branch["key"].as_str().expect("a key").to_owned();
    assert_eq!(desk.ask(Method::Get, "/points/programme", &key, ""), (200, second));
    let base = rule("base", 1).to_string();
    for (method, path, body) in [
        (Method::Put, "/points/programme", "{}"),
        (Method::Put, "/points/campaigns/spring", "{\"budget\":1}"),
        (Method::Post, "/points/rules", base.as_str()),
        (Method::Post, "/points/rules/base/activate", ""),
        (Method::Post, "/points/rules/base/retire", ""),
        (Method::Post, "/points/rules/base/what-if", ""),
    ] {
        assert_eq!(desk.ask(method, path, &key, body).0, 403, "{path}");
    }
}
