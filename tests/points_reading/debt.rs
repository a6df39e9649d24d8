//! Debt beside points that could not be spent when they were earned.

use serde_json::json;
use tests::desk::KEY;
use web::{Method, Request};

use super::{Bank, number, numbers};

/// The customer a owes 20, and has 30 points that wait for twenty days.
fn owe_and_wait(bank: &mut Bank) {
    bank.buy("p1", "a", "20.00", "2026-03-01");
    bank.spend("a", 20);
    let refund = json!({"source": "core", "id": "r1", "customer_id": "a", "type": "refund",
        "occurred_at": "2026-03-01T11:00:00+08:00", "amount": "20.00", "refund_of": "p1"});
    bank.post("/points/events", &refund);
    bank.tell("s1", "a", "survey", "2026-03-01");
}

/// The same twenty days later: the points can be spent since yesterday.
fn debtor() -> Bank {
    let mut bank = Bank::open("2026-03-01");
    owe_and_wait(&mut bank);
    bank.go_to("2026-03-22");
    bank
}

fn stands(bank: &mut Bank) -> [i64; 3] {
    numbers(&bank.get("/points/accounts/a"), ["active", "reserved", "debt"])
}

#[test]
fn points_that_pay_off_debt_are_neither_held_nor_moved() {
    let mut bank = debtor();
    assert_eq!(stands(&mut bank), [30, 0, 20]);
    for (target, body) in [
        ("/points/reservations", json!({"customer_id": "a", "points": 11, "ttl_seconds": 60})),
        ("/points/transfers", json!({"from": "a", "to": "b", "points": 11})),
    ] {
        let request = Request::new(Method::Post, target).key(KEY).body(body.to_string());
        let (status, problem) = bank.desk.ask_at(bank.now_ms, request);
        assert_eq!((status, number(&problem["spendable"])), (409, 10), "{target}: {problem}");
    }
    bank.spend("a", 6);
    assert_eq!(stands(&mut bank), [24, 0, 20]);
    bank.post("/points/transfers", &json!({"from": "a", "to": "b", "points": 4}));
    assert_eq!(stands(&mut bank), [0, 0, 0]);
    assert_eq!(bank.liability("2026-03-22")["customer_debt"], 0);
}

/// A customer redeems two cups of 5 points, because three are too many.
fn two_cups_and_no_third(bank: &mut Bank, customer: &str) {
    let cup = json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 5},
        "fulfilment": "shipment"});
    bank.post("/rewards", &cup);
    let order =
        |pieces: i64| json!({"customer_id": customer, "reward_id": "cup", "quantity": pieces}).to_string();
    let request = Request::new(Method::Post, "/redemptions").key(KEY).body(order(3));
    let (status, problem) = bank.desk.ask_at(bank.now_ms, request);
    assert_eq!((status, number(&problem["spendable"])), (409, 10), "{problem}");
    assert_eq!(stands(bank), [30, 0, 20]);
    bank.desk.done_at(bank.now_ms, Method::Post, "/redemptions", &order(2));
}

#[test]
fn a_reward_is_paid_with_what_debt_leaves() {
    let mut bank = debtor();
    two_cups_and_no_third(&mut bank, "a");
    assert_eq!(stands(&mut bank), [0, 0, 0]);
}

#[test]
fn an_earlier_price_that_debt_leaves_too_few_points_for_gives_way_to_the_present_one() {
    let mut bank = Bank::open("2026-03-01");
    let mut cup = json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 10},
        "fulfilment": "shipment"});
    bank.post("/rewards", &cup);
    owe_and_wait(&mut bank);
    bank.go_to("2026-03-02");
    (cup["price"]["points"], cup["issued"]) = (json!(15), json!("grandfather"));
    bank.desk.done_at(bank.now_ms, Method::Put, "/rewards/cup", &cup.to_string());
    bank.tell("s2", "a", "survey", "2026-03-02");
    bank.go_to("2026-03-22");
    assert_eq!(stands(&mut bank), [60, 0, 20]);
    // Of the first survey's 30 points, which keep the price of 10, debt leaves 10.
    let paid = bank.post("/redemptions", &json!({"customer_id": "a", "reward_id": "cup", "quantity": 2}));
    assert_eq!(numbers(&paid, ["points", "reward_version", "balance"]), [30, 2, 10]);
    assert_eq!(stands(&mut bank), [10, 0, 0]);
    assert_eq!(bank.get("/points/audit")["ok"], true);
}

#[test]
fn another_member_of_the_pool_spends_what_the_owners_debt_leaves() {
    let mut bank = debtor();
    let members = json!({"members": ["a", "b"]}).to_string();
    bank.desk.done_at(bank.now_ms, Method::Put, "/points/pools/home", &members);
    two_cups_and_no_third(&mut bank, "b");
    assert_eq!(stands(&mut bank), [0, 0, 0]);
    assert_eq!(numbers(&bank.get("/points/accounts/b"), ["active", "debt"]), [0, 0]);
    assert_eq!(bank.liability("2026-03-22")["customer_debt"], 0);
    assert_eq!(bank.get("/points/audit")["ok"], true);
}

#[test]
fn the_night_pays_debt_off_with_points_that_can_be_spent_by_then() {
    let mut bank = debtor();
    bank.expire();
    assert_eq!(stands(&mut bank), [10, 0, 0]);
    let run = bank.post("/points/expiry-runs", &json!({}));
    assert_eq!((&run["done"], stands(&mut bank)), (&json!(true), [10, 0, 0]));
    assert_eq!(bank.get("/points/audit")["ok"], true);
}

#[test]
fn what_moves_with_a_merge_and_can_be_spent_pays_off_debt_of_both() {
    for (from, into) in [("a", "b"), ("b", "a")] {
        let mut bank = debtor();
        bank.tell("s2", "b", "survey", "2026-03-22");
        bank.buy("p2", "b", "5.00", "2026-03-22");
        bank.post("/points/merges", &json!({"from": from, "into": into, "reason": "one person"}));
        let holder = bank.get(&format!("/points/accounts/{into}"));
        // Of a, 30 could be spent and 20 were owed; of b, 5 could be spent.
        let expected = if from == "a" { [15, 30, 0] } else { [30, 30, 15] };
        assert_eq!(numbers(&holder, ["active", "pending", "debt"]), expected, "{from} into {into}");
        bank.spend(into, 15);
        assert_eq!(bank.get("/points/audit")["ok"], true);
    }
}
