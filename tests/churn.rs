//! Churn check: alerts of a book of 50 000 customers over 24 months, in order, again, and out of order; and what people
//! ask of them.

use std::collections::BTreeMap;

use domain::date::Month;
use serde_json::{Value, json};
use store::Connection;
use tests::branches::gold_scheme;
use tests::desk::{Desk, KEY};
use web::{Method, Request};

const CUSTOMERS: u32 = 50_000;
const MONTHS: i32 = 24;

fn month(number: i32) -> Month {
    Month::parse("2024-11").expect("a month").plus(number)
}

/// Whether the customer has 100.00 in the month: spells of all lengths, from a number sequence of their own.
fn is_rich(customer: u32, number: i32) -> bool {
    let mut state = u64::from(customer).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    let mut rich = !customer.is_multiple_of(3);
    for _ in 0..=number {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rich ^= state >> 60 < 4;
    }
    rich
}

fn bank(customers: u32, months: i32) -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B0", "parent_id": "HQ", "name": "B0"},
                {"id": "B1", "parent_id": "HQ", "name": "B1"}]),
    );
    let people: Vec<Value> = (0..customers)
        .map(|customer| json!({"id": format!("C{customer}"), "organisation_id": format!("B{}", customer % 2), "name": "x"}))
        .collect();
    for part in people.chunks(10_000) {
        desk.post("/intake/customers", &json!(part));
    }
    for number in 0..months {
        for from in (0..customers).step_by(25_000) {
            let lines: Vec<String> = (from..customers.min(from + 25_000))
                .map(|customer| {
                    let assets = if is_rich(customer, number) { "100.00" } else { "99.99" };
                    format!(
                        "{{\"customer_id\":\"C{customer}\",\"month\":\"{}\",\"deposits\":\"{assets}\"}}",
                        month(number)
                    )
                })
                .collect();
            let (status, answer) = desk.ask(Method::Post, "/intake/assets", KEY, &lines.join("\n"));
            assert_eq!(status, 200, "{answer}");
        }
    }
    desk.put_in_force(&gold_scheme());
    desk
}

fn review(desk: &mut Desk, number: i32) {
    loop {
        let done = desk.post("/tiers/reviews", &json!({"as_of": month(number).last_day().to_string()}));
        if done["done"] == true {
            return;
        }
    }
}

/// Alerts opened and closed.
fn check(desk: &mut Desk, number: i32) -> (u64, u64) {
    let done = desk.post("/churn/checks", &json!({"as_of": month(number).last_day().to_string()}));
    assert_eq!(done["done"], true, "{done}");
    let count = |name: &str| done[name].as_u64().expect("a count");
    (count("alerts_opened"), count("alerts_closed"))
}

/// (customer, status, first month) to (opened, closed), in months of the simulation.
type Alerts = BTreeMap<(u32, u8, i32), (i32, Option<i32>)>;

fn alerts(desk: &mut Desk) -> Alerts {
    let start = month(0).number();
    let of_day = |day: i32| domain::date::Day::from_number(day).month().number() - start;
    let rows = desk
        .connection
        .execute(
            "select customer_ref, status, first_month, opened_on, closed_on from churn_alert
             where closing is null or closing <> 'withdrawn'",
            &[],
        )
        .expect("alerts");
    let read = rows.read("test.alerts", |row| {
        let key = (row.narrow::<u32>()?, row.narrow::<u8>()?, row.narrow::<i32>()? - start);
        let opened = of_day(row.narrow()?);
        Ok((key, (opened, row.narrow_or_null()?.map(of_day))))
    });
    read.expect("alerts").into_iter().collect()
}

