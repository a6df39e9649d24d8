//! Chains: somebody who has no room passes a customer on to somebody who has, so that another one finds room.
//!
//! Only customers who live alone are passed on: at first those who get a new manager anyway, which costs no move, and
//! for a rebalance then also those who would have stayed.

use super::Reason;
use super::placing::{homes, hosts};
use super::room::Room;
use std::collections::{BTreeMap, BTreeSet};

/// Customers who may go to the same managers and fill the same capacity: tier and unit.
type Kind = (usize, usize);

/// A customer comes to a manager who passes another one on.
struct Step {
    client: usize,
    to: usize,
    /// The step whose manager passes this customer on; nothing for the customer for whom room is made.
    from: Option<usize>,
}

/// What one search has come to: the nearest managers first.
#[derive(Default)]
struct Search {
    steps: Vec<Step>,
    /// Managers to whom a customer of a tier comes in one of the steps.
    seen: BTreeSet<(usize, usize)>,
    kinds: BTreeSet<Kind>,
}

/// The customers who may be passed on.
pub(super) struct Chains<'r, 'b, 'a> {
    room: &'r mut Room<'b, 'a>,
    /// True when customers who would have stayed may be passed on.
    of_all: bool,
    /// Of each manager, the customers who may be passed on; those who would not have stayed (`false`) first.
    passable: Vec<BTreeMap<(bool, Kind), BTreeSet<usize>>>,
    /// Kinds for which no chain leads to room. That stays so as long as only chains are followed.
    closed: BTreeSet<Kind>,
}

impl<'r, 'b, 'a> Chains<'r, 'b, 'a> {
    pub fn of(room: &'r mut Room<'b, 'a>, of_all: bool) -> Self {
        let passable = vec![BTreeMap::new(); room.book.managers.len()];
        let mut chains = Chains { room, of_all, passable, closed: BTreeSet::new() };
        for client in 0..chains.room.at.len() {
            chains.note(client, true);
        }
        chains
    }

    fn kind(&self, client: usize) -> Kind {
        (self.room.book.tier[client], self.room.book.unit[client])
    }

    fn note(&mut self, client: usize, is_there: bool) {
        let alone = self.room.book.group_of[client].is_none();
        let would_stay = self.room.book.held[client].is_some();
        let may_pass = alone && (self.of_all || !would_stay);
        let (kind, Some(manager), true) = (self.kind(client), self.room.at[client], may_pass) else { return };
        let of_kind = self.passable[manager].entry((would_stay, kind)).or_default();
        if is_there {
            of_kind.insert(client);
        } else {
            of_kind.remove(&client);
        }
    }

    fn put(&mut self, client: usize, to: Option<usize>, why: Reason) {
        self.note(client, false);
        self.room.put(client, to, why);
        self.note(client, true);
    }

    /// Finds room for customers who live alone and wait.
    pub fn place_singles(&mut self) {
        for client in 0..self.room.at.len() {
            if self.room.at[client].is_none() && self.room.book.group_of[client].is_none() {
                self.place(&[(client, None)], Reason::Waiting);
            }
        }
    }

    /// Finds room with the rest of the household for those of it who wait.
    pub fn place_members(&mut self) {
        for group in 0..self.room.book.groups.len() {
            for member in self.room.waiting_of(group) {
                let serving = hosts(self.room, group);
                let serving = serving.into_iter().filter(|host| self.room.book.serves(*host, member));
                for host in serving.collect::<Vec<usize>>() {
                    if self.place(&[(member, Some(host))], Reason::Waiting) {
                        break;
                    }
                }
            }
        }
    }

