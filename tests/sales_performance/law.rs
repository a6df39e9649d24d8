//! The law of roll-ups, over random trees and sales.

use std::collections::BTreeMap;
use std::iter::successors;

use domain::date::Day;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::desk::Desk;
use tests::sales::{customer, deliver, fen, product};

use super::{LATER, report, sale};

/// Sales of the units of a tree: unit, days after 2026-02-01, minor units.
type Sales = Vec<(usize, i32, i64)>;

/// The parent of each unit but the first: one that stands before it.
fn parents() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..1_000_usize, 0..12)
        .prop_map(|drawn| drawn.iter().enumerate().map(|(place, draw)| draw % (place + 1)).collect())
}

fn tree(parents: &[usize], sales: &[(usize, i32, i64)]) -> Desk {
    let mut desk = Desk::new();
    let mut units = vec![json!({"id": "U0", "name": "x"})];
    units.extend(parents.iter().enumerate().map(|(place, parent)| {
        json!({"id": format!("U{}", place + 1), "parent_id": format!("U{parent}"), "name": "x"})
    }));
    deliver(&mut desk, "2026-01-01", "/intake/organisations", &json!(units));
    customer(&mut desk, "C", "U0", &[]);
    product(&mut desk, &json!({}));
    let first = Day::parse("2026-02-01").expect("a day");
    let sold: Vec<Value> = sales
        .iter()
        .enumerate()
        .map(|(number, (unit, days, amount))| {
            let amount = format!("{}.{:02}", amount / 100, amount % 100);
            let on = first.plus(*days).to_string();
            sale(&number.to_string(), &on, &format!("U{unit}"), "nobody", &amount)
        })
        .collect();
    if !sold.is_empty() {
        deliver(&mut desk, LATER, "/intake/transactions", &json!(sold));
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whatever the tree, a unit tells what was sold at it and below it, and the total each sale once.
    #[test]
    fn a_roll_up_counts_each_sale_once(
        parents in parents(),
        drawn in proptest::collection::vec((0..1_000_usize, 0..60_i32, 1..100_000_i64), 0..40),
    ) {
        let units = parents.len() + 1;
        let sales: Sales = drawn.into_iter().map(|(unit, days, amount)| (unit % units, days, amount)).collect();
        let mut desk = tree(&parents, &sales);
        let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let (mut count, mut sum) = (0_i64, 0_i64);
        // From the 15th of February to the 15th of March.
        for (unit, _, amount) in sales.iter().filter(|(_, days, _)| (14..=42).contains(days)) {
            (count, sum) = (count + 1, sum + *amount);
            let above = successors(Some(*unit), |unit| unit.checked_sub(1).map(|place| parents[place]));
            for unit in above {
                let line = expected.entry(format!("U{unit}")).or_default();
                *line = (line.0 + 1, line.1 + *amount);
            }
        }
        for by in ["organisation", "product", "channel", "month"] {
            let target = format!("/sales/performance?by={by}&from=2026-02-15&to=2026-03-15");
            let answer = report(&mut desk, LATER, &target);
            let figures = |line: &Value| (line["sales"].as_i64().expect("a number"), fen(&line["amount"]));
            prop_assert_eq!(figures(&answer["total"]), (count, sum), "{}", by);
            prop_assert_eq!(fen(&answer["total"]["credited"]), sum, "{}", by);
            let items = answer["items"].as_array().expect("items");
            if by == "organisation" {
                let key = |line: &Value| line["key"].as_str().expect("a key").to_owned();
                let found: BTreeMap<String, (i64, i64)> = items.iter().map(|line| (key(line), figures(line))).collect();
                prop_assert_eq!(&found, &expected);
            } else {
                let parts = items.iter().map(figures).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
                prop_assert_eq!(parts, (count, sum), "{}", by);
            }
        }
    }
}
