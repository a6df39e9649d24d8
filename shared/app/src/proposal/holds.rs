//! Whether a proposal holds as it was made: each customer has the assignment that it found and is still one whom the chosen
//! manager serves, and whoever was chosen works and has room. Nothing of it is left out silently.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::date::Day;
use domain::proposal::Capacity;
use domain::retention::works_on;
use store::assignment_proposal::{ProposalRow, WayRow};
use store::{Connection, StoreError};

use super::ProposalError;
use super::approve::PAGE;
use super::staff::{Capacities, manager_role};
use crate::organisation::Tree;
use crate::points::wallet::held_tiers;

/// Refuses a proposal that does not hold any more, with the number of moves or of managers.
pub(super) fn still_holds<C: Connection>(
    connection: &mut C,
    proposal: &ProposalRow,
) -> Result<(), ProposalError> {
    let moves = lost_moves(connection, proposal)?;
    if moves > 0 {
        return Err(ProposalError::Stale { moves });
    }
    let employees = changed_managers(connection, proposal)?;
    if employees == 0 { Ok(()) } else { Err(ProposalError::Changed { employees }) }
}

/// Moves that found another assignment, or whose customer or manager has gone to another place.
fn lost_moves<C: Connection>(connection: &mut C, proposal: &ProposalRow) -> Result<u64, StoreError> {
    let tree = Tree::load(connection)?;
    let (number, on) = (proposal.assignment_proposal_ref, proposal.from_day);
    let ways = store::assignment_proposal::ways(connection, number, on)?;
    let lies_under = |unit: u32, top: u32| tree.upwards(unit).any(|above| above == top);
    let is_of_part = |unit: u32| proposal.organisation_ref.is_none_or(|top| lies_under(unit, top));
    let holds = |way: &WayRow| {
        !way.is_stale
            && way.role == manager_role()
            && lies_under(way.organisation_ref, way.to_organisation_ref)
            && is_of_part(way.organisation_ref)
            && is_of_part(way.to_organisation_ref)
    };
    Ok(ways.iter().filter(|way| !holds(way)).map(|way| way.moves).sum())
}

/// How many of those who were chosen do not work on the day, are away on it, or have no room any more.
fn changed_managers<C: Connection>(connection: &mut C, proposal: &ProposalRow) -> Result<u64, StoreError> {
    let (number, on) = (proposal.assignment_proposal_ref, proposal.from_day);
    let chosen = store::assignment_proposal::destinations(connection, number)?;
    let there = there(connection, &chosen, on)?;
    let loads = loads(connection, &chosen, proposal)?;
    let settings = store::assignment_settings::read(connection)?.settings;
    let codes = store::tier::tier_codes(connection)?;
    let tier_refs: HashMap<String, u8> = codes.into_iter().map(|(tier_ref, code)| (code, tier_ref)).collect();
    let capacities = Capacities::load(connection, &settings.capacity, &tier_refs, &chosen)?;
    let has_room = |employee_ref: u32| {
        let load = loads.get(&employee_ref);
        load.is_none_or(|load| load.fits(capacities.of(employee_ref)))
    };
    let is_changed = |employee_ref: &u32| !there.contains(employee_ref) || !has_room(*employee_ref);
    Ok(chosen.into_iter().filter(is_changed).count() as u64)
}

/// Those of these employees who work on a day and are not away on it.
fn there<C: Connection>(
    connection: &mut C,
    employee_refs: &[u32],
    on: i32,
) -> Result<HashSet<u32>, StoreError> {
    let away = store::assignment_proposal::absent_on(connection, on)?;
    let away: HashSet<u32> = away.into_iter().map(|absence| absence.employee_ref).collect();
    let mut there = HashSet::new();
    for person in store::assignment_proposal::people(connection, employee_refs)? {
        let (first, last) =
            (person.active_from.map(Day::from_number), person.active_to.map(Day::from_number));
        if works_on(first, last, Day::from_number(on)) && !away.contains(&person.employee_ref) {
            there.insert(person.employee_ref);
        }
    }
    Ok(there)
}

/// What a manager has as things are now, and would have with the moves.
#[derive(Default)]
struct Load {
    /// Customers before and after, by number of the tier.
    tiers: BTreeMap<u8, (u64, u64)>,
}

impl Load {
    /// True when nothing above a limit grows. Who is above one already keeps what is there.
    fn fits(&self, capacity: &Capacity) -> bool {
        let is_within = |limit: Option<u32>, (before, after): (u64, u64)| {
            after <= before || limit.is_none_or(|limit| after <= u64::from(limit))
        };
        let before: u64 = self.tiers.values().map(|(before, _)| before).sum();
        let after: u64 = self.tiers.values().map(|(_, after)| after).sum();
        let mut tiers = self.tiers.iter();
        is_within(capacity.total, (before, after))
            && tiers.all(|(tier_ref, counts)| is_within(capacity.tiers.get(tier_ref).copied(), *counts))
    }
}

/// What these managers have on the first day and are to have later, and what the moves make of it.
fn loads<C: Connection>(
    connection: &mut C,
    chosen: &[u32],
    proposal: &ProposalRow,
) -> Result<HashMap<u32, Load>, StoreError> {
    let held = store::assignment_proposal::held_from(connection, chosen, proposal.from_day)?;
    let customer_refs: Vec<u32> = held.iter().map(|row| row.customer_ref).collect();
    let mut loads: HashMap<u32, Load> = HashMap::new();
    for (row, tier_ref) in held.iter().zip(held_tiers(connection, &customer_refs)?) {
        let counts = loads.entry(row.employee_ref).or_default().tiers.entry(tier_ref).or_default();
        *counts = (counts.0 + 1, counts.1 + 1);
    }
    let mut after = -1;
    loop {
        let number = proposal.assignment_proposal_ref;
        let page = store::assignment_proposal::moves(connection, number, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(loads) };
        after = last.row.customer_ref.into();
        let customer_refs: Vec<u32> = page.iter().map(|one| one.row.customer_ref).collect();
        for (one, tier_ref) in page.iter().zip(held_tiers(connection, &customer_refs)?) {
            loads.entry(one.row.to_ref).or_default().tiers.entry(tier_ref).or_default().1 += 1;
            let from = one.row.from_ref.and_then(|from_ref| loads.get_mut(&from_ref));
            if let Some(counts) = from.and_then(|load| load.tiers.get_mut(&tier_ref)) {
                counts.1 = counts.1.saturating_sub(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_above_a_limit_grows_and_who_is_above_one_keeps_what_is_there() {
        let load = |tiers: &[(u8, (u64, u64))]| Load { tiers: tiers.iter().copied().collect() };
        let capacity = Capacity { total: Some(5), tiers: BTreeMap::from([(1, 2)]) };
        for (tiers, fits) in [
            (vec![], true),
            (vec![(1, (0, 2)), (2, (1, 3))], true),
            (vec![(1, (0, 3))], false),
            (vec![(1, (3, 3)), (2, (0, 2))], true),
            (vec![(2, (4, 6))], false),
            (vec![(2, (6, 6))], true),
            (vec![(1, (3, 2)), (2, (6, 7))], true),
        ] {
            assert_eq!(load(&tiers).fits(&capacity), fits, "{tiers:?}");
            assert!(load(&tiers).fits(&Capacity::default()), "no limit: {tiers:?}");
        }
    }
}