    /// Relieves managers who are still above a capacity.
    pub fn relieve(&mut self) {
        for manager in self.room.present() {
            while self.room.over(manager) > 0 {
                let too_many = self.room.over(manager);
                let of_kinds = self.passable[manager].values().filter_map(BTreeSet::last).copied();
                let lowers =
                    |client: &usize| self.room.over_without(manager, &self.room.size(&[*client])) < too_many;
                let starts: Vec<(usize, Option<usize>)> =
                    of_kinds.filter(lowers).map(|client| (client, None)).collect();
                if !self.place(&starts, Reason::OverCapacity) {
                    break;
                }
            }
        }
    }

    /// Brings households together that are still apart: each customer who has to come leaves first, so that the
    /// room may be used for the exchange.
    pub fn unite(&mut self) {
        for group in 0..self.room.book.groups.len() {
            for (home, movers) in homes(self.room, group) {
                let mark = self.room.mark();
                let all_come = movers.iter().all(|mover| {
                    // Room is given up here, so chains may lead to it.
                    self.closed.clear();
                    self.put(*mover, None, Reason::Household);
                    self.place(&[(*mover, Some(home))], Reason::Household)
                });
                if all_come {
                    break;
                }
                self.back_to(mark);
            }
        }
    }

    fn back_to(&mut self, mark: usize) {
        let changed: BTreeSet<usize> = self.room.changed_since(mark);
        changed.iter().for_each(|client| self.note(*client, false));
        self.room.back_to(mark);
        changed.iter().for_each(|client| self.note(*client, true));
        self.closed.clear();
    }

    /// Moves one of the customers, to the manager named with it or else to anybody, by the shortest chain; false when
    /// there is none.
    fn place(&mut self, starts: &[(usize, Option<usize>)], why: Reason) -> bool {
        let mut search = Search::default();
        for (client, to) in starts {
            let found = match to {
                None => self.pass_on(&mut search, *client, None),
                Some(to) if self.room.fits(*to, &self.room.size(&[*client])) => Some(*to),
                Some(to) => {
                    search.steps.push(Step { client: *client, to: *to, from: None });
                    None
                }
            };
            if let Some(manager) = found {
                self.put(*client, Some(manager), why);
                return true;
            }
        }
        let mut next = 0;
        while next < search.steps.len() {
            for client in self.passed_on(&search.steps[next]) {
                if let Some(manager) = self.pass_on(&mut search, client, Some(next)) {
                    self.put(client, Some(manager), Reason::Balance);
                    self.follow(&search.steps, next, why);
                    return true;
                }
            }
            next += 1;
        }
        self.closed.extend(search.kinds);
        false
    }

    /// The customers, one of a kind, whose manager could take the step's customer for them.
    fn passed_on(&self, step: &Step) -> Vec<usize> {
        let coming = self.room.book.tier[step.client];
        let of_kinds = self.passable[step.to].iter();
        let swapped = of_kinds.filter(|((_, (tier, _)), _)| self.room.swaps(step.to, coming, *tier));
        swapped.filter_map(|(_, clients)| clients.last().copied()).collect()
    }

    /// Somebody with room for the customer; if there is nobody, the steps to those who would have to make room.
    fn pass_on(&self, search: &mut Search, client: usize, from: Option<usize>) -> Option<usize> {
        let (tier, unit) = self.kind(client);
        if self.closed.contains(&(tier, unit)) || !search.kinds.insert((tier, unit)) {
            return None;
        }
        let found = self.room.least_loaded(&[client]);
        if found.is_none() {
            for to in self.room.book.chains[unit].iter().flat_map(|unit| &self.room.book.staff[*unit]) {
                if self.room.at[client] != Some(*to) && search.seen.insert((*to, tier)) {
                    search.steps.push(Step { client, to: *to, from });
                }
            }
        }
        found
    }

    /// Room was made at the manager of that step: the customers of the chain move up.
    fn follow(&mut self, steps: &[Step], last: usize, why: Reason) {
        let mut next = Some(last);
        while let Some(step) = next.map(|place| &steps[place]) {
            self.put(step.client, Some(step.to), if step.from.is_none() { why } else { Reason::Balance });
            next = step.from;
        }
    }
}
