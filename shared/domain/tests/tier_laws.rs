//! Laws of tiers: the kernel over columns decides like the rule for one customer, whatever the scheme and the facts.

use domain::date::Day;
use domain::tier::effect::for_each_decision;
use domain::tier::kernel::{ChunkFacts, Kernel, SCRATCH, Scope};
use domain::tier::scheme::{
    AssetBasis, CardLevel, Coefficients, Criterion, Measure, Scheme, SchemeParts, StatusLimits, Tier,
};
use domain::tier::state::{NO_TIER, Positions, Standing, TierStates};
use domain::tier::{Held, Outcome, Override, OverrideKind, Status, decide};
use proptest::prelude::*;

/// Amounts near each other, so that thresholds are met exactly and missed by one.
fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 0_i64..30, 2 => -5_i64..5, 1 => 0_i64..1000]
}

fn tier(position: usize, top: usize) -> impl Strategy<Value = Tier> {
    let base = 1 + 4 * (top - position) as i64;
    let assets = proptest::option::of((0_i64..3, proptest::option::of(1_i64..6)));
    let other = |measure| proptest::option::of(0_i64..3).prop_map(move |at| at.map(|at| (measure, at)));
    let others = (other(Measure::CardSpend), other(Measure::SecuredLoans), other(Measure::UnsecuredLoans));
    let card = proptest::option::of(0_usize..4);
    (assets, others, card, 0_u8..8, any::<bool>(), 0_u8..8).prop_map(
        move |(assets, others, card, window_months, status, observed_to)| {
            let mut any_of = Vec::new();
            if let Some((at, band)) = assets {
                let at_least = base + at;
                any_of.push(Criterion::Amount {
                    measure: Measure::Assets,
                    at_least,
                    below: band.map(|band| at_least + band),
                });
            }
            for (measure, at) in [others.0, others.1, others.2].into_iter().flatten() {
                any_of.push(Criterion::Amount { measure, at_least: base + at, below: None });
            }
            if let Some(level) = card {
                any_of.push(Criterion::Card(CardLevel::ALL[level]));
            }
            if any_of.is_empty() {
                any_of.push(Criterion::Amount { measure: Measure::Assets, at_least: base, below: None });
            }
            Tier {
                code: format!("t{position}"),
                name_zh: String::new(),
                name_en: String::new(),
                window_months,
                any_of,
                status: status.then_some(StatusLimits {
                    observed_to: observed_to.min(window_months),
                    attention_to: window_months,
                }),
            }
        },
    )
}

fn scheme() -> impl Strategy<Value = Scheme> {
    (1_usize..6)
        .prop_flat_map(|top| (0..top).map(|position| tier(position, top)).collect::<Vec<_>>())
        .prop_map(|tiers| {
            let parts = SchemeParts {
                basis: AssetBasis::MonthEnd,
                coefficients: Coefficients::default(),
                confirm: false,
                tiers,
            };
            Scheme::parse(parts).expect("descending by construction")
        })
}

#[derive(Clone, Debug)]
struct Customer {
    assets: Vec<i64>,
    others: [i64; 3],
    cards: u8,
    held: u8,
    standing: Vec<(u8, usize)>,
    opened_late: bool,
}

fn customer() -> impl Strategy<Value = Customer> {
    (
        proptest::collection::vec(amount(), SCRATCH),
        [amount(), amount(), amount()],
        0_u8..16,
        0_u8..9,
        proptest::collection::vec((0_u8..3, 0_usize..6), 0..3),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(assets, others, cards, held, standing, opened_late)| Customer {
            assets,
            others,
            cards,
            held,
            // Most customers have no override.
            standing: if cards < 12 { Vec::new() } else { standing },
            opened_late,
        })
}

fn overrides(customer: &Customer, tiers: usize) -> Vec<Override> {
    customer
        .standing
        .iter()
        .map(|(kind, tier)| Override {
            kind: [OverrideKind::Risk, OverrideKind::Lock, OverrideKind::Floor][usize::from(*kind)],
            tier: tier % tiers,
        })
        .collect()
}

fn chunk(scheme: &Scheme, customers: &[Customer], as_of: Day) -> ChunkFacts {
    let other = |which: usize| customers.iter().map(|customer| customer.others[which]).collect();
    ChunkFacts {
        customers: customers.len(),
        organisation: vec![1; customers.len()],
        opened: customers.iter().map(|of| as_of.number() + i32::from(of.opened_late)).collect(),
        assets: (0..scheme.months())
            .map(|month| customers.iter().map(|of| of.assets[month]).collect())
            .collect(),
        card_spend: other(0),
        secured_loans: other(1),
        unsecured_loans: other(2),
        cards: customers.iter().map(|customer| customer.cards).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// 500 random schemes over 200 random customers each: 100 000 decisions.
    #[test]
    fn the_kernel_decides_like_the_rule(
        scheme in scheme(),
        customers in proptest::collection::vec(customer(), 200),
    ) {
        let as_of = Day::parse("2024-02-29").expect("a day");
        let facts = chunk(&scheme, &customers, as_of);
        let tiers = scheme.tiers().len();
        // Numbers 1..=tiers are the scheme's; 0 is none, higher ones belong to an earlier scheme.
        let positions = Positions::new((1..=tiers as u8).collect());
        let standing = Standing::new(
            customers
                .iter()
                .enumerate()
                .flat_map(|(slot, customer)| overrides(customer, tiers).into_iter().map(move |of| (slot, of)))
                .collect(),
        );
        let mut states = TierStates::default();
        for (slot, customer) in customers.iter().enumerate() {
            states.tier[slot] = customer.held;
        }
        let mut kernel = Kernel::new(&scheme);
        kernel.measure(&facts, &Scope { as_of, organisations: None });
        let mut decided = vec![None; customers.len()];
        for_each_decision(&kernel, &facts, &states, &positions, &standing, |slot, held, decision| {
            assert_eq!(held, customers[slot].held);
            decided[slot] = Some(*decision);
        });
        for (slot, customer) in customers.iter().enumerate() {
            let mut room = [0; SCRATCH];
            let own = overrides(customer, tiers);
            let expected = decide(&scheme, &facts.facts(slot, &mut room), positions.held(customer.held), &own);
            prop_assert_eq!(decided[slot], (!customer.opened_late).then_some(expected), "slot {}", slot);
        }
    }

    /// A tier that no override touches is lost exactly when the months below exceed its window, and what is held
    /// afterwards is never churned.
    #[test]
    fn status_and_tier_never_contradict_each_other(scheme in scheme(), customer in customer()) {
        let facts = chunk(&scheme, std::slice::from_ref(&customer), Day::from_number(0));
        let mut room = [0; SCRATCH];
        let facts = facts.facts(0, &mut room);
        for held in 0..scheme.tiers().len() {
            let decision = decide(&scheme, &facts, Held::Tier(held), &[]);
            let tier = &scheme.tiers()[held];
            let lost = decision.tier > held;
            let last = held + 1 == scheme.tiers().len();
            let too_long = decision.held_months_below > tier.window_months;
            prop_assert!(!lost || too_long, "lost while it was met");
            prop_assert!(decision.tier != held || last || !too_long, "kept though it is met no more");
            prop_assert_eq!(decision.outcome == Outcome::Churned, lost && tier.status.is_some());
            prop_assert_ne!(decision.status, Some(Status::Churned));
        }
        prop_assert_eq!(decide(&scheme, &facts, Held::Nothing, &[]).outcome, Outcome::First);
        prop_assert_eq!(NO_TIER, 0);
    }
}
