//! Partners (联盟商户): signed requests, keys that rotate, limits, settlement, reconciliation, disputes.

use serde_json::{Value, json};
use tests::desk::{KEY, NOW_MS};
use web::{Method, Request};

#[path = "partners/active.rs"]
mod active;
#[path = "partners/air.rs"]
mod air;
#[path = "partners/bound.rs"]
mod bound;
#[path = "partners/cancelled.rs"]
mod cancelled;
#[path = "partners/closed.rs"]
mod closed;
#[path = "partners/delivered.rs"]
mod delivered;
#[path = "partners/exchanged.rs"]
mod exchanged;
#[path = "partners/forged.rs"]
mod forged;
#[path = "partners/held.rs"]
mod held;
#[path = "partners/keys.rs"]
mod keys;
#[path = "partners/months.rs"]
mod months;
#[path = "partners/overtaken.rs"]
mod overtaken;
#[path = "partners/settled.rs"]
mod settled;

use air::{Air, register, signed};

fn points(customer: &str, points: i64) -> Value {
    json!({"customer_id": customer, "points": points})
}

#[test]
fn a_partner_gives_takes_and_gives_back() {
    let mut air = Air::new(&json!({}));
    let earned = air.done("earn", "e1", &points("c1", 500));
    assert_eq!(earned, json!({"request": "e1", "customer_id": "c1", "points": 500, "active": 500}));
    assert_eq!(air.done("burn", "b1", &points("c1", 120))["active"], 380);
    assert_eq!(air.active("c2"), 0);
    let not_enough = air.ask("burn", "b2", &points("c1", 381));
    assert_eq!((not_enough.0, &not_enough.1["spendable"]), (409, &json!(380)), "{}", not_enough.1);
    let given_back = air.done("burn/cancel", "x1", &json!({"of": "b1"}));
    assert_eq!((&given_back["points"], &given_back["active"]), (&json!(120), &json!(500)));
    assert_eq!(air.refused("burn/cancel", "x2", &json!({"of": "b1"})).1, "wrong-state");
    for of in ["e1", "b2", "nothing"] {
        let refused = air.refused("burn/cancel", &format!("x-{of}"), &json!({"of": of}));
        assert_eq!(refused, (422, "broken-rule".to_owned(), "/of".to_owned()), "{of}");
    }
    assert_eq!(air.active("c1"), 500);
}

#[test]
fn what_a_partner_may_not_ask_is_refused_where_it_stands() {
    let mut air = Air::new(&json!({}));
    let mut tried = 0;
    let mut ask = |operation: &str, body: &Value| {
        tried += 1;
        air.refused(operation, &format!("a{tried}"), body)
    };
    assert_eq!(ask("earn", &points("nobody", 1)).1, "unknown-customer");
    for amount in [0, -1, i64::MIN, i64::MAX] {
        let refused = ask("earn", &points("c1", amount));
        assert_eq!(refused, (422, "broken-rule".to_owned(), "/points".to_owned()), "{amount}");
    }
    // Whose points they are is said by the signature alone.
    for member in ["partner_id", "partner_ref", "lot", "expires_on"] {
        let mut body = points("c1", 1);
        body[member] = json!("sea");
        let refused = ask("earn", &body);
        assert_eq!(refused, (422, "broken-rule".to_owned(), format!("/{member}")));
    }
    let exchange = json!({"customer_id": "c1", "direction": "in", "units": 1});
    assert_eq!(ask("exchange", &exchange).1, "wrong-state");
    assert_eq!(air.refused("earn", "a b", &points("c1", 1)).0, 401, "no id of Standard Webhooks");
    assert_eq!(air.active("c1"), 0);
}

#[test]
fn a_request_is_done_once_under_its_id() {
    let mut air = Air::new(&json!({}));
    let first = air.done("earn", "m1", &points("c1", 10));
    let request = air.request("earn", "m1", &points("c1", 10));
    let again = air.desk.answer_at(NOW_MS, request);
    assert_eq!(serde_json::from_slice::<Value>(&again.body).expect("JSON"), first);
    assert_eq!(again.find_header("idempotency-hit"), Some("true"));
    for (operation, body) in
        [("earn", points("c1", 11)), ("earn", points("c2", 10)), ("burn", points("c1", 10))]
    {
        assert_eq!(air.refused(operation, "m1", &body).1, "key-reused", "{operation} {body}");
    }
    let sea = register(&mut air.desk, "sea", &json!({}));
    let body = points("c1", 10).to_string();
    let (status, json) = air.desk.ask_at(NOW_MS, signed(("sea", &sea), "earn", "m1", NOW_MS / 1_000, &body));
    assert_eq!((status, &json["active"]), (200, &json!(20)), "ids of partners are their own");
    let (status, json) = air
        .desk
        .ask_at(NOW_MS, signed(("sea", &sea), "burn/cancel", "m2", NOW_MS / 1_000, "{\"of\":\"m1\"}"));
    assert_eq!(status, 422, "{json}");
}

