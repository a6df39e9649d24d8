//! Chains: somebody who has no room passes a customer on to somebody who has, so that another one finds room.
//!
//! Only customers who live alone are passed on: at first those who get a new manager anyway, which costs no move, and
//! for a rebalance then also those who would have stayed.

use super::Reason;
use super::placing::{homes, hosts};
use super::room::Room;
use std::collections::{BTreeMap, BTreeSet};

/// A customer comes to a manager who passes another one on.
struct Step {
    client: usize,
    to: usize,
    /// The step whose manager passes this customer on; nothing for the customer for whom room is made.
    from: Option<usize>,
}

/// What one search has come to: the nearest managers first.
struct Search {
    steps: Vec<Step>,
    /// By unit, then by tier: in steps customers of the tier come to the managers of the unit. To who passes the first
    /// of them on nobody of the tier need come: whom that manager could pass on instead was asked in the step before.
    seen: Vec<bool>,
    /// The kinds that were met, and those that are closed, by number.
    met: Vec<bool>,
    /// Of each tier, how many kinds were not met: once there are none, nobody is asked to pass one on.
    unmet: Vec<usize>,
}

/// The customers who may be passed on.
pub(super) struct Chains<'r, 'b, 'a> {
    room: &'r mut Room<'b, 'a>,
    /// True when customers who would have stayed may be passed on.
    of_all: bool,
    /// Of each manager, the customers who may be passed on; those who would not have stayed (`false`) first, then by
    /// tier and kind.
    passable: Vec<BTreeMap<(bool, usize, usize), BTreeSet<usize>>>,
    /// Kinds for which no chain leads to room, by number. That stays so as long as only chains are followed and nobody
    /// who was full takes part in more of them.
    closed: Vec<bool>,
}

impl<'r, 'b, 'a> Chains<'r, 'b, 'a> {
    pub fn of(room: &'r mut Room<'b, 'a>, of_all: bool) -> Self {
        let passable = vec![BTreeMap::new(); room.book.managers.len()];
        let closed = vec![false; room.book.kinds.len()];
        let mut chains = Chains { room, of_all, passable, closed };
        for client in 0..chains.room.at.len() {
            chains.note(client, true);
        }
        chains
    }

    fn note(&mut self, client: usize, is_there: bool) {
        let alone = self.room.book.group_of[client].is_none();
        let would_stay = self.room.book.held[client].is_some();
        let may_pass = alone && (self.of_all || !would_stay);
        let (Some(manager), true) = (self.room.at[client], may_pass) else { return };
        let key = (would_stay, self.room.book.tier[client], self.room.book.kind[client]);
        let of_kind = self.passable[manager].entry(key).or_default();
        if is_there {
            of_kind.insert(client);
            return;
        }
        of_kind.remove(&client);
        if of_kind.is_empty() {
            self.passable[manager].remove(&key);
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
                let takes = self.room.takes(manager);
                if !self.place(&starts, Reason::OverCapacity) {
                    break;
                }
                // Who is not above a capacity any more may take part in chains.
                if takes != self.room.takes(manager) {
                    self.closed.fill(false);
                }
            }
        }
    }

    /// Brings households together that are still apart.
    pub fn unite(&mut self) {
        for group in 0..self.room.book.groups.len() {
            for (home, movers) in homes(self.room, group) {
                if self.bring(&movers, home) {
                    break;
                }
            }
        }
    }

    /// Brings all of them to the manager, or nobody. Each leaves first, so that the room may be used for the exchange.
    fn bring(&mut self, movers: &[usize], home: usize) -> bool {
        let mark = self.room.mark();
        let mut closed_before = None;
        for (count, mover) in movers.iter().enumerate() {
            let opens = self.leaves_room(*mover);
            // What is found closed without room that somebody left, and before anybody came, holds once all is undone.
            if opens || count > 0 {
                closed_before.get_or_insert_with(|| self.closed.clone());
            }
            if opens {
                // Chains may lead to what was left.
                self.closed.fill(false);
            }
            if !self.place(&[(*mover, Some(home))], Reason::Household) {
                self.back_to(mark);
                if let Some(closed) = closed_before {
                    self.closed = closed;
                }
                return false;
            }
        }
        true
    }

    /// The customer leaves; true when that is of use to chains.
    fn leaves_room(&mut self, client: usize) -> bool {
        let from = self.room.at[client];
        let takes = |chains: &Self| from.map(|manager| chains.room.takes(manager));
        let before = takes(self);
        self.put(client, None, Reason::Household);
        before != takes(self)
    }

    fn back_to(&mut self, mark: usize) {
        let changed: BTreeSet<usize> = self.room.changed_since(mark);
        changed.iter().for_each(|client| self.note(*client, false));
        self.room.back_to(mark);
        changed.iter().for_each(|client| self.note(*client, true));
    }

    /// Moves one of the customers, to the manager named with it or else to anybody, by the shortest chain; false when
    /// there is none.
    fn place(&mut self, starts: &[(usize, Option<usize>)], why: Reason) -> bool {
        let book = self.room.book;
        let mut search = Search {
            steps: Vec::new(),
            seen: vec![false; book.staff.len() * book.tiers.len()],
            met: self.closed.clone(),
            unmet: vec![0; book.tiers.len()],
        };
        for ((tier, _), _) in book.kinds.iter().zip(&self.closed).filter(|(_, closed)| !**closed) {
            search.unmet[*tier] += 1;
        }
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
            if let Some((client, manager)) = self.make_room(&mut search, next) {
                self.put(client, Some(manager), Reason::Balance);
                self.follow(&search.steps, next, why);
                return true;
            }
            next += 1;
        }
        self.closed = search.met;
        false
    }

    /// A customer of the step's manager who makes room for the step's, and somebody with room for that one; one of each
    /// kind that was not met is asked.
    fn make_room(&self, search: &mut Search, step: usize) -> Option<(usize, usize)> {
        let (to, coming) = (search.steps[step].to, self.room.book.tier[search.steps[step].client]);
        for would_stay in [false, true] {
            for going in 0..self.room.book.tiers.len() {
                if search.unmet[going] == 0 || !self.room.swaps(to, coming, going) {
                    continue;
                }
                let of_tier = (would_stay, going, 0)..=(would_stay, going, usize::MAX);
                for ((_, _, kind), clients) in self.passable[to].range(of_tier) {
                    if !search.met[*kind]
                        && let Some(client) = clients.last()
                        && let Some(manager) = self.pass_on(search, *client, Some(step))
                    {
                        return Some((*client, manager));
                    }
                }
            }
        }
        None
    }

    /// Somebody with room for the customer; if there is nobody, the steps to those who would have to make room.
    fn pass_on(&self, search: &mut Search, client: usize, from: Option<usize>) -> Option<usize> {
        let book = self.room.book;
        let kind = book.kind[client];
        let (tier, unit) = book.kinds[kind];
        if std::mem::replace(&mut search.met[kind], true) {
            return None;
        }
        search.unmet[tier] -= 1;
        let found = self.room.least_loaded(&[client]);
        if found.is_none() {
            for unit in &book.chains[unit] {
                if std::mem::replace(&mut search.seen[unit * book.tiers.len() + tier], true) {
                    continue;
                }
                let others = book.staff[*unit].iter().filter(|to| self.room.at[client] != Some(**to));
                search.steps.extend(others.map(|to| Step { client, to: *to, from }));
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
