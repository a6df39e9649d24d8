//! What makes no sense, what is in force, and quotients.

use super::*;
use crate::balance::AMOUNT_LIMIT;
use crate::points::expiry::Unit;

/// 100 points for every event of the type `visit`.
pub(crate) fn rule(id: &str) -> Rule {
    Rule {
        points_rule_ref: 1,
        id: id.to_owned(),
        version: 1,
        events: vec!["visit".to_owned()],
        condition: None,
        earning: Earning::Fixed { points: 100 },
        multipliers: Vec::new(),
        caps: Vec::new(),
        over: Over::Truncate,
        campaign: None,
        expiry: Expiry::Never,
        pending_days: 0,
        stacking: Stacking::Additive,
        priority: 0,
        from: None,
        to: None,
        return_policy: ReturnPolicy::WithinBalance,
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn per_amount(points: i64, per: i64) -> Earning {
    Earning::PerAmount { points, per, rounding: Rounding::Floor }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    type Change = fn(&mut Rule);
    let cap = |per, points| Cap { per, points };
    let table: [(Change, &str); 24] = [
        (|of| of.id = "a b".to_owned(), "/id"),
        (|of| of.events = Vec::new(), "/events"),
        (|of| of.events = (0..=MOST_EVENTS).map(|number| format!("e{number}")).collect(), "/events"),
        (|of| of.events.push("two words".to_owned()), "/events/1"),
        (|of| of.events.push("visit".to_owned()), "/events/1"),
        (|of| of.earning = per_amount(0, 1), "/earn/per_amount/points"),
        (|of| of.earning = per_amount(MOST_POINTS + 1, 1), "/earn/per_amount/points"),
        (|of| of.earning = per_amount(1, 0), "/earn/per_amount/per"),
        (|of| of.earning = per_amount(1, AMOUNT_LIMIT + 1), "/earn/per_amount/per"),
        (|of| of.earning = Earning::Fixed { points: -1 }, "/earn/fixed/points"),
        (|of| of.earning = Earning::Referral { customer: 0, referrer: 1 }, "/earn/referral/customer"),
        (|of| of.earning = Earning::Referral { customer: 1, referrer: 0 }, "/earn/referral/referrer"),
        (|of| of.earning = Earning::Referral { customer: 1, referrer: 1 }, "/events"),
        (|of| of.multipliers = vec![("gold".to_owned(), MOST_MULTIPLIER_BP + 1)], "/multipliers_bp/gold"),
        (|of| of.multipliers = vec![("a/b".to_owned(), 1), ("a/b".to_owned(), 2)], "/multipliers_bp/a~1b"),
        (|of| of.multipliers = vec![(String::new(), 1)], "/multipliers_bp/"),
        (|of| of.multipliers = vec![("gold".to_owned(), 1); MOST_MULTIPLIERS + 1], "/multipliers_bp"),
        (|of| of.caps = vec![Cap { per: Per::Day, points: 0 }], "/caps/0/points"),
        (|of| of.caps = vec![Cap { per: Per::Day, points: 1 }; 2], "/caps/1/per"),
        (|of| of.campaign = Some(String::new()), "/campaign_id"),
        (|of| of.expiry = Expiry::Inactivity { months: 0 }, "/expiry/inactivity/months"),
        (|of| of.expiry = Expiry::Rolling { amount: 0, unit: Unit::Days }, "/expiry/rolling/amount"),
        (|of| of.pending_days = MOST_PENDING_DAYS + 1, "/pending_days"),
        (|of| (of.from, of.to) = (Some(day("2026-01-02")), Some(day("2026-01-01"))), "/to"),
    ];
    for (change, pointer) in table {
        let mut rule = rule("r");
        assert_eq!(rule.check(), Ok(()));
        change(&mut rule);
        assert_eq!(rule.check().map_err(|error| error.pointer), Err(pointer.to_owned()));
    }
    let mut all = rule("r");
    all.events = vec![REFERRAL.to_owned()];
    all.earning = Earning::Referral { customer: 1, referrer: MOST_POINTS };
    all.caps = vec![cap(Per::Campaign, 1), cap(Per::Transaction, 1), cap(Per::Month, 1), cap(Per::Day, 1)];
    all.multipliers = vec![("gold".to_owned(), 0), ("core".to_owned(), MOST_MULTIPLIER_BP)];
    (all.from, all.to) = (Some(day("2026-01-01")), Some(day("2026-01-01")));
    assert_eq!(all.check(), Ok(()));
}

#[test]
fn a_rule_is_in_force_from_its_first_day_to_its_last() {
    let mut rule = rule("r");
    assert!(rule.is_in_force(day("1900-01-01")) && rule.is_in_force(day("2199-12-31")));
    (rule.from, rule.to) = (Some(day("2026-01-01")), Some(day("2026-12-31")));
    for (on, expected) in
        [("2025-12-31", false), ("2026-01-01", true), ("2026-12-31", true), ("2027-01-01", false)]
    {
        assert_eq!(rule.is_in_force(day(on)), expected, "{on}");
    }
}

#[test]
fn a_part_of_a_point_is_lost_kept_or_halved_up() {
    let far = i128::from(i64::MAX);
    for (numerator, denominator, floor, half_up, ceiling) in [
        (0, 10, 0, 0, 0),
        (1, 10, 0, 0, 1),
        (4, 10, 0, 0, 1),
        (5, 10, 0, 1, 1),
        (19, 10, 1, 2, 2),
        (20, 10, 2, 2, 2),
        (1, 3, 0, 0, 1),
        (5, 3, 1, 2, 2),
        (far * 7 + 4, 7, far, far + 1, far + 1),
        (far * 7 + 3, 7, far, far, far + 1),
    ] {
        for (rounding, expected) in
            [(Rounding::Floor, floor), (Rounding::HalfUp, half_up), (Rounding::Ceiling, ceiling)]
        {
            assert_eq!(rounding.divide(numerator, denominator), expected, "{numerator}/{denominator}");
        }
    }
}

#[test]
fn rules_of_a_type_come_by_priority_and_then_by_id() {
    let with = |id: &str, priority, events: &[&str]| {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        Rule { priority, events, ..rule(id) }
    };
    let set = RuleSet::new(vec![
        with("c", 0, &["visit"]),
        with("b", 0, &["survey", "visit"]),
        with("z", 5, &["visit"]),
        with("a", -1, &["visit", "birthday"]),
    ]);
    let ids = |event| set.of(event).iter().map(|place| set.rules()[*place].id.as_str()).collect::<Vec<_>>();
    assert_eq!(ids("visit"), ["z", "b", "c", "a"]);
    assert_eq!(ids("survey"), ["b"]);
    assert_eq!(ids("birthday"), ["a"]);
    assert!(ids("").is_empty() && ids("visits").is_empty());
    assert!(!set.is_empty() && RuleSet::new(Vec::new()).is_empty());
}

#[test]
fn a_set_tells_what_it_needs_to_know() {
    let condition = |source| Some(Condition::parse(source).expect("a condition"));
    let plain = RuleSet::new(vec![rule("a")]);
    assert_eq!((plain.reads(), plain.has_inactivity()), (Reads::default(), false));
    let asking = Rule { condition: condition("customer.age >= 60"), ..rule("a") };
    let of_tiers = Rule { multipliers: vec![("gold".to_owned(), 15_000)], ..rule("b") };
    let inactive = Rule { expiry: Expiry::Inactivity { months: 12 }, ..rule("c") };
    let set = RuleSet::new(vec![asking, of_tiers, inactive]);
    assert_eq!(set.reads(), Reads { birth_date: true, tier: true, ..Reads::default() });
    assert!(set.has_inactivity());
    let of = |tier| set.rules()[1].multiplier_bp(tier);
    assert_eq!((of(Some("gold")), of(Some("core")), of(None)), (15_000, ONCE_BP, ONCE_BP));
}
