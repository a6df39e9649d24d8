//! Laws of proposals, for books of every kind.

use super::books::Asked;
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn capacity() -> impl Strategy<Value = Capacity> {
    (proptest::option::of(0_u32..8), proptest::collection::btree_map(1_u8..4, 0_u32..5, 0..3))
        .prop_map(|(total, tiers)| Capacity { total, tiers })
}

fn manager() -> impl Strategy<Value = Manager> {
    let there = prop_oneof![
        4 => Just(Availability::Present),
        1 => Just(Availability::Absent),
        1 => Just(Availability::Left),
    ];
    let beyond = proptest::collection::btree_map(1_u8..5, 0_u32..2, 0..2);
    (1_u32..6, capacity(), there, beyond).prop_map(|(organisation_ref, capacity, availability, beyond)| {
        Manager { employee_ref: 0, organisation_ref, capacity, availability, beyond }
    })
}

fn client(households: u32) -> impl Strategy<Value = Client> {
    let household = proptest::option::of(0..households.max(1));
    (1_u32..6, 1_u8..4, household, proptest::option::of(0_usize..7)).prop_map(
        move |(organisation_ref, tier_ref, household, held_by)| Client {
            customer_ref: 0,
            organisation_ref,
            tier_ref,
            household: household.filter(|_| households > 0),
            held_by,
        },
    )
}

/// A bank of five units: 2 and 3 under 1, 4 and 5 under 2.
fn asked(clients: usize, households: u32) -> impl Strategy<Value = Asked> {
    let scope = prop_oneof![Just(Scope::Waiting), Just(Scope::Rebalance)];
    (vec(manager(), 0..7), vec(client(households), 0..clients), scope).prop_map(
        |(mut managers, mut clients, scope)| {
            (1..).zip(&mut managers).for_each(|(number, manager)| manager.employee_ref = number);
            (1..).zip(&mut clients).for_each(|(number, client)| client.customer_ref = number);
            let parents = BTreeMap::from([(2, 1), (3, 1), (4, 2), (5, 2)]);
            Asked { managers, clients, options: Options { scope, parents } }
        },
    )
}

fn serves(asked: &Asked, manager: usize, client: usize) -> bool {
    let mut unit = Some(asked.clients[client].organisation_ref);
    let its = &asked.managers[manager];
    while let Some(at) = unit {
        if at == its.organisation_ref {
            return its.availability == Availability::Present;
        }
        unit = asked.options.parents.get(&at).copied();
    }
    false
}

/// Each customer's manager who is there and serves the unit, before and after.
fn held(asked: &Asked, proposed: &Proposed) -> [Vec<Option<usize>>; 2] {
    let of = |(client, of): (usize, &Client)| {
        of.held_by.filter(|manager| *manager < asked.managers.len() && serves(asked, *manager, client))
    };
    let before: Vec<Option<usize>> = asked.clients.iter().enumerate().map(of).collect();
    let mut after = before.clone();
    for its in &proposed.moves {
        after[its.client] = Some(its.to);
    }
    [before, after]
}

/// How many a manager has in all and of a tier.
fn counts(asked: &Asked, held: &[Option<usize>], manager: usize, tier: u8) -> (u32, u32) {
    let beyond = &asked.managers[manager].beyond;
    let of_manager =
        asked.clients.iter().zip(held).filter(|(_, at)| **at == Some(manager)).map(|(client, _)| client);
    let of_tier = of_manager.clone().filter(|client| client.tier_ref == tier).count() as u32;
    (
        of_manager.count() as u32 + beyond.values().sum::<u32>(),
        of_tier + beyond.get(&tier).copied().unwrap_or_default(),
    )
}

fn over(asked: &Asked, held: &[Option<usize>], manager: usize) -> u32 {
    let capacity = &asked.managers[manager].capacity;
    let of_tiers =
        capacity.tiers.iter().filter(|(tier, _)| asked.clients.iter().any(|of| of.tier_ref == **tier));
    let of_tiers =
        of_tiers.map(|(tier, limit)| counts(asked, held, manager, *tier).1.saturating_sub(*limit)).sum();
    let total = counts(asked, held, manager, 0).0;
    total.saturating_sub(capacity.total.unwrap_or(u32::MAX)).max(of_tiers)
}

