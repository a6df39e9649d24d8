//! What a draft would have given is what it gives.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use super::{bank, buy, draft, in_force, put, rule, slug, step, with};

/// Purchases of October in the order in which they happened, so that both banks take them in the same order.
fn october() -> Vec<(String, String, &'static str, String)> {
    let customers = ["ann", "ben", "cid"];
    let purchase = |number: usize| {
        let (day, hour) = (1 + number / 2, 9 + number % 2);
        let at = format!("2026-10-{day:02}T{hour:02}:30:00+08:00");
        (format!("o{number}"), at, customers[number / 2 % 3], format!("{}.{:02}", 37 * number, number))
    };
    (1..=60).map(purchase).collect()
}

/// Points that the purchases earn, by customer in the order of their names.
fn earned(desk: &mut Desk) -> [i64; 3] {
    let mut sums = [0; 3];
    for (id, at, customer, amount) in october() {
        let points = buy(desk, (&id, &at), customer, &amount);
        sums[["ann", "ben", "cid"].iter().position(|name| *name == customer).expect("a customer")] += points;
    }
    sums
}

fn what_if(desk: &mut Desk, id: &str, body: &str) -> Value {
    let (status, answer) = step(desk, &format!("{id}/what-if"), body);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn base() -> Value {
    with(rule("base", 1), &json!({"caps": [{"per": "day", "points": 60}]}))
}

/// Reads a fact of customers that no rule read before, and ends where caps and the budget say.
fn generous() -> Value {
    let members = json!({"condition": "customer.gender == \"f\" || event.amount >= money(\"1000.00\")",
        "caps": [{"per": "transaction", "points": 300}, {"per": "month", "points": 2000}],
        "campaign_id": "autumn", "over_cap": "truncate"});
    with(rule("base", 2), &members)
}

fn weekend() -> Value {
    let members = json!({"condition": "event.weekday >= 6", "earn": {"fixed": {"points": 7}}});
    with(rule("weekend", 1), &members)
}

/// A bank in which the rules were in force from the beginning.
fn bank_with(rules: &[Value]) -> Desk {
    let mut desk = bank();
    assert_eq!(put(&mut desk, "/points/campaigns/autumn", &json!({"budget": 4500})).0, 200);
    rules.iter().for_each(|rule| in_force(&mut desk, rule));
    desk
}

#[test]
fn what_a_draft_would_have_given_is_what_it_gives_where_it_is_in_force() {
    let mut desk = bank_with(&[base(), weekend()]);
    let now = earned(&mut desk);
    draft(&mut desk, &generous());
    let before = desk.get("/points/campaigns/autumn");
    let effect = what_if(&mut desk, "base", "{\"from\":\"2026-10-01\",\"to\":\"2026-10-31\"}");
    let then = earned(&mut bank_with(&[generous(), weekend()]));
    let (all_now, all_then) = (now.iter().sum::<i64>(), then.iter().sum::<i64>());
    assert!(all_now > 0 && all_then > all_now, "{now:?} {then:?}");
    assert_eq!(
        (&effect["events"], &effect["customers"], &effect["version"]),
        (&json!(60), &json!(3), &json!(2))
    );
    let sums = (&effect["points_now"], &effect["points_then"], &effect["difference"]);
    assert_eq!(sums, (&json!(all_now), &json!(all_then), &json!(all_then - all_now)));
    let units = json!([
        {"organisation_id": "B1", "points_now": now[0] + now[1], "points_then": then[0] + then[1]},
        {"organisation_id": "B2", "points_now": now[2], "points_then": then[2]}]);
    assert_eq!(effect["by_organisation"], units);
    assert_eq!(effect["by_tier"], json!([{"tier": null, "points_now": all_now, "points_then": all_then}]));
    let weekends = &effect["by_rule"][1];
    assert_eq!((&weekends["rule"], &weekends["points_now"]), (&json!("weekend"), &weekends["points_then"]));
    let money = |points: i64| json!(format!("{}.{:02}", points / 100, points % 100));
    assert_eq!((&effect["cost_now"], &effect["cost_then"]), (&money(all_now), &money(all_then)));

    assert_eq!(what_if(&mut desk, "base", ""), effect, "the month before today is asked for");
    let same = what_if(&mut desk, "base", "{\"version\":1}");
    assert_eq!((&same["points_then"], &same["difference"]), (&json!(all_now), &json!(0)));
    assert_eq!(desk.get("/points/campaigns/autumn"), before, "nothing was used");
    assert_eq!(desk.get("/points/rules/base")["version"], 1, "nothing became active");
}

#[test]
fn a_new_rule_is_added_to_those_in_force() {
    let mut desk = bank_with(&[base()]);
    let now: i64 = earned(&mut desk).iter().sum();
    draft(&mut desk, &weekend());
    let effect = what_if(&mut desk, "weekend", "");
    let then: i64 = earned(&mut bank_with(&[base(), weekend()])).iter().sum();
    assert_eq!((&effect["points_now"], &effect["points_then"]), (&json!(now), &json!(then)));
    assert!(then > now, "October has weekends");
}

#[test]
fn a_span_that_makes_no_sense_is_refused() {
    let mut desk = bank();
    draft(&mut desk, &base());
    for body in [
        "{\"from\":\"2026-10-02\",\"to\":\"2026-10-01\"}",
        "{\"from\":\"2025-09-01\",\"to\":\"2026-10-06\"}",
        "{\"from\":\"2026-11-01\"}",
    ] {
        let (status, problem) = step(&mut desk, "base/what-if", body);
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/to")), "{problem}");
    }
    let longest = what_if(&mut desk, "base", "{\"from\":\"2025-09-02\",\"to\":\"2026-10-06\"}");
    assert_eq!((&longest["events"], &longest["points_then"]), (&json!(0), &json!(0)));
    for (path, body) in [("none", ""), ("base", "{\"version\":2}")] {
        let target = format!("/points/rules/{path}/what-if");
        let (status, problem) = desk.ask(Method::Post, &target, KEY, body);
        assert_eq!((status, slug(&problem)), (404, "unknown-rule"));
    }
}
