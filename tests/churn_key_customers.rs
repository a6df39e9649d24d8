//! The status of key customers against a count of the customers themselves.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::branches::gold_scheme;
use tests::desk::{Desk, KEY, NOW_MS};
use web::{Method, Request};

const CUSTOMERS: usize = 60;

/// Assets of a customer in minor units at the end of a month of 2026: those of the third kind fall below gold in May.
fn assets(customer: usize, month: usize) -> u64 {
    match customer % 4 {
        0 => 20_000,
        1 => 9_999,
        2 if month >= 5 => 9_000,
        2 => 10_000,
        _ if month >= 5 => 30_000,
        _ => 1,
    }
}

fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B0", "parent_id": "HQ", "name": "B0"},
                {"id": "B1", "parent_id": "HQ", "name": "B1"}]),
    );
    let people: Vec<Value> = (0..CUSTOMERS)
        .map(|customer| json!({"id": format!("C{customer}"), "organisation_id": format!("B{}", customer / 4 % 2), "name": "x"}))
        .collect();
    desk.post("/intake/customers", &json!(people));
    for month in 1..=6 {
        let lines: Vec<Value> = (0..CUSTOMERS)
            .map(|customer| {
                let assets = assets(customer, month);
                let amount = format!("{}.{:02}", assets / 100, assets % 100);
                json!({"customer_id": format!("C{customer}"), "month": format!("2026-{month:02}"), "deposits": amount})
            })
            .collect();
        desk.post("/intake/assets", &json!(lines));
    }
    desk.put_in_force(&gold_scheme());
    desk
}

fn review(desk: &mut Desk, date: &str) {
    desk.post("/tiers/reviews", &json!({"as_of": date}));
}

/// Lines by organisation.
fn lines(desk: &mut Desk, query: &str) -> BTreeMap<String, Value> {
    let answer = desk.get(&format!("/churn/key-customers?{query}"));
    let lines = answer["lines"].as_array().expect("lines").iter();
    lines.map(|line| (line["organisation_id"].as_str().expect("an id").to_owned(), line.clone())).collect()
}

#[test]
fn the_status_of_key_customers_counts_who_holds_joined_and_left_and_rolls_up() {
    let mut desk = bank();
    for date in ["2026-04-30", "2026-05-31", "2026-06-30"] {
        review(&mut desk, date);
    }
    // In May, of 60: 15 stay gold, 15 are observed, 15 have joined; in June the 15 are in attention.
    for (date, statuses, before, joined) in
        [("2026-05-31", [30, 15, 0], 30, 15), ("2026-06-30", [30, 0, 15], 45, 0)]
    {
        let lines = lines(&mut desk, &format!("as_of={date}"));
        let bank = &lines["HQ"];
        assert_eq!(bank["tier"], "gold");
        let now =
            ["normal", "observed", "attention"].map(|name| bank["now"][name].as_u64().expect("a count"));
        assert_eq!((now, &bank["now"]["customers"]), (statuses, &json!(45)), "{date}");
        assert_eq!(
            (&bank["before"]["customers"], &bank["joined"]),
            (&json!(before), &json!(joined)),
            "{date}"
        );
        for figure in ["customers", "normal", "observed", "attention"] {
            let parts: u64 =
                ["B0", "B1"].iter().map(|id| lines[*id]["now"][figure].as_u64().expect("a count")).sum();
            assert_eq!(bank["now"][figure], parts, "{figure} of the branches is that of the bank");
        }
    }
    let bank = lines(&mut desk, "as_of=2026-06-30&tier=gold")["HQ"].clone();
    assert_eq!(bank["now"]["assets"], "8850.00", "15 × 200 + 15 × 90 + 15 × 300");
    assert_eq!(
        lines(&mut desk, "as_of=2026-06-30&tier=ordinary").len(),
        0,
        "the lowest tier is nobody's key"
    );
}

#[test]
fn who_lost_the_tier_is_counted_as_lost_and_as_having_left() {
    let mut desk = bank();
    for date in ["2026-04-30", "2026-05-31", "2026-06-30"] {
        review(&mut desk, date);
    }
    let july: Vec<Value> = (0..CUSTOMERS)
        .map(|customer| {
            json!({"customer_id": format!("C{customer}"), "month": "2026-07",
                               "deposits": if customer % 4 == 2 { "1.00" } else { "200.00" }})
        })
        .collect();
    desk.post("/intake/assets", &json!(july));
    review(&mut desk, "2026-07-31");
    let bank = lines(&mut desk, "as_of=2026-07-31")["HQ"].clone();
    assert_eq!((&bank["now"]["lost"], &bank["left"], &bank["joined"]), (&json!(15), &json!(15), &json!(15)));
    assert_eq!((&bank["now"]["customers"], &bank["before"]["lost"]), (&json!(45), &json!(0)));
}

#[test]
fn the_same_figures_can_be_had_as_csv() {
    let mut desk = bank();
    review(&mut desk, "2026-04-30");
    let ask = Request::new(Method::Get, "/churn/key-customers?organisation_id=B1&as_of=2026-04-30").key(KEY);
    let request = ask.header("accept", "text/csv");
    let answer = web::serve(&churn_check::routes(), &mut desk.connection, request, KEY, NOW_MS);
    assert_eq!(
        String::from_utf8(answer.body).expect("text"),
        "organisation_id,parent_id,tier,customers,normal,observed,attention,churned,lost,assets,\
         customers_before,normal_before,observed_before,attention_before,churned_before,lost_before,assets_before,\
         joined,left\r\nB1,,gold,14,14,0,0,0,0,2100.00,0,0,0,0,0,0,0.00,14,0\r\n"
    );
}

#[test]
fn a_question_that_makes_no_sense_is_refused_by_name() {
    let mut desk = bank();
    let (status, problem) = desk.ask(Method::Get, "/churn/key-customers", KEY, "");
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (409, &json!("/as_of")),
        "nothing is reviewed: {problem}"
    );
    for (query, pointer) in
        [("as_of=2030-01-01", "as_of"), ("as_of=x", "as_of"), ("tier=a%20b", "tier"), ("x=1", "x")]
    {
        let (status, problem) = desk.ask(Method::Get, &format!("/churn/key-customers?{query}"), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{query}: {problem}");
    }
    let (status, _) = desk.ask(Method::Get, "/churn/key-customers?organisation_id=B9", KEY, "");
    assert_eq!(status, 404);
}
