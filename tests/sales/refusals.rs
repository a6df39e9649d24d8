//! What is refused, with the pointer of what is wrong; nothing is changed by it.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, deliver, move_to};
use web::Method;

use super::{SALE, SOLD_ON, adjustment, done, refused, register, sold};

const ON: &str = "2026-03-11";

fn answer(status: u16, kind: &str, pointer: &str) -> (u16, String, String) {
    (status, kind.to_owned(), pointer.to_owned())
}

fn registered(desk: &mut Desk, on: &str, body: &Value) -> (u16, Value) {
    ask(desk, on, Method::Post, &format!("{SALE}/registrations"), body)
}

fn credits(desk: &mut Desk) -> Value {
    done(desk, ON, Method::Get, &format!("{SALE}/credits"), &Value::Null)
}

#[test]
fn only_who_worked_at_the_selling_organisation_on_the_day_is_registered() {
    let mut desk = sold(&json!({"left": {"T2": "2026-03-09"}}), &json!({"automatic": "never"}), &[]);
    let new = json!({"id": "NEW", "organisation_id": "B1", "name": "x", "role": "teller",
        "active_from": "2026-03-11"});
    deliver(&mut desk, ON, "/intake/employees", &new);
    // Who comes after the sale is a stranger to it.
    move_to(&mut desk, ON, "N1", "B1");
    let before = credits(&mut desk);
    for who in ["N1", "nobody", "T2", "NEW"] {
        let found = registered(&mut desk, ON, &json!({"employee_id": who, "role": "seller"}));
        assert_eq!(refused(&found), answer(422, "broken-rule", "/employee_id"), "{who}");
    }
    let mut told = |who: &str| registered(&mut desk, ON, &json!({"employee_id": who, "role": "seller"})).1;
    assert_eq!(told("N1"), told("nobody"), "nobody learns who works elsewhere");
    assert_eq!(credits(&mut desk), before);
}

#[test]
fn a_registration_that_cannot_be_read_is_refused_at_its_pointer() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    for (body, pointer) in [
        (json!({"role": "seller"}), "/employee_id"),
        (json!({"employee_id": 7, "role": "seller"}), "/employee_id"),
        (json!({"employee_id": "a b", "role": "seller"}), "/employee_id"),
        (json!({"employee_id": "M1"}), "/role"),
        (json!({"employee_id": "M1", "role": "organisation"}), "/role"),
        (json!({"employee_id": "M1", "role": "seller", "share_bp": 1}), "/share_bp"),
    ] {
        let found = registered(&mut desk, ON, &body);
        assert_eq!(refused(&found), answer(422, "broken-rule", pointer), "{body}");
    }
    let path = "/sales/core/unknown/registrations";
    let body = json!({"employee_id": "M1", "role": "seller"});
    assert_eq!(refused(&ask(&mut desk, ON, Method::Post, path, &body)).1, "unknown-sale");
    for number in ["9", "0", "x", "-1", "99999999999"] {
        let path = format!("{SALE}/registrations/{number}");
        let found = ask(&mut desk, ON, Method::Delete, &path, &Value::Null);
        assert_eq!(refused(&found), answer(404, "unknown-registration", ""), "{number}");
    }
}

#[test]
fn a_second_one_of_a_role_one_person_in_both_and_a_late_one_are_refused() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    register(&mut desk, ON, "M1", "seller");
    let of = |who: &str, role: &str| json!({"employee_id": who, "role": role});
    for who in ["M1", "M2"] {
        let found = registered(&mut desk, ON, &of(who, "seller"));
        assert_eq!(refused(&found), answer(409, "already-exists", "/role"), "{who}");
    }
    let both = registered(&mut desk, ON, &of("M1", "referrer"));
    assert_eq!(refused(&both), answer(422, "broken-rule", "/employee_id"));

    let before = credits(&mut desk);
    for late in [
        registered(&mut desk, "2026-03-15", &of("M2", "referrer")),
        ask(&mut desk, "2026-03-15", Method::Delete, &format!("{SALE}/registrations/1"), &Value::Null),
    ] {
        assert_eq!(refused(&late), answer(409, "wrong-state", ""));
        assert_eq!(late.1["due_on"], "2026-03-15");
    }
    assert_eq!(credits(&mut desk), before);
    assert_eq!(
        registered(&mut desk, "2026-03-14", &of("M2", "referrer")).0,
        201,
        "the day before is in time"
    );
}

#[test]
fn what_was_taken_back_as_a_whole_is_neither_registered_nor_adjusted() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let refund = json!({"source": "core", "id": "R", "amount": "1000.00", "customer_id": "C", "kind": "refund",
        "occurred_at": "2026-03-11T09:00:00+08:00", "refund_of": "S"});
    deliver(&mut desk, ON, "/intake/transactions", &refund);
    let found = registered(&mut desk, ON, &json!({"employee_id": "M1", "role": "seller"}));
    assert_eq!(refused(&found).1, "wrong-state");
    let path = format!("{SALE}/adjustment");
    let found = ask(&mut desk, ON, Method::Put, &path, &adjustment(&["M1 seller 10000"]));
    assert_eq!(refused(&found).1, "wrong-state");
}

