//! Asset monitoring: movements, the largest changes, totals over time; what is refused, and who sees what.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY, NOW_MS};
use web::field::{Money, minor_units};
use web::{Method, Request};

#[path = "asset_monitoring/law.rs"]
mod law;

/// A house with two branches, one of which has an office; customers `(id, organisation)` follow.
fn bank(customers: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
                {"id": "B2", "parent_id": "HQ", "name": "B2"}, {"id": "O1", "parent_id": "B1", "name": "O1"}]),
    );
    let people: Vec<Value> = customers
        .iter()
        .map(|(id, organisation)| json!({"id": id, "organisation_id": organisation, "name": "x"}))
        .collect();
    desk.post("/intake/customers", &json!(people));
    desk
}

/// Delivers deposits of a customer's months.
fn deliver(desk: &mut Desk, customer: &str, months: &[(&str, &str)]) {
    for (month, deposits) in months {
        desk.post("/intake/assets", &json!({"customer_id": customer, "month": month, "deposits": deposits}));
    }
}

/// Four customers whose assets move between September and October.
fn small_bank() -> Desk {
    let mut desk = bank(&[("c1", "B1"), ("c2", "O1"), ("c3", "HQ"), ("d1", "B2")]);
    for (customer, september, october) in [
        ("c1", "100.00", "150.00"),
        ("c2", "80.00", "30.00"),
        ("c3", "5.00", "5.00"),
        ("d1", "0.01", "50.01"),
    ] {
        deliver(&mut desk, customer, &[("2026-09", september), ("2026-10", october)]);
    }
    desk
}

fn money(value: &Value) -> i64 {
    minor_units(value.as_str().expect("money")).expect("two decimals")
}

/// `month key customers amount` of every line.
fn lines(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| "-".to_owned(), str::to_owned);
    let line = |line: &Value| {
        format!(
            "{} {} {} {}",
            text(&line["month"]),
            text(&line["key"]),
            line["customers"],
            text(&line["amount"])
        )
    };
    answer["lines"].as_array().expect("lines").iter().map(line).collect()
}

/// `customer change` of every item.
fn moves(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let items = answer["items"].as_array().expect("items").iter();
    items.map(|item| format!("{} {}", text(&item["customer_id"]), text(&item["change"]))).collect()
}

const SPAN: &str = "from=2026-09&to=2026-10";

#[test]
fn a_movement_exactly_at_the_amount_is_listed_and_one_fen_less_is_not() {
    let mut desk = small_bank();
    let mut moved =
        |at_least: &str| moves(&desk.get(&format!("/assets/movements?{SPAN}&at_least={at_least}")));
    assert_eq!(moved("50.00"), ["c1 50.00", "c2 -50.00", "d1 50.00"]);
    assert!(moved("50.01").is_empty());
    let default = desk.get("/assets/movements");
    assert_eq!(moves(&default), ["c1 50.00", "c2 -50.00", "d1 50.00"], "the latest two months, any change");
}

#[test]
fn the_largest_changes_come_first_and_equal_ones_by_id() {
    let mut desk = small_bank();
    let rises = desk.get(&format!("/assets/changes?{SPAN}&direction=rise"));
    assert_eq!((&rises["from"], &rises["to"]), (&json!("2026-09"), &json!("2026-10")));
    assert_eq!(moves(&rises), ["c1 50.00", "d1 50.00"]);
    assert_eq!(moves(&desk.get("/assets/changes?direction=fall")), ["c2 -50.00"]);
    assert_eq!(moves(&desk.get("/assets/changes?direction=rise&limit=1")), ["c1 50.00"]);
    assert_eq!(moves(&desk.get("/assets/changes?direction=rise&organisation_id=B2")), ["d1 50.00"]);
    assert!(moves(&desk.get("/assets/changes?direction=rise&manager_id=nobody")).is_empty());
}

#[test]
fn totals_of_an_organisation_are_its_own_and_all_below_it() {
    let mut desk = small_bank();
    let all = desk.get(&format!("/assets/totals?{SPAN}"));
    assert_eq!(
        lines(&all),
        [
            "2026-09 HQ 4 185.01",
            "2026-09 B1 2 180.00",
            "2026-09 B2 1 0.01",
            "2026-09 O1 1 80.00",
            "2026-10 HQ 4 235.01",
            "2026-10 B1 2 180.00",
            "2026-10 B2 1 50.01",
            "2026-10 O1 1 30.00",
        ]
    );
    let branch = desk.get("/assets/totals?from=2026-10&organisation_id=B1");
    assert_eq!(lines(&branch), ["2026-10 B1 2 180.00", "2026-10 O1 1 30.00"]);
}

