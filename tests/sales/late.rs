//! What is told late, or of somebody else, and what nobody is credited for.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, bank, credit, customer, deliver, lines, product, shares};
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