/// What checks of these months must say, by a rule written down a second time.
fn expected(customers: u32, checks: &[i32]) -> Alerts {
    let mut alerts = Alerts::new();
    let last = checks.iter().max().map_or(0, |last| last + 1);
    for customer in 0..customers {
        let (mut has_tier, mut below, mut open) = (false, 0, Vec::new());
        for number in 0..last {
            let rich = is_rich(customer, number);
            has_tier |= rich;
            below = if rich || !has_tier { 0 } else { below + 1 };
            if !checks.contains(&number) {
                continue;
            }
            let spell = number + 1 - below;
            open.retain(|key: &(u32, u8, i32)| {
                let ended = below == 0 || key.2 != spell;
                alerts.entry(*key).and_modify(|(_, closed)| *closed = ended.then_some(number));
                !ended
            });
            let key = (customer, below.min(3) as u8, spell);
            if below > 0 && !open.contains(&key) {
                alerts.insert(key, (number, None));
                open.push(key);
            }
        }
    }
    alerts
}

#[test]
fn every_spell_opens_one_alert_a_status_and_any_order_of_checks_leads_to_the_same_alerts() {
    let mut desk = bank(CUSTOMERS, MONTHS);
    for number in 0..MONTHS {
        review(&mut desk, number);
        check(&mut desk, number);
    }
    let all: Vec<i32> = (0..MONTHS).collect();
    let in_order = expected(CUSTOMERS, &all);
    assert!(in_order.len() > 100_000, "{}", in_order.len());
    let found = alerts(&mut desk);
    assert_eq!(found.len(), in_order.len());
    assert!(found == in_order, "the alerts are those of the months");
    println!("{} alerts of {CUSTOMERS} customers over {MONTHS} months", found.len());

    for number in [MONTHS - 1, 0, 11, 5] {
        assert_eq!(check(&mut desk, number), (0, 0), "month {number} again");
    }
    assert!(alerts(&mut desk) == in_order, "a check made again changes nothing");

    desk.connection.execute("delete from churn_alert", &[]).expect("no alerts");
    desk.connection.execute("delete from job where kind = 'churn-check'", &[]).expect("no checks");
    for number in [23, 4, 9, 0, 22, 1] {
        check(&mut desk, number);
    }
    let out_of_order = alerts(&mut desk);
    assert!(
        out_of_order == expected(CUSTOMERS, &[0, 1, 4, 9, 22, 23]),
        "the order of the checks does not matter"
    );
}