#[test]
fn totals_by_class_are_month_ends_and_the_spend_of_the_month() {
    let mut desk = bank(&[("c1", "B1"), ("c2", "B2")]);
    desk.post(
        "/intake/assets",
        &json!([{"customer_id": "c1", "month": "2026-10", "deposits": "10.00", "investments": "20.00",
                 "secured_loans": "30.00", "unsecured_loans": "40.00", "card_spend": "50.00"},
                {"customer_id": "c2", "month": "2026-10", "deposits": "-1.00", "card_spend": "0.50"}]),
    );
    assert_eq!(
        lines(&desk.get("/assets/totals?by=class&from=2026-10&to=2026-10")),
        [
            "2026-10 deposits 2 9.00",
            "2026-10 investments 1 20.00",
            "2026-10 secured_loans 1 30.00",
            "2026-10 unsecured_loans 1 40.00",
            "2026-10 card_spend 2 50.50",
        ]
    );
}

#[test]
fn what_accounts_hold_stands_in_later_months_and_spend_does_not() {
    let mut desk = bank(&[("c1", "B1")]);
    desk.post("/intake/accounts", &json!({"id": "A1", "customer_id": "c1", "class": "deposit"}));
    desk.post("/intake/balances", &json!({"account_id": "A1", "date": "2026-08-15", "amount": "70.00"}));
    let told = lines(&desk.get("/assets/totals?by=class&from=2026-07&to=2026-10"));
    let deposits: Vec<&String> = told.iter().filter(|line| line.contains("deposits")).collect();
    assert_eq!(
        deposits,
        [
            "2026-07 deposits 0 0.00",
            "2026-08 deposits 1 70.00",
            "2026-09 deposits 1 70.00",
            "2026-10 deposits 1 70.00"
        ]
    );
}

#[test]
fn totals_by_tier_use_the_tiers_held_at_each_months_end() {
    let mut desk = bank(&[("c1", "B1"), ("c2", "B2"), ("c3", "B2")]);
    deliver(&mut desk, "c1", &[("2026-08", "250000.00"), ("2026-09", "250000.00"), ("2026-10", "10.00")]);
    deliver(&mut desk, "c2", &[("2026-08", "60000.00"), ("2026-09", "60000.00"), ("2026-10", "300000.00")]);
    deliver(&mut desk, "c3", &[("2026-08", "1.00"), ("2026-09", "1.00"), ("2026-10", "1.00")]);
    for as_of in ["2026-09-30", "2026-10-31"] {
        assert_eq!(desk.post("/tiers/reviews", &json!({"as_of": as_of}))["done"], true);
    }
    let told = desk.get("/assets/totals?by=tier&from=2026-08&to=2026-10");
    assert_eq!(
        lines(&told),
        [
            "2026-08 - 3 310001.00",
            "2026-09 gold 1 250000.00",
            "2026-09 potential 1 60000.00",
            "2026-09 ordinary 1 1.00",
            "2026-10 gold 2 300010.00",
            "2026-10 ordinary 1 1.00",
        ]
    );
    let request = Request::new(Method::Get, "/assets/totals?by=tier&from=2026-08&to=2026-10");
    let request = request.key(KEY).header("accept", "text/csv");
    let answer = web::serve(&asset_monitoring::routes(), &mut desk.connection, request, KEY, NOW_MS);
    let csv = String::from_utf8(answer.body).expect("text");
    let mut rows = csv.split_terminator("\r\n");
    assert_eq!(rows.next(), Some("month,key,customers,amount"));
    let rows: Vec<String> = rows.map(|row| row.replace(",,", ",-,").replace(',', " ")).collect();
    assert_eq!(rows, lines(&told), "both forms tell the same");
}

