//! Points that are held leave as much less room within the limits of what a partner takes.

use serde_json::{Value, json};
use tests::desk::{KEY, NOW_MS};
use web::Method;

use super::air::{Air, register, signed};
use super::points;

/// An airline with limits, at customers whom a shipping line made rich.
fn limited(limits: &Value) -> Air {
    let mut air = Air::new(&json!({"limits": limits}));
    let sea = register(&mut air.desk, "sea", &json!({}));
    for customer in ["c1", "c2"] {
        let body = points(customer, 1_000).to_string();
        let earn = signed(("sea", &sea), "earn", &format!("rich-{customer}"), NOW_MS / 1_000, &body);
        assert_eq!(air.desk.ask_at(NOW_MS, earn).0, 200);
    }
    air
}

fn hold(customer: &str, points: i64) -> Value {
    json!({"customer_id": customer, "points": points, "ttl_seconds": 60})
}

fn reached() -> (u16, String, String) {
    (409, "limit-reached".to_owned(), "/points".to_owned())
}

#[test]
fn what_is_held_counts_as_long_as_it_is_and_is_taken_without_fail() {
    let mut air = limited(&json!({"per_request": 90, "per_customer_day": 100, "per_month": 150}));
    assert_eq!(air.refused("reserve", "r0", &hold("c1", 91)), reached(), "of a request");
    let first = air.done("reserve", "r1", &hold("c1", 60))["reservation"].clone();
    assert_eq!(air.refused("reserve", "r2", &hold("c1", 41)), reached(), "of a customer's day");
    assert_eq!(air.refused("burn", "b1", &points("c1", 41)), reached(), "there is room for what is held");
    air.done("burn", "b2", &points("c1", 40));
    assert_eq!(air.refused("reserve", "r3", &hold("c2", 51)), reached(), "of a month");
    let second = air.done("reserve", "r4", &hold("c2", 50))["reservation"].clone();
    assert_eq!(air.refused("burn", "b3", &points("c2", 1)), reached());
    air.done("post", "p1", &json!({"reservation": first, "points": 60}));
    assert_eq!(air.refused("burn", "b4", &points("c1", 1)), reached(), "it counts once it was taken");
    air.done("void", "v1", &json!({"reservation": second}));
    air.done("burn", "b5", &points("c2", 50));
    assert_eq!(air.refused("burn", "b6", &points("c2", 1)), reached());
}

#[test]
fn what_is_not_taken_of_a_reservation_and_one_whose_time_is_over_leave_their_room() {
    let mut air = limited(&json!({"per_customer_day": 100}));
    let held = air.done("reserve", "r1", &hold("c1", 100))["reservation"].clone();
    air.done("post", "p1", &json!({"reservation": held, "points": 30}));
    air.done("reserve", "r2", &hold("c1", 70));
    assert_eq!(air.refused("burn", "b1", &points("c1", 1)), reached());
    air.now_ms += 60_000;
    air.done("burn", "b2", &points("c1", 70));
}

#[test]
fn a_limit_that_is_lowered_later_does_not_refuse_what_is_held() {
    let mut air = limited(&json!({"per_customer_day": 100}));
    let held = air.done("reserve", "r1", &hold("c1", 80))["reservation"].clone();
    let low = json!({"name": "Air", "limits": {"per_request": 10, "per_customer_day": 10}}).to_string();
    assert_eq!(air.desk.ask(Method::Put, "/partners/air", KEY, &low).0, 200);
    assert_eq!(air.refused("burn", "b1", &points("c1", 1)), reached());
    air.done("post", "p1", &json!({"reservation": held, "points": 80}));
}
