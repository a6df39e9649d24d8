use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::*;
use crate::client::stub;
use crate::month::parse_date;

fn plan(customers: u64) -> Plan {
    Plan::new(customers, SEED, parse_date("2026-11-22").unwrap()).unwrap()
}

/// Every record of a bank, by kind.
fn records(plan: &Plan) -> HashMap<String, Vec<serde_json::Value>> {
    let kept: Arc<Mutex<HashMap<String, Vec<serde_json::Value>>>> = Arc::default();
    let into = kept.clone();
    let (base, _) = stub::start(move |(line, _, body)| {
        let kind = line.split(['/', ' ']).nth(3).unwrap().to_owned();
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let parsed = lines.map(|line| serde_json::from_slice(line).unwrap());
        into.lock().unwrap().entry(kind).or_default().extend(parsed);
        (200, r#"{"accepted":1,"duplicates":0,"rejected":0,"errors":[]}"#.to_owned())
    });
    let delivered = load(&Client::new(&base, None), plan, 1_000).unwrap();
    assert_eq!(delivered.records(), count(plan));
    std::mem::take(&mut *kept.lock().unwrap())
}

fn ids(records: &[serde_json::Value], name: &str) -> HashSet<String> {
    records.iter().filter_map(|record| record[name].as_str()).map(str::to_owned).collect()
}

#[test]
fn the_same_plan_makes_the_same_bank_and_another_seed_another_one() {
    let other = Plan { seed: 2, ..plan(300) };
    assert_eq!(records(&plan(300)), records(&plan(300)));
    assert_ne!(records(&plan(300))["customers"], records(&other)["customers"]);
}

#[test]
fn every_reference_of_a_record_is_delivered_before_or_with_it() {
    let records = records(&plan(2_000));
    let organisations = ids(&records["organisations"], "id");
    let customers = ids(&records["customers"], "id");
    let accounts = ids(&records["accounts"], "id");
    let employees = ids(&records["employees"], "id");
    assert_eq!(organisations.len(), 1 + 3 + 12);
    assert_eq!(customers.len(), 2_000);
    for kind in ["employees", "customers", "transactions"] {
        assert!(ids(&records[kind], "organisation_id").is_subset(&organisations), "{kind}");
    }
    for kind in ["accounts", "assets", "transactions"] {
        assert!(ids(&records[kind], "customer_id").is_subset(&customers), "{kind}");
    }
    assert!(ids(&records["transactions"], "account_id").is_subset(&accounts));
    assert!(ids(&records["transactions"], "teller_id").is_subset(&employees));
    let tellers =
        records["employees"].iter().filter(|one| one["role"] == "teller").cloned().collect::<Vec<_>>();
    assert!(ids(&records["transactions"], "teller_id").is_subset(&ids(&tellers, "id")));
}

#[test]
fn transactions_have_ids_of_their_own_and_happen_in_the_latest_month() {
    let records = records(&plan(2_000));
    let transactions = &records["transactions"];
    assert_eq!(ids(transactions, "id").len(), transactions.len());
    assert!(transactions.iter().all(|one| one["occurred_at"].as_str().unwrap().starts_with("2026-10-")));
}

/// The seed scheme by the letter, for the shares below; the product's own evaluation has its own tests.
fn tier(person: &Person) -> &'static str {
    let last = MONTHS - 1;
    let figures = |month: i64| {
        if month < person.first_month { Default::default() } else { person.wealth.month(month, MONTHS) }
    };
    let assets = |window: i64| {
        let months = (last - window).max(0)..=last;
        months.map(|month| figures(month).deposits + figures(month).investments).max().unwrap() / 100
    };
    let spend = (last - 11..=last).map(|month| figures(month).card_spend).sum::<i64>() / 100;
    let (secured, unsecured) = (figures(last).secured_loans / 100, figures(last).unsecured_loans / 100);
    let diamond = person.card.is_some_and(|card| card.level == "diamond" && card.valid_months >= 0);
    match (assets(12), assets(6)) {
        (10_000_000.., _) => "core",
        (assets, _) if assets >= 5_000_000 || spend >= 500_000 || secured >= 5_000_000 || diamond => "growth",
        (_, assets)
            if assets >= 500_000 || spend >= 100_000 || secured >= 1_500_000 || unsecured >= 600_000 =>
        {
            "platinum"
        }
        (_, assets) if assets >= 200_000 || unsecured >= 300_000 => "gold",
        (_, 50_000..) => "potential",
        _ => "ordinary",
    }
}

#[test]
fn tiers_of_the_seed_scheme_come_out_like_those_of_a_real_bank() {
    let plan = plan(200_000);
    let mut customers: HashMap<&str, u64> = HashMap::new();
    for number in 0..plan.customers {
        *customers.entry(tier(&Person::of(&plan, number))).or_default() += 1;
    }
    let table = [
        ("core", 200, 450),
        ("growth", 1_500, 2_600),
        ("platinum", 20_000, 30_000),
        ("gold", 52_000, 68_000),
        ("potential", 135_000, 165_000),
        ("ordinary", 730_000, 790_000),
    ];
    for (tier, from_ppm, to_ppm) in table {
        let ppm = customers[tier] * 1_000_000 / plan.customers;
        assert!((from_ppm..=to_ppm).contains(&ppm), "{tier}: {ppm} of a million");
    }
}

#[test]
fn some_customers_of_gold_and_above_are_about_to_be_lost() {
    let plan = plan(50_000);
    let below = |person: &Person, months: i64| {
        let assets = |month: i64| {
            let figures = person.wealth.month(month, MONTHS);
            figures.deposits + figures.investments
        };
        let peak = (0..MONTHS).map(assets).max().unwrap();
        peak >= 20_000_000 && (MONTHS - months..MONTHS).all(|month| assets(month) < peak / 2)
    };
    for months in [1, 4, 8] {
        let fading = (0..plan.customers).filter(|number| below(&Person::of(&plan, *number), months)).count();
        assert!(fading >= 50, "{fading} below for {months} months");
    }
}
