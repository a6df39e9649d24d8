use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::points::condition::Condition;
use serde_json::Value;

use super::event::Kind;
use super::*;
use crate::client::stub;
use crate::demo::SEED;
use crate::month::parse_date;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn plan(customers: u64) -> Plan {
    Plan::new(customers, SEED, day("2026-11-22")).unwrap()
}

/// All events up to a day.
fn events(plan: &Plan, last: &str) -> Vec<Event> {
    (0..event::count(plan)).map(|number| Event::of(plan, day(last), number)).collect()
}

fn written(event: &Event) -> Value {
    let mut line = Vec::new();
    event.write(&mut line);
    serde_json::from_slice(&line).unwrap()
}

#[test]
fn the_same_plan_and_day_make_the_same_events_and_another_seed_others() {
    let plan = plan(300);
    let other = Plan { seed: 2, ..plan };
    assert_eq!(events(&plan, "2026-11-21"), events(&plan, "2026-11-21"));
    assert_ne!(events(&plan, "2026-11-21"), events(&other, "2026-11-21"));
}

#[test]
fn events_are_of_ninety_days_and_of_customers_who_were_there() {
    let plan = plan(5_000);
    let events = events(&plan, "2026-11-21");
    assert_eq!(events.len(), 20_000);
    for event in &events {
        assert!((day("2026-08-24")..=day("2026-11-21")).contains(&event.on), "{event:?}");
        assert!(event.customer < plan.customers, "{event:?}");
        assert!(crate::demo::person::Person::of(&plan, event.customer).opened_on <= event.on, "{event:?}");
    }
    let ids: HashSet<String> =
        events.iter().map(|event| written(event)["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), events.len());
}

#[test]
fn a_refund_follows_a_purchase_of_the_same_customer_and_takes_no_more() {
    let plan = plan(5_000);
    let events = events(&plan, "2026-11-21");
    let mut refunds = 0;
    for event in &events {
        let Kind::Refund { of, amount } = event.kind else { continue };
        let original = &events[of as usize];
        let Kind::Purchase { amount: paid, .. } = original.kind else { panic!("{original:?}") };
        assert!(amount > 0 && amount <= paid, "{event:?}");
        assert_eq!(event.customer, original.customer);
        assert!((event.on, event.minute) > (original.on, original.minute), "{event:?}");
        assert_eq!(written(event)["refund_of"], written(original)["id"]);
        refunds += 1;
    }
    assert!(refunds > 100, "{refunds}");
}

#[test]
fn everything_that_rules_are_about_happens() {
    let events = events(&plan(5_000), "2026-11-21");
    let count = |is: fn(&Kind) -> bool| events.iter().filter(|event| is(&event.kind)).count();
    assert!(count(|kind| matches!(kind, Kind::Survey)) > 500);
    assert!(count(|kind| matches!(kind, Kind::Referral { .. })) > 200);
    assert!(count(|kind| matches!(kind, Kind::Purchase { country: Some(_), .. })) > 500);
}

#[test]
fn the_customer_to_look_at_keeps_a_first_purchase_in_any_bank() {
    for customers in [1, 2, 40, 5_000] {
        let plan = plan(customers);
        let events = events(&plan, "2026-11-21");
        assert_eq!(events[0].customer, REGULAR.min(customers - 1));
        assert!(matches!(events[0].kind, Kind::Purchase { amount: 5_000.., .. }), "{:?}", events[0]);
        assert!(events.iter().all(|event| !matches!(event.kind, Kind::Refund { of: 0, .. })));
    }
}

#[test]
fn terms_are_json_under_their_ids_and_conditions_mean_something() {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (id, text) in terms::RULES.into_iter().chain(terms::REWARDS) {
        assert_eq!(parsed(text)["id"], id);
    }
    for (id, text) in terms::RULES {
        let rule = parsed(text);
        if let Some(condition) = rule["condition"].as_str() {
            assert!(Condition::parse(condition).is_ok(), "{id}");
            assert_eq!(rule["campaign_id"], terms::CAMPAIGN_ID);
        }
        assert_eq!(rule["expiry"]["month_end"]["months"], 24, "{id}");
    }
    assert_eq!(parsed(terms::PARTNER)["id"], terms::PARTNER_ID);
    assert!(parsed(terms::BUDGET)["budget"].is_number());
}

#[test]
fn a_programme_is_put_in_force_once() {
    let is_registered = AtomicBool::new(false);
    let (base, seen) = stub::start(move |(line, _, body)| {
        let mut words = line.split(' ');
        match (words.next().unwrap(), words.next().unwrap()) {
            ("GET", path) if path.starts_with("/partners/") && !is_registered.load(Ordering::Relaxed) => {
                (404, "{}".to_owned())
            }
            ("POST", "/partners") => {
                is_registered.store(true, Ordering::Relaxed);
                (201, r#"{"secret":"whsec_x"}"#.to_owned())
            }
            ("POST", "/points/events") => {
                let lines = body.iter().filter(|byte| **byte == b'\n').count();
                (200, format!("{{\"accepted\":{lines},\"duplicates\":0,\"rejected\":0}}"))
            }
            ("POST", "/redemptions") => (201, "{}".to_owned()),
            ("GET", "/points/liability") => (200, r#"{"programme_cost":70,"liability":60}"#.to_owned()),
            _ => (200, "{}".to_owned()),
        }
    });
    let (client, plan, today) = (Client::new(&base, Some("k")), plan(40), day("2026-11-22"));
    let line = furnish(&client, &plan, today).unwrap().unwrap();
    assert_eq!(line, "points: 160 events, 70 given, liability 60, a customer to look at: C00000001");
    let count =
        |start: &str| seen.lock().unwrap().iter().filter(|(line, ..)| line.starts_with(start)).count();
    assert_eq!((count("POST /points/rules "), count("POST /rewards ")), (4, 2));
    assert_eq!((count("POST /redemptions "), count("POST /partners ")), (REDEMPTIONS, 1));
    let before = count("P");
    assert!(furnish(&client, &plan, today).unwrap().is_none());
    assert_eq!(count("P"), before);
}

#[test]
fn a_bank_of_another_size_is_left_alone() {
    let (base, seen) = stub::start(|_| (404, "{}".to_owned()));
    assert!(furnish(&Client::new(&base, None), &plan(40), day("2026-11-22")).unwrap().is_none());
    assert!(seen.lock().unwrap().iter().all(|(line, ..)| line.starts_with("GET ")));
}

#[test]
fn an_event_that_is_refused_is_told_with_the_answer() {
    let (base, _) = stub::start(|(line, ..)| match line.as_str() {
        line if line.starts_with("GET /partners/") => (404, "{}".to_owned()),
        line if line.starts_with("POST /points/events ") => {
            (200, r#"{"accepted":159,"duplicates":0,"rejected":1,"errors":[{"line":7}]}"#.to_owned())
        }
        _ => (200, "{}".to_owned()),
    });
    let failure = furnish(&Client::new(&base, None), &plan(40), day("2026-11-22")).unwrap_err().to_string();
    assert!(failure.contains("/points/events answered 200") && failure.contains("\"line\":7"), "{failure}");
}
