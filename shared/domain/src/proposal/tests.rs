//! Proposals for a few customers, as a branch would ask for them.

use super::*;
use Availability::{Absent, Left as Gone, Present};

const BRANCH: u32 = 10;
const UNDER: u32 = 11;
const OTHER: u32 = 20;

/// A manager of a unit who takes so many customers.
fn manager(employee_ref: u32, organisation_ref: u32, total: u32, availability: Availability) -> Manager {
    let capacity = Capacity { total: Some(total), tiers: BTreeMap::new() };
    Manager { employee_ref, organisation_ref, capacity, availability, beyond: BTreeMap::new() }
}

/// Customers of tier 1 of a unit with the places of their managers and their households.
fn clients(organisation_ref: u32, held: &[(Option<usize>, Option<u32>)]) -> Vec<Client> {
    let client = |(customer_ref, (held_by, household)): (u32, &(Option<usize>, Option<u32>))| Client {
        customer_ref,
        organisation_ref,
        tier_ref: 1,
        household: *household,
        held_by: *held_by,
    };
    (1..).zip(held).map(client).collect()
}

fn ask(managers: &[Manager], clients: &[Client], scope: Scope) -> Proposed {
    let parents = BTreeMap::from([(BRANCH, 1), (OTHER, 1), (UNDER, BRANCH)]);
    propose(managers, clients, &Options { scope, parents })
}

fn moves(proposed: &Proposed) -> Vec<(usize, Option<usize>, usize, &'static str)> {
    proposed.moves.iter().map(|its| (its.client, its.from, its.to, its.reason.name())).collect()
}

#[test]
fn each_customer_without_a_manager_who_is_there_gets_one_with_the_reason() {
    let managers = [
        manager(1, BRANCH, 9, Present),
        manager(2, BRANCH, 9, Absent),
        manager(3, BRANCH, 9, Gone),
        manager(4, OTHER, 9, Present),
    ];
    let held = [Some(0), None, Some(1), Some(2), Some(3), Some(77)];
    let proposed = ask(&managers, &clients(UNDER, &held.map(|held| (held, None))), Scope::Waiting);
    assert_eq!(
        moves(&proposed),
        [
            (1, None, 0, "waiting"),
            (2, Some(1), 0, "absent"),
            (3, Some(2), 0, "left"),
            (4, Some(3), 0, "elsewhere"),
            (5, None, 0, "waiting"),
        ]
    );
    assert_eq!((proposed.lower_bound, proposed.left.len()), (5, 0));
    assert_eq!(proposed.held[0], Held { before: 1, after: 6, over: 0 });
    assert_eq!(proposed.held[3], Held { before: 1, after: 0, over: 0 });
}

#[test]
fn the_least_loaded_by_part_of_the_capacity_comes_first_then_the_lower_number() {
    let mut managers =
        [manager(8, BRANCH, 10, Present), manager(7, BRANCH, 20, Present), manager(9, BRANCH, 10, Present)];
    managers[1].beyond = BTreeMap::from([(1, 1)]);
    let proposed = ask(&managers, &clients(BRANCH, &[(None, None); 4]), Scope::Waiting);
    // 0 of 10 and 0 of 10, then 1 of 20, then 1 of 10 twice and 2 of 20: number 7 is the lowest.
    assert_eq!(proposed.moves.iter().map(|its| its.to).collect::<Vec<usize>>(), [0, 2, 1, 1]);
}

#[test]
fn who_cannot_be_placed_is_left_with_the_reason() {
    let managers = [manager(1, BRANCH, 2, Present), manager(2, OTHER, 0, Present)];
    let mut clients = clients(BRANCH, &[(None, Some(5)), (None, Some(5)), (None, Some(5)), (None, None)]);
    clients[3].organisation_ref = OTHER;
    let mut nowhere = clients[3];
    (nowhere.customer_ref, nowhere.organisation_ref) = (9, 1);
    clients.push(nowhere);
    let proposed = ask(&managers, &clients, Scope::Rebalance);
    let household = Left::Household;
    assert_eq!(
        proposed.left,
        [(0, household), (1, household), (2, household), (3, Left::NoRoom), (4, Left::NoManager)]
    );
    assert_eq!((proposed.moves.len(), proposed.lower_bound), (0, 5));
}

#[test]
fn a_waiting_member_joins_the_household_though_somebody_else_has_less_to_do() {
    let managers = [manager(1, BRANCH, 3, Present), manager(2, BRANCH, 9, Present)];
    let held = [(Some(0), Some(5)), (None, Some(5)), (Some(0), None), (None, Some(5))];
    let proposed = ask(&managers, &clients(BRANCH, &held), Scope::Waiting);
    assert_eq!(moves(&proposed), [(1, None, 0, "waiting")]);
    assert_eq!(proposed.left, [(3, Left::Household)]);
    // A rebalance makes room for the other one.
    let proposed = ask(&managers, &clients(BRANCH, &held), Scope::Rebalance);
    assert_eq!(
        moves(&proposed),
        [(1, None, 0, "waiting"), (2, Some(0), 1, "balance"), (3, None, 0, "waiting")]
    );
}