/// The manager is not above a limit that concerns the customer.
fn is_within(asked: &Asked, held: &[Option<usize>], (client, manager): (usize, usize)) -> bool {
    let (capacity, tier) = (&asked.managers[manager].capacity, asked.clients[client].tier_ref);
    let (total, of_tier) = counts(asked, held, manager, tier);
    capacity.total.is_none_or(|limit| total <= limit)
        && capacity.tiers.get(&tier).is_none_or(|limit| of_tier <= *limit)
}

/// Nobody who gets a customer is above a limit that concerns the customer, and nobody's excess grows.
fn capacities_hold(asked: &Asked, proposed: &Proposed) {
    let [before, after] = held(asked, proposed);
    for its in &proposed.moves {
        assert!(is_within(asked, &after, (its.client, its.to)), "{its:?}");
    }
    for (manager, held) in proposed.held.iter().enumerate() {
        let there = asked.managers[manager].availability == Availability::Present;
        let over_after = if there { over(asked, &after, manager) } else { 0 };
        assert_eq!(held.over, u64::from(over_after));
        assert!(over_after <= over(asked, &before, manager));
    }
}

/// Members who were together are together, and members who come from nowhere come to the others where these are.
fn households_hold(asked: &Asked, proposed: &Proposed) {
    let [before, after] = held(asked, proposed);
    let mut households: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (client, of) in asked.clients.iter().enumerate() {
        households.entry(of.household.unwrap_or(u32::MAX - of.customer_ref)).or_default().push(client);
    }
    let managers = |held: &[Option<usize>], members: &[usize]| -> BTreeSet<usize> {
        members.iter().filter_map(|member| held[*member]).collect()
    };
    for members in households.values() {
        let (had, have) = (managers(&before, members), managers(&after, members));
        let could = |manager: &usize| members.iter().all(|member| serves(asked, *manager, *member));
        let for_one = match had.is_empty() {
            true => (0..asked.managers.len()).any(|manager| could(&manager)),
            false => had.iter().any(could),
        };
        if for_one {
            assert!(have.len() <= had.len().max(1), "{members:?} from {had:?} to {have:?}");
        }
    }
}

/// What is proposed, once it was seen to keep the laws.
pub(super) fn laws_hold(asked: &Asked) -> Proposed {
    let proposed = asked.propose();
    let [before, after] = held(asked, &proposed);
    for its in &proposed.moves {
        assert!(serves(asked, its.to, its.client), "{its:?}");
        assert_eq!(its.from, asked.clients[its.client].held_by.filter(|from| *from < asked.managers.len()));
        let stays = asked.options.scope == Scope::Waiting && before[its.client].is_some();
        assert!(!stays, "{its:?}");
        let from_there = matches!(its.reason, Reason::OverCapacity | Reason::Household | Reason::Balance);
        assert_eq!(from_there, before[its.client].is_some(), "{its:?}");
    }
    let left: BTreeSet<usize> = proposed.left.iter().map(|(client, _)| *client).collect();
    let without: BTreeSet<usize> = (0..after.len()).filter(|client| after[*client].is_none()).collect();
    assert_eq!((left.len(), &left), (proposed.left.len(), &without));
    let over: u64 = proposed.held.iter().map(|held| held.over).sum();
    let (moves, left) = (proposed.moves.len() as u64, proposed.left.len() as u64);
    // What is not done is not in the moves: those who are left, above a capacity, or apart.
    assert!(moves + left + over + apart(asked, &after) >= proposed.lower_bound, "{proposed:?}");
    capacities_hold(asked, &proposed);
    households_hold(asked, &proposed);
    proposed
}

