//! Exchange in parts, when rates change; the figures themselves are golden cases.

use serde_json::{Value, json};
use tests::desk::KEY;
use web::Method;

use super::air::Air;

fn units(customer: &str, direction: &str, units: i64) -> Value {
    json!({"customer_id": customer, "direction": direction, "units": units})
}

fn agree(air: &mut Air, units: i64, points: i64) {
    let exchange = json!({"units": units, "points": points, "rounding": "half_up"});
    let body = json!({"name": "Air", "exchange": exchange}).to_string();
    assert_eq!(air.desk.ask(Method::Put, "/partners/air", KEY, &body).0, 200);
}

#[test]
fn each_customer_direction_and_rate_is_rounded_by_itself() {
    let mut air = Air::new(&json!({"exchange": {"units": 2, "points": 1, "rounding": "half_up"}}));
    let mut tried = 0;
    let mut exchange = |air: &mut Air, body: &Value| {
        tried += 1;
        air.done("exchange", &format!("x{tried}"), body)["points"].as_i64().expect("points")
    };
    assert_eq!(exchange(&mut air, &units("c1", "in", 1)), 1);
    assert_eq!(exchange(&mut air, &units("c1", "in", 1)), 0, "two units are one point");
    assert_eq!(exchange(&mut air, &units("c2", "in", 1)), 1, "another customer");
    assert_eq!(exchange(&mut air, &units("c1", "out", 1)), 1, "the other direction");
    agree(&mut air, 1, 1);
    assert_eq!(exchange(&mut air, &units("c1", "in", 3)), 3, "what was exchanged before stays as it was");
    agree(&mut air, 2, 1);
    assert_eq!(exchange(&mut air, &units("c1", "in", 1)), 1, "the third unit at this rate");
    assert_eq!(air.active("c1"), 4);
}

#[test]
fn an_exchange_that_comes_to_no_points_yet_is_kept_and_gives_no_lot() {
    let mut air = Air::new(&json!({"exchange": {"units": 3, "points": 1, "rounding": "floor"}}));
    for (id, points) in [("x1", 0), ("x2", 0), ("x3", 1)] {
        let done = air.done("exchange", id, &units("c1", "in", 1));
        assert_eq!(done["points"], points, "{id}");
    }
    assert_eq!(air.stored("select count(*) from points_lot"), 1);
    assert_eq!(air.active("c1"), 1);
    assert_eq!(air.done("exchange", "o1", &units("c1", "out", 1))["points"], 1, "the customer pays ahead");
    assert_eq!(air.done("exchange", "o2", &units("c1", "out", 1))["points"], 0);
    air.desk.post("/points/blocks", &json!({"customer_id": "c1", "reason": "other"}));
    assert_eq!(air.refused("exchange", "o3", &units("c1", "out", 1)).1, "account-blocked");
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
}
