//! Laws of earning: whatever the rules and the sequence of events, no cap and no budget is exceeded, and what is left
//! is given out.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::ReturnPolicy;
use domain::points::condition::{CustomerFacts, EventFacts, Facts};
use domain::points::earning::{Decided, Limit, Reason, Usage, decide};
use domain::points::expiry::Expiry;
use domain::points::rule::{Cap, Earning, Over, Per, Rounding, Rule, RuleSet, Stacking};
use proptest::prelude::*;

/// Types of events; every rule is about one of them.
const TYPES: [&str; 2] = ["purchase", "referral"];

/// Campaigns that have a budget.
const CAMPAIGNS: [&str; 2] = ["spring", "autumn"];

fn earning() -> impl Strategy<Value = Earning> {
    let rounding = prop_oneof![Just(Rounding::Floor), Just(Rounding::HalfUp), Just(Rounding::Ceiling)];
    prop_oneof![
        3 => (1_i64..5, 1_i64..20, rounding)
            .prop_map(|(points, per, rounding)| Earning::PerAmount { points, per, rounding }),
        2 => (1_i64..30).prop_map(|points| Earning::Fixed { points }),
        1 => (1_i64..30, 1_i64..30)
            .prop_map(|(customer, referrer)| Earning::Referral { customer, referrer }),
    ]
}

fn caps() -> impl Strategy<Value = Vec<Cap>> {
    let cap = || proptest::option::weighted(0.4, 1_i64..60);
    (cap(), cap(), cap(), cap()).prop_map(|(transaction, day, month, campaign)| {
        // The order in which a bank writes them down does not matter.
        let caps = [
            (Per::Campaign, campaign),
            (Per::Day, day),
            (Per::Month, month),
            (Per::Transaction, transaction),
        ];
        caps.into_iter().filter_map(|(per, points)| Some(Cap { per, points: points? })).collect()
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let over = prop_oneof![Just(Over::Truncate), Just(Over::Reject)];
    let stacking = prop_oneof![Just(Stacking::Additive), Just(Stacking::Exclusive)];
    let multiplier_bp = prop_oneof![Just(10_000_u32), 0_u32..40_000];
    let campaign = proptest::option::of(0..CAMPAIGNS.len());
    (earning(), caps(), over, stacking, multiplier_bp, campaign, -1..2_i32).prop_map(
        |(earning, caps, over, stacking, bp, campaign, priority)| Rule {
            points_rule_ref: 1,
            id: String::new(),
            version: 1,
            events: vec![TYPES[usize::from(matches!(earning, Earning::Referral { .. }))].to_owned()],
            condition: None,
            earning,
            multipliers: vec![("gold".to_owned(), bp)],
            caps,
            over,
            campaign: campaign.map(|campaign| CAMPAIGNS[campaign].to_owned()),
            expiry: Expiry::Never,
            pending_days: 0,
            stacking,
            priority,
            from: None,
            to: None,
            return_policy: ReturnPolicy::WithinBalance,
        },
    )
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    proptest::collection::vec(rule(), 1..8).prop_map(|mut rules| {
        for (place, rule) in rules.iter_mut().enumerate() {
            rule.id = format!("r{place}");
            assert_eq!(rule.check(), Ok(()));
        }
        rules
    })
}

#[derive(Clone, Copy, Debug)]
struct Event {
    customer: usize,
    kind: usize,
    on: Day,
    amount: Option<i64>,
    is_gold: bool,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let amount = proptest::option::weighted(0.9, -5_i64..300);
    let event = (0_usize..3, proptest::bool::weighted(0.2), 0_i32..70, amount, any::<bool>());
    let event = event.prop_map(|(customer, is_referral, day, amount, is_gold)| Event {
        customer,
        kind: usize::from(is_referral),
        // Two and a half months over the end of a year, in any order.
        on: Day::from_number(20_800 + day),
        amount,
        is_gold,
    });
    proptest::collection::vec(event, 1..40)
}

/// What all events together used.
#[derive(Clone, Debug, Default, PartialEq)]
struct Book {
    used: BTreeMap<(usize, usize, Per, i32), i64>,
    budgets: BTreeMap<String, i64>,
    referred: [bool; 3],
}

struct Turn<'b> {
    book: &'b mut Book,
    set: &'b RuleSet,
    customer: usize,
    on: Day,
}

fn period(per: Per, on: Day) -> i32 {
    match per {
        Per::Day => on.number(),
        Per::Month => on.month().number(),
        Per::Transaction | Per::Campaign => 0,
    }
}

impl Usage for Turn<'_> {
    fn used(&self, rule: usize, per: Per) -> i64 {
        assert_ne!(per, Per::Transaction, "an event is not added up with others");
        let key = (rule, self.customer, per, period(per, self.on));
        self.book.used.get(&key).copied().unwrap_or_default()
    }

    fn budget_left(&self, rule: usize) -> Option<i64> {
        let campaign = self.set.rules()[rule].campaign.as_ref()?;
        self.book.budgets.get(campaign).copied()
    }

    fn use_up(&mut self, rule: usize, points: i64) {
        for per in [Per::Day, Per::Month, Per::Campaign] {
            *self.book.used.entry((rule, self.customer, per, period(per, self.on))).or_default() += points;
        }
        self.use_up_for_referrer(rule, points);
    }

    fn is_referred(&self) -> bool {
        self.book.referred[self.customer]
    }

    fn use_up_for_referrer(&mut self, rule: usize, points: i64) {
        if let Some(campaign) = &self.set.rules()[rule].campaign
            && let Some(left) = self.book.budgets.get_mut(campaign)
        {
            *left -= points;
        }
    }
}

