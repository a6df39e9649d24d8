//! Buyers whose account is blocked, was merged, or came back from a merge.

use serde_json::{Value, json};
use tests::desk::Desk;
use web::Method;

use super::bank::{bank, customer, offer, order, refused};

fn merge(desk: &mut Desk, from: &str, into: &str) -> String {
    let body = json!({"from": from, "into": into, "reason": "one person"});
    desk.post("/points/merges", &body)["id"].as_str().expect("an id").to_owned()
}

fn take_back(desk: &mut Desk, merge: &str) {
    desk.post(&format!("/points/merges/{merge}/undo"), &json!({}));
}

fn active(desk: &mut Desk, customer: &str) -> i64 {
    desk.get(&format!("/points/accounts/{customer}"))["active"].as_i64().expect("points")
}

/// Redeems R for C1 and says where to cancel it.
fn bought(desk: &mut Desk) -> String {
    let made: Value = desk.post("/redemptions", &order("C1", "R"));
    format!("/redemptions/{}/cancel", made["id"].as_str().expect("an id"))
}

#[test]
fn a_blocked_account_and_a_merged_one_buy_nothing() {
    let mut desk = bank();
    offer(&mut desk, "now", &json!({"stock": 5}));
    offer(&mut desk, "later", &json!({"stock": 5, "fulfilment": "partner"}));
    let try_both = |desk: &mut Desk, slug: &str| {
        for reward in ["now", "later"] {
            let is = refused(desk, Method::Post, "/redemptions", &order("C1", reward));
            assert_eq!((is.0, is.1.as_str()), (409, slug), "{reward}");
        }
    };
    desk.post("/points/blocks", &json!({"customer_id": "C1", "reason": "fraud"}));
    try_both(&mut desk, "account-blocked");
    desk.post("/points/blocks/C1/release", &json!({}));
    let merged = merge(&mut desk, "C1", "D1");
    try_both(&mut desk, "account-closed");
    assert_eq!(desk.get("/redemptions")["items"], json!([]));
    for reward in ["now", "later"] {
        assert_eq!(desk.get(&format!("/rewards/{reward}"))["stock"], 5, "{reward}");
    }
    assert_eq!((active(&mut desk, "C1"), active(&mut desk, "D1")), (0, 2000));
    assert_eq!(desk.post("/redemptions", &order("D1", "now"))["balance"], 1900);
    take_back(&mut desk, &merged);
    assert_eq!(desk.post("/redemptions", &order("C1", "now"))["state"], "fulfilled");
}

#[test]
fn a_limit_counts_what_customers_had_who_were_merged_into_this_one() {
    let mut desk = bank();
    customer(&mut desk, "E1", "B1");
    offer(&mut desk, "R", &json!({"limit": {"per_customer": 2}}));
    let mut two = order("C1", "R");
    two["quantity"] = json!(2);
    desk.post("/redemptions", &two);
    let is_full = |desk: &mut Desk, customer: &str| {
        refused(desk, Method::Post, "/redemptions", &order(customer, "R")).1 == "limit-reached"
    };
    let first = merge(&mut desk, "C1", "D1");
    assert!(is_full(&mut desk, "D1"), "one merge away");
    let second = merge(&mut desk, "D1", "E1");
    assert!(is_full(&mut desk, "E1"), "two merges away");
    take_back(&mut desk, &second);
    assert_eq!(desk.post("/redemptions", &order("E1", "R"))["state"], "fulfilled");
    assert!(is_full(&mut desk, "D1"));
    take_back(&mut desk, &first);
    assert_eq!(desk.post("/redemptions", &order("D1", "R"))["state"], "fulfilled");
    assert!(is_full(&mut desk, "C1"), "what was had goes back with the account");
}

#[test]
fn a_redemption_that_is_cancelled_after_a_merge_pays_who_has_the_points_now() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({}));
    let cancel = bought(&mut desk);
    merge(&mut desk, "C1", "D1");
    assert_eq!((active(&mut desk, "C1"), active(&mut desk, "D1")), (0, 1900));
    assert_eq!(desk.post(&cancel, &json!({}))["state"], "cancelled");
    assert_eq!((active(&mut desk, "C1"), active(&mut desk, "D1")), (0, 2000));
}

#[test]
fn a_redemption_that_is_cancelled_after_a_merge_was_taken_back_pays_its_own_customer() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({}));
    let cancel = bought(&mut desk);
    let merged = merge(&mut desk, "C1", "D1");
    take_back(&mut desk, &merged);
    assert_eq!((active(&mut desk, "C1"), active(&mut desk, "D1")), (900, 1000));
    let undone = desk.post(&cancel, &json!({}));
    assert_eq!((&undone["state"], &undone["balance"]), (&json!("cancelled"), &json!(1000)));
    assert_eq!((active(&mut desk, "C1"), active(&mut desk, "D1")), (1000, 1000));
}
