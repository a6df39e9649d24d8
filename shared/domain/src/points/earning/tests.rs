//! What limits leave, which exclusive rule gives, and why not.

use std::collections::BTreeMap;

use super::*;
use crate::date::Day;
use crate::points::condition::{Condition, CustomerFacts, EventFacts, Fact};
use crate::points::rule::tests::rule;
use crate::points::rule::{Cap, REFERRAL};

/// What was used before one event; a budget for all rules of a campaign named like it.
#[derive(Default)]
struct Book {
    used: BTreeMap<(usize, Per), i64>,
    budget: Option<i64>,
    is_referred: bool,
}

impl Usage for Book {
    fn used(&self, rule: usize, per: Per) -> i64 {
        self.used.get(&(rule, per)).copied().unwrap_or_default()
    }

    fn budget_left(&self, _rule: usize) -> Option<i64> {
        self.budget
    }

    fn use_up(&mut self, rule: usize, points: i64) {
        for per in [Per::Day, Per::Month, Per::Campaign] {
            *self.used.entry((rule, per)).or_default() += points;
        }
        self.use_up_for_referrer(rule, points);
    }

    fn is_referred(&self) -> bool {
        self.is_referred
    }

    fn use_up_for_referrer(&mut self, _rule: usize, points: i64) {
        self.budget = self.budget.map(|left| left - points);
    }
}

/// A visit of a customer of the tier gold on 1 November 2026.
fn facts<'a>(kind: &'a str, amount: Option<i64>, attributes: &'a [(String, Fact)]) -> Facts<'a> {
    Facts {
        event: EventFacts {
            kind,
            source: "core",
            on: Day::parse("2026-11-01").expect("a day"),
            minute_of_day: 720,
            amount,
            channel: None,
            merchant_category: None,
            product_id: None,
            organisation_id: None,
            counterparty_bank: None,
            attributes,
        },
        customer: CustomerFacts {
            tier: Some("gold"),
            organisation_id: "HQ",
            gender: None,
            birth_date: None,
            opened_on: None,
            segments: &[],
            attributes: &[],
        },
    }
}

fn said(rules: Vec<Rule>, facts: &Facts<'_>, book: &mut Book) -> Vec<(String, i64, &'static str)> {
    let set = RuleSet::new(rules);
    let mut out = Vec::new();
    decide(&set, facts, book, &mut out);
    out.iter().map(|of| (set.rules()[of.rule].id.clone(), of.points, of.reason.name())).collect()
}

fn one(rule: Rule, facts: &Facts<'_>, book: &mut Book) -> (i64, &'static str) {
    let said = said(vec![rule], facts, book);
    (said[0].1, said[0].2)
}

#[test]
fn a_multiplier_counts_before_the_part_of_a_point_is_rounded() {
    for (amount, bp, rounding, expected) in [
        (Some(1999), 10_000, Rounding::Floor, (1, "earned")),
        (Some(1999), 15_000, Rounding::Floor, (2, "earned")),
        (Some(1499), 10_000, Rounding::HalfUp, (1, "earned")),
        (Some(1500), 10_000, Rounding::HalfUp, (2, "earned")),
        (Some(1001), 10_000, Rounding::Ceiling, (2, "earned")),
        (Some(999), 10_000, Rounding::Floor, (0, "nothing")),
        (Some(1), 0, Rounding::Ceiling, (0, "nothing")),
        (Some(0), 10_000, Rounding::Ceiling, (0, "nothing")),
        (Some(-1000), 10_000, Rounding::Ceiling, (0, "nothing")),
        (None, 10_000, Rounding::Ceiling, (0, "nothing")),
    ] {
        let earning = Earning::PerAmount { points: 1, per: 1000, rounding };
        let rule = Rule { earning, multipliers: vec![("gold".to_owned(), bp)], ..rule("r") };
        assert_eq!(one(rule, &facts("visit", amount, &[]), &mut Book::default()), expected, "{amount:?}");
    }
    let fixed = Rule { multipliers: vec![("gold".to_owned(), 12_345)], ..rule("r") };
    assert_eq!(one(fixed, &facts("visit", None, &[]), &mut Book::default()), (123, "earned"));
}

