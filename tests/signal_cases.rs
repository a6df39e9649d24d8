//! Golden cases of early signals (`tests/golden/signal/*.json`, the file's name is the sentence), what is refused, and
//! who sees what.
//!
//! `given`: `months` of customer C (an amount of deposits each), `accounts` of C, `balances` (account, date, amount), and
//! `transactions` of C, each on one or several dates (noon in Shanghai) or instants. `when`: queries of
//! `GET /churn/signals`. `expect`, one a query: members of C's item, or null where the signal does not tell of C.

use serde_json::{Map, Value, json};
use tests::desk::{Desk, KEY};
use tests::golden::run_all;
use web::Method;

fn list<'a>(given: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    given.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn take_in(desk: &mut Desk, kind: &str, records: &[Value]) {
    if records.is_empty() {
        return;
    }
    let answer = desk.post(&format!("/intake/{kind}"), &json!(records));
    assert_eq!(answer["accepted"], records.len(), "{kind}: {answer}");
}

/// A transaction on each of its dates.
fn occurrences(entry: &Value, number: usize) -> Vec<Value> {
    let dates = entry["on"].as_array().cloned().unwrap_or_else(|| vec![entry["on"].clone()]);
    let record = |(place, on): (usize, &Value)| {
        let on = on.as_str().unwrap_or_else(|| panic!("on of {entry}"));
        let noon = if on.len() == 10 { "T12:00:00+08:00" } else { "" };
        let mut record = json!({
            "source": "core",
            "id": format!("T{number}-{place}"),
            "customer_id": "C",
            "occurred_at": format!("{on}{noon}"),
            "kind": text(entry, "kind"),
            "amount": text(entry, "amount"),
        });
        if let Some(bank) = entry.get("bank") {
            record["counterparty_bank"] = bank.clone();
        }
        if entry["kind"] == "refund" {
            record["refund_of"] = json!("elsewhere");
        }
        record
    };
    dates.iter().enumerate().map(record).collect()
}

fn deliver(desk: &mut Desk, given: &Map<String, Value>) {
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
    desk.post("/intake/customers", &json!({"id": "C", "organisation_id": "HQ", "name": "王芳"}));
    let months: Vec<Value> = given
        .get("months")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(month, deposits)| json!({"customer_id": "C", "month": month, "deposits": deposits}))
        .collect();
    take_in(desk, "assets", &months);
    let accounts: Vec<Value> = list(given, "accounts")
        .map(|account| {
            let mut account = account.clone();
            account["customer_id"] = json!("C");
            account
        })
        .collect();
    take_in(desk, "accounts", &accounts);
    let balances: Vec<Value> = list(given, "balances").cloned().collect();
    take_in(desk, "balances", &balances);
    let transactions: Vec<Value> = list(given, "transactions")
        .enumerate()
        .flat_map(|(number, entry)| occurrences(entry, number))
        .collect();
    take_in(desk, "transactions", &transactions);
}

fn run(name: &str, case: &Value) {
    let mut desk = Desk::new();
    deliver(&mut desk, case["given"].as_object().unwrap_or_else(|| panic!("{name}: given")));
    let queries = case["when"].as_array().unwrap_or_else(|| panic!("{name}: when"));
    let expected = case["expect"].as_array().unwrap_or_else(|| panic!("{name}: expect"));
    assert_eq!(queries.len(), expected.len(), "{name}: one expectation a query");
    for (query, expected) in queries.iter().zip(expected) {
        let query = query.as_str().unwrap_or_else(|| panic!("{name}: a query"));
        let page = desk.get(&format!("/churn/signals?{query}"));
        let items = page["items"].as_array().expect("items");
        match expected.as_object() {
            None => assert!(expected.is_null() && items.is_empty(), "{name}: {query}: {page}"),
            Some(members) => {
                assert_eq!(items.len(), 1, "{name}: {query}: {page}");
                for (member, value) in members {
                    assert_eq!(&items[0][member], value, "{name}: {query}: {member}");
                }
                for language in ["zh", "en"] {
                    let said = text(&items[0]["text"], language);
                    assert!(said.ends_with(['。', '.']), "{name}: {query}: {said}");
                }
            }
        }
    }
}

#[test]
fn every_signal_fires_as_the_analysts_wrote() {
    run_all("signal", 12, run);
}