#[test]
fn points_are_held_and_then_taken_or_let_go() {
    let mut air = Air::new(&json!({}));
    air.done("earn", "e1", &points("c1", 100));
    let hold = |points: i64| json!({"customer_id": "c1", "points": points, "ttl_seconds": 60});
    let held = air.done("reserve", "r1", &hold(60));
    let reservation = held["reservation"].clone();
    assert_eq!(air.active("c1"), 40);
    for (step, body) in [("post", "{\"points\": 1}"), ("void", "")] {
        let target = format!("/points/reservations/{}/{step}", reservation.as_str().expect("an id"));
        let (status, problem) = air.desk.ask(Method::Post, &target, KEY, body);
        assert_eq!((status, &problem["type"]), (409, &json!("/problems/wrong-state")), "{step}");
    }
    assert_eq!(air.refused("reserve", "r2", &hold(41)).1, "not-enough-points");

    let sea = register(&mut air.desk, "sea", &json!({}));
    let post = json!({"reservation": reservation, "points": 50});
    let foreign = signed(("sea", &sea), "post", "p1", NOW_MS / 1_000, &post.to_string());
    let (status, problem) = air.desk.ask_at(NOW_MS, foreign);
    assert_eq!((status, air::slug(&problem).0.as_str()), (404, "unknown-reservation"));

    let more = json!({"reservation": reservation, "points": 61});
    assert_eq!(air.refused("post", "p0", &more), (422, "broken-rule".to_owned(), "/points".to_owned()));
    assert_eq!(air.done("post", "p1", &post)["active"], 50);
    assert_eq!(air.refused("post", "p2", &post).1, "wrong-state", "under another id it is another purchase");
    assert_eq!(air.done("burn/cancel", "x1", &json!({"of": "p1"}))["active"], 100);

    let second = air.done("reserve", "r3", &hold(100))["reservation"].clone();
    air.done("void", "v1", &json!({"reservation": second}));
    assert_eq!(air.active("c1"), 100);
    let third = air.done("reserve", "r4", &hold(100))["reservation"].clone();
    air.now_ms += 60_000;
    assert_eq!(air.active("c1"), 100, "its time is over");
    let late = json!({"reservation": third, "points": 100});
    assert_eq!(air.refused("post", "p3", &late).1, "wrong-state");
}

#[test]
fn each_direction_has_its_limits_and_giving_a_budget() {
    let limits = json!({"per_request": 100, "per_customer_day": 150, "per_month": 220});
    let mut air = Air::new(&json!({"limits": limits, "budget": 200}));
    let reached = (409, "limit-reached".to_owned(), "/points".to_owned());
    assert_eq!(air.refused("earn", "a1", &points("c1", 101)), reached, "of a request");
    air.done("earn", "e1", &points("c1", 100));
    assert_eq!(air.refused("earn", "a2", &points("c1", 51)), reached, "of a customer's day");
    air.done("earn", "e2", &points("c2", 90));
    assert_eq!(air.refused("earn", "a3", &points("c2", 31)), reached, "of a month");
    assert_eq!(air.refused("earn", "a4", &points("c2", 11)), reached, "of the budget");
    air.done("earn", "e3", &points("c2", 10));
    air.done("burn", "b1", &points("c1", 100));
    let partner = air.desk.get("/partners/air");
    assert_eq!((&partner["budget"], &partner["budget_used"]), (&json!(200), &json!(200)));
    let low = json!({"name": "Air", "budget": 199}).to_string();
    let (status, problem) = air.desk.ask(Method::Put, "/partners/air", KEY, &low);
    assert_eq!((status, air::slug(&problem).1.as_str()), (422, "/budget"), "{problem}");
    let (status, changed) =
        air.desk.ask(Method::Put, "/partners/air", KEY, &json!({"name": "Air 2"}).to_string());
    assert_eq!((status, &changed["budget"]), (200, &Value::Null));
    air.done("earn", "e4", &points("c2", 101));
}

#[test]
fn a_secret_takes_over_while_the_one_before_is_still_taken() {
    let mut air = Air::new(&json!({}));
    let rotated = air.desk.post("/partners/air/keys", &json!({"overlap_hours": 1}));
    let new = rotated["secret"].as_str().expect("a secret").to_owned();
    let old = air.secret.clone();
    let mut tried = 0;
    let mut ask = |air: &mut Air, secret: &str, later_ms: i64| {
        tried += 1;
        let now_ms = NOW_MS + later_ms;
        let body = points("c1", 1).to_string();
        let request = signed(("air", secret), "earn", &format!("k{tried}"), now_ms / 1_000, &body);
        air.desk.ask_at(now_ms, request).0
    };
    assert_eq!((ask(&mut air, &old, 0), ask(&mut air, &new, 0)), (200, 200));
    assert_eq!((ask(&mut air, &old, 3_599_999), ask(&mut air, &new, 3_599_999)), (200, 200));
    assert_eq!((ask(&mut air, &old, 3_600_000), ask(&mut air, &new, 3_600_000)), (401, 200));
    let path = format!("/partners/air/keys/{}", rotated["number"]);
    assert_eq!(air.desk.ask(Method::Delete, &path, KEY, "").0, 204);
    assert_eq!(ask(&mut air, &new, 0), 401, "revoked at once");
    assert_eq!(ask(&mut air, &old, 0), 200);
    assert_eq!(air.desk.ask(Method::Delete, "/partners/air/keys/9", KEY, "").0, 404);

    air.desk.post("/partners/air/suspend", &json!({}));
    assert_eq!(ask(&mut air, &old, 0), 401);
    air.desk.post("/partners/air/resume", &json!({}));
    assert_eq!(ask(&mut air, &old, 0), 200);
    for _ in 0..4 {
        air.desk.post("/partners/air/keys", &json!({}));
    }
    assert_eq!(air.desk.ask(Method::Post, "/partners/air/keys", KEY, "").0, 409, "five are enough");
    let (status, _) = air.desk.ask(Method::Post, "/partners/air/keys", KEY, "{\"overlap_hours\":721}");
    assert_eq!(status, 422);
}