#[test]
fn an_adjustment_that_breaks_a_rule_is_refused_at_its_pointer() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let before = credits(&mut desk);
    let mut organisation_of_somebody = adjustment(&["M1 seller 5000", "M2 seller 5000"]);
    organisation_of_somebody["credits"][1]["role"] = json!("organisation");
    for (body, pointer) in [
        (adjustment(&["M1 seller 6000", "M2 seller 3999"]), "/credits"),
        (adjustment(&["M1 seller 5000", "M1 seller 5000"]), "/credits/1"),
        (adjustment(&["M1 seller 0", "M2 seller 10000"]), "/credits/0/share_bp"),
        (adjustment(&["M1 seller 10001"]), "/credits/0/share_bp"),
        (adjustment(&["M1 seller 5000", "N1 seller 5000"]), "/credits/1/employee_id"),
        (adjustment(&["- seller 10000"]), "/credits/0/employee_id"),
        (organisation_of_somebody, "/credits/1/employee_id"),
        (adjustment(&["M1 referrer 10000"]), "/credits"),
        (adjustment(&[]), "/credits"),
        (json!({"credits": [{"role": "seller", "share_bp": -1}], "reason": "x"}), "/credits/0/share_bp"),
        (json!({"credits": []}), "/reason"),
    ] {
        let found = ask(&mut desk, ON, Method::Put, &format!("{SALE}/adjustment"), &body);
        assert_eq!(refused(&found), answer(422, "broken-rule", pointer), "{body}");
    }
    assert_eq!(credits(&mut desk), before);
    let found = ask(&mut desk, ON, Method::Post, &format!("{SALE}/adjustment/approve"), &json!({}));
    assert_eq!(refused(&found), answer(404, "unknown-adjustment", ""));
}

#[test]
fn a_product_that_breaks_a_rule_is_refused_at_its_pointer() {
    let mut desk = sold(&json!({}), &json!({}), &[]);
    let product = |member: &str, value: Value| {
        let mut body = json!({"id": "Q", "name": {"zh": "基金", "en": "Fund"}, "category": "fund"});
        body[member] = value;
        body
    };
    for (body, pointer) in [
        (product("id", Value::Null), "/id"),
        (product("category", json!("car")), "/category"),
        (product("product_ids", json!([])), "/product_ids"),
        (product("product_ids", json!(["a", "a"])), "/product_ids/1"),
        (product("from", json!("1999-12-31")), "/from"),
        (product("from", json!("2027-12-31")), "/from"),
        (product("rule", json!({"selling": "x"})), "/rule/selling"),
        (product("rule", json!({"automatic": ""})), "/rule/automatic"),
        (product("rule", json!({"split": "half"})), "/rule/split"),
        (product("rule", json!({"window_days": 367, "adjustment_days": 366})), "/rule/window_days"),
        (product("rule", json!({"window_days": 70000})), "/rule/window_days"),
        (product("rule", json!({"adjustment_days": 4})), "/rule/adjustment_days"),
        (product("rule", json!({"referrer": {"seller_bp": 1, "referrer_bp": 1}})), "/rule/referrer"),
        (product("rule", json!({"automatic": "never", "default": "nobody"})), "/rule/default"),
        (product("rule", json!({"window_days": 0, "default": "nobody"})), "/rule/default"),
        (product("rule", json!({"plan_weight_bp": 100_001})), "/rule/plan_weight_bp"),
        (product("rule", json!({"window": 5})), "/rule/window"),
    ] {
        let found = ask(&mut desk, ON, Method::Post, "/sales/products", &body);
        assert_eq!(refused(&found), answer(422, "broken-rule", pointer), "{body}");
    }
    let known = ask(&mut desk, ON, Method::Post, "/sales/products", &product("id", json!("P")));
    assert_eq!(refused(&known), answer(409, "already-exists", "/id"));
    let codes = product("product_ids", json!(["Q", "P"]));
    let sold_twice = ask(&mut desk, ON, Method::Post, "/sales/products", &codes);
    assert_eq!(refused(&sold_twice), answer(409, "already-exists", "/product_ids/1"));
    let yesterday = json!({"rule": {}, "from": SOLD_ON});
    let found = ask(&mut desk, ON, Method::Put, "/sales/products/P", &yesterday);
    assert_eq!(refused(&found), answer(422, "broken-rule", "/from"));
    for method in [Method::Get, Method::Put] {
        let found = ask(&mut desk, ON, method, "/sales/products/Q", &json!({"rule": {}}));
        assert_eq!(refused(&found).1, "unknown-product");
    }
}

#[test]
fn a_question_that_cannot_be_read_and_a_run_of_the_future_are_refused() {
    let mut desk = sold(&json!({}), &json!({}), &[]);
    for (query, parameter) in [
        ("from=2026-03-11&to=2026-03-10", "from"),
        ("from=yesterday", "from"),
        ("unregistered=maybe", "unregistered"),
        ("limit=0", "limit"),
        ("seller=M1", "seller"),
    ] {
        let found = ask(&mut desk, ON, Method::Get, &format!("/sales?{query}"), &Value::Null);
        assert_eq!(refused(&found), answer(400, "malformed-query", parameter), "{query}");
    }
    let found = ask(&mut desk, ON, Method::Get, "/sales/core/a%20b/credits", &Value::Null);
    assert_eq!(refused(&found), answer(400, "malformed-path", "id"));
    let found = ask(&mut desk, ON, Method::Post, "/sales/default-runs", &json!({"as_of": "2026-03-12"}));
    assert_eq!(refused(&found), answer(422, "broken-rule", "/as_of"));
}
