//! What the programme owes and how it does, by organisation, tier and partner.

use serde_json::{Value, json};
use tests::branches::gold_scheme;
use tests::desk::KEY;
use tests::partner::signed;
use web::{Method, Request};

use super::{Bank, HOUR_MS, number, numbers};

const SUMS: [&str; 9] = [
    "liability",
    "pending",
    "reserved",
    "breakage",
    "programme_cost",
    "reward_cost",
    "partner_payable",
    "partner_receivable",
    "customer_debt",
];

/// A partner gives a customer points.
fn give(bank: &mut Bank, customer: &str, points: i64) {
    let partner = bank.post("/partners", &json!({"id": "hotel", "name": "Hotel"}));
    let secret = partner["secret"].as_str().expect("a secret");
    let body = json!({"customer_id": customer, "points": points}).to_string();
    let request = signed(("hotel", secret), "earn", "w1", bank.now_ms / 1_000, &body);
    let (status, answer) = bank.desk.ask_at(bank.now_ms, request);
    assert_eq!(status, 200, "{answer}");
}

/// Customer a holds gold; there are points of all kinds in both branches, and 40 of the branch B1 went to B2.
fn furnished() -> Bank {
    let mut bank = Bank::open("2026-11-22");
    bank.post("/intake/assets", &json!({"customer_id": "a", "month": "2026-10", "deposits": "100.00"}));
    bank.desk.put_in_force(&gold_scheme());
    bank.post("/tiers/reviews", &json!({"as_of": "2026-10-31"}));
    bank.buy("e1", "a", "100.00", "2026-11-01");
    bank.buy("e2", "b", "200.00", "2026-11-02");
    bank.tell("s1", "c", "survey", "2026-11-20");
    bank.buy("e3", "b", "7.00", "2026-08-01");
    give(&mut bank, "c", 70);
    bank.post("/points/transfers", &json!({"from": "a", "to": "b", "points": 40}));
    bank.spend("c", 25);
    bank.hold("b", 15, 3_600);
    bank
}

fn keys(answer: &Value) -> Vec<&str> {
    let groups = answer["groups"].as_array().expect("groups").iter();
    groups.map(|group| group["key"].as_str().unwrap_or("none")).collect()
}

fn group<'a>(answer: &'a Value, key: &str) -> &'a Value {
    let mut groups = answer["groups"].as_array().expect("groups").iter();
    groups.find(|group| group["key"] == key).unwrap_or_else(|| panic!("{key}: {answer}"))
}

#[test]
fn groups_add_up_to_the_whole_and_a_subtree_is_its_own_groups() {
    let mut bank = furnished();
    let whole = bank.get("/points/liability");
    // 100 and 200, 30 that wait, 70 of the partner less 25; seven points ended on the second of November.
    assert_eq!(numbers(&whole, SUMS), [375, 30, 15, 7, 337, 25, 0, 70, 0], "{whole}");
    assert_eq!((&whole["balanced"], &whole["cost"]), (&json!(true), &json!("3.75")));
    for (by, key) in [("organisation", "B2"), ("tier", "gold"), ("partner", "hotel")] {
        let answer = bank.get(&format!("/points/liability?by={by}"));
        assert_eq!(answer["by"], by);
        assert_eq!(keys(&answer).len(), 2, "{answer}");
        assert!(keys(&answer).contains(&key), "{answer}");
        for name in SUMS {
            let groups = answer["groups"].as_array().expect("groups").iter();
            assert_eq!(
                groups.map(|group| number(&group[name])).sum::<i64>(),
                number(&whole[name]),
                "{by} {name}"
            );
        }
    }
    assert_eq!(group(&bank.get("/points/liability?by=tier"), "gold")["liability"], 100);
    let hotel = bank.get("/points/liability?by=partner");
    assert_eq!(numbers(group(&hotel, "hotel"), ["liability", "partner_receivable"]), [45, 70]);
    let by_organisation = bank.get("/points/liability");
    // What B1 issued stays its own, whoever has it now.
    for (organisation, owed) in [("B1", 175), ("B2", 200)] {
        let part = bank.get(&format!("/points/liability?organisation_id={organisation}"));
        assert_eq!((number(&part["liability"]), &part["balanced"]), (owed, &json!(true)), "{part}");
        assert_eq!(keys(&part), [organisation]);
        assert_eq!(numbers(&part, SUMS), numbers(group(&by_organisation, organisation), SUMS));
    }
    assert_eq!(numbers(&bank.get("/points/liability?organisation_id=HQ"), SUMS), numbers(&whole, SUMS));
}

