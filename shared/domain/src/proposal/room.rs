//! Who has which customers while moves are looked for, and who has room for more.

use super::book::Book;
use super::{Availability, Reason};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The used part of a capacity; compared without dividing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    used: u64,
    /// At least 1.
    of: u64,
}

impl Ord for Load {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |used: u64, of: u64| u128::from(used) * u128::from(of);
        cross(self.used, other.of).cmp(&cross(other.used, self.of))
    }
}

impl PartialOrd for Load {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Load {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Load {}

/// How much room customers ask for together.
pub(super) struct Size {
    total: u64,
    /// Places of tiers, with how many are of each.
    tiers: Vec<(usize, u64)>,
}

/// Who has whom. A manager who is there has the customers who are `at` that place, and those beyond the clients.
pub(super) struct Room<'b, 'a> {
    pub book: &'b Book<'a>,
    /// Each customer's manager, when that one is there.
    pub at: Vec<Option<usize>>,
    /// Why each customer was moved last.
    pub why: Vec<Reason>,
    total: Vec<u64>,
    /// By manager, then by tier.
    of_tier: Vec<u64>,
    total_limit: Vec<u64>,
    tier_limit: Vec<u64>,
    /// What each manager's customers are compared with, so that loads can be compared.
    measure: Vec<u64>,
    /// Managers with room for one more, the least loaded first; by unit, then by tier.
    open: Vec<BTreeSet<(Load, usize)>>,
    /// What was changed, for going back.
    done: Vec<(usize, Option<usize>, Reason)>,
}

impl<'b, 'a> Room<'b, 'a> {
    pub fn of(book: &'b Book<'a>) -> Self {
        let tiers = book.tiers.len();
        let limits = || book.managers.iter().map(|(_, manager)| &manager.capacity);
        // Who has no limit is compared as if it was the largest one of the book.
        let largest =
            limits().filter_map(|limit| limit.total).max().map_or(1, |largest| u64::from(largest.max(1)));
        let or_none = |limit: Option<u32>| limit.map_or(u64::MAX, u64::from);
        let mut room = Room {
            book,
            at: book.held.clone(),
            why: vec![Reason::Waiting; book.clients.len()],
            total: Vec::with_capacity(book.managers.len()),
            of_tier: Vec::with_capacity(book.managers.len() * tiers),
            total_limit: limits().map(|limit| or_none(limit.total)).collect(),
            tier_limit: limits()
                .flat_map(|limit| book.tiers.iter().map(move |tier| or_none(limit.tiers.get(tier).copied())))
                .collect(),
            measure: limits()
                .map(|limit| limit.total.map_or(largest, |total| u64::from(total.max(1))))
                .collect(),
            open: vec![BTreeSet::new(); book.chains.len() * tiers],
            done: Vec::new(),
        };
        for (_, manager) in &book.managers {
            let beyond = |tier: &u8| u64::from(manager.beyond.get(tier).copied().unwrap_or_default());
            room.of_tier.extend(book.tiers.iter().map(beyond));
            room.total.push(manager.beyond.values().map(|count| u64::from(*count)).sum());
        }
        for (client, at) in book.held.iter().enumerate() {
            if let Some(manager) = at {
                room.total[*manager] += 1;
                room.of_tier[manager * tiers + book.tier[client]] += 1;
            }
        }
        for (unit, staff) in book.staff.iter().enumerate() {
            staff.iter().for_each(|manager| room.show(*manager, unit));
        }
        room
    }

    /// The part of the capacity that is used.
    pub fn load(&self, manager: usize) -> Load {
        Load { used: self.total[manager], of: self.measure[manager] }
    }

    fn slot(&self, manager: usize, tier: usize) -> usize {
        manager * self.book.tiers.len() + tier
    }

    fn is_open(&self, manager: usize, tier: usize) -> bool {
        let slot = self.slot(manager, tier);
        self.total[manager] < self.total_limit[manager] && self.of_tier[slot] < self.tier_limit[slot]
    }

    fn show(&mut self, manager: usize, unit: usize) {
        for tier in 0..self.book.tiers.len() {
            if self.is_open(manager, tier) {
                let load = self.load(manager);
                self.open[unit * self.book.tiers.len() + tier].insert((load, manager));
            }
        }
    }

    fn hide(&mut self, manager: usize, unit: usize) {
        for tier in 0..self.book.tiers.len() {
            let load = self.load(manager);
            self.open[unit * self.book.tiers.len() + tier].remove(&(load, manager));
        }
    }

    /// How much room these customers ask for.
    pub fn size(&self, clients: &[usize]) -> Size {
        let mut tiers: BTreeMap<usize, u64> = BTreeMap::new();
        for client in clients {
            *tiers.entry(self.book.tier[*client]).or_default() += 1;
        }
        Size { total: clients.len() as u64, tiers: tiers.into_iter().collect() }
    }

    /// True when the manager has room for all of it, on top of what is there.
    pub fn fits(&self, manager: usize, size: &Size) -> bool {
        self.total[manager].saturating_add(size.total) <= self.total_limit[manager]
            && size.tiers.iter().all(|(tier, count)| {
                let slot = self.slot(manager, *tier);
                self.of_tier[slot].saturating_add(*count) <= self.tier_limit[slot]
            })
    }

    /// How many customers a manager has to give away at least: each of them lowers the total and one tier.
    pub fn over(&self, manager: usize) -> u64 {
        self.over_without(manager, &Size { total: 0, tiers: Vec::new() })
    }