#[test]
fn a_branch_and_a_manager_see_their_own_customers_alone() {
    let mut desk = small_bank();
    let employee = json!({"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"});
    desk.post("/intake/employees", &employee);
    desk.post("/churn/cases", &json!({"customer_id": "c2", "owner_id": "m1"}));
    let mut key = |extra: &str, value: &str| {
        let mut client = json!({"name": value, "scopes": ["assets:read"]});
        client[extra] = json!(value);
        desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
    };
    let (branch, manager) = (key("organisation_id", "B1"), key("employee_id", "m1"));
    let mut ask = |key: &str, target: &str| {
        let (status, answer) = desk.ask(Method::Get, &format!("/assets/{target}"), key, "");
        assert_eq!(status, 200, "{target}: {answer}");
        answer
    };
    assert_eq!(moves(&ask(&branch, &format!("movements?{SPAN}"))), ["c1 50.00", "c2 -50.00"]);
    assert_eq!(moves(&ask(&manager, &format!("movements?{SPAN}"))), ["c2 -50.00"]);
    assert_eq!(moves(&ask(&branch, "changes?direction=rise")), ["c1 50.00"]);
    assert!(moves(&ask(&manager, "changes?direction=rise")).is_empty());
    assert_eq!(moves(&ask(&manager, "changes?direction=fall")), ["c2 -50.00"]);
    assert_eq!(moves(&ask(KEY, "changes?direction=fall&manager_id=m1")), ["c2 -50.00"]);
    assert_eq!(lines(&ask(&branch, "totals?from=2026-10")), ["2026-10 B1 2 180.00", "2026-10 O1 1 30.00"]);
    assert_eq!(lines(&ask(&manager, "totals?from=2026-10")), ["2026-10 B1 1 30.00", "2026-10 O1 1 30.00"]);
    for target in ["movements?", "changes?direction=rise&", "totals?", "large-movements?"] {
        let target = format!("/assets/{target}organisation_id=B2");
        assert_eq!(desk.ask(Method::Get, &target, &branch, "").0, 403, "{target}");
    }
}

#[test]
fn a_question_that_makes_no_sense_is_refused_by_name() {
    let mut desk = small_bank();
    for (target, pointer) in [
        ("movements?from=2026-11&to=2026-10", "from"),
        ("movements?from=2026-13", "from"),
        ("movements?to=2026-10-01", "to"),
        ("movements?at_least=0.00", "at_least"),
        ("movements?at_least=-5.00", "at_least"),
        ("movements?at_least=1.234", "at_least"),
        ("movements?limit=1001", "limit"),
        ("movements?cursor=x", "cursor"),
        ("movements?direction=rise", "direction"),
        ("changes", "direction"),
        ("changes?direction=up", "direction"),
        ("changes?direction=rise&limit=0", "limit"),
        ("changes?direction=rise&cursor=x", "cursor"),
        ("changes?direction=rise&manager_id=a%20b", "manager_id"),
        ("changes?direction=rise&from=2026-11&to=2026-10", "from"),
        ("totals?by=colour", "by"),
        ("totals?from=2024-10&to=2026-10", "from"),
        ("totals?from=2026-11&to=2026-10", "from"),
        ("totals?organisation_id=a%20b", "organisation_id"),
    ] {
        let (status, problem) = desk.ask(Method::Get, &format!("/assets/{target}"), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{target}: {problem}");
    }
    assert_eq!(desk.ask(Method::Get, "/assets/totals?organisation_id=nowhere", KEY, "").0, 404);
    desk.get("/assets/totals?from=2024-11&to=2026-10");
}

#[test]
fn totals_of_the_czech_bank_are_the_sums_of_its_accounts() {
    let Some(dir) = tests::data_dir("berka") else { return };
    let months = law::month_ends(&dir.join("month_balances_1993-01_1994-02.csv.gz"));
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "HQ"}));
    let mut accounts: Vec<&str> = months.iter().map(|(account, ..)| account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let person = |id: &&str| json!({"id": id, "organisation_id": "HQ", "name": "x"});
    desk.post("/intake/customers", &json!(accounts.iter().map(person).collect::<Vec<_>>()));
    let delivered: Vec<Value> = months
        .iter()
        .map(|(account, month, end)| json!({"customer_id": account, "month": month, "deposits": Money(*end)}))
        .collect();
    assert_eq!(desk.post("/intake/assets", &json!(delivered))["accepted"], delivered.len());
    let told = desk.get("/assets/totals?from=1993-01&to=1994-02");
    let totals: Vec<(&str, i64)> = told["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (line["month"].as_str().expect("a month"), money(&line["amount"])))
        .collect();
    assert_eq!(totals.len(), 14);
    for (month, total) in &totals {
        let sum: i64 = months.iter().filter(|(_, of, _)| of == month).map(|(.., end)| end).sum();
        assert_eq!(*total, sum, "{month}");
    }
    for (month, published) in [
        ("1993-06", 1_594_619_900),
        ("1993-12", 3_657_594_610),
        ("1994-01", 3_121_945_220),
        ("1994-02", 3_671_060_370),
    ] {
        assert!(totals.contains(&(month, published)), "{month}: {totals:?}");
    }
}
