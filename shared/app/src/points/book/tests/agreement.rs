//! Tampering with what has to agree with lots.

use super::*;
use crate::points::reservation::{Purpose, reserve};

/// A lot of the event 7 by a rule of the campaign `spring`, 40 points of which are held; and one that ends by inactivity.
fn furnished() -> NativeConnection {
    let mut connection = bank();
    event(&mut connection);
    let definition = r#"{"name_zh":"x","name_en":"x","events":["visit"],"earn":{"fixed":{"points":100}},
        "multipliers_bp":{},"caps":[],"over_cap":"truncate","campaign_id":"spring","expiry":{"never":{}},
        "pending_days":0,"stacking":"additive","priority":0,"return_policy":"debt"}"#;
    let sql =
        "insert into points_rule (points_rule_ref, points_rule_id, version, state, definition, created_by,
           created_at) values (1, 'r', 1, 'active', ?1, 'x', 0)";
    connection.execute(sql, &[definition.into()]).unwrap();
    let sql = "insert into points_campaign (points_campaign_id, budget, used) values ('spring', 1000, 100)";
    connection.execute(sql, &[]).unwrap();
    earn(&mut connection, NewLot { points_event_ref: Some(7), ..new_lot(1, 100, Some("2026-12-31")) });
    let idle = NewLot { inactivity_months: Some(12), ..new_lot(2, 50, Some("2026-12-31")) };
    earn(&mut connection, NewLot { points_rule_ref: None, ..idle });
    in_transaction(&mut connection, |connection| {
        let wallet = Wallet::load(connection, 1, NOW_MS)?;
        reserve(connection, moment(), &wallet, 40, 60, Purpose::Plain)
    })
    .unwrap();
    connection
}

#[test]
fn an_audit_names_what_does_not_agree_with_its_lots() {
    let mut connection = furnished();
    adds_up(&mut connection);
    for (sql, sums) in [
        ("update points_open_lot set expires_on = expires_on + 1 where points_lot_ref = 1", vec!["end"]),
        ("update points_open_lot set expires_on = null where points_lot_ref = 1", vec!["end"]),
        ("update points_open_lot set expires_on = (select max(expires_on) from points_lot)", vec![]),
        ("update points_open_lot set expires_on = expires_on - 1 where points_lot_ref = 2", vec!["end"]),
        ("update points_open_lot set expires_on = expires_on + 31 where points_lot_ref = 2", vec![]),
        ("update points_campaign set used = 99", vec!["campaign"]),
        ("update points_campaign set used = 100", vec![]),
        ("update points_hold set points = 101", vec!["hold"]),
        ("update points_hold set points = 40", vec![]),
        ("update points_reservation set state = 3", vec!["hold"]),
        ("update points_reservation set state = 1", vec![]),
        ("update points_event set earned = 99", vec!["event"]),
        ("update points_event set earned = 100", vec![]),
        ("update points_event set points_event_ref = 8, earned = 0", vec!["event"]),
        ("update points_event set points_event_ref = 7, earned = 100", vec![]),
        (
            "update points_entry set points_lot_ref = 9 where points_entry_ref = 2",
            vec!["day", "day", "entry"],
        ),
    ] {
        connection.execute(sql, &[]).unwrap();
        let found = audit(&mut connection, NOW_MS).unwrap().differences;
        let names: Vec<&str> = found.iter().map(|difference| difference.sum.name()).collect();
        assert_eq!(names, sums, "{sql}");
    }
}

#[test]
fn a_difference_says_of_what_it_is() {
    let mut connection = furnished();
    for sql in ["update points_campaign set used = 99", "update points_event set earned = 99"] {
        connection.execute(sql, &[]).unwrap();
    }
    let found = audit(&mut connection, NOW_MS).unwrap().differences;
    let of: Vec<(Option<&str>, i64, i64)> =
        found.iter().map(|one| (one.of.as_deref(), one.expected, one.kept)).collect();
    assert_eq!(of, [(Some("spring"), 100, 99), (Some("core/e7"), 100, 99)]);
    assert_eq!(found[1].customer_id.as_deref(), Some("c1"));
}
