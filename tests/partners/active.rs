//! What partners give and take is activity of who gets and spends it, for points that end by inactivity.

use serde_json::{Value, json};
use tests::desk::{KEY, NOW_MS};
use web::Method;

use super::air::Air;
use super::points;

const DAY_MS: i64 = 86_400_000;

/// A visit gives 40 points for two months after the last activity.
fn visited(air: &mut Air) {
    let rule = json!({"id": "visit", "name": {"zh": "x", "en": "x"}, "events": ["visit"],
        "earn": {"fixed": {"points": 40}}, "expiry": {"inactivity": {"months": 2}}});
    air.desk.post("/points/rules", &rule);
    air.desk.post("/points/rules/visit/activate", &json!({}));
}

/// Tells now of a visit.
fn visit(air: &mut Air, customer: &str, on: &str) {
    let event = json!({"source": "core", "id": format!("v-{customer}"), "customer_id": customer,
        "type": "visit", "occurred_at": format!("{on}T10:00:00+08:00")});
    air.desk.post("/points/events", &event);
}

/// When a customer's points end.
fn ends(air: &mut Air, customer: &str) -> Value {
    air.desk.get(&format!("/points/accounts/{customer}"))["expiring"].clone()
}

fn lasts(on: &str) -> Value {
    json!([{"on": on, "points": 40}])
}

#[test]
fn late_points_of_a_pools_member_last_by_what_that_member_burns_alone() {
    let mut air = Air::new(&json!({}));
    visited(&mut air);
    let members = json!({"members": ["c1", "c2"]}).to_string();
    assert_eq!(air.desk.ask(Method::Put, "/points/pools/home", KEY, &members).0, 200);
    air.now_ms = NOW_MS - 20 * DAY_MS;
    air.done("earn", "e1", &points("c1", 100));
    air.now_ms = NOW_MS;
    // Who spends is c2, and all points are of c1.
    air.done("burn", "b1", &points("c2", 100));
    for customer in ["c1", "c2"] {
        visit(&mut air, customer, "2026-11-10");
    }
    assert_eq!(ends(&mut air, "c1"), lasts("2027-01-10"));
    assert_eq!(ends(&mut air, "c2"), lasts("2027-01-22"));
}

#[test]
fn units_that_come_to_no_point_yet_are_no_activity() {
    let mut air = Air::new(&json!({"exchange": {"units": 1_000, "points": 1, "rounding": "floor"}}));
    visited(&mut air);
    visit(&mut air, "c1", "2026-10-01");
    let miles = |units: i64| json!({"customer_id": "c1", "direction": "in", "units": units});
    assert_eq!(air.done("exchange", "x1", &miles(999))["points"], 0);
    assert_eq!(ends(&mut air, "c1"), lasts("2026-12-01"));
    assert_eq!(air.done("exchange", "x2", &miles(1))["points"], 1);
    assert_eq!(ends(&mut air, "c1"), lasts("2027-01-22"));
}
