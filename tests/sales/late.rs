//! What is told late, or of somebody else, and what nobody is credited for.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, bank, credit, customer, deliver, lines, move_to, product, shares};
use web::Method;

use super::{SALE, SOLD_ON, adjustment, done, ids, register, sold, transaction};

const DUE_ON: &str = "2026-03-15";

fn credits(desk: &mut Desk) -> Value {
    done(desk, DUE_ON, Method::Get, &format!("{SALE}/credits"), &Value::Null)
}

fn run(desk: &mut Desk) {
    done(desk, DUE_ON, Method::Post, "/sales/default-runs", &json!({"as_of": DUE_ON}));
}

#[test]
fn a_refund_of_another_customer_takes_nothing_back() {
    let mut desk = sold(&json!({}), &json!({}), &["M1 primary 10000"]);
    customer(&mut desk, "D", "B2", &[]);
    let mut refund = json!({"source": "core", "id": "R", "amount": "400.00", "customer_id": "D",
        "kind": "refund", "occurred_at": "2026-03-11T09:00:00+08:00", "refund_of": "S"});
    deliver(&mut desk, "2026-03-11", "/intake/transactions", &refund);
    let kept = credits(&mut desk);
    assert_eq!(kept["refunded"], "0.00");
    assert_eq!(shares(&kept), ["M1 seller 10000 1000.00"]);
    refund["id"] = json!("R2");
    refund["customer_id"] = json!("C");
    deliver(&mut desk, "2026-03-11", "/intake/transactions", &refund);
    assert_eq!(shares(&credits(&mut desk)), ["M1 seller 10000 600.00"]);
}

#[test]
fn an_assignment_that_is_told_after_the_sale_credits_its_manager_when_the_window_is_over() {
    let mut desk = sold(&json!({}), &json!({}), &[]);
    register(&mut desk, "2026-03-11", "R1", "referrer");
    let managers = json!([credit("M1 primary 10000")]);
    let body = json!({"customer_id": "C", "managers": managers, "from": "2026-03-01", "reason": "补录"});
    done(&mut desk, "2026-03-12", Method::Post, "/assignments", &body);
    run(&mut desk);
    let decided = credits(&mut desk);
    assert_eq!(decided["state"], "manual");
    assert_eq!(shares(&decided), ["M1 seller 7000 700.00", "R1 referrer 3000 300.00"]);
    assert_eq!(lines(&decided)[0], "automatic M1 seller 1000.00 2026-03-10 2026-03-15");
    assert!(decided["assignment"].is_string(), "{decided}");
}

#[test]
fn a_teller_who_is_told_after_the_sale_is_credited_by_default() {
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &[]);
    product(&mut desk, &json!({}));
    let mut told = transaction("S", "B1");
    told["teller_id"] = json!("T9");
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &told);
    let teller = json!({"id": "T9", "organisation_id": "B1", "name": "x", "role": "teller"});
    deliver(&mut desk, "2026-03-12", "/intake/employees", &teller);
    run(&mut desk);
    let decided = credits(&mut desk);
    assert_eq!(shares(&decided), ["T9 seller 10000 1000.00"]);
    assert_eq!(decided["sale"]["teller_id"], "T9");
}

#[test]
fn what_is_decided_to_nobody_is_listed_while_it_can_be_adjusted() {
    let mut desk = sold(&json!({}), &json!({"default": "nobody"}), &[]);
    run(&mut desk);
    assert_eq!(credits(&mut desk)["state"], "default");
    let listed = [DUE_ON, "2026-04-09", "2026-04-10"].map(|on| {
        let listing = done(&mut desk, on, Method::Get, "/sales?unregistered=true", &Value::Null);
        ids(&listing).join(" ")
    });
    assert_eq!(listed, ["S", "S", ""]);
    let body = adjustment(&["M1 seller 10000"]);
    let adjusted = done(&mut desk, "2026-04-09", Method::Put, &format!("{SALE}/adjustment"), &body);
    assert_eq!(lines(&adjusted), ["adjustment M1 seller 1000.00 2026-03-10 2026-04-09"]);
    let listing = done(&mut desk, "2026-04-09", Method::Get, "/sales?unregistered=true", &Value::Null);
    assert!(ids(&listing).is_empty(), "{listing}");
}

