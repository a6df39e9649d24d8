//! Proposals: which customers go to which managers, so that nobody waits and nobody has too many.
//!
//! Known: the managers with their units, capacities and whether they are there; the customers with their units, tiers,
//! households and present managers; which unit is under which. A manager serves the customers of the own unit and of
//! the units under it. Promised, whatever the book:
//! * Nobody who is absent, has left, or does not serve the customer's unit is chosen.
//! * Nobody gets a customer beyond a capacity; who is above one already keeps at most what was there.
//! * A customer whose manager is there stays, unless the scope is [`Scope::Rebalance`] and a capacity or a household
//!   asks for the move; the moves are as few as these reasons allow.
//! * A household that is together stays so, and comes to one manager when it is placed; who cannot come to the others
//!   for want of room is left, and said to be left. If no one manager serves all of it, that holds within each unit.
//! * Of those who have room the least loaded is chosen, by the part of the capacity that is used, so that people
//!   without customers come first; of equals the lower number.
//! * The order of managers and customers makes no difference.
//!
//! For the caller: `managers` has everybody who may be chosen and everybody who holds one of `clients`; customers of a
//! manager who are not among `clients` count through [`Manager::beyond`]. Members of a household who are not among
//! `clients` are not seen. Places are places in the slices as given.

mod book;
mod bound;
mod chain;
mod outcome;
mod placing;
mod relief;
mod room;

#[cfg(test)]
mod books;
#[cfg(test)]
mod large;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use book::Book;
use bound::lower_bound;
use chain::Chains;
use placing::{place_households, place_singles, unite};
use relief::reliefs;
use room::Room;
use std::collections::BTreeMap;

/// How many customers a manager takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Of all tiers together; nothing for no limit.
    pub total: Option<u32>,
    /// Of single tiers, by number of the tier; a tier that is missing has no limit of its own.
    pub tiers: BTreeMap<u8, u32>,
}

/// Whether a manager is there on the day from which the proposal holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Works, and may be chosen.
    Present,
    /// Is away.
    Absent,
    /// Does not work at the bank any more, not yet, or not as a manager.
    Left,
}

/// Somebody who holds customers, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// Number of the employee; decides between equals.
    pub employee_ref: u32,
    /// The unit the manager works at: its customers and those of the units under it may be taken.
    pub organisation_ref: u32,
    /// How many customers the manager takes.
    pub capacity: Capacity,
    /// Whether the manager is there.
    pub availability: Availability,
    /// Customers of the manager who are not among the clients, by tier: they stay, and fill the capacity.
    pub beyond: BTreeMap<u8, u32>,
}

/// A customer who is to have a manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Number of the customer.
    pub customer_ref: u32,
    /// The unit of the customer.
    pub organisation_ref: u32,
    /// Number of the tier.
    pub tier_ref: u8,
    /// Number of the household; equal numbers live together.
    pub household: Option<u32>,
    /// Place of the primary manager in the managers given.
    pub held_by: Option<usize>,
}

/// What a proposal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Customers without a manager who is there; nobody else moves.
    Waiting,
    /// These, and what is above the capacities, and households with several managers.
    Rebalance,
}

impl Scope {
    /// Both, with their stable names.
    pub const NAMES: [(&'static str, Self); 2] = [("waiting", Self::Waiting), ("rebalance", Self::Rebalance)];
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the proposal is about.
    pub scope: Scope,
    /// The unit above each unit; one that is missing has none above it. A tree; a circle in it ends where it began.
    pub parents: BTreeMap<u32, u32>,
}

/// Why a customer gets another manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Had none.
    Waiting,
    /// The manager left.
    Left,
    /// The manager is absent.
    Absent,
    /// The manager does not serve the customer's unit.
    Elsewhere,
    /// The manager has more customers than the capacity.
    OverCapacity,
    /// The rest of the household has that manager.
    Household,
    /// Makes room for a customer who has nowhere else to go.
    Balance,
}

impl Reason {
    /// All of them, with their stable names.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("waiting", Self::Waiting),
        ("left", Self::Left),
        ("absent", Self::Absent),
        ("elsewhere", Self::Elsewhere),
        ("over_capacity", Self::OverCapacity),
        ("household", Self::Household),
        ("balance", Self::Balance),
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(its, _)| *its == name).map(|(_, reason)| reason)
    }
}

/// Why a customer without a manager who is there remains so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// No manager who is there serves the customer's unit.
    NoManager,
    /// Those who serve it are full.
    NoRoom,
    /// No single manager has room for the household, or the one who has the others is full.
    Household,
}

impl Left {
    /// All of them, with their stable names.
    pub const NAMES: [(&'static str, Self); 3] =
        [("no_manager", Self::NoManager), ("no_room", Self::NoRoom), ("household", Self::Household)];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// A customer who gets another manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Place of the customer.
    pub client: usize,
    /// Place of the manager until then.
    pub from: Option<usize>,
    /// Place of the manager from then on.
    pub to: usize,
    /// Why.
    pub reason: Reason,
}

/// How many customers a manager has, with those beyond the clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Until the proposal holds.
    pub before: u64,
    /// From then on.
    pub after: u64,
    /// Of `after`, how many are above the capacities; always 0 for somebody who is not there.
    pub over: u64,
}

/// What comes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// The moves, by number of the customer.
    pub moves: Vec<Move>,
    /// Places of the customers who remain without a manager who is there, with the reason, by number of the customer.
    pub left: Vec<(usize, Left)>,
    /// Places of the customers who are not with the larger part of their household though a manager of the household
    /// could serve all of it, by number of the customer.
    pub split: Vec<usize>,
    /// How many customers have to move at least, if everybody is to have a manager (and, for a rebalance, nobody is to
    /// be above a capacity and every household together).
    pub lower_bound: u64,
    /// What each manager holds, in the order of the managers given.
    pub held: Vec<Held>,
}

/// The moves that are proposed, and what remains.
pub fn propose(managers: &[Manager], clients: &[Client], options: &Options) -> Proposed {
    let book = Book::of(managers, clients, options);
    let mut room = Room::of(&book);
    let lower_bound = lower_bound(&room);
    at_once(&mut room);
    by_chains(&mut room);
    outcome::of(&room, lower_bound)
}

/// What has room as things stand: households before customers who live alone, because these fill what is left.
fn at_once(room: &mut Room) {
    if !room.book.rebalance {
        place_households(room);
        place_singles(room);
        return;
    }
    unite(room);
    place_households(room);
    let mut reliefs = reliefs(room);
    reliefs.iter_mut().for_each(|relief| relief.give_households(room));
    place_singles(room);
    for relief in &mut reliefs {
        relief.give_singles(room);
        relief.give_households(room);
    }
}

/// What has room when somebody else makes it; customers who would have stayed do so for a rebalance alone.
fn by_chains(room: &mut Room) {
    let someone_waits = |room: &Room| room.at.iter().any(Option::is_none);
    if someone_waits(room) {
        let mut chains = Chains::of(room, false);
        chains.place_singles();
        chains.place_members();
    }
    let someone_is_apart = |room: &Room| (0..room.book.groups.len()).any(|group| room.parts(group).len() > 1);
    let someone_is_over = |room: &Room| room.present().any(|manager| room.over(manager) > 0);
    if room.book.rebalance && (someone_waits(room) || someone_is_over(room) || someone_is_apart(room)) {
        let mut chains = Chains::of(room, true);
        chains.place_singles();
        chains.relieve();
        chains.unite();
        chains.place_members();
    }
}