    /// The same, if these customers of the manager were gone.
    pub fn over_without(&self, manager: usize, gone: &Size) -> u64 {
        let slots = self.slot(manager, 0)..self.slot(manager, self.book.tiers.len());
        let of_tiers: u64 = slots
            .enumerate()
            .map(|(tier, slot)| {
                let less = gone.tiers.iter().find(|(its, _)| *its == tier).map_or(0, |(_, count)| *count);
                self.of_tier[slot].saturating_sub(less).saturating_sub(self.tier_limit[slot])
            })
            .sum();
        let of_total =
            self.total[manager].saturating_sub(gone.total).saturating_sub(self.total_limit[manager]);
        of_total.max(of_tiers)
    }

    /// The same, of customers who can be given away: what is too many of those beyond the clients stays.
    pub fn over_of_clients(&self, manager: usize) -> u64 {
        let beyond = &self.book.managers[manager].1.beyond;
        let in_tier = |(tier, number): (usize, &u8)| {
            let beyond = u64::from(beyond.get(number).copied().unwrap_or_default());
            let clients = self.of_tier[self.slot(manager, tier)].saturating_sub(beyond);
            self.over_in(manager, tier).min(clients)
        };
        let of_tiers: u64 = self.book.tiers.iter().enumerate().map(in_tier).sum();
        let beyond: u64 = beyond.values().map(|count| u64::from(*count)).sum();
        let total = self.total[manager];
        let of_total = total.saturating_sub(self.total_limit[manager]).min(total.saturating_sub(beyond));
        of_total.max(of_tiers)
    }

    /// Above the limit of a tier, by how many.
    pub fn over_in(&self, manager: usize, tier: usize) -> u64 {
        let slot = self.slot(manager, tier);
        self.of_tier[slot].saturating_sub(self.tier_limit[slot])
    }

    /// True when the manager could take a customer of one tier for a customer of the other.
    pub fn swaps(&self, manager: usize, coming: usize, going: usize) -> bool {
        let slot = self.slot(manager, coming);
        let more = u64::from(coming != going);
        self.total[manager] <= self.total_limit[manager]
            && self.of_tier[slot].saturating_add(more) <= self.tier_limit[slot]
    }

    /// What chains may do at the manager, for each tier: bring somebody, bring somebody for one of another tier, and
    /// for one of the same.
    pub fn takes(&self, manager: usize) -> Vec<[bool; 3]> {
        let of_tier = |tier: usize| {
            let fits_more =
                self.of_tier[self.slot(manager, tier)] < self.tier_limit[self.slot(manager, tier)];
            let swaps = self.total[manager] <= self.total_limit[manager];
            [self.is_open(manager, tier), swaps && fits_more, self.swaps(manager, tier, tier)]
        };
        (0..self.book.tiers.len()).map(of_tier).collect()
    }

    /// The least loaded manager who may take all of them and has room.
    pub fn least_loaded(&self, clients: &[usize]) -> Option<usize> {
        let size = self.size(clients);
        let of_units = self.book.chain(clients).filter_map(|unit| {
            let of_tier = |(tier, _): &(usize, u64)| &self.open[unit * self.book.tiers.len() + tier];
            // Whoever has room for all of them has room in each tier: the tier with the fewest is asked.
            let open = size.tiers.iter().map(of_tier).min_by_key(|open| open.len())?;
            open.iter().find(|(_, manager)| self.fits(*manager, &size))
        });
        of_units.min().map(|(_, manager)| *manager)
    }

    /// Moves one customer. Who was moved for a reason of the own is not said to have made room later.
    pub fn put(&mut self, client: usize, to: Option<usize>, why: Reason) {
        let was_moved = self.at[client] != self.book.held[client];
        let why = if was_moved && why == Reason::Balance { self.why[client] } else { why };
        self.done.push((client, self.at[client], self.why[client]));
        self.set(client, to, why);
    }

    fn set(&mut self, client: usize, to: Option<usize>, why: Reason) {
        for (manager, comes) in [(self.at[client], false), (to, true)] {
            let Some(manager) = manager else { continue };
            let (unit, slot) = (self.book.unit_of[manager], self.slot(manager, self.book.tier[client]));
            self.hide(manager, unit);
            for count in [&mut self.total[manager], &mut self.of_tier[slot]] {
                *count = if comes { count.saturating_add(1) } else { count.saturating_sub(1) };
            }
            self.show(manager, unit);
        }
        (self.at[client], self.why[client]) = (to, why);
    }

    /// The point to which [`Room::back_to`] goes back.
    pub fn mark(&self) -> usize {
        self.done.len()
    }

    /// Undoes what was done since the mark.
    pub fn back_to(&mut self, mark: usize) {
        while self.done.len() > mark {
            if let Some((client, at, why)) = self.done.pop() {
                self.set(client, at, why);
            }
        }
    }

    /// The customers who were moved since the mark.
    pub fn changed_since(&self, mark: usize) -> BTreeSet<usize> {
        self.done.iter().skip(mark).map(|(client, _, _)| *client).collect()
    }

    /// Managers who are there.
    pub fn present(&self) -> impl Iterator<Item = usize> + use<> {
        let there: Vec<usize> = (0..self.book.managers.len())
            .filter(|manager| self.book.managers[*manager].1.availability == Availability::Present)
            .collect();
        there.into_iter()
    }

    /// The managers who have customers of a household, with these.
    pub fn parts(&self, group: usize) -> BTreeMap<usize, Vec<usize>> {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for member in &self.book.groups[group] {
            if let Some(manager) = self.at[*member] {
                parts.entry(manager).or_default().push(*member);
            }
        }
        parts
    }

    /// The customers of a household who have no manager.
    pub fn waiting_of(&self, group: usize) -> Vec<usize> {
        self.book.groups[group].iter().copied().filter(|member| self.at[*member].is_none()).collect()
    }
}
