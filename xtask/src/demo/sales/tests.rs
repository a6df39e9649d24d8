use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::*;
use crate::client::stub;
use crate::demo::person::Person;
use crate::demo::{SEED, staff};
use crate::month::parse_date;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn plan(customers: u64) -> Plan {
    Plan::new(customers, SEED, day("2026-11-22")).unwrap()
}

fn sales(plan: &Plan) -> Vec<Sale> {
    (0..sale::count(plan)).map(|number| Sale::of(plan, day("2026-11-21"), number)).collect()
}

/// The sale as it is sent, and what was taken back of it.
fn written(sale: &Sale) -> Vec<Value> {
    let mut out = Vec::new();
    sale.write(&mut out);
    if let Some(refund) = &sale.refund {
        sale.write_refund(refund, &mut out);
    }
    let lines = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Everybody who works at the bank, as intake is told.
fn employees(plan: &Plan) -> Vec<Value> {
    let (base, seen) = stub::start(|_| (200, r#"{"accepted":1,"rejected":0}"#.to_owned()));
    let count = staff::employee_count(plan);
    deliver(&Client::new(&base, None), "test", count, BATCH, |batches| staff::employees(plan, batches))
        .unwrap();
    let seen = seen.lock().unwrap();
    let lines = seen.iter().flat_map(|(.., body)| body.split(|byte| *byte == b'\n'));
    lines.filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[test]
fn the_same_plan_and_day_make_the_same_sales_and_another_seed_others() {
    let told = |plan: &Plan| sales(plan).iter().flat_map(written).collect::<Vec<_>>();
    let plan = plan(300);
    assert_eq!(told(&plan), told(&plan));
    assert_ne!(told(&plan), told(&Plan { seed: 2, ..plan }));
}

#[test]
fn three_thousand_sales_of_every_product_happen_within_thirty_days() {
    let plan = plan(5_000);
    let sales = sales(&plan);
    assert_eq!(sales.len(), 3_000);
    let tellers: HashSet<String> = employees(&plan)
        .iter()
        .filter(|one| one["role"] == "teller")
        .map(|one| format!("{} {}", one["organisation_id"], one["id"]))
        .collect();
    for sale in &sales {
        assert!((day("2026-10-23")..=day("2026-11-21")).contains(&sale.on), "{sale:?}");
        assert!(Person::of(&plan, sale.customer).opened_on <= sale.on, "{sale:?}");
        let (least, most) = sale.product.amounts;
        assert!((least..=most).contains(&sale.amount), "{sale:?}");
        let told = &written(sale)[0];
        assert_eq!(told["channel"] == "counter", sale.teller.is_some(), "{told}");
        let teller = format!("{} {}", told["organisation_id"], told["teller_id"]);
        assert!(sale.teller.is_none() || tellers.contains(&teller), "{told}");
    }
    for product in &PRODUCTS {
        let count = sales.iter().filter(|sale| sale.product.id == product.id).count();
        assert!((100..400).contains(&count), "{}: {count}", product.id);
    }
    let ids: HashSet<String> = sales.iter().map(|sale| written(sale)[0]["id"].to_string()).collect();
    assert_eq!(ids.len(), sales.len());
}

#[test]
fn some_sales_are_taken_back_later_and_never_by_more() {
    let sales = sales(&plan(5_000));
    let mut refunds = 0;
    for sale in &sales {
        let Some(refund) = &sale.refund else { continue };
        assert!(refund.amount > 0 && refund.amount <= sale.amount, "{sale:?}");
        assert!(refund.on > sale.on && refund.on <= day("2026-11-21"), "{sale:?}");
        let [sold, back] = &written(sale)[..] else { panic!("{sale:?}") };
        assert_eq!((&back["kind"], &back["refund_of"]), (&json!("refund"), &sold["id"]));
        assert_eq!(back["customer_id"], sold["customer_id"]);
        refunds += 1;
    }
    assert!((20..=50).contains(&refunds), "{refunds}");
}

#[test]
fn managers_of_a_branch_work_there_and_have_not_left() {
    let plan = plan(200_000);
    let employees = employees(&plan);
    let (mut heads, mut present) = (0, 0);
    for branch in 0..plan.branches() {
        let at_branch = employees.iter().filter(|one| one["organisation_id"] == branch_id(branch).as_str());
        let ids = |role: &str| -> Vec<String> {
            let there = at_branch.clone().filter(|one| one["role"] == role && one["active_to"].is_null());
            there.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids("branch_manager"), [head_id(&plan, branch)]);
        assert_eq!(ids("manager"), manager_ids(&plan, branch));
        heads += 1;
        present += ids("manager").len();
    }
    let managers = employees.iter().filter(|one| one["role"] == "manager").count();
    assert!(heads == 100 && present > 100 && present < managers, "{present} of {managers}");
}

#[test]
fn products_are_json_under_their_ids_and_insurance_follows_the_example() {
    let ids: HashSet<&str> = PRODUCTS.iter().map(|product| product.id).collect();
    assert_eq!(ids.len(), 14);
    for product in &PRODUCTS {
        let body: Value = serde_json::from_str(&product.body(day("2026-10-23"))).unwrap();
        assert_eq!((&body["id"], &body["from"]), (&json!(product.id), &json!("2026-10-23")));
        assert!(["zh", "en"].iter().all(|tongue| body["name"][tongue].is_string()), "{body}");
        assert!(body["rule"].is_object(), "{body}");
        if product.id == "insurance" {
            let ratio = json!({"seller_bp": 7000, "referrer_bp": 3000});
            let rule = json!({"selling": "transaction", "automatic": "same_organisation", "split": "primary",
                "window_days": 5, "default": "teller", "referrer": ratio, "adjustment_days": 30,
                "plan_weight_bp": 10000});
            assert_eq!(body["rule"], rule);
        }
    }
}

#[test]
fn managers_and_sales_are_put_in_force_once() {
    let is_furnished = AtomicBool::new(false);
    let (base, seen) = stub::start(move |(line, _, body)| {
        let mut words = line.split(' ');
        match (words.next().unwrap(), words.next().unwrap()) {
            ("GET", "/sales/products/credit-card") if !is_furnished.load(Ordering::Relaxed) => {
                (404, "{}".to_owned())
            }
            ("POST", "/sales/products") => {
                let made: Value = serde_json::from_slice(body).unwrap();
                is_furnished.store(made["id"] == "credit-card", Ordering::Relaxed);
                (201, "{}".to_owned())
            }
            ("POST", "/assignments/batch") => {
                let asked: Value = serde_json::from_slice(body).unwrap();
                let filter = &asked["filter"];
                assert_eq!((&filter["waiting"], &asked["from"]), (&json!(true), &json!("2026-10-23")));
                (200, r#"{"accepted":3,"rejected":0}"#.to_owned())
            }
            ("GET", path) if path.starts_with("/sales/ranking") => {
                (200, r#"{"items":[{"key":"E000007"}]}"#.to_owned())
            }
            _ => (200, r#"{"accepted":1,"rejected":0}"#.to_owned()),
        }
    });
    let (client, plan, today) = (Client::new(&base, Some("k")), plan(40), day("2026-11-22"));
    let line = furnish(&client, &plan, today).unwrap().unwrap();
    let start = "sales: 160 of 14 products, 2 taken back, 33 customers assigned, best: E000007: curl -s '";
    let ranking = "/sales/ranking?from=2026-10-23&to=2026-11-21'";
    assert!(line.starts_with(start) && line.contains(ranking), "{line}");
    let count =
        |start: &str| seen.lock().unwrap().iter().filter(|(line, ..)| line.starts_with(start)).count();
    assert_eq!((count("POST /sales/products "), count("POST /assignments/batch ")), (14, 11));
    assert_eq!((count("POST /sales/default-runs "), count("PUT /sales/plans ")), (1, 1));
    let plans: Value = {
        let seen = seen.lock().unwrap();
        let (.., body) = seen.iter().find(|(line, ..)| line.starts_with("PUT /sales/plans ")).unwrap();
        serde_json::from_slice(body).unwrap()
    };
    let months: HashSet<&str> =
        plans["items"].as_array().unwrap().iter().map(|item| item["month"].as_str().unwrap()).collect();
    assert_eq!(months, HashSet::from(["2026-10", "2026-11"]));
    let before = count("P");
    assert!(furnish(&client, &plan, today).unwrap().is_none());
    assert_eq!(count("P"), before);
}

#[test]
fn an_assignment_that_is_refused_is_told_with_the_answer() {
    let (base, _) = stub::start(|(line, ..)| match line.as_str() {
        line if line.starts_with("GET /sales/products/") => (404, "{}".to_owned()),
        line if line.starts_with("POST /assignments/batch ") => {
            (200, r#"{"accepted":2,"rejected":1,"errors":[{"line":7}]}"#.to_owned())
        }
        _ => (200, "{}".to_owned()),
    });
    let failure = furnish(&Client::new(&base, None), &plan(40), day("2026-11-22")).unwrap_err().to_string();
    let told = ["/assignments/batch answered 200", "\"line\":7"];
    assert!(told.iter().all(|told| failure.contains(told)), "{failure}");
}