/// Decides an event and notes what it used.
fn settle(set: &RuleSet, event: Event, book: &mut Book) -> Vec<Decided> {
    let facts = Facts {
        event: EventFacts {
            kind: TYPES[event.kind],
            source: "core",
            on: event.on,
            minute_of_day: 0,
            amount: event.amount,
            channel: None,
            merchant_category: None,
            product_id: None,
            organisation_id: None,
            counterparty_bank: None,
            attributes: &[],
        },
        customer: CustomerFacts {
            tier: event.is_gold.then_some("gold"),
            organisation_id: "HQ",
            gender: None,
            birth_date: None,
            opened_on: None,
            segments: &[],
            attributes: &[],
        },
    };
    let mut out = Vec::new();
    decide(set, &facts, &mut Turn { book, set, customer: event.customer, on: event.on }, &mut out);
    book.referred[event.customer] |= event.kind == 1 && out.iter().any(|of| of.points > 0);
    out
}

fn book(budgets: [i64; 2]) -> Book {
    let budgets = CAMPAIGNS.into_iter().map(str::to_owned).zip(budgets).collect();
    Book { budgets, ..Book::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Caps and budgets hold, points are given exactly for the reasons that give, one exclusive rule gives at most, and
    /// the same sequence decides the same.
    #[test]
    fn no_cap_and_no_budget_is_ever_exceeded(
        rules in rules(),
        events in events(),
        budgets in [0_i64..200, 0_i64..200],
    ) {
        let set = RuleSet::new(rules);
        let (mut kept, mut again) = (book(budgets), book(budgets));
        for event in events {
            let said = settle(&set, event, &mut kept);
            prop_assert_eq!(&said, &settle(&set, event, &mut again));
            prop_assert_eq!(said.len(), set.of(TYPES[event.kind]).len(), "every rule says something");
            let mut exclusive = 0;
            for of in &said {
                let rule = &set.rules()[of.rule];
                let gives = matches!(of.reason, Reason::Earned | Reason::Truncated(_));
                prop_assert!(of.points >= 0 && of.referrer_points >= 0);
                prop_assert_eq!(of.points > 0, gives, "{:?}", of);
                prop_assert!(gives || of.referrer_points == 0, "{:?}", of);
                prop_assert!(rule.over == Over::Truncate || !matches!(of.reason, Reason::Truncated(_)));
                exclusive += usize::from(gives && rule.stacking == Stacking::Exclusive);
                let most = rule.caps.iter().find(|cap| cap.per == Per::Transaction);
                prop_assert!(most.is_none_or(|cap| of.points <= cap.points));
            }
            prop_assert!(exclusive <= 1, "{:?}", said);
        }
        prop_assert_eq!(&kept, &again);
        prop_assert!(kept.budgets.values().all(|left| *left >= 0));
        for ((rule, _, per, _), points) in &kept.used {
            let cap = set.rules()[*rule].caps.iter().find(|cap| cap.per == *per);
            prop_assert!(cap.is_none_or(|cap| *points <= cap.points), "{:?}: {}", per, points);
        }
    }

    /// One rule that truncates, with a cap of a day or a budget: what it gave is what was asked for, up to the limit.
    #[test]
    fn a_limit_is_filled_exactly_when_enough_is_asked_for(
        wanted in proptest::collection::vec(1_i64..40, 1..20),
        most in 1_i64..300,
        is_budget in any::<bool>(),
        rule in rule(),
    ) {
        let caps = if is_budget { Vec::new() } else { vec![Cap { per: Per::Day, points: most }] };
        let set = RuleSet::new(vec![Rule {
            id: "r".to_owned(),
            events: vec![TYPES[0].to_owned()],
            earning: Earning::PerAmount { points: 1, per: 1, rounding: Rounding::Floor },
            over: Over::Truncate,
            campaign: is_budget.then(|| CAMPAIGNS[0].to_owned()),
            caps,
            ..rule
        }]);
        let (mut kept, mut given) = (book([most, 0]), 0);
        for amount in &wanted {
            let on = Day::from_number(20_800);
            let event = Event { customer: 0, kind: 0, on, amount: Some(*amount), is_gold: false };
            let said = settle(&set, event, &mut kept);
            let limit = if is_budget { Limit::Budget } else { Limit::Day };
            let expected = match most - given {
                0 => Reason::Refused(limit),
                left if left < *amount => Reason::Truncated(limit),
                _ => Reason::Earned,
            };
            prop_assert_eq!(said[0].reason, expected);
            given += said[0].points;
        }
        prop_assert_eq!(given, most.min(wanted.iter().sum()));
    }
}
