//! Accrual (积分累计): events earn by the rules in force, each once for ever, and every decision can be made again.

use serde_json::{Value, json};
use store::Connection;
use store::native::NativeConnection;
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Method, Request};

#[path = "points_accrual/again.rs"]
mod again;
#[path = "points_accrual/merged.rs"]
mod merged;
#[path = "points_accrual/referrer.rs"]
mod referrer;
#[path = "points_accrual/refused.rs"]
mod refused;
#[path = "points_accrual/routes.rs"]
mod routes;

/// A house with a branch, and customers: c1 to c4 of the branch, h1 of the house. Their numbers are 0 to 4.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"}]),
    );
    for (id, organisation) in [("c1", "B1"), ("c2", "B1"), ("c3", "B1"), ("c4", "B1"), ("h1", "HQ")] {
        let customer = json!({"id": id, "organisation_id": organisation, "name": "x", "gender": "f",
            "attributes": {"staff": id == "c4"}});
        desk.post("/intake/customers", &customer);
    }
    desk
}

/// Puts a rule in force; `more` is laid over a plain one about purchases.
fn rule(desk: &mut Desk, id: &str, more: &Value) {
    let mut rule = json!({"id": id, "name": {"zh": "规则", "en": "rule"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}}});
    for (name, value) in more.as_object().expect("members") {
        rule[name] = value.clone();
    }
    desk.post("/points/rules", &rule);
    desk.post(&format!("/points/rules/{id}/activate"), &json!({}));
}

fn purchase(id: &str, customer: &str, amount: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": "2026-11-20T10:00:00+08:00", "customer_id": customer,
        "type": "purchase", "amount": amount})
}

fn number(desk: &mut Desk, sql: &str) -> i64 {
    let rows = desk.connection.execute(sql, &[]).expect("rows");
    rows.read_one("test", |row| row.integer()).expect("a number")
}

fn points_of_lots(desk: &mut Desk) -> i64 {
    number(desk, "select coalesce(sum(points), 0) from points_lot")
}

fn reasons(answer: &Value) -> Vec<(&str, &str)> {
    let rules = answer["rules"].as_array().expect("rules");
    rules
        .iter()
        .map(|said| (said["rule"].as_str().expect("a rule"), said["reason"].as_str().expect("why")))
        .collect()
}

#[test]
fn an_event_earns_by_its_rules_and_is_told_why() {
    let mut desk = bank();
    rule(
        &mut desk,
        "base",
        &json!({"expiry": {"rolling": {"amount": 10, "unit": "days"}}, "pending_days": 5}),
    );
    let big = json!({"condition": "event.amount >= money(\"1000.00\")", "earn": {"fixed": {"points": 50}}});
    rule(&mut desk, "big", &big);
    let answer = desk.post("/points/events", &purchase("e1", "c1", "12.50"));
    assert_eq!(answer["event"], json!({"source": "core", "id": "e1"}));
    assert_eq!(answer["earned"], 12);
    assert_eq!(reasons(&answer), [("base", "earned"), ("big", "condition_not_met")]);
    let lot = &answer["lots"][0];
    assert_eq!((&lot["customer_id"], &lot["points"]), (&json!("c1"), &json!(12)));
    assert_eq!((&lot["available_on"], &lot["expires_on"]), (&json!("2026-11-25"), &json!("2026-12-05")));
    assert_eq!((&answer["balance"]["active"], &answer["balance"]["pending"]), (&json!(0), &json!(12)));
    assert_eq!(answer["balance"]["expiring"], json!([{"on": "2026-12-05", "points": 12}]));

    let zh = desk.get("/points/events/core/e1");
    assert_eq!(zh["rules"][1]["explanation"], "不满足规则条件。");
    let en = desk.get("/points/events/core/e1?lang=en");
    assert_eq!(en["rules"][1]["explanation"], "The condition of the rule was not met.");
    assert_eq!(desk.ask(Method::Get, "/points/events/core/e2", KEY, "").0, 404);
}

#[test]
fn a_repeat_gets_the_first_answer_and_something_else_under_its_id_is_refused() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let event = purchase("e1", "c1", "12.50");
    let first = desk.post("/points/events", &event);
    desk.post("/points/events", &purchase("e2", "c1", "100.00"));

    let routes = points_accrual::routes::<NativeConnection>();
    let request = Request::new(Method::Post, "/points/events").key(KEY).body(event.to_string());
    let answer = web::serve(&routes, &mut desk.connection, request, KEY, NOW_MS);
    assert_eq!((answer.status, answer.find_header("idempotency-hit")), (200, Some("true")));
    assert_eq!(serde_json::from_slice::<Value>(&answer.body).expect("JSON"), first);

    let other = purchase("e1", "c1", "13.00").to_string();
    let (status, problem) = desk.ask(Method::Post, "/points/events", KEY, &other);
    assert_eq!((status, &problem["type"]), (422, &json!("/problems/key-reused")));
    assert_eq!(problem["errors"][0]["pointer"], "/id");
    assert_eq!(points_of_lots(&mut desk), 112);
}

