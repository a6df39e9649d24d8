//! What holds of every sale, whatever happens to it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::assignment::{ManagerRole, ManagerShare, WHOLE_BP};

/// What may happen to a sale.
#[derive(Clone, Debug)]
enum Event {
    /// People by number, and whether each is known.
    Register {
        seller: Option<Person>,
        referrer: Option<Person>,
    },
    Default {
        teller: Option<Person>,
        referrer: Option<Person>,
    },
    Adjust(Vec<Share>),
    /// Parts of a million of the whole amount.
    TakeBack(u32),
}

fn person() -> impl Strategy<Value = Person> {
    let share = || proptest::option::of(prop_oneof![Just(0), 0_u32..10_001, Just(u32::MAX)]);
    (0_u32..5, share(), share()).prop_map(|(employee_ref, seller_share_bp, referrer_share_bp)| Person {
        employee_ref,
        seller_share_bp,
        referrer_share_bp,
    })
}

/// Shares that an adjustment may have: nobody twice in a role, and together the whole.
fn adjustment() -> impl Strategy<Value = Vec<Share>> {
    // Often equal ones, so that remainders tie.
    let weight = prop_oneof![Just(5_000_u32), 1_u32..10_000];
    proptest::collection::btree_map((0_u32..5, 0_u8..3), weight, 1..7).prop_map(|weights| {
        let whose = |(employee_ref, role): (u32, u8)| match role {
            0 => Share::seller(employee_ref, 0),
            1 => Share::referrer(employee_ref, 0),
            _ => Share::organisation(0),
        };
        let mut shares: Vec<Share> = weights.keys().map(|key| whose(*key)).collect();
        shares.sort_by_key(|share| share.whose());
        shares.dedup_by_key(|share| share.whose());
        shares[0] = Share::seller(9, 0);
        let weights: Vec<Share> =
            weights.values().map(|weight| Share::seller(0, *weight)).take(shares.len()).collect();
        for (share, part) in shares.iter_mut().zip(divide(i64::from(WHOLE_BP), &weights)) {
            share.share_bp = part as u32;
        }
        shares.retain(|share| share.share_bp > 0);
        shares
    })
}

fn event() -> impl Strategy<Value = Event> {
    let two = || (proptest::option::of(person()), proptest::option::of(person()));
    prop_oneof![
        two().prop_map(|(seller, referrer)| Event::Register { seller, referrer }),
        two().prop_map(|(teller, referrer)| Event::Default { teller, referrer }),
        adjustment().prop_map(Event::Adjust),
        (0_u32..600_000).prop_map(Event::TakeBack),
    ]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(1), 0_i64..100, 0_i64..=i64::MAX, Just(i64::MAX)]
}

fn rule() -> impl Strategy<Value = Rule> {
    let automatic = prop_oneof![Just(Automatic::SameOrganisation), Just(Automatic::Assigned)];
    let split = prop_oneof![Just(Split::Primary), Just(Split::Shares)];
    let default =
        prop_oneof![Just(DefaultTo::Teller), Just(DefaultTo::Organisation), Just(DefaultTo::Nobody)];
    (automatic, split, default, 0..=WHOLE_BP).prop_map(|(automatic, split, default, seller_bp)| Rule {
        automatic,
        split,
        default,
        referrer: Ratio { seller_bp, referrer_bp: WHOLE_BP - seller_bp },
        ..Rule::default()
    })
}

fn assigned() -> impl Strategy<Value = Assigned> {
    let managers = proptest::collection::vec((1_u32..=WHOLE_BP, any::<bool>()), 0..5);
    managers.prop_map(|managers| {
        let manager = |(place, (share_bp, works)): (usize, (u32, bool))| {
            let role = if place == 0 { ManagerRole::Primary } else { ManagerRole::Secondary };
            (ManagerShare { employee_ref: place as u32, role, share_bp }, works)
        };
        let managers = managers.into_iter().enumerate().map(manager).collect();
        Assigned { organisation_ref: 1, managers, assignment_ref: 1 }
    })
}

fn sum(lines: &[Line]) -> i128 {
    lines.iter().map(|line| i128::from(line.amount)).sum()
}

/// What each is credited.
fn book(lines: &[Line]) -> BTreeMap<(Role, u32), i128> {
    let mut book = BTreeMap::new();
    for line in lines {
        *book.entry((line.role, line.employee_ref)).or_default() += i128::from(line.amount);
    }
    book
}

fn is_whole(shares: &[Share]) -> bool {
    shares.iter().map(|share| u64::from(share.share_bp)).sum::<u64>() == u64::from(WHOLE_BP)
        && shares.iter().all(|share| share.share_bp > 0)
}

/// Takes back what is asked for, or what is left.
fn take_back(booked: &mut Vec<Line>, net_amount: &mut i64, asked: i64) {
    *net_amount -= asked.min(*net_amount);
    let lines = lines_between(booked, &standing(booked), *net_amount);
    booked.extend(lines);
}