#[test]
fn a_question_without_its_parameters_or_with_another_kinds_is_refused_by_name() {
    let mut desk = Desk::new();
    for (query, pointer) in [
        ("", "kind"),
        ("kind=silence&months=12&share=1", "kind"),
        ("kind=balance_ratio", "months"),
        ("kind=balance_ratio&months=0&share=1", "months"),
        ("kind=balance_ratio&months=25&share=1", "months"),
        ("kind=balance_ratio&months=12", "share"),
        ("kind=balance_ratio&months=12&share=1.5", "share"),
        ("kind=balance_ratio&months=12&share=1&days=30", "days"),
        ("kind=balance_ratio&months=12&share=1&last=true", "last"),
        ("kind=assets_down&share=0.3", "months"),
        ("kind=assets_down&months=1&days=30&share=0.3", "days"),
        ("kind=assets_down&days=0&share=0.3", "days"),
        ("kind=assets_down&days=401&share=0.3", "days"),
        ("kind=assets_down&days=30", "share"),
        ("kind=assets_down&days=30&share=0.3&at_least=1.00", "at_least"),
        ("kind=assets_down&months=1&share=1&as_of=2030-01-01", "as_of"),
        ("kind=assets_down&months=1&share=1&cursor=x", "cursor"),
        ("kind=outflow&at_least=1.00", "days"),
        ("kind=outflow&days=30", "at_least"),
        ("kind=outflow&days=30&at_least=0.00", "at_least"),
        ("kind=outflow&days=30&at_least=-1.00", "at_least"),
        ("kind=outflow&days=30&at_least=1.001", "at_least"),
        ("kind=outflow&days=30&share=0", "share"),
        ("kind=outflow&days=30&share=0.5&months=1", "months"),
        ("kind=salary_stopped&days=35&at_least=1.00", "months"),
        ("kind=salary_stopped&months=3&at_least=1.00", "days"),
        ("kind=salary_stopped&months=3&days=27&at_least=1.00", "days"),
        ("kind=salary_stopped&months=3&days=35", "at_least"),
        ("kind=salary_stopped&months=3&days=35&at_least=1.00&share=1", "share"),
        ("kind=product_closed", "days"),
        ("kind=product_closed&days=30&last=yes", "last"),
        ("kind=product_closed&days=30&months=1", "months"),
        ("kind=inactive", "days"),
        ("kind=inactive&days=x", "days"),
        ("kind=inactive&days=30&at_least=1.00", "at_least"),
        ("kind=inactive&days=30&as_of=2030-01-01", "as_of"),
        ("kind=inactive&days=30&colour=red", "colour"),
    ] {
        let (status, problem) = desk.ask(Method::Get, &format!("/churn/signals?{query}"), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{query}: {problem}");
    }
}

/// Three customers of two branches, each of whom sent money to another bank and did nothing since.
fn bank_of_three() -> Desk {
    let mut desk = Desk::new();
    let unit = |id: &str, parent: Option<&str>| json!({"id": id, "name": id, "parent_id": parent});
    take_in(&mut desk, "organisations", &[unit("HQ", None), unit("B1", Some("HQ")), unit("B2", Some("HQ"))]);
    let places = [("C1", "B1"), ("C2", "B2"), ("C3", "B1")];
    let people = places.map(|(id, of)| json!({"id": id, "organisation_id": of, "name": "x"}));
    take_in(&mut desk, "customers", &people);
    let accounts =
        places.map(|(id, _)| json!({"id": format!("A{id}"), "customer_id": id, "class": "deposit"}));
    take_in(&mut desk, "accounts", &accounts);
    let sent = places.map(|(id, _)| {
        json!({"source": "core", "id": id, "customer_id": id, "kind": "transfer_out", "amount": "500.00",
               "occurred_at": "2024-02-29T23:59:59+08:00", "counterparty_bank": "other"})
    });
    take_in(&mut desk, "transactions", &sent);
    desk
}

const OUTFLOW: &str = "kind=outflow&days=1&at_least=500.00&as_of=2024-02-29";
const INACTIVE: &str = "kind=inactive&days=1&as_of=2024-03-01";

fn ids(items: &Value) -> Vec<String> {
    let items = items.as_array().expect("items");
    items.iter().map(|item| text(item, "customer_id").to_owned()).collect()
}

#[test]
fn pages_of_one_item_list_everybody_once() {
    let mut desk = bank_of_three();
    for query in [OUTFLOW, INACTIVE] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        for _ in 0..3 {
            let page = desk.get(&format!("/churn/signals?{query}&limit=1{cursor}"));
            found.extend(ids(&page["items"]));
            cursor = page["next_cursor"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
        }
        assert_eq!(found, ["C1", "C2", "C3"], "{query}");
        assert_eq!(cursor, "", "{query}: the third page is the last one");
    }
}

#[test]
fn a_branch_sees_its_own_customers_and_asks_for_no_other() {
    let mut desk = bank_of_three();
    let client = json!({"name": "B1", "scopes": ["churn:read"], "organisation_id": "B1"});
    let key = text(&desk.post("/api-clients", &client), "key").to_owned();
    for query in [OUTFLOW, INACTIVE] {
        let (status, page) = desk.ask(Method::Get, &format!("/churn/signals?{query}"), &key, "");
        assert_eq!((status, ids(&page["items"])), (200, vec!["C1".to_owned(), "C3".to_owned()]), "{query}");
        let other = format!("/churn/signals?{query}&organisation_id=B2");
        assert_eq!(desk.ask(Method::Get, &other, &key, "").0, 403, "{query}");
        assert_eq!(ids(&desk.get(&other)["items"]), ["C2"], "{query}");
    }
}

#[test]
fn an_employee_sees_the_customers_of_own_retention_cases_until_they_are_closed() {
    let mut desk = bank_of_three();
    let employee = json!({"id": "E1", "organisation_id": "HQ", "name": "李雷", "role": "manager"});
    take_in(&mut desk, "employees", &[employee]);
    let case = desk.post("/churn/cases", &json!({"customer_id": "C2", "owner_id": "E1"}));
    let found = store::employee::find(&mut desk.connection, ["E1"]).expect("found").pop();
    let (_, employee) = found.expect("the employee");
    let rule = domain::signal::Outflow { days: 1, at_least: Some(50_000), share: None };
    let as_of = domain::date::Day::parse("2024-02-29").expect("a date");
    let owner = Some(store::portfolio::Own { employee_ref: employee.employee_ref, on: as_of.number() });
    let own = |desk: &mut Desk| {
        let filter = app::churn::SignalFilter { organisations: None, owner };
        let signal = domain::signal::Signal::Outflow(rule);
        let found = app::churn::signals(&mut desk.connection, signal, as_of, filter, 0, 10);
        let (found, next) = found.expect("an answer");
        assert_eq!(next, None);
        found.into_iter().map(|found| found.member.customer_id).collect::<Vec<_>>()
    };
    assert_eq!(own(&mut desk), ["C2"]);
    desk.post(&format!("/churn/cases/{}/dismiss", text(&case, "id")), &json!({}));
    assert!(own(&mut desk).is_empty());
}