#[test]
fn a_version_that_begins_today_takes_in_the_sales_of_today_that_had_no_rule() {
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &["M1 primary 10000"]);
    let body = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": "2026-04-01"});
    done(&mut desk, SOLD_ON, Method::Post, "/sales/products", &body);
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &transaction("S", "B1"));
    let (status, _) = ask(&mut desk, SOLD_ON, Method::Get, &format!("{SALE}/credits"), &Value::Null);
    assert_eq!(status, 404, "no rule holds yet");
    done(&mut desk, SOLD_ON, Method::Put, "/sales/products/P", &json!({"rule": {}, "from": SOLD_ON}));
    assert_eq!(shares(&credits(&mut desk)), ["M1 seller 10000 1000.00"]);
}

#[test]
fn a_sale_that_is_told_after_moves_knows_who_served_where_on_its_day() {
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &[]);
    let at = |id: &str, instant: &str, teller: &str| {
        let mut told = transaction(id, "B1");
        told["occurred_at"] = json!(instant);
        told["teller_id"] = json!(teller);
        told
    };
    // The day of the move begins at midnight in Shanghai.
    let (last, first) = ("2026-03-10T23:59:59+08:00", "2026-03-11T00:00:00+08:00");
    let early = json!([at("A", last, "T1"), at("B", first, "T1"), at("D", last, "N1"), at("E", first, "N1")]);
    deliver(&mut desk, "2026-03-11", "/intake/transactions", &early);
    move_to(&mut desk, "2026-03-11", "T1", "B2");
    move_to(&mut desk, "2026-03-11", "N1", "B1");
    // These come before the rule, that one after it.
    let body = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": "2026-01-01"});
    done(&mut desk, "2026-03-12", Method::Post, "/sales/products", &body);
    deliver(&mut desk, "2026-03-12", "/intake/transactions", &at("S", last, "T1"));
    let tellers = ["A", "B", "D", "E", "S"].map(|id| {
        let target = format!("/sales/core/{id}/credits");
        done(&mut desk, "2026-03-12", Method::Get, &target, &Value::Null)["sale"]["teller_id"].clone()
    });
    assert_eq!(tellers, [json!("T1"), Value::Null, Value::Null, json!("N1"), json!("T1")]);
}

#[test]
fn more_history_than_fits_in_one_request_is_taken_in_by_the_default_run() {
    const SALES: usize = 40_000;
    let mut desk = bank(&json!({}));
    customer(&mut desk, "C", "B1", &["M1 primary 10000"]);
    let told: Vec<Value> = (0..SALES).map(|number| transaction(&format!("S{number}"), "B1")).collect();
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &json!(told));
    let body = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": "2026-03-01"});
    let made = done(&mut desk, SOLD_ON, Method::Post, "/sales/products", &body);
    assert_eq!(made["taking_in"], true);
    let sold = |desk: &mut Desk| {
        let report = "/sales/performance?by=product&from=2026-03-01&to=2026-03-31";
        done(desk, DUE_ON, Method::Get, report, &Value::Null)["total"]["sales"].as_u64().expect("a count")
    };
    let at_once = sold(&mut desk);
    assert!(0 < at_once && at_once < SALES as u64, "{at_once}");
    run(&mut desk);
    assert_eq!(sold(&mut desk), SALES as u64);
    let product = done(&mut desk, DUE_ON, Method::Get, "/sales/products/P", &Value::Null);
    assert_eq!(product["taking_in"], false);
    let last = done(&mut desk, DUE_ON, Method::Get, "/sales/core/S39999/credits", &Value::Null);
    assert_eq!(shares(&last), ["M1 seller 10000 1000.00"]);
}