#[test]
fn a_batch_keeps_what_is_good_and_names_what_is_not() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    desk.post("/points/events", &purchase("known", "c1", "5.00"));
    let batch = json!([
        purchase("e1", "c1", "10.00"),
        purchase("known", "c1", "5.00"),
        purchase("e1", "c1", "10.00"),
        purchase("e1", "c1", "11.00"),
        purchase("e2", "nobody", "10.00"),
        purchase("e3", "c2", "0.00"),
        purchase("e4", "c2", "20.00"),
    ]);
    let report = desk.post("/points/events", &batch);
    assert_eq!(
        (&report["accepted"], &report["duplicates"], &report["rejected"]),
        (&json!(2), &json!(2), &json!(3))
    );
    let errors = report["errors"].as_array().expect("errors");
    let places: Vec<_> = errors.iter().map(|error| (&error["line"], &error["pointer"])).collect();
    assert_eq!(
        places,
        [(&json!(4), &json!("/id")), (&json!(5), &json!("/customer_id")), (&json!(6), &json!("/amount"))]
    );
    assert_eq!(points_of_lots(&mut desk), 35);

    let bad = json!([purchase("e9", "nobody", "10.00")]).to_string();
    assert_eq!(desk.ask(Method::Post, "/points/events", KEY, &bad).0, 422);
}

#[test]
fn a_key_of_a_branch_tells_of_its_own_customers_only() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let client = json!({"name": "b1", "scopes": ["points:write", "points:read"], "organisation_id": "B1"});
    let key = desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned();
    let of_house = purchase("e1", "h1", "10.00").to_string();
    let (status, problem) = desk.ask(Method::Post, "/points/events", &key, &of_house);
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/customer_id")));
    desk.post("/points/events", &purchase("e1", "h1", "10.00"));
    assert_eq!(desk.ask(Method::Get, "/points/events/core/e1", &key, "").0, 404);
    assert_eq!(
        desk.ask(Method::Post, "/points/events", &key, &purchase("e2", "c1", "1.00").to_string()).0,
        200
    );
}

#[test]
fn transactions_of_intake_earn_by_the_same_path_once() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    desk.post("/points/events", &purchase("early", "c1", "7.00"));
    let transaction = |id: &str, kind: &str, amount: &str| {
        json!({"source": "core", "id": id, "occurred_at": "2026-11-20T10:00:00+08:00", "customer_id": "c1",
            "kind": kind, "amount": amount})
    };
    let batch = json!([
        transaction("t1", "purchase", "100.00"),
        transaction("t2", "deposit", "900.00"),
        transaction("early", "purchase", "7.00"),
    ]);
    assert_eq!(desk.post("/intake/transactions", &batch)["accepted"], 3);
    assert_eq!(desk.post("/intake/transactions", &batch)["duplicates"], 3);
    assert_eq!(points_of_lots(&mut desk), 107);
    let earned = desk.get("/points/events/core/t1");
    assert_eq!((&earned["earned"], &earned["type"]), (&json!(100), &json!("purchase")));
    assert_eq!(number(&mut desk, "select count(*) from points_event"), 2);

    let mut refund = transaction("r1", "refund", "40.00");
    refund["refund_of"] = json!("t1");
    desk.post("/intake/transactions", &refund);
    assert_eq!(desk.get("/points/events/core/r1")["refund"]["returned"], 40);
}

#[test]
fn a_dry_run_tells_what_would_be_earned_and_changes_nothing() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({"caps": [{"per": "day", "points": 10}]}));
    let event = purchase("e1", "c1", "12.50");
    for _ in 0..2 {
        let dry = desk.post("/points/events/dry-run", &event);
        assert_eq!((&dry["known"], &dry["earned"]), (&json!(false), &json!(10)));
        assert_eq!(reasons(&dry), [("base", "truncated_by_day")]);
        assert_eq!(dry["lots"][0]["customer_id"], "c1");
    }
    for table in ["points_event", "points_lot", "points_entry", "points_cap_use"] {
        assert_eq!(number(&mut desk, &format!("select count(*) from {table}")), 0, "{table}");
    }
    desk.post("/points/events", &event);
    let dry = desk.post("/points/events/dry-run", &event);
    assert_eq!((&dry["known"], &dry["earned"]), (&json!(true), &json!(10)));
}