#[test]
fn a_branchs_key_is_told_of_its_own_lots_alone() {
    let mut bank = furnished();
    let client = json!({"name": "branch", "scopes": ["points:read"], "organisation_id": "B1"});
    let key = bank.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned();
    for path in ["/points/liability", "/points/measures"] {
        let now_ms = bank.now_ms;
        let mut ask = |target: &str| bank.desk.ask_at(now_ms, Request::new(Method::Get, target).key(&key));
        let (status, own) = ask(path);
        assert_eq!((status, keys(&own)), (200, vec!["B1"]), "{path}");
        assert_eq!(ask(&format!("{path}?organisation_id=B1")).1, own);
        for other in ["B2", "HQ"] {
            assert_eq!(ask(&format!("{path}?organisation_id={other}")).0, 403, "{path} of {other}");
        }
    }
}

#[test]
fn the_liability_as_csv_tells_the_same_groups() {
    let mut bank = furnished();
    let whole = bank.get("/points/liability");
    let request =
        Request::new(Method::Get, "/points/liability?by=partner").key(KEY).header("accept", "text/csv");
    let answer = bank.desk.answer_at(bank.now_ms, request);
    assert_eq!(answer.status, 200);
    assert!(answer.content_type.starts_with("text/csv"), "{}", answer.content_type);
    let text = String::from_utf8(answer.body).expect("text");
    let mut lines = text.split_terminator("\r\n");
    assert_eq!(lines.next(), Some(format!("key,{}", SUMS.join(",")).as_str()));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ["", "hotel"], "{text}");
    for (place, name) in SUMS.iter().enumerate() {
        let sum: i64 = rows.iter().map(|row| row[place + 1].parse::<i64>().expect("a number")).sum();
        assert_eq!(sum, number(&whole[*name]), "{name}");
    }
}

const COUNTS: [&str; 6] = ["issued", "redeemed", "expired", "returned", "members", "active_members"];
const RATES: [&str; 3] = ["redemption_rate_bp", "breakage_rate_bp", "active_member_rate_bp"];

#[test]
fn measures_count_what_happened_in_the_span_booked_or_not() {
    let mut bank = Bank::open("2026-03-01");
    bank.buy("e1", "a", "100.00", "2026-03-01");
    bank.buy("e2", "b", "200.00", "2026-03-01");
    bank.go_to("2026-04-01");
    bank.spend("a", 30);
    bank.go_to("2026-07-01");
    for _ in ["before the run", "and after it"] {
        for (span, counts, rates) in [
            // Both lots ended after the first of June.
            ("from=2026-03-01&to=2026-06-30", [300, 30, 270, 0, 2, 2], json!([1_000, 9_000, 10_000])),
            ("from=2026-03-01&to=2026-06-01", [300, 30, 0, 0, 2, 2], json!([1_000, 0, 10_000])),
            ("from=2026-04-01&to=2026-04-01", [0, 30, 0, 0, 2, 1], json!([null, null, 5_000])),
            ("from=2026-06-02&to=2026-06-02", [0, 0, 270, 0, 2, 0], json!([null, null, 0])),
            ("from=2026-06-03&to=2026-06-30", [0, 0, 0, 0, 2, 0], json!([null, null, 0])),
            ("from=2026-02-01&to=2026-02-28", [0, 0, 0, 0, 0, 0], json!([null, null, null])),
        ] {
            let measures = bank.get(&format!("/points/measures?{span}"));
            assert_eq!(numbers(&measures, COUNTS), counts, "{span}");
            assert_eq!(json!(RATES.map(|rate| measures[rate].clone())), rates, "{span}");
            for name in COUNTS {
                let groups = measures["groups"].as_array().expect("groups").iter();
                let sum: i64 = groups.map(|group| number(&group[name])).sum();
                assert_eq!(sum, number(&measures[name]), "{span}: {name}");
            }
        }
        bank.expire();
    }
    let usual = bank.get("/points/measures");
    assert_eq!((&usual["from"], &usual["to"]), (&json!("2025-07-01"), &json!("2026-07-01")));
    assert_eq!((&usual["cost"], &usual["point_cost_amount"]), (&json!("3.00"), &json!("10.00")));
    let part = bank.get("/points/measures?organisation_id=B1");
    assert_eq!(numbers(&part, COUNTS), [100, 30, 70, 0, 1, 1]);
    let by_tier = bank.get("/points/measures?by=tier");
    assert_eq!((&by_tier["members"], &by_tier["groups"][0]["members"]), (&json!(2), &Value::Null));
    bank.post("/points/merges", &json!({"from": "a", "into": "b", "reason": "one person"}));
    assert_eq!(bank.get("/points/measures")["members"], 1, "who was merged is a member no more");
}

