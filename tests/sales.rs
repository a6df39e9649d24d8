//! Sales (销售归属): who registers, withdraws and adjusts, what is refused, and who sees and does what.

use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{ask, bank, credit, customer, deliver, lines, noon, product, shares};
use web::{Method, Request};

#[path = "sales/late.rs"]
mod late;
#[path = "sales/notices.rs"]
mod notices;
#[path = "sales/refusals.rs"]
mod refusals;
#[path = "sales/rights.rs"]
mod rights;

/// The sale S: 1000.00 at B1, served by T1; registration ends before 2026-03-15, adjustment on 2026-04-09.
const SALE: &str = "/sales/core/S";
const SOLD_ON: &str = "2026-03-10";

fn transaction(id: &str, organisation: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": "2026-03-10T10:00:00+08:00", "customer_id": "C", "kind": "sale",
        "amount": "1000.00", "product_id": "P", "organisation_id": organisation, "teller_id": "T1"})
}

/// The bank after the sale S; `managers` of the buyer as `"M1 primary 10000"`.
fn sold(given: &Value, rule: &Value, managers: &[&str]) -> Desk {
    let mut desk = bank(given);
    customer(&mut desk, "C", "B1", managers);
    product(&mut desk, rule);
    deliver(&mut desk, SOLD_ON, "/intake/transactions", &transaction("S", "B1"));
    desk
}

fn done(desk: &mut Desk, on: &str, method: Method, target: &str, body: &Value) -> Value {
    let (status, answer) = ask(desk, on, method, target, body);
    assert!((200..300).contains(&status), "{target}: {status} {answer}");
    answer
}

fn register(desk: &mut Desk, on: &str, who: &str, role: &str) -> Value {
    let body = json!({"employee_id": who, "role": role});
    done(desk, on, Method::Post, &format!("{SALE}/registrations"), &body)
}

fn adjustment(credits: &[&str]) -> Value {
    let credits: Vec<Value> = credits.iter().map(|told| credit(told)).collect();
    json!({"credits": credits, "reason": "支行长调整"})
}

/// Status, kind of problem and first pointer of what is refused.
fn refused(answer: &(u16, Value)) -> (u16, String, String) {
    let (status, problem) = answer;
    let kind = problem["type"].as_str().unwrap_or_else(|| panic!("a problem: {status} {problem}"));
    let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or("").to_owned();
    (*status, kind.trim_start_matches("/problems/").to_owned(), pointer)
}

