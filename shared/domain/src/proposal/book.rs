//! The book of a proposal: managers and customers in the order of their numbers, so that the order in which they were
//! given makes no difference, with units, tiers and households as places.

use super::{Availability, Client, Manager, Options, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// What does not change while moves are looked for. Managers and clients are places in these lists.
pub(super) struct Book<'a> {
    /// The managers, by number, with the place at which each was given.
    pub managers: Vec<(usize, &'a Manager)>,
    /// The customers, by number, with the place at which each was given.
    pub clients: Vec<(usize, &'a Client)>,
    /// True when more than the waiting customers may move.
    pub rebalance: bool,
    /// The tiers of the customers, ascending.
    pub tiers: Vec<u8>,
    /// Each customer's place in `tiers`.
    pub tier: Vec<usize>,
    /// Of each place at which a manager was given, the place in `managers`.
    pub place_of: Vec<usize>,
    /// Each customer's unit.
    pub unit: Vec<usize>,
    /// Of each unit, itself and those above it that have a manager who is there.
    pub chains: Vec<Vec<usize>>,
    /// Of each customer, the place in `kinds`.
    pub kind: Vec<usize>,
    /// Customers of one kind may go to the same managers and fill the same capacity: the tier, and one of the units
    /// with the same chain.
    pub kinds: Vec<(usize, usize)>,
    /// Of each unit, the managers who are there.
    pub staff: Vec<Vec<usize>>,
    /// Each customer's manager, when that one is there and serves the customer's unit.
    pub held: Vec<Option<usize>>,
    /// Households of two customers and more that one manager can serve.
    pub groups: Vec<Vec<usize>>,
    /// Each customer's place in `groups`.
    pub group_of: Vec<Option<usize>>,
    /// Each manager's unit.
    pub unit_of: Vec<usize>,
}

impl<'a> Book<'a> {
    pub fn of(managers: &'a [Manager], clients: &'a [Client], options: &Options) -> Self {
        let mut by_number: Vec<(usize, &Manager)> = managers.iter().enumerate().collect();
        by_number.sort_by_key(|(_, manager)| manager.employee_ref);
        let mut by_customer: Vec<(usize, &Client)> = clients.iter().enumerate().collect();
        by_customer.sort_by_key(|(_, client)| client.customer_ref);
        let tiers: Vec<u8> =
            clients.iter().map(|client| client.tier_ref).collect::<BTreeSet<u8>>().into_iter().collect();
        let units = units(managers, clients);
        let mut place_of = vec![0; managers.len()];
        for (place, (given, _)) in by_number.iter().enumerate() {
            place_of[*given] = place;
        }
        let mut book = Book {
            place_of,
            tier: by_customer
                .iter()
                .map(|(_, client)| tiers.binary_search(&client.tier_ref).unwrap_or_default())
                .collect(),
            unit: by_customer.iter().map(|(_, client)| units[&client.organisation_ref]).collect(),
            unit_of: by_number.iter().map(|(_, manager)| units[&manager.organisation_ref]).collect(),
            staff: vec![Vec::new(); units.len()],
            chains: Vec::new(),
            kind: Vec::new(),
            kinds: Vec::new(),
            held: Vec::new(),
            groups: Vec::new(),
            group_of: vec![None; clients.len()],
            managers: by_number,
            clients: by_customer,
            rebalance: options.scope == Scope::Rebalance,
            tiers,
        };
        for (place, (_, manager)) in book.managers.iter().enumerate() {
            if manager.availability == Availability::Present {
                book.staff[book.unit_of[place]].push(place);
            }
        }
        book.chains = units.keys().map(|unit| book.chain_of(*unit, &units, &options.parents)).collect();
        book.find_kinds();
        book.held = book.holders();
        book.group_households();
        book
    }

    /// The unit and those above it that have a manager who is there.
    fn chain_of(&self, unit: u32, units: &BTreeMap<u32, usize>, parents: &BTreeMap<u32, u32>) -> Vec<usize> {
        let (mut chain, mut seen, mut next) = (Vec::new(), BTreeSet::new(), Some(unit));
        while let Some(unit) = next.filter(|unit| seen.insert(*unit)) {
            chain.extend(units.get(&unit).copied().filter(|place| !self.staff[*place].is_empty()));
            next = parents.get(&unit).copied();
        }
        chain
    }

    fn find_kinds(&mut self) {
        let mut first: BTreeMap<&[usize], usize> = BTreeMap::new();
        let chains = self.chains.iter().enumerate();
        let alike: Vec<usize> = chains.map(|(unit, chain)| *first.entry(chain).or_insert(unit)).collect();
        let of_clients: Vec<(usize, usize)> =
            self.tier.iter().zip(&self.unit).map(|(tier, unit)| (*tier, alike[*unit])).collect();
        let named: BTreeSet<(usize, usize)> = of_clients.iter().copied().collect();
        self.kinds = named.into_iter().collect();
        self.kind =
            of_clients.iter().map(|kind| self.kinds.binary_search(kind).unwrap_or_default()).collect();
    }

    fn holders(&self) -> Vec<Option<usize>> {
        let held = self.clients.iter().enumerate().map(|(client, (_, of))| {
            let manager = of.held_by.and_then(|given| self.place_of.get(given).copied())?;
            self.serves(manager, client).then_some(manager)
        });
        held.collect()
    }

    /// True when the manager is there and may take the customer.
    pub fn serves(&self, manager: usize, client: usize) -> bool {
        self.managers[manager].1.availability == Availability::Present
            && self.chains[self.unit[client]].contains(&self.unit_of[manager])
    }

    /// The units whose managers may take all of them.
    pub fn chain<'b>(&'b self, clients: &'b [usize]) -> impl Iterator<Item = usize> + 'b {
        let first = clients.first().map_or(&[][..], |client| &self.chains[self.unit[*client]]);
        let others = clients.get(1..).unwrap_or_default();
        first
            .iter()
            .copied()
            .filter(move |unit| others.iter().all(|other| self.chains[self.unit[*other]].contains(unit)))
    }

    /// A household that nobody who has a part of it can serve as a whole, or that nobody at all can, is kept together
    /// within each unit.
    fn group_households(&mut self) {
        let mut households: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (client, (_, of)) in self.clients.iter().enumerate() {
            if let Some(household) = of.household {
                households.entry(household).or_default().push(client);
            }
        }
        let mut groups = Vec::new();
        for members in households.into_values() {
            if self.is_for_one(&members) {
                groups.push(members);
                continue;
            }
            let mut within: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for member in members {
                within.entry(self.unit[member]).or_default().push(member);
            }
            groups.extend(within.into_values());
        }
        groups.retain(|members| members.len() > 1);
        groups.sort();
        for (group, members) in groups.iter().enumerate() {
            for member in members {
                self.group_of[*member] = Some(group);
            }
        }
        self.groups = groups;
    }

    fn is_for_one(&self, members: &[usize]) -> bool {
        let holders: BTreeSet<usize> = members.iter().filter_map(|member| self.held[*member]).collect();
        if holders.is_empty() {
            return self.chain(members).next().is_some();
        }
        holders.into_iter().any(|holder| members.iter().all(|member| self.serves(holder, *member)))
    }
}

/// A place for each unit that is named, by number.
fn units(managers: &[Manager], clients: &[Client]) -> BTreeMap<u32, usize> {
    let of_managers = managers.iter().map(|manager| manager.organisation_ref);
    let named: BTreeSet<u32> =
        of_managers.chain(clients.iter().map(|client| client.organisation_ref)).collect();
    named.into_iter().enumerate().map(|(place, unit)| (unit, place)).collect()
}
