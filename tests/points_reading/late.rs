//! What is told late: no lot falls below nothing on a day that is over, and what has ended stays so.

use serde_json::json;

use super::Bank;

#[test]
fn a_late_return_takes_on_no_day_what_its_lot_had_not_got_back_yet() {
    let mut bank = Bank::open("2026-03-01");
    let cup = json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 10},
        "fulfilment": "shipment"});
    bank.post("/rewards", &cup);
    bank.buy("p1", "a", "100.00", "2026-03-01");
    bank.go_to("2026-03-05");
    let order = json!({"customer_id": "a", "reward_id": "cup", "quantity": 8});
    let ordered = bank.post("/redemptions", &order)["id"].as_str().expect("an id").to_owned();
    bank.go_to("2026-03-20");
    bank.post(&format!("/redemptions/{ordered}/cancel"), &json!({}));
    bank.go_to("2026-03-25");
    let refund = json!({"source": "core", "id": "r1", "customer_id": "a", "type": "refund",
        "occurred_at": "2026-03-10T11:00:00+08:00", "amount": "100.00", "refund_of": "p1"});
    assert_eq!(bank.post("/points/events", &refund)["refund"]["returned"], 100);
    for (on, there) in [
        ("2026-03-04", 100),
        ("2026-03-05", 20),
        ("2026-03-10", 20),
        ("2026-03-19", 20),
        ("2026-03-20", 0),
        ("2026-03-25", 0),
    ] {
        assert_eq!(bank.account("a", on)["active"], there, "{on}");
        assert_eq!(bank.liability(on)["liability"], there, "{on}");
    }
}

#[test]
fn a_late_return_counts_on_its_own_day_where_its_lot_got_nothing_back() {
    let mut bank = Bank::open("2026-03-01");
    bank.buy("p1", "a", "100.00", "2026-03-01");
    bank.go_to("2026-03-20");
    bank.spend("a", 30);
    bank.go_to("2026-03-25");
    let refund = json!({"source": "core", "id": "r1", "customer_id": "a", "type": "refund",
        "occurred_at": "2026-03-10T11:00:00+08:00", "amount": "50.00", "refund_of": "p1"});
    bank.post("/points/events", &refund);
    for (on, there) in [("2026-03-09", 100), ("2026-03-10", 50), ("2026-03-19", 50), ("2026-03-20", 20)] {
        assert_eq!(bank.account("a", on)["active"], there, "{on}");
    }
}

#[test]
fn activity_that_is_told_after_a_lot_has_ended_does_not_bring_it_back_booked_or_not() {
    for is_booked in [false, true] {
        let mut bank = Bank::open("2026-03-01");
        bank.tell("v1", "a", "visit", "2026-03-01");
        bank.go_to("2026-05-10");
        if is_booked {
            bank.expire();
        }
        // The first visit's points were there until the first of May.
        bank.tell("v2", "a", "visit", "2026-04-20");
        assert_eq!(bank.get("/points/accounts/a")["active"], 40, "booked: {is_booked}");
        bank.expire();
        assert_eq!(bank.get("/points/accounts/a")["active"], 40, "booked: {is_booked}");
        assert_eq!(bank.account("a", "2026-05-01")["active"], 80, "booked: {is_booked}");
    }
}
