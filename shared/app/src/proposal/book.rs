//! What a proposal is made from: the customers of a part of the bank and everybody who holds one, on a day.
//!
//! A whole branch is read by few statements: held tiers in pages of chunks, what the managers hold at once, customers with
//! what stands in pages of [`PAGE`].

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::book::SLOTS;
use domain::proposal::{Client, Left, Manager};
use store::assignment_proposal::{ClientRow, HeldRow};
use store::{Connection, StoreError};

use super::staff::{Capacities, Presence, Staff};
use super::{Asked, GREATEST_CLIENTS, ProposalError};
use crate::organisation::Tree;
use crate::points::wallet::held_tiers;

/// Chunks whose held tiers are read at once.
const PAGE_CHUNKS: u32 = 16;

/// Customers that are looked up at once.
const PAGE: usize = 16_384;

/// What the rule is given, and what only the store needs.
pub(super) struct Book {
    /// Everybody who may be chosen and everybody who holds one of the clients, by number.
    pub(super) managers: Vec<Manager>,
    /// Which of them may be chosen.
    pub(super) chosen: Vec<bool>,
    /// Customers who are to have a manager, by number.
    pub(super) clients: Vec<Client>,
    /// What stands of each of them.
    pub(super) before: Vec<Option<i64>>,
    /// Customers who wait, and whose household is with somebody who gets nobody.
    pub(super) left: Vec<(u32, Left)>,
    /// The unit above each unit.
    pub(super) parents: BTreeMap<u32, u32>,
}

impl Book {
    pub(super) fn load<C: Connection>(connection: &mut C, asked: &Asked) -> Result<Self, ProposalError> {
        let tree = Tree::load(connection)?;
        let settings = store::assignment_settings::read(connection)?.settings;
        let codes = store::tier::tier_codes(connection)?;
        let tier_refs: HashMap<String, u8> =
            codes.into_iter().map(|(tier_ref, code)| (code, tier_ref)).collect();
        let mut wanted = [false; 256];
        for tier_ref in settings.manager_tiers.iter().filter_map(|code| tier_refs.get(code)) {
            wanted[usize::from(*tier_ref)] = true;
        }
        let mut staff = Staff::load(connection, &tree, asked)?;
        let chosen = staff.chosen();
        let held = store::assignment_proposal::held_by(connection, &chosen, asked.from.number())?;
        let rows = rows(connection, &wanted, &held, asked)?;
        staff.add_holders(connection, rows.iter().filter_map(|row| row.holder_ref))?;
        let sorted = sort(connection, &staff, &wanted, rows)?;

        let capacities = Capacities::load(connection, &settings.capacity, &tier_refs, &chosen)?;
        let held = store::assignment_proposal::held_from(connection, &chosen, asked.from.number())?;
        let beyond = beyond(connection, &held, &sorted.clients)?;
        let (managers, chosen) = staff.managers(|employee_ref| capacities.of(employee_ref).clone(), beyond);
        let places: HashMap<u32, usize> =
            managers.iter().enumerate().map(|(place, manager)| (manager.employee_ref, place)).collect();
        let parents =
            tree.units().filter_map(|unit| Some((unit.organisation_ref, unit.parent_ref?))).collect();
        let (mut clients, mut before) = (Vec::new(), Vec::new());
        for (row, tier_ref, household) in sorted.clients {
            before.push(row.assignment_ref);
            clients.push(Client {
                customer_ref: row.customer_ref,
                organisation_ref: row.organisation_ref,
                tier_ref,
                household,
                held_by: row.holder_ref.and_then(|holder| places.get(&holder).copied()),
            });
        }
        Ok(Self { managers, chosen, clients, before, left: sorted.left, parents })
    }
}

/// Customers of the part who may have to do with the proposal: who hold one of the tiers, are held by one of its managers,
/// or were put back on a waiting list; by number.
fn rows<C: Connection>(
    connection: &mut C,
    wanted: &[bool; 256],
    held: &[HeldRow],
    asked: &Asked,
) -> Result<Vec<ClientRow>, ProposalError> {
    let day = asked.from.number();
    let mut customer_refs = of_tiers(connection, wanted)?;
    customer_refs.extend(held.iter().map(|held| held.customer_ref));
    customer_refs.extend(store::assignment_proposal::recalled(connection, day)?);
    customer_refs.sort_unstable();
    customer_refs.dedup();
    let mut rows = Vec::new();
    for page in customer_refs.chunks(PAGE) {
        rows.extend(store::assignment_proposal::clients(connection, page, day, asked.organisation_ref)?);
        if rows.len() > GREATEST_CLIENTS {
            return Err(ProposalError::TooMany);
        }
    }
    Ok(rows)
}