#[test]
fn a_waiting_list_moves_nobody_whose_manager_is_there_and_a_rebalance_as_few_as_it_can() {
    let managers = [manager(1, BRANCH, 2, Present), manager(2, BRANCH, 9, Present)];
    let held =
        [(Some(0), None), (Some(0), Some(5)), (Some(0), Some(5)), (Some(1), Some(6)), (Some(0), Some(6))];
    let clients = clients(BRANCH, &held);
    let waiting = ask(&managers, &clients, Scope::Waiting);
    assert_eq!((waiting.moves.len(), waiting.lower_bound, &waiting.split[..]), (0, 0, &[3][..]));
    assert_eq!(waiting.held[0], Held { before: 4, after: 4, over: 2 });
    // The member of household 6 comes to the other one, which relieves the first; one more goes, no household.
    let rebalance = ask(&managers, &clients, Scope::Rebalance);
    assert_eq!(moves(&rebalance), [(0, Some(0), 1, "over_capacity"), (4, Some(0), 1, "household")]);
    assert_eq!((rebalance.lower_bound, rebalance.split.len(), rebalance.held[0].over), (2, 0, 0));
}

#[test]
fn a_limit_of_a_tier_counts_beside_the_limit_of_all() {
    let mut managers = [manager(1, BRANCH, 9, Present), manager(2, BRANCH, 9, Present)];
    managers[0].capacity.tiers = BTreeMap::from([(4, 1)]);
    managers[1].capacity.tiers = BTreeMap::from([(4, 1)]);
    managers[1].beyond = BTreeMap::from([(7, 2)]);
    let mut clients = clients(BRANCH, &[(Some(0), None), (Some(0), None), (Some(0), None), (None, None)]);
    clients.iter_mut().for_each(|client| client.tier_ref = 4);
    clients[0].tier_ref = 1;
    let proposed = ask(&managers, &clients, Scope::Rebalance);
    assert_eq!(moves(&proposed), [(3, None, 1, "waiting")]);
    assert_eq!(proposed.held[0], Held { before: 3, after: 3, over: 1 });
    assert_eq!((proposed.lower_bound, proposed.left.len()), (2, 0));
}

#[test]
fn what_others_than_the_clients_make_too_many_is_no_part_of_the_bound() {
    let mut managers = [manager(1, BRANCH, 3, Present), manager(2, BRANCH, 9, Present)];
    managers[0].beyond = BTreeMap::from([(1, 5)]);
    for (held, bound) in [(vec![], 0), (vec![(Some(0), None)], 1), (vec![(Some(0), None); 4], 4)] {
        for tiers in [BTreeMap::new(), BTreeMap::from([(1, 3)])] {
            managers[0].capacity.tiers = tiers;
            let proposed = ask(&managers, &clients(BRANCH, &held), Scope::Rebalance);
            assert_eq!((proposed.lower_bound, proposed.moves.len() as u64), (bound, bound), "{held:?}");
        }
    }
}

#[test]
fn whoever_can_be_served_by_few_is_not_crowded_out_by_whoever_can_be_served_by_many() {
    // The manager of the branch serves all; the one of the unit under it only customers there.
    let managers = [manager(1, BRANCH, 2, Present), manager(2, UNDER, 2, Present)];
    let mut clients = clients(UNDER, &[(None, None); 4]);
    clients[2].organisation_ref = BRANCH;
    clients[3].organisation_ref = BRANCH;
    let proposed = ask(&managers, &clients, Scope::Waiting);
    let to: Vec<usize> = proposed.moves.iter().map(|its| its.to).collect();
    assert_eq!((to, proposed.left.len()), (vec![1, 1, 0, 0], 0));
}

#[test]
fn a_household_at_several_units_has_one_manager_if_one_serves_them_all_and_else_one_at_each_unit() {
    let mut clients = clients(BRANCH, &[(None, Some(5)), (None, Some(5)), (None, Some(5))]);
    clients[2].organisation_ref = OTHER;
    let mut managers =
        vec![manager(1, BRANCH, 9, Present), manager(2, BRANCH, 9, Present), manager(3, OTHER, 9, Present)];
    let to = |proposed: Proposed| proposed.moves.iter().map(|its| its.to).collect::<Vec<usize>>();
    assert_eq!(to(ask(&managers, &clients, Scope::Waiting)), [0, 0, 2]);
    managers.push(manager(4, 1, 3, Present));
    assert_eq!(to(ask(&managers, &clients, Scope::Waiting)), [3, 3, 3]);
}

#[test]
fn an_empty_book_a_circle_of_units_and_the_largest_limits_are_no_trouble() {
    assert_eq!(ask(&[], &[], Scope::Rebalance), Proposed::default());
    let mut managers = [manager(1, BRANCH, u32::MAX, Present), manager(2, BRANCH, 0, Present)];
    managers[0].beyond = BTreeMap::from([(1, u32::MAX - 1), (2, 0)]);
    managers[1].beyond = BTreeMap::from([(1, u32::MAX), (2, u32::MAX)]);
    let parents = BTreeMap::from([(UNDER, BRANCH), (BRANCH, UNDER)]);
    let options = Options { scope: Scope::Rebalance, parents };
    let proposed = propose(&managers, &clients(UNDER, &[(None, None), (Some(1), None)]), &options);
    assert_eq!(moves(&proposed), [(0, None, 0, "waiting")]);
    assert_eq!(proposed.held[1].over, 2 * u64::from(u32::MAX) + 1);
}

#[test]
fn names_are_stable_and_read_as_they_are_written() {
    for (place, (name, reason)) in Reason::NAMES.into_iter().enumerate() {
        assert_eq!((reason as usize, reason.name(), Reason::parse(name)), (place, name, Some(reason)));
    }
    for (place, (name, left)) in Left::NAMES.into_iter().enumerate() {
        assert_eq!((left as usize, left.name()), (place, name));
    }
    assert_eq!(Reason::parse("Waiting"), None);
}