#[test]
fn alerts_are_listed_acknowledged_once_and_seen_by_their_branch_alone() {
    let mut desk = bank(40, 6);
    for number in 0..6 {
        review(&mut desk, number);
        check(&mut desk, number);
    }
    let all = desk.get("/churn/alerts?closed=true");
    let items = all["items"].as_array().expect("items");
    assert_eq!(items.len(), alerts(&mut desk).len());
    let standing = items.iter().find(|alert| alert["closed_on"].is_null()).expect("a standing alert");
    let path = format!("/churn/alerts/{}", standing["id"].as_str().expect("an id"));
    let own = standing["organisation_id"].as_str().expect("an organisation");
    let key = |desk: &mut Desk, organisation: &str| {
        let body = json!({"name": organisation, "scopes": ["churn:read", "churn:write"], "organisation_id": organisation});
        desk.post("/api-clients", &body)["key"].as_str().expect("a key").to_owned()
    };
    let (own_key, other_key) = (key(&mut desk, own), key(&mut desk, if own == "B0" { "B1" } else { "B0" }));
    assert_eq!(desk.ask(Method::Get, &path, &own_key, "").0, 200);
    assert_eq!(desk.ask(Method::Get, &path, &other_key, "").0, 404);
    assert_eq!(desk.ask(Method::Post, &format!("{path}/acknowledge"), &other_key, "").0, 404);
    let (_, page) = desk.ask(Method::Get, "/churn/alerts?closed=true", &other_key, "");
    let seen = page["items"].as_array().expect("items");
    assert!(seen.iter().all(|alert| alert["organisation_id"] != standing["organisation_id"]));
    assert_eq!(desk.ask(Method::Post, "/churn/checks", &own_key, "{}").0, 403);

    let (status, seen) = desk.ask(Method::Post, &format!("{path}/acknowledge"), &own_key, "");
    assert_eq!((status, seen["acknowledged_by"].is_string()), (200, true), "{seen}");
    assert_eq!(desk.ask(Method::Post, &format!("{path}/acknowledge"), &own_key, "").0, 409);
    let closed = items.iter().find(|alert| !alert["closed_on"].is_null()).expect("a closed alert");
    let path = format!("/churn/alerts/{}/acknowledge", closed["id"].as_str().expect("an id"));
    assert_eq!(desk.ask(Method::Post, &path, KEY, "").0, 409);
    for unknown in ["0", "x", "999999", "-1", "1e9"] {
        assert_eq!(desk.ask(Method::Get, &format!("/churn/alerts/{unknown}"), KEY, "").0, 404, "{unknown}");
    }
    for (query, pointer) in [("status=lost", "status"), ("manager_id=a b", "manager_id"), ("x=1", "x")] {
        let (status, problem) =
            desk.ask(Method::Get, &format!("/churn/alerts?{}", query.replace(' ', "%20")), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{problem}");
    }
    for (body, status) in [
        (json!({"as_of": "2027-01-01"}), 422),
        (json!({"as_of": "2020-01-01"}), 409),
        (json!({"as_of": 1}), 422),
    ] {
        assert_eq!(desk.ask(Method::Post, "/churn/checks", KEY, &body.to_string()).0, status, "{body}");
    }
}

#[test]
fn the_report_counts_each_customer_once_rolls_up_and_can_be_had_as_of_any_date() {
    let mut desk = bank(2_000, 8);
    for number in 0..8 {
        review(&mut desk, number);
        check(&mut desk, number);
    }
    let expected = expected(2_000, &[0, 1, 2, 3, 4, 5, 6, 7]);
    for number in [3, 7] {
        let report = desk.get(&format!("/churn/report?as_of={}", month(number).last_day()));
        let line = |organisation: &str| {
            let lines = report["lines"].as_array().expect("lines");
            lines.iter().find(|line| line["organisation_id"] == organisation).expect("a line").clone()
        };
        let count = |line: &Value, name: &str| line["now"][name].as_u64().expect("a count");
        for (status, name) in [(1, "observed"), (2, "attention"), (3, "churned")] {
            let mut latest: BTreeMap<u32, u8> = BTreeMap::new();
            for ((customer, status, _), (opened, closed)) in &expected {
                if *opened <= number && closed.is_none_or(|closed| closed > number) {
                    latest
                        .entry(*customer)
                        .and_modify(|most| *most = (*most).max(*status))
                        .or_insert(*status);
                }
            }
            let of = |branch: Option<u32>| {
                latest
                    .iter()
                    .filter(|(customer, most)| {
                        **most == status && branch.is_none_or(|branch| **customer % 2 == branch)
                    })
                    .count() as u64
            };
            assert_eq!(count(&line("HQ"), name), of(None), "{name} of the bank in month {number}");
            assert_eq!(count(&line("B0"), name), of(Some(0)), "{name} of a branch");
        }
        let opened = expected.values().filter(|(opened, _)| *opened == number).count();
        assert_eq!(line("HQ")["opened"], opened);
        assert!(line("HQ")["before"]["observed"].as_u64().expect("a count") > 0);
        assert_eq!(report["checked_on"], month(number).last_day().to_string());
        assert_eq!(report["before_checked_on"], month(number - 1).last_day().to_string());
    }
    let request =
        Request::new(Method::Get, "/churn/report?organisation_id=B1").key(KEY).header("accept", "text/csv");
    let routes = churn_check::routes();
    let answer = web::serve(&routes, &mut desk.connection, request, KEY, tests::desk::NOW_MS);
    let text = String::from_utf8(answer.body).expect("text");
    let report = desk.get("/churn/report?organisation_id=B1");
    let line = &report["lines"][0];
    let cells = |of: &Value| ["observed", "attention", "churned"].map(|name| of[name].to_string()).join(",");
    assert_eq!(
        text,
        format!(
            "organisation_id,parent_id,tier,observed,attention,churned,observed_before,attention_before,\
             churned_before,opened,recovered\r\nB1,,gold,{},{},{},{}\r\n",
            cells(&line["now"]),
            cells(&line["before"]),
            line["opened"],
            line["recovered"]
        ),
        "a branch sees itself alone"
    );
    assert_eq!(desk.ask(Method::Get, "/churn/report?as_of=2030-01-01", KEY, "").0, 400);
}
