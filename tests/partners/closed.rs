//! Accounts that were merged or are blocked, as what each operation is about.

use serde_json::{Value, json};

use super::air::Air;
use super::points;

/// An airline with 100 points of c1, of which 10 are burnt and 20 held.
fn busy() -> (Air, Value) {
    let mut air = Air::new(&json!({"exchange": {"units": 1, "points": 1, "rounding": "floor"}}));
    air.done("earn", "e0", &points("c1", 100));
    air.done("burn", "b0", &points("c1", 10));
    let hold = json!({"customer_id": "c1", "points": 20, "ttl_seconds": 60});
    let held = air.done("reserve", "r0", &hold)["reservation"].clone();
    (air, held)
}

/// Every operation about c1, with the status that it is answered.
fn is_answered(air: &mut Air, held: &Value, expected: [(&str, u16, &str); 9]) {
    let miles = |direction: &str| json!({"customer_id": "c1", "direction": direction, "units": 1});
    let bodies = [
        ("earn", points("c1", 1)),
        ("burn", points("c1", 1)),
        ("exchange", miles("in")),
        ("exchange", miles("out")),
        ("balance", json!({"customer_id": "c1"})),
        ("reserve", json!({"customer_id": "c1", "points": 1, "ttl_seconds": 60})),
        ("post", json!({"reservation": held, "points": 1})),
        ("void", json!({"reservation": held})),
        ("burn/cancel", json!({"of": "b0"})),
    ];
    for (place, ((operation, body), (name, status, slug))) in bodies.iter().zip(expected).enumerate() {
        assert_eq!(*operation, name);
        let (answered, json) = air.ask(operation, &format!("t{place}"), body);
        let (told, _) = super::air::slug(&json);
        assert_eq!((answered, told.as_str()), (status, slug), "{operation} {body}: {json}");
    }
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
}

#[test]
fn an_account_that_was_merged_takes_part_in_nothing_and_gets_back_what_was_burnt() {
    let (mut air, held) = busy();
    let merge = json!({"from": "c1", "into": "c2", "reason": "one person"});
    let (status, _) = air.desk.ask(web::Method::Post, "/points/merges", tests::desk::KEY, &merge.to_string());
    assert_eq!(status, 409, "points are held");
    air.now_ms += 60_000;
    air.desk.done_at(air.now_ms, web::Method::Post, "/points/merges", &merge.to_string());
    let closed = "account-closed";
    is_answered(
        &mut air,
        &held,
        [
            ("earn", 409, closed),
            ("burn", 409, closed),
            ("exchange", 409, closed),
            ("exchange", 409, closed),
            ("balance", 409, closed),
            ("reserve", 409, closed),
            ("post", 409, "wrong-state"),
            ("void", 409, "wrong-state"),
            ("burn/cancel", 200, ""),
        ],
    );
    assert_eq!(air.active("c2"), 100);
    assert_eq!(air.stored("select count(*) from points_open_lot where customer_ref = 0"), 0, "c1 is closed");
}

#[test]
fn an_account_that_is_blocked_earns_and_spends_nothing() {
    let (mut air, held) = busy();
    air.desk.post("/points/blocks", &json!({"customer_id": "c1", "reason": "other"}));
    let blocked = "account-blocked";
    is_answered(
        &mut air,
        &held,
        [
            ("earn", 200, ""),
            ("burn", 409, blocked),
            ("exchange", 200, ""),
            ("exchange", 409, blocked),
            ("balance", 200, ""),
            ("reserve", 409, blocked),
            ("post", 409, blocked),
            ("void", 200, ""),
            ("burn/cancel", 200, ""),
        ],
    );
    assert_eq!(air.active("c1"), 0);
    assert_eq!(air.stored("select sum(points_left) from points_open_lot"), 102);
}
