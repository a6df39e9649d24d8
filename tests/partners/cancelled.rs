//! Burns that are cancelled after their lot moved, ended, or went to another account.

use serde_json::json;
use tests::desk::NOW_MS;

use super::air::Air;
use super::points;

const DAY_MS: i64 = 86_400_000;

#[test]
fn a_lot_that_ends_by_inactivity_and_was_used_up_keeps_the_end_that_its_burn_moved() {
    let mut air = Air::new(&json!({}));
    let rule = json!({"id": "r", "name": {"zh": "r", "en": "r"}, "events": ["visit"],
        "earn": {"fixed": {"points": 10}}, "expiry": {"inactivity": {"months": 1}}});
    air.desk.post("/points/rules", &rule);
    air.desk.post("/points/rules/r/activate", &json!({}));
    let event = json!({"source": "door", "id": "e", "occurred_at": "2026-11-01T10:00:00+08:00",
        "customer_id": "c1", "type": "visit"});
    air.desk.post("/points/events", &event);
    // On 22 November: the lot would have ended on 1 December, and ends on 22 December now.
    air.done("burn", "b1", &points("c1", 10));
    air.now_ms = NOW_MS + 18 * DAY_MS;
    assert_eq!(air.done("burn/cancel", "x1", &json!({"of": "b1"}))["active"], 10);
    assert_eq!(air.stored("select count(*) from points_lot"), 1, "back in the same lot");
    air.now_ms = NOW_MS + 30 * DAY_MS;
    assert_eq!(air.active("c1"), 10);
    air.now_ms = NOW_MS + 31 * DAY_MS;
    assert_eq!(air.active("c1"), 0);
}

#[test]
fn points_that_were_held_when_their_lot_ended_come_back_as_a_new_lot() {
    let mut air = Air::new(&json!({}));
    let rule = json!({"id": "r", "name": {"zh": "r", "en": "r"}, "events": ["visit"],
        "earn": {"fixed": {"points": 100}}, "expiry": {"inactivity": {"months": 1}}});
    air.desk.post("/points/rules", &rule);
    air.desk.post("/points/rules/r/activate", &json!({}));
    let event = json!({"source": "door", "id": "e", "occurred_at": "2026-10-23T10:00:00+08:00",
        "customer_id": "c1", "type": "visit"});
    air.desk.post("/points/events", &event);
    let hold = json!({"customer_id": "c1", "points": 100, "ttl_seconds": 259_200});
    let held = air.done("reserve", "r1", &hold)["reservation"].clone();
    // The lot ended on 23 November; what is held is taken all the same, and moves no end that has come.
    air.now_ms = NOW_MS + 2 * DAY_MS;
    air.done("post", "p1", &json!({"reservation": held, "points": 100}));
    assert_eq!(air.done("burn/cancel", "x1", &json!({"of": "p1"}))["active"], 100);
    assert_eq!(air.stored("select count(*) from points_lot where origin_lot_ref is not null"), 1);
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
}

#[test]
fn a_used_up_lot_is_moved_by_activity_after_its_points_went() {
    let mut air = Air::new(&json!({}));
    let rule = json!({"id": "r", "name": {"zh": "r", "en": "r"}, "events": ["visit"],
        "earn": {"fixed": {"points": 10}}, "expiry": {"inactivity": {"months": 1}}});
    air.desk.post("/points/rules", &rule);
    air.desk.post("/points/rules/r/activate", &json!({}));
    let visit = |id: &str, on: &str| {
        json!({"source": "door", "id": id, "occurred_at": format!("{on}T10:00:00+08:00"), "customer_id": "c1",
            "type": "visit"})
    };
    air.desk.post("/points/events", &visit("e1", "2026-11-01"));
    air.done("burn", "b1", &points("c1", 10));
    air.now_ms = NOW_MS + 20 * DAY_MS;
    let body = visit("e2", "2026-12-10").to_string();
    air.desk.done_at(air.now_ms, web::Method::Post, "/points/events", &body);
    // Without the visit of 10 December the first lot would have ended on the 22nd.
    air.now_ms = NOW_MS + 40 * DAY_MS;
    assert_eq!(air.done("burn/cancel", "x1", &json!({"of": "b1"}))["active"], 20);
    assert_eq!(air.stored("select count(*) from points_lot where origin_lot_ref is not null"), 0);
}

#[test]
fn points_of_an_account_that_was_merged_come_back_to_the_account_that_it_was_merged_into() {
    let mut air = Air::new(&json!({}));
    air.done("earn", "e1", &points("c1", 100));
    air.done("burn", "b1", &points("c1", 60));
    air.desk.post("/points/merges", &json!({"from": "c1", "into": "c2", "reason": "one person"}));
    assert_eq!(air.active("c2"), 40);
    let done = air.done("burn/cancel", "x1", &json!({"of": "b1"}));
    assert_eq!(
        (&done["customer_id"], &done["points"], &done["active"]),
        (&json!("c1"), &json!(60), &json!(0))
    );
    assert_eq!(air.active("c2"), 100);
    assert_eq!(air.refused("burn/cancel", "x2", &json!({"of": "b1"})).1, "wrong-state");
    assert_eq!(air.stored("select count(*) from points_open_lot where customer_ref = 0"), 0, "c1 is closed");
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
}
