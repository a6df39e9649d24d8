//! Golden cases of sales (`tests/golden/sale/*.json`, the file's name is the sentence).
//!
//! The bank of `tests::sales`, and customer C. `given`, each part where it is not the usual: `rule` as a product takes
//! it, `customer_at` (the branch that keeps C), `managers` of C from the beginning, `left` (last days) and `ratio` of
//! employees. `when`: steps, each `on` a day: `sell` (the sale S of 2026-03-10, 1000.00 at B1, served by T1, with what is
//! written instead), `refund` of so much, `register` (who, as what), `withdraw` (a registration's number), `adjust`
//! (credits), `recall` (a customer), `run` (the default, as of a day), `move` (an employee, to a branch); a step that is `refused` tells the
//! status. `expect`: the state of S, `shares` (who, as what, basis points, amount) and, where they are written, `lines`
//! of the ledger in their order.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, bank, credit, customer, deliver, lines, move_to, noon, product, shares};
use web::Method;

const SALE: &str = "/sales/core/S";

fn sell(told: &Value) -> Value {
    let mut sale = json!({"source": "core", "id": "S", "occurred_at": "2026-03-10T10:00:00+08:00",
        "customer_id": "C", "kind": "sale", "amount": "1000.00", "product_id": "P", "organisation_id": "B1",
        "teller_id": "T1"});
    if let (Some(members), Some(told)) = (sale.as_object_mut(), told.as_object()) {
        members.extend(told.clone());
        members.retain(|_, value| !value.is_null());
    }
    sale
}

/// One step; `number` tells refunds apart.
fn step(desk: &mut Desk, name: &str, number: usize, step: &Value) {
    let on = step["on"].as_str().unwrap_or_else(|| panic!("{name}: on of {step}"));
    let verb = ["sell", "refund", "register", "withdraw", "adjust", "recall", "run", "move"]
        .into_iter()
        .find(|verb| step.get(verb).is_some())
        .unwrap_or_else(|| panic!("{name}: what {step} does"));
    let told = &step[verb];
    let (method, target, body) = match verb {
        "sell" => return deliver(desk, on, "/intake/transactions", &sell(told)),
        "refund" => {
            let refund = json!({"source": "core", "id": format!("R{number}"), "amount": told, "customer_id": "C",
                "occurred_at": format!("{on}T11:00:00+08:00"), "kind": "refund", "refund_of": "S"});
            return deliver(desk, on, "/intake/transactions", &refund);
        }
        "move" => {
            let (who, branch) = told.as_str().and_then(|told| told.split_once(' ')).expect("who, where to");
            return move_to(desk, on, who, branch);
        }
        "recall" => {
            let body = json!({"customer_id": told, "reason": "收回"});
            (Method::Post, "/assignments/recall".to_owned(), body)
        }
        "register" => {
            let (who, role) = told.as_str().and_then(|told| told.split_once(' ')).expect("who, as what");
            let body = json!({"employee_id": who, "role": role});
            (Method::Post, format!("{SALE}/registrations"), body)
        }
        "withdraw" => (Method::Delete, format!("{SALE}/registrations/{told}"), Value::Null),
        "adjust" => {
            let credits = told.as_array().expect("credits").iter();
            let credits: Vec<Value> = credits.map(|told| credit(told.as_str().expect("a credit"))).collect();
            (Method::Put, format!("{SALE}/adjustment"), json!({"credits": credits, "reason": "支行长调整"}))
        }
        _ => (Method::Post, "/sales/default-runs".to_owned(), json!({"as_of": told})),
    };
    let (status, answer) = ask(desk, on, method, &target, &body);
    match step.get("refused") {
        None => assert!((200..300).contains(&status), "{name}: {step}: {status} {answer}"),
        Some(refused) => assert_eq!(&json!(status), refused, "{name}: {step}: {answer}"),
    }
}