fn ids(listing: &Value) -> Vec<&str> {
    let items = listing["items"].as_array().expect("items").iter();
    items.map(|item| item["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_seller_and_a_referrer_register_share_and_withdraw() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let listing = done(&mut desk, SOLD_ON, Method::Get, "/sales?unregistered=true", &Value::Null);
    assert_eq!(ids(&listing), ["S"]);
    let sale = &listing["items"][0];
    for (member, expected) in [
        ("state", "waiting"),
        ("due_on", "2026-03-15"),
        ("closes_on", "2026-04-09"),
        ("organisation_id", "B1"),
        ("teller_id", "T1"),
        ("product_id", "P"),
        ("amount", "1000.00"),
    ] {
        assert_eq!(sale[member], expected, "{member}");
    }

    let first = register(&mut desk, "2026-03-11", "M2", "seller");
    assert_eq!((&first["number"], &first["state"]), (&json!(1), &json!("manual")));
    assert_eq!(shares(&first), ["M2 seller 10000 1000.00"]);
    let waiting = done(&mut desk, "2026-03-11", Method::Get, "/sales?unregistered=true", &Value::Null);
    assert!(ids(&waiting).is_empty(), "{waiting}");

    let second = register(&mut desk, "2026-03-12", "R1", "referrer");
    assert_eq!(second["number"], 2);
    assert_eq!(shares(&second), ["M2 seller 7000 700.00", "R1 referrer 3000 300.00"]);

    let withdrawal = format!("{SALE}/registrations/1");
    let waits = done(&mut desk, "2026-03-13", Method::Delete, &withdrawal, &Value::Null);
    assert_eq!(waits["state"], "waiting", "a referrer alone waits for a seller");
    assert!(shares(&waits).is_empty());
    let again = done(&mut desk, "2026-03-20", Method::Delete, &withdrawal, &Value::Null);
    assert_eq!(again, waits, "what was withdrawn stays so");

    let mut third = register(&mut desk, "2026-03-14", "M1", "seller");
    assert_eq!(third["number"], 3);
    assert_eq!(shares(&third), ["M1 seller 7000 700.00", "R1 referrer 3000 300.00"]);
    let standing: Vec<bool> = third["registrations"]
        .as_array()
        .expect("registrations")
        .iter()
        .map(|registration| registration["withdrawn_by"].is_null())
        .collect();
    assert_eq!(standing, [false, true, true]);
    // Whatever was registered counts in the day of the sale, and is known from its own day.
    assert_eq!(lines(&third)[0], "registration M2 seller 1000.00 2026-03-10 2026-03-11");
    third.as_object_mut().expect("an object").remove("number");
    assert_eq!(done(&mut desk, "2026-03-14", Method::Get, &format!("{SALE}/credits"), &Value::Null), third);
}

#[test]
fn over_the_assigned_managers_a_referrer_registers_and_no_seller() {
    let managers = ["M1 primary 6000", "M2 secondary 4000"];
    let by_assignment = ["M1 seller 6000 600.00", "M2 seller 4000 400.00"];
    let mut desk = sold(&json!({}), &json!({"split": "shares"}), &managers);
    let credits = done(&mut desk, SOLD_ON, Method::Get, &format!("{SALE}/credits"), &Value::Null);
    assert_eq!(credits["state"], "automatic");
    assert_eq!(shares(&credits), by_assignment);
    let path = format!("{SALE}/registrations");
    let of_seller = json!({"employee_id": "M2", "role": "referrer"});
    let answer = ask(&mut desk, SOLD_ON, Method::Post, &path, &of_seller);
    assert_eq!(refused(&answer), (422, "broken-rule".to_owned(), "/employee_id".to_owned()));
    for who in ["T2", "M1"] {
        let seller = json!({"employee_id": who, "role": "seller"});
        let answer = ask(&mut desk, "2026-03-11", Method::Post, &path, &seller);
        assert_eq!(refused(&answer), (409, "already-exists".to_owned(), "/role".to_owned()), "{who}");
    }
    let referred = register(&mut desk, "2026-03-11", "R1", "referrer");
    let told = ["M1 seller 4200 420.00", "M2 seller 2800 280.00", "R1 referrer 3000 300.00"];
    assert_eq!(shares(&referred), told);
    let withdrawn =
        done(&mut desk, "2026-03-12", Method::Delete, &format!("{SALE}/registrations/1"), &Value::Null);
    assert_eq!(withdrawn["state"], "automatic");
    assert_eq!(shares(&withdrawn), by_assignment);
}

#[test]
fn a_single_assigned_manager_shares_with_a_referrer_by_the_ratio_of_the_two() {
    let given = json!({"ratio": {"M1": [8000, 2000], "R1": [9000, 1000]}});
    let mut desk = sold(&given, &json!({}), &["M1 primary 10000"]);
    let referred = register(&mut desk, "2026-03-11", "R1", "referrer");
    assert_eq!(shares(&referred), ["M1 seller 8889 888.90", "R1 referrer 1111 111.10"]);
}

#[test]
fn an_adjustment_is_booked_at_once_and_ends_registration() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    register(&mut desk, "2026-03-11", "M2", "seller");
    let body = adjustment(&["M1 seller 6000", "R1 referrer 3000", "- organisation 1000"]);
    let adjusted = done(&mut desk, "2026-03-12", Method::Put, &format!("{SALE}/adjustment"), &body);
    let told = ["M1 seller 6000 600.00", "R1 referrer 3000 300.00", "- organisation 1000 100.00"];
    assert_eq!(shares(&adjusted), told);
    let booked = &adjusted["adjustment"];
    assert_eq!((&adjusted["state"], &booked["state"]), (&json!("adjusted"), &json!("booked")));
    assert_eq!(booked["decided_by"], Value::Null);
    let late_word = json!({"employee_id": "T2", "role": "referrer"});
    let answer = ask(&mut desk, "2026-03-12", Method::Post, &format!("{SALE}/registrations"), &late_word);
    assert_eq!(refused(&answer).1, "wrong-state");

    // March is over: what is adjusted on the last possible day counts in April.
    let body = adjustment(&["T1 seller 10000"]);
    let again = done(&mut desk, "2026-04-09", Method::Put, &format!("{SALE}/adjustment"), &body);
    assert_eq!(shares(&again), ["T1 seller 10000 1000.00"]);
    let of_april = lines(&again).into_iter().filter(|line| line.ends_with("2026-04-09 2026-04-09"));
    assert_eq!(of_april.count(), 4, "{again}");
    let answer = ask(&mut desk, "2026-04-10", Method::Put, &format!("{SALE}/adjustment"), &body);
    assert_eq!((refused(&answer).1.as_str(), &answer.1["closes_on"]), ("wrong-state", &json!("2026-04-09")));
}

#[test]
fn a_repeat_of_a_registration_is_answered_from_the_store() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let mut ask = || {
        let request = Request::new(Method::Post, &format!("{SALE}/registrations"))
            .key(tests::desk::KEY)
            .header("idempotency-key", "k")
            .body(json!({"employee_id": "M1", "role": "seller"}).to_string());
        desk.ask_at(noon("2026-03-11"), request)
    };
    let (first, second) = (ask(), ask());
    assert_eq!((first.0, &first.1["number"]), (201, &json!(1)));
    assert_eq!(first, second);
}