#[test]
fn no_event_gives_more_than_the_most_whatever_the_rule_says() {
    let earning = Earning::PerAmount { points: MOST_POINTS, per: 1, rounding: Rounding::Floor };
    let huge = Rule { earning, multipliers: vec![("gold".to_owned(), 1_000_000)], ..rule("r") };
    let facts = facts("visit", Some(crate::balance::AMOUNT_LIMIT), &[]);
    let truncated = one(huge.clone(), &facts, &mut Book::default());
    assert_eq!(truncated, (MOST_POINTS, "truncated_by_transaction"));
    let refused = one(Rule { over: Over::Reject, ..huge }, &facts, &mut Book::default());
    assert_eq!(refused, (0, "refused_by_transaction"));
}

#[test]
fn limits_are_looked_at_in_order_and_the_one_that_binds_is_named() {
    let caps = [(Per::Campaign, 70), (Per::Month, 80), (Per::Day, 90), (Per::Transaction, 95)];
    let with = |over, caps: &[(Per, i64)]| {
        let caps = caps.iter().map(|(per, points)| Cap { per: *per, points: *points }).collect();
        Rule { over, caps, ..rule("r") }
    };
    let used = |used: &[(Per, i64)], budget| Book {
        used: used.iter().map(|(per, points)| ((0, *per), *points)).collect(),
        budget,
        is_referred: false,
    };
    for (caps, book, truncated, refused) in [
        (&caps[..0], used(&[], None), (100, "earned"), (100, "earned")),
        (&caps[..0], used(&[], Some(100)), (100, "earned"), (100, "earned")),
        (&caps[..0], used(&[], Some(99)), (99, "truncated_by_budget"), (0, "refused_by_budget")),
        (&caps[..0], used(&[], Some(0)), (0, "refused_by_budget"), (0, "refused_by_budget")),
        (&caps[3..], used(&[], None), (95, "truncated_by_transaction"), (0, "refused_by_transaction")),
        (&caps[2..], used(&[], None), (90, "truncated_by_day"), (0, "refused_by_transaction")),
        (&caps[..1], used(&[], None), (70, "truncated_by_campaign"), (0, "refused_by_campaign")),
        (&caps[..], used(&[], Some(75)), (70, "truncated_by_campaign"), (0, "refused_by_transaction")),
        (&caps[..], used(&[(Per::Day, 89)], None), (1, "truncated_by_day"), (0, "refused_by_transaction")),
        (&caps[..], used(&[(Per::Month, 80)], None), (0, "refused_by_month"), (0, "refused_by_transaction")),
        (&caps[..2], used(&[(Per::Month, 81)], Some(9)), (0, "refused_by_month"), (0, "refused_by_month")),
    ] {
        for (over, expected) in [(Over::Truncate, truncated), (Over::Reject, refused)] {
            let mut before = Book { used: book.used.clone(), ..book };
            let found = one(with(over, caps), &facts("visit", None, &[]), &mut before);
            assert_eq!(found, expected, "{over:?} {caps:?} {:?} {:?}", book.used, book.budget);
        }
    }
}

#[test]
fn a_rule_says_why_it_gives_nothing() {
    let on = |text| Day::parse(text).ok();
    let asking = |source| Rule { condition: Condition::parse(source).ok(), ..rule("r") };
    let attributes = [("stars".to_owned(), Fact::Whole(5))];
    let facts = facts("visit", Some(10000), &attributes);
    for (rule, expected) in [
        (asking("event.amount >= money(\"100.00\")"), (100, "earned")),
        (asking("event.amount > money(\"100.00\")"), (0, "condition_not_met")),
        (asking("event.attributes.stars == 5"), (100, "earned")),
        (asking("event.attributes.colour == \"red\""), (0, "unanswered")),
        (Rule { to: on("2026-10-31"), ..rule("r") }, (0, "not_in_force")),
        (Rule { from: on("2026-11-01"), to: on("2026-11-01"), ..rule("r") }, (100, "earned")),
    ] {
        assert_eq!(one(rule, &facts, &mut Book::default()), expected);
    }
}

