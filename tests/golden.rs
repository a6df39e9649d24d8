//! Golden cases: what a bank's analyst writes down (`tests/golden/tier/*.json`, the file's name is the sentence), run
//! through intake, reviews and questions.
//!
//! `given`: months (`"2023-01"` or a span `"2022-09..2023-09"`, an amount of assets or an object of figures), cards,
//! overrides, an opening day, a scheme other than the seed. `when`: dates of reviews. `expect`: any member of
//! `GET /customers/{id}/tier` at the last date, and `history`, the outcomes from the first to the last.

use serde_json::{Map, Value, json};
use tests::desk::Desk;
use tests::golden::run_all;

fn months(span: &str) -> Vec<String> {
    let (from, to) = span.split_once("..").unwrap_or((span, span));
    let parse = |text| domain::date::Month::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let (from, to) = (parse(from), parse(to));
    (from.number()..=to.number()).map(|month| domain::date::Month::from_number(month).to_string()).collect()
}

fn deliver(desk: &mut Desk, given: &Map<String, Value>) {
    desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
    let mut customer = json!({"id": "C", "organisation_id": "HQ", "name": "王芳"});
    if let Some(opened_on) = given.get("opened_on") {
        customer["opened_on"] = opened_on.clone();
    }
    desk.post("/intake/customers", &customer);
    let mut figures: Map<String, Value> = Map::new();
    for (span, figure) in given.get("months").and_then(Value::as_object).into_iter().flatten() {
        for month in months(span) {
            let entry = figures.entry(month).or_insert_with(|| json!({}));
            match figure {
                Value::String(assets) => entry["deposits"] = json!(assets),
                Value::Object(members) => {
                    members.iter().for_each(|(name, value)| entry[name] = value.clone())
                }
                other => panic!("a month is an amount or an object: {other}"),
            }
        }
    }
    for (month, mut figure) in figures {
        figure["customer_id"] = json!("C");
        figure["month"] = json!(month);
        desk.post("/intake/assets", &figure);
    }
    for (number, card) in given.get("cards").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let mut account = json!({"id": format!("K{number}"), "customer_id": "C", "class": "credit_card"});
        card.as_object().into_iter().flatten().for_each(|(name, value)| account[name] = value.clone());
        desk.post("/intake/accounts", &account);
    }
    if let Some(scheme) = given.get("scheme") {
        desk.put_in_force(scheme);
    }
    for standing in given.get("overrides").and_then(Value::as_array).into_iter().flatten() {
        desk.post("/customers/C/tier/overrides", standing);
    }
}

fn run(name: &str, case: &Value) {
    let mut desk = Desk::new();
    deliver(&mut desk, case["given"].as_object().unwrap_or_else(|| panic!("{name}: given")));
    let dates = case["when"].as_array().unwrap_or_else(|| panic!("{name}: when"));
    for date in dates {
        desk.post("/tiers/reviews", &json!({"as_of": date}));
    }
    let last = dates.last().and_then(Value::as_str).unwrap_or_else(|| panic!("{name}: a date"));
    let tier = desk.get(&format!("/customers/C/tier?as_of={last}"));
    let expected =
        case["expect"].as_object().filter(|of| !of.is_empty()).unwrap_or_else(|| panic!("{name}: expect"));
    for (member, value) in expected.iter().filter(|(member, _)| *member != "history") {
        assert_eq!(tier.get(member).unwrap_or(&Value::Null), value, "{name}: {member}");
    }
    let history = desk.get("/customers/C/tier/history");
    let items = history["items"].as_array().expect("items");
    assert!(items.iter().all(|item| item["replays"] == true), "{name}: every decision replays");
    if let Some(expected) = expected.get("history") {
        let outcomes: Vec<String> = items
            .iter()
            .rev()
            .filter(|item| item["outcome"] != "unchanged")
            .map(|item| {
                let text = |member: &str| item[member].as_str().unwrap_or_default();
                format!("{} {} {}", text("as_of"), text("outcome"), text("to"))
            })
            .collect();
        assert_eq!(&json!(outcomes), expected, "{name}: history");
    }
}

#[test]
fn every_case_of_the_analysts_comes_out_as_written() {
    run_all("tier", 20, run);
}
