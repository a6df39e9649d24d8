//! What was planned, beside what was credited.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, deliver};
use web::Method;

use super::{LATER, MARCH, by_hand, counter, done, report, sale, sold, told};

#[test]
fn a_plan_is_that_of_the_unit_or_else_of_those_below_it() {
    let mut desk = sold();
    let plan = |unit: &str, id: &str, amount: &str| {
        let mut plan = json!({"month": "2026-03", "amount": amount});
        plan[unit] = json!(id);
        plan
    };
    let put = |desk: &mut Desk, items: &Value| {
        done(desk, LATER, Method::Put, "/sales/plans", &json!({"items": items}))
    };
    let items = json!([
        plan("organisation_id", "B1", "1600.00"),
        plan("organisation_id", "B2", "50.00"),
        plan("employee_id", "T1", "150.00"),
        plan("employee_id", "M2", "0.00")
    ]);
    assert_eq!(put(&mut desk, &items), json!({"kept": 4}));
    let ask = |desk: &mut Desk, by: &str| {
        let answer = report(desk, LATER, &format!("/sales/performance?by={by}&{MARCH}"));
        (told(&answer, &["counted", "plan", "attainment_bp"]), answer["total"]["plan"].clone())
    };
    let (units, all) = ask(&mut desk, "organisation");
    assert_eq!(units, ["HQ 850.00 1650.00 5151", "B1 800.00 1600.00 5000", "B2 50.00 50.00 10000"]);
    assert_eq!(all, "1650.00");
    let (people, all) = ask(&mut desk, "employee");
    assert_eq!(people[0..2], ["M1 200.00 null null", "M2 0.00 0.00 null"]);
    assert!(people.contains(&"T1 300.00 150.00 20000".to_owned()), "{people:?}");
    assert_eq!(all, "150.00");
    assert_eq!(ask(&mut desk, "month").0, ["2026-03 850.00 1650.00 5151"]);

    put(
        &mut desk,
        &json!([plan("organisation_id", "HQ", "1000.00"), plan("organisation_id", "B2", "25.00")]),
    );
    let (units, all) = ask(&mut desk, "organisation");
    assert_eq!(units, ["HQ 850.00 1000.00 8500", "B1 800.00 1600.00 5000", "B2 50.00 25.00 20000"]);
    assert_eq!(all, "1000.00");
    let listed = report(&mut desk, LATER, "/sales/plans?month=2026-03");
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(5), "{listed}");
    assert_eq!(report(&mut desk, LATER, "/sales/plans")["items"], json!([]));
}

#[test]
fn a_plan_of_a_product_counts_for_it_and_for_all_where_nobody_said_more() {
    let mut desk = counter(&json!({"automatic": "never", "plan_weight_bp": 5000}));
    let sold = json!([sale("S", "2026-03-10", "B1", "T1", "100.00")]);
    deliver(&mut desk, LATER, "/intake/transactions", &sold);
    let plan = json!({"month": "2026-03", "organisation_id": "B1", "product_id": "P", "amount": "25.00"});
    done(&mut desk, LATER, Method::Put, "/sales/plans", &json!({"items": [plan]}));
    for by in ["product", "organisation"] {
        let answer =
            report(&mut desk, LATER, &format!("/sales/performance?by={by}&{MARCH}&organisation_id=B1"));
        let line = &told(&answer, &["credited", "counted", "plan", "attainment_bp"])[0];
        assert!(line.ends_with(" 100.00 50.00 25.00 20000"), "{by}: {line}");
    }
}

#[test]
fn plans_are_kept_all_or_none_and_every_fault_is_pointed_at() {
    let mut desk = counter(&by_hand());
    let items = json!([
        {"month": "2026-03", "organisation_id": "B1", "amount": "1.00"},
        {"month": "2026-03", "organisation_id": "B1", "amount": "2.00"},
        {"month": "2026-03", "organisation_id": "B1", "employee_id": "T1", "amount": "1.00"},
        {"month": "2026-03", "amount": "1.00"},
        {"month": "2026-03", "organisation_id": "B9", "amount": "1.00"},
        {"month": "2026-03", "employee_id": "X", "amount": "1.00"},
        {"month": "2026-03", "employee_id": "T1", "product_id": "X", "amount": "1.00"},
        {"month": "2026-03", "employee_id": "T1", "amount": "-1.00"}
    ]);
    let (status, problem) = ask(&mut desk, LATER, Method::Put, "/sales/plans", &json!({"items": items}));
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|one| one["pointer"].as_str())
        .collect();
    assert_eq!(status, 422, "{problem}");
    assert_eq!(
        pointers,
        [
            "/items/1",
            "/items/2",
            "/items/3",
            "/items/4/organisation_id",
            "/items/5/employee_id",
            "/items/6/product_id",
            "/items/7/amount"
        ]
    );
    let nothing = report(&mut desk, LATER, "/sales/plans?month=2026-03");
    assert_eq!(nothing["items"], json!([]));
    let none = json!({"items": []});
    assert_eq!(ask(&mut desk, LATER, Method::Put, "/sales/plans", &none).0, 422);
}