/// Members of households of which somebody else has more; at least as many as would have to come.
fn apart(asked: &Asked, held: &[Option<usize>]) -> u64 {
    let in_household = |client: &&Client| client.household.is_some();
    asked.clients.iter().zip(held).filter(|(client, at)| in_household(client) && at.is_some()).count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn capacities_households_and_absences_are_respected_whatever_the_book(asked in asked(40, 8)) {
        laws_hold(&asked);
    }

    #[test]
    fn the_order_of_customers_and_managers_makes_no_difference(asked in asked(30, 6), turn in 0_usize..30) {
        let proposed = asked.propose();
        let (last, places) = (asked.managers.len().saturating_sub(1), asked.clients.len());
        let mut clients = asked.clients.clone();
        for client in &mut clients {
            client.held_by = client.held_by.filter(|place| *place <= last).map(|place| last - place);
        }
        clients.rotate_left(turn.min(places));
        let managers = asked.managers.iter().rev().cloned().collect();
        let turned = Asked { managers, clients, options: asked.options.clone() };
        let read = |asked: &Asked, proposed: &Proposed| -> Vec<(u32, u32, Reason)> {
            let of = |its: &Move| {
                (asked.clients[its.client].customer_ref, asked.managers[its.to].employee_ref, its.reason)
            };
            proposed.moves.iter().map(of).collect()
        };
        let again = turned.propose();
        prop_assert_eq!(read(&asked, &proposed), read(&turned, &again));
        prop_assert_eq!(proposed.lower_bound, again.lower_bound);
    }

    /// Each of a few customers who live alone could be with each manager or with nobody: no other way serves more.
    #[test]
    fn nobody_who_lives_alone_waits_while_there_is_a_way_to_serve_them_all(asked in asked(6, 0)) {
        let proposed = laws_hold(&asked);
        let [before, _] = held(&asked, &proposed);
        if before.iter().any(|at| at.is_some_and(|manager| over(&asked, &before, manager) > 0)) {
            return Ok(());
        }
        let most = most_served(&asked, &before, &mut vec![None; before.len()], 0);
        prop_assert_eq!(before.len() - proposed.left.len(), most);
    }

    #[test]
    fn people_without_customers_come_first(alone in 0_usize..40, staff in 1_u32..12) {
        let there = |number| Manager {
            employee_ref: number,
            organisation_ref: 1,
            capacity: Capacity { total: Some(20 + number), tiers: BTreeMap::new() },
            availability: Availability::Present,
            beyond: BTreeMap::from([(1, if number % 2 == 0 { number } else { 0 })]),
        };
        let managers: Vec<Manager> = (1..=staff).map(there).collect();
        let clients = (0..alone).map(|number| Client {
            customer_ref: number as u32,
            organisation_ref: 1,
            tier_ref: 1,
            household: None,
            held_by: None,
        });
        let options = Options { scope: Scope::Waiting, parents: BTreeMap::new() };
        let proposed = Asked { managers, clients: clients.collect(), options }.propose();
        let idle = proposed.held.iter().filter(|held| held.before == 0);
        let unused = idle.clone().filter(|held| held.after == 0).count();
        prop_assert_eq!(unused, idle.count().saturating_sub(alone));
    }
}

/// The most customers that can have a manager within the capacities; for a waiting list who is held stays. `at` has
/// nobody from that customer on.
fn most_served(asked: &Asked, before: &[Option<usize>], at: &mut Vec<Option<usize>>, client: usize) -> usize {
    let gets = (0..client).filter(|client| at[*client] != before[*client]);
    let fits = gets.filter_map(|client| Some((client, at[client]?))).all(|got| is_within(asked, at, got));
    if !fits || client == at.len() {
        return if fits { at.iter().flatten().count() } else { 0 };
    }
    let stays = before[client].is_some() && asked.options.scope == Scope::Waiting;
    let mut choices: Vec<Option<usize>> = vec![before[client]];
    if !stays {
        choices.extend((0..asked.managers.len()).filter(|manager| serves(asked, *manager, client)).map(Some));
    }
    let mut most = 0;
    for choice in choices {
        at[client] = choice;
        most = most.max(most_served(asked, before, at, client + 1));
        at[client] = None;
    }
    most
}
