//! Proposals for whole banks: how many moves they make, against the fewest there could be.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Asked, book, crowded};
use super::laws::laws_hold;
use super::*;

/// Counts what the moves lead to, without the solver's own books: limits that a move broke, households that a move split,
/// and managers at work who have nobody although there are customers for everybody.
fn check_counted(asked: &Asked, proposed: &Proposed) {
    let mut after: Vec<Option<usize>> = asked.clients.iter().map(|client| client.held_by).collect();
    let before = after.clone();
    for its in &proposed.moves {
        assert_eq!(after[its.client], its.from);
        after[its.client] = Some(its.to);
    }
    let count = |held: &[Option<usize>]| {
        let mut counts: Vec<BTreeMap<u8, u32>> = vec![BTreeMap::new(); asked.managers.len()];
        for (client, by) in asked.clients.iter().zip(held) {
            if let Some(by) = by {
                *counts[*by].entry(client.tier_ref).or_default() += 1;
            }
        }
        counts
    };
    let (were, are) = (count(&before), count(&after));
    for ((manager, were), are) in asked.managers.iter().zip(&were).zip(&are) {
        let (had, has) = (were.values().sum::<u32>(), are.values().sum::<u32>());
        let Capacity { total, tiers } = &manager.capacity;
        assert!(total.is_none_or(|most| has <= most.max(had)), "{manager:?} has {has}, had {had}");
        for (tier, most) in tiers {
            let (had, has) = (were.get(tier).copied().unwrap_or(0), are.get(tier).copied().unwrap_or(0));
            assert!(has <= (*most).max(had), "{manager:?} has {has} of tier {tier}, had {had}");
        }
        let is_present = manager.availability == Availability::Present;
        assert!(!is_present || has > 0, "{manager:?} has nobody");
        assert!(is_present || has <= had, "{manager:?} is not at work and was given somebody");
    }
    type Holders = BTreeSet<Option<usize>>;
    let mut homes: BTreeMap<u32, (Holders, Holders)> = BTreeMap::new();
    for ((client, before), after) in asked.clients.iter().zip(&before).zip(&after) {
        let Some(household) = client.household else { continue };
        let (were, are) = homes.entry(household).or_default();
        were.insert(*before);
        are.insert(*after);
    }
    for (household, (were, are)) in homes {
        assert!(are.len() <= were.len(), "household {household} was at {were:?} and is at {are:?}");
    }
}

/// The figures are shown: `cargo test -p domain proposal -- --nocapture`.
#[test]
fn large_books_are_served_with_hardly_more_moves_than_there_have_to_be() {
    for size in [1_000, 10_000, 100_000] {
        for (scope, name) in [(Scope::Waiting, "waiting"), (Scope::Rebalance, "rebalance")] {
            let asked = book(size, size, scope);
            let proposed = if size > 10_000 { asked.propose() } else { laws_hold(&asked) };
            check_counted(&asked, &proposed);
            let (moves, bound) = (proposed.moves.len() as u64, proposed.lower_bound);
            let (left, apart) = (proposed.left.len(), proposed.split.len());
            let over: u64 = proposed.held.iter().map(|held| held.over).sum();
            println!(
                "{size} customers, {name}: {moves} moves of {bound}, left {left}, apart {apart}, over {over}"
            );
            assert!(moves * 100 <= bound * 105 && moves > 0, "{moves} moves of {bound}");
            match scope {
                Scope::Rebalance => assert_eq!((left, over, apart), (0, 0, 0)),
                // The managers of their households are full, and nobody of theirs moves.
                Scope::Waiting => {
                    assert!(proposed.left.iter().all(|(_, why)| *why == Left::Household));
                    assert!(left * 100 <= proposed.moves.len(), "{left} left");
                }
            }
        }
    }
}

/// A household that is brought together by an exchange takes two moves, of which the bound knows one.
#[test]
fn a_crowded_book_keeps_the_laws_with_few_moves_for_what_is_done_and_little_left_that_could_be() {
    for size in [1_000, 10_000] {
        let mut asked = crowded(size, size);
        let proposed = laws_hold(&asked);
        for its in &proposed.moves {
            asked.clients[its.client].held_by = Some(its.to);
        }
        let again = asked.propose();
        let (moves, bound, rest) = (proposed.moves.len() as u64, proposed.lower_bound, again.lower_bound);
        let over: u64 = proposed.held.iter().map(|held| held.over).sum();
        let (apart, more) = (proposed.split.len(), again.moves.len() as u64);
        println!(
            "{size} customers, crowded: {moves} moves of {bound}, then {more} of {rest}, apart {apart}, over {over}"
        );
        assert!(moves * 100 <= bound * 105 && moves > 0, "{moves} moves of {bound}");
        assert!(moves * 100 <= (bound - rest) * 130, "{moves} moves of {bound}, rest {rest}");
        assert!(more * 20 <= moves && proposed.left.is_empty(), "{more} more than {moves}");
    }
}