#[test]
fn a_secret_is_shown_once_and_partners_belong_to_the_whole_bank() {
    let mut air =
        Air::new(&json!({"endpoint": "/air/hook", "point_value": {"points": 100, "amount": "1.00"}}));
    let body = json!({"id": "sea", "name": "Sea"}).to_string();
    let register = || {
        Request::new(Method::Post, "/partners").key(KEY).header("idempotency-key", "k").body(body.as_str())
    };
    let [first, again] = [register(), register()].map(|request| air.desk.ask_at(NOW_MS, request).1);
    assert!(first["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
    assert_eq!((&again["secret"], &again["id"]), (&Value::Null, &json!("sea")));
    for path in ["/partners", "/partners/air", "/partners/air/keys"] {
        let text = air.desk.get(path).to_string();
        assert!(!text.contains("whsec_") && !text.contains("\"secret\""), "{path}: {text}");
    }
    assert_eq!(air.desk.get("/partners")["items"].as_array().map(Vec::len), Some(2));
    let taken = air.desk.ask(Method::Post, "/partners", KEY, &body);
    assert_eq!((taken.0, air::slug(&taken.1).0.as_str()), (409, "already-exists"));
    assert_eq!(air.desk.ask(Method::Get, "/partners/nobody", KEY, "").0, 404);

    let mut key = |scopes: Value, organisation: Value| {
        let client = json!({"name": "x", "scopes": scopes, "organisation_id": organisation});
        air.desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
    };
    let branch = key(json!(["partners:read", "partners:write"]), json!("HQ"));
    let reader = key(json!(["partners:read"]), Value::Null);
    assert_eq!(air.desk.ask(Method::Get, "/partners", &branch, "").0, 403);
    assert_eq!(air.desk.ask(Method::Post, "/partners/air/suspend", &branch, "").0, 403);
    assert_eq!(air.desk.ask(Method::Get, "/partners/air", &reader, "").0, 200);
    assert_eq!(air.desk.ask(Method::Post, "/partners/air/suspend", &reader, "").0, 403);
    assert_eq!(air.desk.ask(Method::Post, "/partner/v1/earn", KEY, &points("c1", 1).to_string()).0, 401);
}

#[test]
fn terms_that_make_no_sense_are_refused_where_they_stand() {
    let mut air = Air::new(&json!({}));
    let rate = |units: i64, points: i64| json!({"units": units, "points": points, "rounding": "floor"});
    for (member, value, pointer) in [
        ("exchange", rate(0, 1), "/exchange/units"),
        ("exchange", rate(1, 1_000_000_001), "/exchange/points"),
        ("exchange", json!({"units": 1, "points": 1, "rounding": "up"}), "/exchange/rounding"),
        ("limits", json!({"per_request": -1}), "/limits/per_request"),
        ("budget", json!(-1), "/budget"),
        ("expiry_months", json!(0), "/expiry_months"),
        ("point_value", json!({"points": 0, "amount": "1.00"}), "/point_value/points"),
        ("point_value", json!({"points": 1, "amount": "-0.01"}), "/point_value/amount"),
        ("endpoint", json!("https://elsewhere.example"), "/endpoint"),
        ("endpoint", json!("//elsewhere.example"), "/endpoint"),
        ("endpoint", json!("/air//hook"), "/endpoint"),
        ("endpoint", json!("/air/../sea"), "/endpoint"),
        ("endpoint", json!("/air/.."), "/endpoint"),
        ("endpoint", json!("/air/%2E%2e/sea"), "/endpoint"),
        ("endpoint", json!("/air/..%2Fsea"), "/endpoint"),
        ("secret", json!("whsec_mine"), "/secret"),
    ] {
        let mut body = json!({"id": "sea", "name": "Sea"});
        body[member] = value;
        let (status, problem) = air.desk.ask(Method::Post, "/partners", KEY, &body.to_string());
        assert_eq!((status, air::slug(&problem).1.as_str()), (422, pointer), "{body}: {problem}");
    }
}