#[test]
fn debt_that_moves_with_a_merge_is_neither_issued_nor_spent() {
    let mut bank = Bank::open("2026-03-01");
    bank.buy("e1", "a", "100.00", "2026-03-01");
    bank.spend("a", 100);
    let refund = json!({"source": "core", "id": "r1", "customer_id": "a", "type": "refund",
        "occurred_at": "2026-03-01T11:00:00+08:00", "amount": "100.00", "refund_of": "e1"});
    bank.post("/points/events", &refund);
    let sums = |bank: &mut Bank| numbers(&bank.get("/points/measures"), ["issued", "redeemed", "returned"]);
    let before = sums(&mut bank);
    bank.post("/points/merges", &json!({"from": "a", "into": "b", "reason": "one person"}));
    assert_eq!((sums(&mut bank), before), ([100, 100, 0], [100, 100, 0]));
    let debts = ["a", "b"].map(|customer| bank.get(&format!("/points/accounts/{customer}"))["debt"].clone());
    assert_eq!(debts, [json!(0), json!(100)]);
    let statement = bank.statement("a", "2026-03");
    let lines = statement["lines"].as_array().expect("lines");
    assert!(lines.contains(&json!({"kind": "debt_moved", "points": 100})), "{statement}");
    assert_eq!(number(&statement["closing"]), 0);
    assert_eq!(bank.liability("2026-03-01")["liability"], 0);
    assert_eq!(bank.get("/points/audit")["ok"], true);
}

#[test]
fn a_question_that_cannot_be_answered_is_refused_with_its_parameter() {
    let mut bank = Bank::open("2026-07-01");
    for (target, parameter) in [
        ("/points/liability?as_of=2026-07-02", "as_of"),
        ("/points/liability?as_of=2026-02-30", "as_of"),
        ("/points/liability?by=colour", "by"),
        ("/points/liability?day=2026-01-01", "day"),
        ("/points/measures?from=2026-06-02&to=2026-06-01", "from"),
        ("/points/measures?to=2026-07-02", "to"),
        ("/points/measures?by=customer", "by"),
        ("/points/accounts/a?as_of=tomorrow", "as_of"),
        ("/points/accounts/a/statement?month=2026-08", "month"),
        ("/points/accounts/a/statement?month=2026-13", "month"),
        ("/points/accounts/a/entries?from=2026-06-02&to=2026-06-01", "from"),
        ("/points/accounts/a/entries?limit=0", "limit"),
        ("/points/accounts/a/entries?cursor=x", "cursor"),
    ] {
        let (status, problem) = bank.ask(target);
        assert_eq!(
            (status, &problem["errors"][0]["pointer"]),
            (400, &json!(parameter)),
            "{target}: {problem}"
        );
    }
    for target in ["/points/liability?organisation_id=B9", "/points/measures?organisation_id=B9"] {
        let (status, problem) = bank.ask(target);
        assert_eq!((status, &problem["type"]), (404, &json!("/problems/unknown-organisation")), "{target}");
    }
    for target in ["/points/accounts/z", "/points/accounts/z/statement", "/points/accounts/z/entries"] {
        let (status, problem) = bank.ask(target);
        assert_eq!((status, &problem["type"]), (404, &json!("/problems/unknown-customer")), "{target}");
    }
    // Midnight in Shanghai begins the day that may be asked for.
    bank.now_ms += 11 * HOUR_MS;
    assert_eq!(bank.ask("/points/liability?as_of=2026-07-02").0, 400);
    bank.now_ms += HOUR_MS;
    assert_eq!(bank.ask("/points/liability?as_of=2026-07-02").0, 200);
}