#[test]
fn a_new_version_of_a_rule_is_about_later_sales_alone() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let on = "2026-03-12";
    let version = json!({"rule": {"automatic": "never", "window_days": 10}});
    let changed = done(&mut desk, on, Method::Put, "/sales/products/P", &version);
    assert_eq!((&changed["rule"]["version"], &changed["rule"]["window_days"]), (&json!(2), &json!(10)));
    assert_eq!((&changed["rule"]["from"], &changed["versions"][0]["window_days"]), (&json!(on), &json!(5)));
    let mut later = transaction("S2", "B1");
    later["occurred_at"] = json!("2026-03-12T10:00:00+08:00");
    deliver(&mut desk, on, "/intake/transactions", &later);
    let listing = done(&mut desk, on, Method::Get, "/sales?product_id=P", &Value::Null);
    let items = listing["items"].as_array().expect("items").iter();
    let due: Vec<&Value> = items.map(|item| &item["due_on"]).collect();
    assert_eq!(due, ["2026-03-15", "2026-03-22"]);
    let one = done(&mut desk, on, Method::Get, "/sales?from=2026-03-11&to=2026-03-12", &Value::Null);
    assert_eq!(ids(&one), ["S2"]);
    let page = done(&mut desk, on, Method::Get, "/sales?limit=1", &Value::Null);
    let next = format!("/sales?limit=1&cursor={}", page["next_cursor"].as_str().expect("a cursor"));
    assert_eq!(ids(&done(&mut desk, on, Method::Get, &next, &Value::Null)), ["S2"]);
}

#[test]
fn a_run_decides_what_nobody_registered_and_only_once() {
    let mut desk = sold(&json!({}), &json!({"automatic": "never"}), &[]);
    let mut run = |on: &str| done(&mut desk, on, Method::Post, "/sales/default-runs", &json!({"as_of": on}));
    let (early, due, again) = (run("2026-03-14"), run("2026-03-15"), run("2026-03-16"));
    assert_eq!(
        [&early["defaulted"], &due["defaulted"], &again["defaulted"]],
        [&json!(0), &json!(1), &json!(0)]
    );
    assert_eq!((&due["done"], &due["as_of"]), (&json!(true), &json!("2026-03-15")));
    let credits = done(&mut desk, "2026-03-16", Method::Get, &format!("{SALE}/credits"), &Value::Null);
    assert_eq!(credits["state"], "default");
    assert_eq!(shares(&credits), ["T1 seller 10000 1000.00"]);
}