proptest! {
    /// The lines of a sale add up to its amount less what was taken back, and nobody's part is below zero.
    #[test]
    fn lines_add_up_to_what_is_left_after_any_sequence_of_steps(
        rule in rule(),
        assigned in assigned(),
        amount in amount(),
        events in proptest::collection::vec(event(), 0..12),
    ) {
        prop_assert_eq!(rule.check(), Ok(()));
        let (mut booked, mut net_amount) = (Vec::new(), amount);
        let automatic = automatic(&rule, 1, Some(&assigned));
        prop_assert!(automatic.as_deref().is_none_or(is_whole));
        let mut target = automatic.clone().unwrap_or_default();
        booked.extend(lines_between(&booked, &target, net_amount));
        for event in events {
            match &event {
                Event::Register { seller, referrer } => {
                    // A caller refuses a referrer who is the seller.
                    let referrer = referrer.filter(|of| seller.is_none_or(|own| own.employee_ref != of.employee_ref));
                    let said = registered(&rule, automatic.as_deref(), seller.as_ref(), referrer.as_ref());
                    prop_assert!(said.as_deref().is_none_or(is_whole), "{:?}", said);
                    target = said.unwrap_or_default();
                }
                Event::Default { teller, referrer } => {
                    target = by_default(&rule, teller.as_ref(), referrer.as_ref());
                    prop_assert_eq!(target.is_empty(), rule.default == DefaultTo::Nobody);
                    prop_assert!(target.is_empty() || is_whole(&target), "{:?}", target);
                }
                Event::Adjust(shares) => {
                    prop_assert_eq!(check_adjustment(shares), Ok(()));
                    target.clone_from(shares);
                }
                Event::TakeBack(millionths) => {
                    let asked = i128::from(amount) * i128::from(*millionths) / 1_000_000;
                    net_amount -= net_amount.min(asked as i64);
                    target = standing(&booked);
                }
            }
            let lines = lines_between(&booked, &target, net_amount);
            booked.extend(&lines);
            let expected = if target.is_empty() { 0 } else { i128::from(net_amount) };
            prop_assert_eq!(sum(&booked), expected, "{:?}", event);
            prop_assert!(book(&booked).values().all(|part| *part >= 0), "{:?}", booked);
            target.sort_by_key(|share| share.order());
            prop_assert_eq!(&standing(&booked), &target);
            prop_assert_eq!(lines_between(&booked, &target, net_amount), vec![], "again books nothing");
        }
    }

    /// Parts add up, each is its exact part rounded down or up, and a larger share has no smaller part.
    #[test]
    fn a_division_adds_up_and_each_part_is_next_to_the_exact_one(
        amount in prop_oneof![amount(), Just(i64::MIN), any::<i64>()],
        shares in proptest::collection::vec(prop_oneof![0_u32..4, 0_u32..=WHOLE_BP, any::<u32>()], 1..9),
    ) {
        let shares: Vec<Share> = shares.into_iter().map(|share_bp| Share::seller(1, share_bp)).collect();
        let parts = divide(amount, &shares);
        prop_assert_eq!(parts.len(), shares.len());
        prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(amount));
        let total: i128 = shares.iter().map(|share| i128::from(share.share_bp)).sum();
        for (share, part) in shares.iter().zip(&parts).filter(|_| total > 0) {
            let off = i128::from(amount) * i128::from(share.share_bp) - i128::from(*part) * total;
            prop_assert!(off.abs() < total, "{} of {}", part, amount);
        }
        if amount >= 0 && total > 0 {
            let mut pairs: Vec<(u32, i64)> = shares.iter().map(|share| share.share_bp).zip(parts).collect();
            pairs.sort_unstable();
            prop_assert!(pairs.is_sorted_by_key(|(_, part)| *part), "{:?}", pairs);
        }
    }

    /// Partial reversals lead to the same books in any order as all at once does, and end at zero.
    #[test]
    fn the_order_of_reversals_does_not_matter(
        amount in amount(),
        shares in adjustment(),
        cuts in proptest::collection::vec(0_u32..=1_000_000, 0..6),
        is_all in any::<bool>(),
        mirrored in any::<bool>(),
    ) {
        let mut asked: Vec<i64> = cuts
            .iter()
            .map(|millionths| (i128::from(amount) * i128::from(*millionths) / 6_000_000) as i64)
            .collect();
        if is_all {
            asked.push(amount - asked.iter().sum::<i64>());
        }
        let first = lines_between(&[], &shares, amount);
        let after = |asked: &[i64]| {
            let (mut booked, mut net_amount) = (first.clone(), amount);
            asked.iter().for_each(|asked| take_back(&mut booked, &mut net_amount, *asked));
            (booked, net_amount)
        };
        let (booked, net_amount) = after(&asked);
        let mut other = asked.clone();
        if mirrored { other.reverse() } else { other.sort_unstable() }
        prop_assert_eq!(book(&booked), book(&after(&other).0));
        prop_assert_eq!(book(&booked), book(&after(&[asked.iter().sum()]).0));
        prop_assert_eq!(book(&booked), book(&lines_between(&[], &shares, net_amount)));
        if is_all {
            prop_assert!(book(&booked).values().all(|part| *part == 0), "{:?}", booked);
        }
    }
}
