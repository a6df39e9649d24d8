//! What is told late: no lot falls below nothing on a day that is over, and what has ended stays so.

use serde_json::{Value, json};
use web::Method;

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

/// When a customer's points end.
fn ends(bank: &mut Bank, customer: &str) -> Value {
    bank.get(&format!("/points/accounts/{customer}"))["expiring"].clone()
}

const VISITS: [(&str, &str); 3] = [("v1", "2026-03-01"), ("v2", "2026-03-20"), ("v3", "2026-04-20")];

#[test]
fn in_which_order_activity_is_told_does_not_matter_to_points_that_end_by_inactivity() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let mut bank = Bank::open("2026-04-25");
        for (id, on) in order.map(|place| VISITS[place]) {
            bank.tell(id, "a", "visit", on);
        }
        assert_eq!(ends(&mut bank, "a"), json!([{"on": "2026-06-20", "points": 120}]), "{order:?}");
    }
}

#[test]
fn what_is_told_backwards_and_late_ends_as_if_it_had_been_told_in_time() {
    for is_late in [false, true] {
        let mut bank = Bank::open("2026-03-01");
        let mut visits = VISITS;
        if is_late {
            visits.reverse();
        }
        for (id, on) in visits {
            // By then the points of the first two had ended, but for the third.
            bank.go_to(if is_late { "2026-06-10" } else { on });
            bank.tell(id, "a", "visit", on);
        }
        bank.go_to("2026-06-10");
        let ends = ends(&mut bank, "a");
        assert_eq!(ends, json!([{"on": "2026-06-20", "points": 120}]), "late: {is_late}");
    }
}

#[test]
fn spending_and_a_transfer_that_are_known_keep_the_points_of_a_late_event() {
    for is_transfer in [false, true] {
        let mut bank = Bank::open("2026-03-01");
        bank.buy("p1", "a", "100.00", "2026-03-01");
        bank.go_to("2026-04-20");
        if is_transfer {
            bank.post("/points/transfers", &json!({"from": "a", "to": "b", "points": 100}));
        } else {
            bank.spend("a", 100);
        }
        bank.go_to("2026-05-20");
        bank.tell("v1", "a", "visit", "2026-03-15");
        bank.tell("v2", "b", "visit", "2026-03-15");
        assert_eq!(
            ends(&mut bank, "a"),
            json!([{"on": "2026-06-20", "points": 40}]),
            "transfer: {is_transfer}"
        );
        assert_eq!(bank.account("b", "2026-05-15")["active"], if is_transfer { 140 } else { 40 });
        assert_eq!(bank.account("b", "2026-05-20")["active"], if is_transfer { 100 } else { 0 });
    }
}

#[test]
fn late_points_of_a_pools_member_last_by_what_that_member_spent_alone() {
    for is_redemption in [false, true] {
        let mut bank = Bank::open("2026-03-01");
        let cup = json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 100},
            "fulfilment": "shipment"});
        bank.post("/rewards", &cup);
        let members = json!({"members": ["a", "b"]}).to_string();
        bank.desk.done_at(bank.now_ms, Method::Put, "/points/pools/home", &members);
        bank.buy("p1", "a", "100.00", "2026-03-01");
        bank.go_to("2026-04-20");
        // Who spends is b, and all points are of a.
        if is_redemption {
            bank.post("/redemptions", &json!({"customer_id": "b", "reward_id": "cup"}));
        } else {
            bank.spend("b", 100);
        }
        bank.go_to("2026-04-25");
        bank.tell("v1", "a", "visit", "2026-03-15");
        bank.tell("v2", "b", "visit", "2026-03-15");
        let lasts = |on: &str| json!([{"on": on, "points": 40}]);
        assert_eq!(ends(&mut bank, "a"), lasts("2026-05-15"), "redemption: {is_redemption}");
        assert_eq!(ends(&mut bank, "b"), lasts("2026-06-20"), "redemption: {is_redemption}");
    }
}

#[test]
fn refunds_of_a_request_are_applied_in_the_order_in_which_they_happened() {
    for is_batch in [false, true] {
        let mut bank = Bank::open("2026-03-10");
        // The first purchase has the greater id.
        bank.buy("z", "a", "100.00", "2026-03-01");
        bank.buy("b", "a", "100.00", "2026-03-02");
        bank.spend("a", 150);
        let refund = |id: &str, of: &str, time: &str| {
            json!({"source": "core", "id": id, "customer_id": "a", "type": "refund", "refund_of": of,
                "occurred_at": format!("2026-03-09T{time}+08:00"), "amount": "100.00"})
        };
        let (first, second) = (refund("r1", "z", "10:00:00"), refund("r2", "b", "11:00:00"));
        if is_batch {
            bank.post("/points/events", &json!([second, first]));
        } else {
            bank.post("/points/events", &first);
            bank.post("/points/events", &second);
        }
        for (id, returned, debt) in [("r1", 50, 50), ("r2", 0, 100)] {
            let told = bank.get(&format!("/points/events/core/{id}"))["refund"].clone();
            let found = (&told["returned"], &told["debt"]);
            assert_eq!(found, (&json!(returned), &json!(debt)), "{id}, batch: {is_batch}");
        }
        assert_eq!(bank.get("/points/audit")["ok"], true, "batch: {is_batch}");
    }
}

#[test]
fn a_refund_that_a_clock_ahead_tells_of_tomorrow_takes_today() {
    let mut bank = Bank::open("2026-03-10");
    bank.buy("p1", "a", "100.00", "2026-03-10");
    bank.buy("p2", "b", "50.00", "2026-03-10");
    bank.spend("b", 50);
    for (id, customer, of, amount) in [("r1", "a", "p1", "100.00"), ("r2", "b", "p2", "50.00")] {
        let refund = json!({"source": "core", "id": id, "customer_id": customer, "type": "refund",
            "occurred_at": "2026-03-11T10:00:00+08:00", "amount": amount, "refund_of": of});
        bank.post("/points/events", &refund);
    }
    assert_eq!(bank.get("/points/accounts/a")["active"], 0);
    let liability = bank.liability("2026-03-10");
    assert_eq!((&liability["liability"], &liability["customer_debt"]), (&json!(0), &json!(50)));
    assert_eq!(bank.statement("a", "2026-03")["closing"], 0);
    assert_eq!(bank.get("/points/audit")["ok"], true);
}