fn run(name: &str, case: &Value) {
    let given = &case["given"];
    let mut desk = bank(given);
    let managers: Vec<&str> =
        given["managers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    customer(&mut desk, "C", given["customer_at"].as_str().unwrap_or("B1"), &managers);
    product(&mut desk, &given["rule"]);
    let when = case["when"].as_array().unwrap_or_else(|| panic!("{name}: when"));
    for (number, entry) in when.iter().enumerate() {
        step(&mut desk, name, number, entry);
    }
    let credits = desk.done_at(noon("2026-06-01"), Method::Get, &format!("{SALE}/credits"), "");
    let expect = &case["expect"];
    assert_eq!(credits["state"], expect["state"], "{name}: {credits}");
    assert_eq!(json!(shares(&credits)), expect["shares"], "{name}: {credits}");
    if expect.get("lines").is_some() {
        assert_eq!(json!(lines(&credits)), expect["lines"], "{name}: {credits}");
    }
}

#[test]
fn every_sale_is_credited_as_the_analysts_wrote() {
    let folder = tests::root().join("tests/golden/sale");
    let entries = std::fs::read_dir(&folder).expect("the folder of cases").flatten();
    let mut cases: Vec<_> = entries.map(|entry| entry.path()).collect();
    cases.sort();
    assert!(cases.len() >= 74, "only {} cases in {}", cases.len(), folder.display());
    for path in cases {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).expect("a case");
        run(&name, &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")));
        println!("{name}");
    }
}

#[test]
fn sales_that_came_before_their_product_had_a_rule_are_taken_in_with_it() {
    let mut desk = bank(&Value::Null);
    customer(&mut desk, "C", "B1", &["M1 primary 10000"]);
    customer(&mut desk, "D", "B1", &[]);
    let late = json!({"id": "L", "customer_id": "D"});
    let early = json!({"id": "E", "occurred_at": "2025-12-31T23:59:59+08:00"});
    let other = json!({"id": "O", "product_id": "Q"});
    for told in [json!({}), late, early, other] {
        deliver(&mut desk, "2026-03-11", "/intake/transactions", &sell(&told));
    }
    let refund = json!({"source": "core", "id": "R", "amount": "400.00", "customer_id": "C",
        "occurred_at": "2026-03-11T11:00:00+08:00", "kind": "refund", "refund_of": "S"});
    deliver(&mut desk, "2026-03-11", "/intake/transactions", &refund);
    let body = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": "2026-01-01"});
    desk.done_at(noon("2026-03-20"), Method::Post, "/sales/products", &body.to_string());
    let mut credits = |id: &str| {
        let target = format!("/sales/core/{id}/credits");
        ask(&mut desk, "2026-03-21", Method::Get, &target, &Value::Null)
    };
    let (_, assigned) = credits("S");
    assert_eq!(
        lines(&assigned),
        [
            "automatic M1 seller 1000.00 2026-03-10 2026-03-20",
            "reversal M1 seller -400.00 2026-03-11 2026-03-20"
        ]
    );
    let (_, nobodys) = credits("L");
    assert_eq!(lines(&nobodys), ["default T1 seller 1000.00 2026-03-10 2026-03-20"]);
    // The day before the rule begins, and another product.
    assert_eq!((credits("E").0, credits("O").0), (404, 404));
}

#[test]
fn a_sale_is_credited_by_the_version_of_the_rule_that_holds_on_its_day() {
    let mut desk = bank(&Value::Null);
    customer(&mut desk, "C", "B1", &["M1 primary 6000", "M2 secondary 4000"]);
    product(&mut desk, &Value::Null);
    let version = json!({"rule": {"split": "shares"}, "from": "2026-03-11"});
    let (status, answer) = ask(&mut desk, "2026-03-01", Method::Put, "/sales/products/P", &version);
    assert_eq!(status, 200, "{answer}");
    let next = json!({"id": "N", "occurred_at": "2026-03-11T00:00:00+08:00"});
    for told in [json!({}), next] {
        deliver(&mut desk, "2026-03-12", "/intake/transactions", &sell(&told));
    }
    let mut credits = |id: &str| {
        let target = format!("/sales/core/{id}/credits");
        ask(&mut desk, "2026-03-12", Method::Get, &target, &Value::Null).1
    };
    assert_eq!(shares(&credits("S")), ["M1 seller 10000 1000.00"]);
    assert_eq!(shares(&credits("N")), ["M1 seller 6000 600.00", "M2 seller 4000 400.00"]);
    let known = |credits: &Value| {
        let lines = credits["lines"].as_array().expect("lines").iter();
        let known = lines.map(|line| (line["rule_version"].clone(), line["assignment"].clone()));
        known.collect::<Vec<_>>()
    };
    let assignment = credits("S")["assignment"].clone();
    assert!(assignment.is_string(), "{assignment}");
    assert_eq!(known(&credits("S")), [(json!(1), assignment.clone())]);
    assert_eq!(known(&credits("N")), [(json!(2), assignment.clone()), (json!(2), assignment)]);
}

#[test]
fn a_night_decides_what_nobody_registered_and_makes_up_for_missed_nights() {
    let mut desk = bank(&Value::Null);
    customer(&mut desk, "C", "B1", &[]);
    product(&mut desk, &Value::Null);
    for (id, on) in [("A", "2026-03-08"), ("B", "2026-03-10"), ("D", "2026-03-11")] {
        let told = json!({"id": id, "occurred_at": format!("{on}T10:00:00+08:00")});
        deliver(&mut desk, on, "/intake/transactions", &sell(&told));
    }
    let night = scheduler::sales(&mut desk.connection, noon("2026-03-15"), || 0).expect("a night");
    assert_eq!((night.done, night.defaulted), (true, 2));
    let again = scheduler::sales(&mut desk.connection, noon("2026-03-15"), || 0).expect("a night");
    assert_eq!((again.done, again.defaulted), (true, 0));
    let credits = |desk: &mut Desk, id: &str| desk.get(&format!("/sales/core/{id}/credits"))["state"].clone();
    assert_eq!(["A", "B", "D"].map(|id| credits(&mut desk, id)), ["default", "default", "waiting"]);
    let jobs = desk.get(&format!("/jobs/{}", night.job_id));
    assert_eq!((&jobs["kind"], &jobs["counts"]["defaulted"]), (&json!("sales-default"), &json!(2)));
}
