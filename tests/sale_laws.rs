//! Laws of sales: in whatever order and however late transactions come, and whenever the default runs, everybody is
//! credited alike in the end and on each day, and credit adds up to what was not taken back.

use std::collections::BTreeMap;

use domain::date::Day;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{bank, customer, deliver, fen, lines, noon, product, shares};
use web::Method;

const FIRST: &str = "2026-03-02";

/// A day so many days after the first one.
fn day(number: i32) -> String {
    Day::parse(FIRST).expect("a date").plus(number).to_string()
}

/// What happens: a sale to one of the customers, and what is taken back of it, days after it.
#[derive(Clone, Debug)]
struct Sold {
    on: i32,
    customer: &'static str,
    with_teller: bool,
    amount: i64,
    refunds: Vec<(i32, i64)>,
}

fn sold() -> impl Strategy<Value = Sold> {
    let customer = prop_oneof![Just("shared"), Just("elsewhere"), Just("nobodys")];
    let refunds = proptest::collection::vec((0..12_i32, 1..2_000_i64), 0..4);
    (0..6_i32, customer, any::<bool>(), 1..3_000_i64, refunds).prop_map(
        |(on, customer, with_teller, amount, refunds)| Sold { on, customer, with_teller, amount, refunds },
    )
}

/// How the bank hears of it: by how many days each transaction is late, how many days later it is told again (both used
/// in turn), and on which days the default runs.
#[derive(Clone, Debug)]
struct Telling {
    late: Vec<i32>,
    again: Vec<Option<i32>>,
    runs: Vec<bool>,
}

fn telling() -> impl Strategy<Value = Telling> {
    let late = proptest::collection::vec(prop_oneof![Just(0), 0..15_i32], 1..12);
    let again = proptest::collection::vec(proptest::option::of(0..15_i32), 1..12);
    (late, again, proptest::collection::vec(any::<bool>(), DAYS as usize))
        .prop_map(|(late, again, runs)| Telling { late, again, runs })
}

/// After so many days everything was told.
const DAYS: i32 = 40;

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// Transactions with the day on which each happened.
fn transactions(sales: &[Sold]) -> Vec<(i32, Value)> {
    let mut told = Vec::new();
    for (number, sold) in sales.iter().enumerate() {
        let mut sale = json!({"source": "core", "id": format!("S{number}"), "customer_id": sold.customer,
            "occurred_at": format!("{}T09:00:00+08:00", day(sold.on)), "kind": "sale", "product_id": "P",
            "amount": yuan(sold.amount), "organisation_id": "B1"});
        if sold.with_teller {
            sale["teller_id"] = json!("T1");
        }
        told.push((sold.on, sale));
        for (place, (after, amount)) in sold.refunds.iter().enumerate() {
            let on = sold.on + after;
            let refund = json!({"source": "core", "id": format!("S{number}-{place}"), "customer_id": sold.customer,
                "occurred_at": format!("{}T10:00:00+08:00", day(on)), "kind": "refund",
                "amount": yuan(*amount), "refund_of": format!("S{number}")});
            told.push((on, refund));
        }
    }
    told
}

/// Tells a bank day by day, and returns it a day after everything was told and decided.
fn tell(sales: &[Sold], telling: &Telling) -> Desk {
    let mut desk = bank(&Value::Null);
    customer(&mut desk, "shared", "B1", &["M1 primary 3333", "M2 secondary 6667"]);
    customer(&mut desk, "elsewhere", "B2", &["N1 primary 10000"]);
    customer(&mut desk, "nobodys", "B1", &[]);
    product(&mut desk, &json!({"split": "shares"}));
    let mut by_day: BTreeMap<i32, Vec<Value>> = BTreeMap::new();
    let when = telling.late.iter().cycle().zip(telling.again.iter().cycle());
    for ((on, told), (late, again)) in transactions(sales).into_iter().zip(when) {
        if let Some(again) = again {
            by_day.entry(on + late + again).or_default().push(told.clone());
        }
        by_day.entry(on + late).or_default().push(told);
    }
    for today in 0..=DAYS {
        // Of what comes on one day the later is told first.
        if let Some(mut told) = by_day.remove(&today) {
            told.reverse();
            deliver(&mut desk, &day(today), "/intake/transactions", &json!(told));
        }
        if today == DAYS || telling.runs[today as usize] {
            let as_of = json!({"as_of": day(today)}).to_string();
            let run = desk.done_at(noon(&day(today)), Method::Post, "/sales/default-runs", &as_of);
            assert_eq!(run["done"], true, "{run}");
        }
    }
    assert!(by_day.is_empty(), "told after the last day: {by_day:?}");
    desk
}

/// What each is credited with on each business day, in minor units, but nothing: employee, role and day.
fn by_day(credits: &Value) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for line in credits["lines"].as_array().expect("lines") {
        let key = ["employee_id", "role", "on"].map(|name| line[name].to_string()).join(" ");
        *sums.entry(key).or_default() += fen(&line["amount"]);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// What counts in each day, of the sales of which no more was taken back than there was: of others the order in which the
/// refunds come says which of them is cut.
fn days(desk: &mut Desk, sales: &[Sold]) -> Vec<BTreeMap<String, i64>> {
    let is_plain = |sold: &Sold| sold.refunds.iter().map(|(_, amount)| amount).sum::<i64>() <= sold.amount;
    let plain = sales.iter().enumerate().filter(|(_, sold)| is_plain(sold));
    plain.map(|(number, _)| by_day(&desk.get(&format!("/sales/core/S{number}/credits")))).collect()
}

/// State, shares and what was taken back of each sale, in the order of the sales.
fn ledger(desk: &mut Desk, sales: &[Sold]) -> Vec<(Value, Vec<String>, i64)> {
    let credits = |number: usize| {
        let credits = desk.get(&format!("/sales/core/S{number}/credits"));
        (credits["state"].clone(), shares(&credits), fen(&credits["refunded"]))
    };
    (0..sales.len()).map(credits).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn however_feeds_and_default_runs_are_ordered_everybody_is_credited_alike(
        sales in proptest::collection::vec(sold(), 1..8),
        told in telling(),
    ) {
        let in_order = Telling { late: vec![0], again: vec![None], runs: vec![true; DAYS as usize] };
        let mut first = tell(&sales, &in_order);
        let expected = ledger(&mut first, &sales);
        let mut desk = tell(&sales, &told);
        prop_assert_eq!(&ledger(&mut desk, &sales), &expected);
        prop_assert_eq!(days(&mut desk, &sales), days(&mut first, &sales));
        for (sold, (state, shares, refunded)) in sales.iter().zip(&expected) {
            let taken_back: i64 = sold.refunds.iter().map(|(_, amount)| amount).sum();
            prop_assert_eq!(*refunded, taken_back.min(sold.amount));
            prop_assert_eq!(state == "automatic", sold.customer == "shared");
            prop_assert_eq!(shares.len(), if sold.customer == "shared" { 2 } else { 1 });
        }
    }

    #[test]
    fn no_line_is_known_from_a_day_that_was_over_before_it_was_written(
        sales in proptest::collection::vec(sold(), 1..6),
        told in telling(),
    ) {
        let mut desk = tell(&sales, &told);
        for number in 0..sales.len() {
            let credits = desk.get(&format!("/sales/core/S{number}/credits"));
            let last = |line: String| line.rsplit(' ').next().unwrap_or_default().to_owned();
            let known: Vec<String> = lines(&credits).into_iter().map(last).collect();
            prop_assert!(known.is_sorted(), "{credits}");
        }
    }
}