#[test]
fn of_the_exclusive_rules_one_gives_beside_all_additive_ones() {
    let with = |id: &str, stacking, priority, points, cap: i64| Rule {
        stacking,
        priority,
        earning: Earning::Fixed { points },
        caps: vec![Cap { per: Per::Day, points: cap }],
        over: Over::Reject,
        ..rule(id)
    };
    let (exclusive, additive) = (Stacking::Exclusive, Stacking::Additive);
    let rules = vec![
        with("add", additive, 0, 1, 1),
        with("full", exclusive, 9, 50, 49),
        with("less", exclusive, 5, 20, 99),
        with("more", exclusive, 5, 30, 99),
        with("twin", exclusive, 5, 30, 99),
        with("vast", exclusive, 1, 90, 99),
    ];
    let mut book = Book { budget: Some(1000), ..Book::default() };
    let found = said(rules, &facts("visit", None, &[]), &mut book);
    let expected = [
        ("full", 0, "refused_by_day"),
        ("less", 0, "outranked"),
        ("more", 30, "earned"),
        ("twin", 0, "outranked"),
        ("vast", 0, "outranked"),
        ("add", 1, "earned"),
    ];
    assert_eq!(found, expected.map(|(id, points, reason)| (id.to_owned(), points, reason)));
    // Who is outranked uses nothing up.
    assert_eq!((book.budget, book.used(2, Per::Day), book.used(3, Per::Day)), (Some(969), 0, 30));
}

#[test]
fn a_referral_rewards_both_sides_once_within_one_budget() {
    let with = |id: &str, over| Rule {
        events: vec![REFERRAL.to_owned()],
        earning: Earning::Referral { customer: 200, referrer: 500 },
        multipliers: vec![("gold".to_owned(), 20_000)],
        caps: vec![Cap { per: Per::Day, points: 150 }],
        over,
        ..rule(id)
    };
    let ask = |rules, budget, is_referred| {
        let mut book = Book { budget, is_referred, ..Book::default() };
        let mut out = Vec::new();
        decide(&RuleSet::new(rules), &facts(REFERRAL, None, &[]), &mut book, &mut out);
        let said = |of: &Decided| (of.points, of.referrer_points, of.reason.name());
        (out.iter().map(said).collect::<Vec<_>>(), book.budget)
    };
    let truncate = || with("a", Over::Truncate);
    let uncapped = |over| Rule { caps: Vec::new(), ..with("b", over) };
    for (rule, budget, expected, left) in [
        (truncate(), None, (150, 500, "truncated_by_day"), None),
        (truncate(), Some(650), (150, 500, "truncated_by_day"), Some(0)),
        (truncate(), Some(649), (150, 499, "truncated_by_budget"), Some(0)),
        (truncate(), Some(100), (100, 0, "truncated_by_budget"), Some(0)),
        (truncate(), Some(0), (0, 0, "refused_by_budget"), Some(0)),
        (with("a", Over::Reject), None, (0, 0, "refused_by_day"), None),
        (uncapped(Over::Reject), Some(699), (0, 0, "refused_by_budget"), Some(699)),
        (uncapped(Over::Reject), Some(700), (200, 500, "earned"), Some(0)),
    ] {
        assert_eq!(ask(vec![rule], budget, false), (vec![expected], left));
    }
    assert_eq!(ask(vec![truncate()], Some(9), true), (vec![(0, 0, "already_referred")], Some(9)));
    let both = ask(vec![uncapped(Over::Truncate), truncate()], None, false).0;
    assert_eq!(both, [(150, 500, "truncated_by_day"), (0, 0, "already_referred")]);
}