/// Customers of the whole bank who hold one of the tiers. A part is cut out of them later: tiers lie together by number,
/// and most customers hold none of these.
fn of_tiers<C: Connection>(connection: &mut C, wanted: &[bool; 256]) -> Result<Vec<u32>, StoreError> {
    let customers = store::customer::next_ref(connection)?;
    let chunks = customers.div_ceil(SLOTS as u32);
    let mut found = Vec::new();
    for from in (0..chunks).step_by(PAGE_CHUNKS as usize) {
        let to = chunks.min(from + PAGE_CHUNKS);
        for (chunk_id, states) in (from..to).zip(store::state::states(connection, from, to)?) {
            let of_chunk = (chunk_id * SLOTS as u32..customers).zip(states.tier);
            let holds_one =
                |(customer_ref, tier_ref): (u32, u8)| wanted[usize::from(tier_ref)].then_some(customer_ref);
            found.extend(of_chunk.filter_map(holds_one));
        }
    }
    Ok(found)
}

/// Customers sorted by what a proposal has to do with them.
struct Sorted {
    /// Those it is about, with number of the tier and of the household.
    clients: Vec<(ClientRow, u8, Option<u32>)>,
    left: Vec<(u32, Left)>,
}

/// Leaves out whom somebody keeps who gets nobody, and with them the whole household: whoever else of it has a manager
/// stays there, and whoever has none waits.
fn sort<C: Connection>(
    connection: &mut C,
    staff: &Staff<'_>,
    wanted: &[bool; 256],
    rows: Vec<ClientRow>,
) -> Result<Sorted, StoreError> {
    let customer_refs: Vec<u32> = rows.iter().map(|row| row.customer_ref).collect();
    let tiers = held_tiers(connection, &customer_refs)?;
    let serving = |row: &ClientRow| staff.serving(row.holder_ref?, row.organisation_ref);
    let presences: Vec<Option<Presence>> = rows.iter().map(serving).collect();
    let kept = rows.iter().zip(&presences).filter(|(_, presence)| **presence == Some(Presence::Kept));
    let bound: HashSet<String> = kept.filter_map(|(row, _)| row.household_id.clone()).collect();
    let mut households: HashMap<String, u32> = HashMap::new();
    let mut sorted = Sorted { clients: Vec::new(), left: Vec::new() };
    for ((row, tier_ref), presence) in rows.into_iter().zip(tiers).zip(presences) {
        let was_recalled = row.holder_ref.is_none() && row.assignment_ref.is_some();
        let is_to_have_one = wanted[usize::from(tier_ref)] || was_recalled;
        let is_bound = row.household_id.as_ref().is_some_and(|household| bound.contains(household));
        match presence {
            Some(Presence::Kept) => continue,
            Some(_) if is_bound => continue,
            // Whose manager is gone and who is not to have one belongs to the branch.
            None if !is_to_have_one => continue,
            // Somebody else is to take the customer over.
            None if row.is_scheduled => continue,
            None if is_bound => {
                sorted.left.push((row.customer_ref, Left::Household));
                continue;
            }
            Some(_) | None => {}
        }
        let household = row.household_id.clone().map(|household| {
            let next = households.len() as u32;
            *households.entry(household).or_insert(next)
        });
        sorted.clients.push((row, tier_ref, household));
    }
    Ok(sorted)
}

/// What managers hold beside the clients, by manager and tier, also what they are to hold from later days on. Clients are
/// sorted by number.
fn beyond<C: Connection>(
    connection: &mut C,
    held: &[HeldRow],
    clients: &[(ClientRow, u8, Option<u32>)],
) -> Result<BTreeMap<u32, BTreeMap<u8, u32>>, StoreError> {
    // A client of another manager now, or of none, who comes later takes room too.
    let is_own_client = |held: &&HeldRow| {
        let found = clients.binary_search_by_key(&held.customer_ref, |(row, ..)| row.customer_ref);
        found.is_ok_and(|place| clients[place].0.holder_ref == Some(held.employee_ref))
    };
    let others: Vec<&HeldRow> = held.iter().filter(|held| !is_own_client(held)).collect();
    let customer_refs: Vec<u32> = others.iter().map(|held| held.customer_ref).collect();
    let mut beyond: BTreeMap<u32, BTreeMap<u8, u32>> = BTreeMap::new();
    for (held, tier_ref) in others.into_iter().zip(held_tiers(connection, &customer_refs)?) {
        *beyond.entry(held.employee_ref).or_default().entry(tier_ref).or_default() += 1;
    }
    Ok(beyond)
}
