//! Numbers at the edges of what 64 bits hold: each is refused with its place, and nothing changes.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, KEY};
use web::Method;

use super::furnish;

/// The greatest and the smallest number, and those next to them that have no room.
const POINTS: [&str; 4] =
    ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"];
/// The same as amounts of minor units.
const AMOUNTS: [&str; 4] = [
    r#""92233720368547758.07""#,
    r#""92233720368547758.08""#,
    r#""-92233720368547758.08""#,
    r#""-92233720368547758.09""#,
];

/// A customer with a purchase of 100 points, and another one.
fn bank() -> Desk {
    let mut desk = Desk::new();
    let rule = json!({"id": "buy", "name": {"zh": "x", "en": "x"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}}, "return_policy": "debt"});
    furnish(&mut desk, &json!({"customers": ["C", "D"], "rules": [rule]}));
    let event = json!({"source": "core", "id": "e1", "occurred_at": "2026-11-01T10:00:00+08:00",
        "customer_id": "C", "type": "purchase", "amount": "100.00"});
    desk.post("/points/events", &event);
    desk
}

/// Both accounts, and how many rows the tables have in which points are written.
fn all(desk: &mut Desk) -> (Vec<Value>, Vec<i64>) {
    let accounts = ["C", "D"].map(|customer| desk.get(&format!("/points/accounts/{customer}")));
    let tables = ["event", "lot", "entry", "batch", "reservation", "hold", "transfer", "adjustment"];
    let rows = tables.map(|table| {
        let sql = format!("select count(*) from points_{table}");
        let rows = desk.connection.execute(&sql, &[]).expect("rows");
        rows.read_one("rows", |row| row.integer()).expect("a number")
    });
    (accounts.to_vec(), rows.to_vec())
}

#[test]
fn a_number_at_the_edge_is_refused_where_it_stands_and_changes_nothing() {
    let mut desk = bank();
    let before = all(&mut desk);
    let event = r#"{"source":"core","id":"e2","occurred_at":"2026-11-01T10:00:00+08:00","customer_id":"C",
        "type":"purchase","amount":#}"#;
    let back = r#"{"source":"core","id":"r1","of":{"source":"core","id":"e1"},"amount":#}"#;
    let moved = r#"{"from":"C","to":"D","points":#}"#;
    let adjusted = r#"{"customer_id":"C","points":#,"reason":"x"}"#;
    let held = r#"{"customer_id":"C","points":#,"ttl_seconds":60}"#;
    let held_for = r#"{"customer_id":"C","points":1,"ttl_seconds":#}"#;
    for (path, body, pointer, numbers) in [
        ("/points/events", event, "/amount", AMOUNTS),
        ("/points/returns", back, "/amount", AMOUNTS),
        ("/points/transfers", moved, "/points", POINTS),
        ("/points/adjustments", adjusted, "/points", POINTS),
        ("/points/reservations", held, "/points", POINTS),
        ("/points/reservations", held_for, "/ttl_seconds", POINTS),
    ] {
        for number in numbers {
            let (status, problem) = desk.ask(Method::Post, path, KEY, &body.replace('#', number));
            let is_too_much = problem["type"] == "/problems/not-enough-points" && status == 409;
            let is_named = status == 422 && problem["errors"][0]["pointer"] == pointer;
            assert!(is_too_much || is_named, "{path} {number}: {status} {problem}");
            assert_eq!(all(&mut desk), before, "{path} {number}");
        }
    }
}

#[test]
fn a_reservation_is_not_posted_with_a_number_at_the_edge() {
    let mut desk = bank();
    let ten = json!({"customer_id": "C", "points": 10, "ttl_seconds": 60});
    let held = desk.post("/points/reservations", &ten);
    let before = all(&mut desk);
    let path = format!("/points/reservations/{}/post", held["id"].as_str().expect("an id"));
    for number in POINTS {
        let (status, problem) = desk.ask(Method::Post, &path, KEY, &format!("{{\"points\":{number}}}"));
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/points")), "{number}");
        assert_eq!(all(&mut desk), before, "{number}");
    }
}