#[test]
fn a_budget_is_filled_to_the_last_point_and_never_exceeded() {
    let mut desk = bank();
    let (status, _) = desk.ask(Method::Put, "/points/campaigns/spring", KEY, "{\"budget\": 25}");
    assert_eq!(status, 200);
    rule(&mut desk, "gift", &json!({"earn": {"fixed": {"points": 10}}, "campaign_id": "spring"}));
    let batch: Vec<Value> =
        (0..4).map(|event| purchase(&format!("e{event}"), &format!("c{}", event + 1), "1.00")).collect();
    desk.post("/points/events", &json!(batch));
    assert_eq!(points_of_lots(&mut desk), 25);
    assert_eq!(desk.get("/points/campaigns/spring")["left"], 0);
    let last = desk.post("/points/events", &purchase("late", "c1", "1.00"));
    assert_eq!(reasons(&last), [("gift", "refused_by_budget")]);
}

#[test]
fn the_order_in_which_events_come_does_not_change_what_they_come_to() {
    let mut sums = Vec::new();
    for turn in 0..3 {
        let mut desk = bank();
        let caps = json!([{"per": "day", "points": 60}, {"per": "month", "points": 100}]);
        rule(&mut desk, "base", &json!({"caps": caps}));
        let mut events: Vec<Value> = (0..12)
            .map(|event| {
                let mut one = purchase(&format!("e{event}"), &format!("c{}", event % 2 + 1), "17.30");
                one["occurred_at"] = json!(format!("2026-11-{}T10:00:00+08:00", 10 + event % 5));
                one
            })
            .collect();
        events.rotate_left(turn * 5);
        if turn == 2 {
            events.reverse();
        }
        for part in events.chunks(turn * 4 + 3) {
            desk.post("/points/events", &json!(part));
        }
        let of_customer = "select sum(points) from points_lot where customer_ref = ";
        sums.push([0, 1].map(|customer| number(&mut desk, &format!("{of_customer}{customer}"))));
    }
    assert_eq!(sums, [[100, 100], [100, 100], [100, 100]]);
}

#[test]
fn events_of_a_merged_customer_earn_for_the_other_one() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let merged =
        "insert into points_account (customer_ref, state, debt, merged_into_ref) values (1, 3, 0, 0)";
    desk.connection.execute(merged, &[]).expect("merged");
    let answer = desk.post("/points/events", &purchase("e1", "c2", "10.00"));
    assert_eq!(answer["lots"][0]["customer_id"], "c1");
    assert_eq!(answer["balance"]["active"], 10);
}

#[test]
fn debt_is_paid_off_first() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let owes = "insert into points_account (customer_ref, state, debt) values (0, 1, 30)";
    desk.connection.execute(owes, &[]).expect("a debt");
    let first = desk.post("/points/events", &purchase("e1", "c1", "20.00"));
    assert_eq!((&first["balance"]["active"], &first["balance"]["debt"]), (&json!(0), &json!(10)));
    let batch = json!([purchase("e2", "c1", "4.00"), purchase("e3", "c1", "50.00")]);
    desk.post("/points/events", &batch);
    let balance = &desk.get("/points/events/core/e3")["balance"];
    assert_eq!((&balance["active"], &balance["debt"]), (&json!(44), &json!(0)));
}

#[test]
fn both_sides_of_a_referral_are_rewarded_once() {
    let mut desk = bank();
    rule(
        &mut desk,
        "friend",
        &json!({"events": ["referral"], "earn": {"referral": {"customer": 30, "referrer": 70}}}),
    );
    let referral = |id: &str, referrer: &str| {
        json!({"source": "app", "id": id, "occurred_at": "2026-11-20T10:00:00+08:00", "customer_id": "c1",
            "type": "referral", "attributes": {"referrer_id": referrer}})
    };
    let own = desk.post("/points/events", &referral("r0", "c1"));
    assert_eq!(reasons(&own), [("friend", "unanswered")]);
    desk.post("/points/events", &referral("r1", "c2"));
    let first = desk.get("/points/events/app/r1");
    let lots: Vec<_> = first["lots"].as_array().expect("lots").iter().collect();
    let shares: Vec<_> = lots.iter().map(|lot| (&lot["customer_id"], &lot["points"])).collect();
    assert_eq!(shares, [(&json!("c1"), &json!(30)), (&json!("c2"), &json!(70))]);
    let again = desk.post("/points/events", &referral("r2", "c3"));
    assert_eq!(reasons(&again), [("friend", "already_referred")]);
    assert_eq!(points_of_lots(&mut desk), 100);
}
