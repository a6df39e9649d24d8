//! The part of a price that is money: who paid once, how often it is asked for, and what it rises to.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use web::Method;

use super::bank::{bank, offer, order, refused, reward};

fn paying(customer: &str, reward: &str, reference: &str) -> Value {
    let mut body = order(customer, reward);
    body["cash_reference"] = json!(reference);
    body
}

fn cancel(made: &Value) -> String {
    format!("/redemptions/{}/cancel", made["id"].as_str().expect("an id"))
}

#[test]
fn a_payment_pays_for_one_redemption_until_that_comes_to_nothing() {
    let mut desk = bank();
    let price = json!({"points": 100, "cash": "12.00"});
    offer(&mut desk, "R", &json!({"price": price, "stock": 5}));
    offer(&mut desk, "S", &json!({"price": price, "stock": 5}));
    let made = desk.post("/redemptions", &paying("C1", "R", "T-1"));
    assert_eq!((&made["cash"], &made["cash_refund_due"]), (&json!("12.00"), &Value::Null));
    for (customer, id) in [("C1", "R"), ("C1", "S"), ("D1", "R")] {
        let is = refused(&mut desk, Method::Post, "/redemptions", &paying(customer, id, "T-1"));
        let expected = (409, "already-exists".to_owned(), "/cash_reference".to_owned());
        assert_eq!(is, expected, "{customer} {id}");
    }
    assert_eq!((&desk.get("/rewards/R")["stock"], &desk.get("/rewards/S")["stock"]), (&json!(4), &json!(5)));
    assert_eq!(desk.get("/points/accounts/D1")["active"], 1000);
    let undone = desk.post(&cancel(&made), &json!({}));
    assert_eq!((&undone["cash"], &undone["cash_refund_due"]), (&json!("12.00"), &json!("12.00")));
    assert_eq!(desk.get("/redemptions")["items"][0]["cash_refund_due"], "12.00");
    assert_eq!(desk.post("/redemptions", &paying("C1", "S", "T-1"))["state"], "fulfilled");
}

#[test]
fn a_payment_for_what_a_partner_did_not_confirm_is_due_back_and_pays_again() {
    let mut desk = bank();
    let members = json!({"price": {"points": 100, "cash": "12.00"}, "fulfilment": "partner",
        "confirm_within_seconds": 60});
    offer(&mut desk, "R", &members);
    let made = desk.post("/redemptions", &paying("C1", "R", "T-1"));
    let later = NOW_MS + 60_000;
    let path = format!("/redemptions/{}", made["id"].as_str().expect("an id"));
    assert_eq!(desk.done_at(later, Method::Get, &path, "")["cash_refund_due"], "12.00");
    let again = paying("C1", "R", "T-1").to_string();
    let again = desk.done_at(later, Method::Post, "/redemptions", &again);
    let void = desk.done_at(later, Method::Post, &cancel(&again), "{}");
    assert_eq!((&void["state"], &void["cash_refund_due"]), (&json!("void"), &json!("12.00")));
}

#[test]
fn a_payment_that_is_not_asked_for_is_not_used_up() {
    let mut desk = bank();
    offer(&mut desk, "free", &json!({}));
    offer(&mut desk, "paid", &json!({"price": {"points": 100, "cash": "12.00"}}));
    for _ in 0..2 {
        let made = desk.post("/redemptions", &paying("C1", "free", "T-1"));
        assert_eq!((&made["cash"], &made["cash_reference"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(desk.post("/redemptions", &paying("C1", "paid", "T-1"))["cash_reference"], "T-1");
}

#[test]
fn more_money_is_guarded_and_announced_as_more_points_are() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"price": {"points": 100, "cash": "5.00"}}));
    let settings = json!({"price_notice_days": 10}).to_string();
    assert_eq!(desk.ask(Method::Put, "/points/programme", KEY, &settings).0, 200);
    let put = |desk: &mut Desk, price: Value, is_kept: bool| {
        let mut body = reward("R", &json!({"price": price}));
        if is_kept {
            body["issued"] = json!("grandfather");
        }
        desk.ask(Method::Put, "/rewards/R", KEY, &body.to_string())
    };
    let (status, problem) = put(&mut desk, json!({"points": 100, "cash": "5.01"}), false);
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/would-devalue")));
    assert_eq!((&problem["errors"][0]["pointer"], &problem["points"]), (&json!("/price/cash"), &json!(2000)));
    let (_, both) = put(&mut desk, json!({"points": 101, "cash": "5.01"}), false);
    assert_eq!(both["errors"][0]["pointer"], "/price/points");
    let (status, less) = put(&mut desk, json!({"points": 100, "cash": "4.00"}), false);
    assert_eq!((status, &less["price"]["cash"]), (200, &json!("4.00")), "less money is everybody's at once");
    let (status, more) = put(&mut desk, json!({"points": 100, "cash": "6.00"}), true);
    assert_eq!((status, &more["price"]["cash"]), (200, &json!("4.00")), "it is announced");
    assert_eq!(
        (&more["prices"][2]["cash"], &more["prices"][2]["from"]),
        (&json!("6.00"), &json!("2026-12-02"))
    );
}

#[test]
fn pieces_at_the_edges_of_64_bits_are_refused_where_they_stand() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({"price": {"points": 1_000_000_000_000_i64, "cash": "10000000000.00"}}));
    let of = |quantity: Value| {
        let mut body = paying("C1", "R", "T-1");
        body["quantity"] = quantity;
        body
    };
    let edges =
        [json!(i64::MAX), json!(i64::MIN), json!(i64::MAX as u64 + 1), json!(1_001), json!(0), json!(-1)];
    for quantity in edges {
        let is = refused(&mut desk, Method::Post, "/redemptions", &of(quantity.clone()));
        assert_eq!(is, (422, "broken-rule".to_owned(), "/quantity".to_owned()), "{quantity}");
    }
    let most = refused(&mut desk, Method::Post, "/redemptions", &of(json!(1_000)));
    assert_eq!((most.0, most.1.as_str()), (409, "not-enough-points"));
}
