//! Whatever is taken in, the rules fire as a plain count says.

use std::collections::BTreeSet;

use domain::date::Day;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::desk::KEY;
use web::field::Money;

use super::bank::{bank, fired, put_rules, take_in, transaction};

/// Customer, day from 2026-08-01, kind, another bank, amount in minor units.
type Made = (usize, i32, usize, bool, i64);

const KINDS: [&str; 4] = ["deposit", "transfer_in", "withdrawal", "purchase"];

/// Id, kinds, only other banks, window (1: single), amount.
const RULES: [(&str, &[usize], bool, i32, i64); 3] =
    [("big", &[0, 1], false, 1, 60), ("days", &[0, 1], true, 4, 100), ("spent", &[2, 3], false, 9, 150)];

/// What the rules say, day by day, by a rule written down a second time.
fn expected(made: &[Made], (from, to): (i32, i32)) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let date = |day: i32| Day::parse("2026-08-01").expect("a day").plus(day);
    for customer in 0..3 {
        for (rule, kinds, only_others, window, at_least) in RULES {
            let counts = |one: &&Made| one.0 == customer && kinds.contains(&one.2) && (!only_others || one.3);
            let within = |last: i32| -> Vec<i64> {
                let days = last + 1 - window..=last;
                made.iter().filter(counts).filter(|one| days.contains(&one.1)).map(|one| one.4).collect()
            };
            for day in from..=to {
                let amounts = within(day);
                let large: Vec<i64> = amounts.iter().copied().filter(|amount| *amount >= at_least).collect();
                let (fires, amount, number) = if window == 1 {
                    (!large.is_empty(), large.iter().copied().max().unwrap_or(0), large.len())
                } else {
                    let sum: i64 = amounts.iter().sum();
                    let before: i64 = within(day - 1).iter().sum();
                    (sum >= at_least && before < at_least, sum, amounts.len())
                };
                if fires {
                    let first = date(day + 1 - window);
                    let amount = Money(amount);
                    let id = ["c1", "c2", "d1"][customer];
                    lines.insert(format!("{id} {rule} {} {amount} {number} {first}", date(day)));
                }
            }
        }
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_taken_in_fires_as_a_plain_count_says(
        made in proptest::collection::vec((0_usize..3, 0_i32..40, 0_usize..4, any::<bool>(), 1_i64..90), 1..80),
        start in 0_i32..30,
        limit in 1_u32..9,
    ) {
        let mut desk = bank();
        let rule = |(id, kinds, only_others, window, at_least): (&str, &[usize], bool, i32, i64)| {
            let mut rule = json!({
                "id": id,
                "direction": if id == "spent" { "out" } else { "in" },
                "place": if only_others { "out_of_bank" } else { "any" },
                "basis": if window == 1 { "single" } else { "rolling" },
                "at_least": Money(at_least),
                "kinds": kinds.iter().map(|kind| KINDS[*kind]).collect::<Vec<_>>(),
            });
            if window > 1 {
                rule["window_days"] = json!(window);
            }
            rule
        };
        put_rules(&mut desk, &json!(RULES.map(rule)));
        let transactions: Vec<Value> = made
            .iter()
            .enumerate()
            .map(|(number, (customer, day, kind, other, amount))| {
                let day = Day::parse("2026-08-01").expect("a day").plus(*day);
                let (id, amount) = (number.to_string(), Money(*amount).to_string());
                let at = format!("{day}T{:02}:00:00+08:00", number % 24);
                let mut one = transaction(&id, ["c1", "c2", "d1"][*customer], KINDS[*kind], &at, &amount);
                if *other {
                    one["counterparty_bank"] = json!("ICBC");
                }
                one
            })
            .collect();
        take_in(&mut desk, &transactions);
        let day = |number: i32| Day::parse("2026-08-01").expect("a day").plus(number);
        let span = format!("from={}&to={}&limit={limit}", day(start), day(start + 15));
        let told = fired(&mut desk, KEY, &span);
        let found: BTreeSet<String> = told.iter().cloned().collect();
        prop_assert_eq!(found.len(), told.len(), "nothing is told twice");
        prop_assert_eq!(found, expected(&made, (start, start + 15)));
    }
}
