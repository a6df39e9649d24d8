//! Managers with more customers than they take give some away, as few as possible, to whoever has room at once.

use super::Reason;
use super::room::Room;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What somebody above a capacity could give away.
pub(super) struct Relief {
    manager: usize,
    /// Whole households, the largest first.
    households: Vec<Vec<usize>>,
    /// Customers who live alone, by tier and unit, the highest number last.
    singles: BTreeMap<(usize, usize), Vec<usize>>,
}

/// Of each manager above a capacity.
pub(super) fn reliefs(room: &Room) -> Vec<Relief> {
    let book = room.book;
    let mut of_manager: BTreeMap<usize, Relief> = room
        .present()
        .filter(|manager| room.over(*manager) > 0)
        .map(|manager| (manager, Relief { manager, households: Vec::new(), singles: BTreeMap::new() }))
        .collect();
    for (client, at) in room.at.iter().enumerate() {
        if let Some(relief) = at.and_then(|manager| of_manager.get_mut(&manager))
            && book.group_of[client].is_none()
        {
            relief.singles.entry((book.tier[client], book.unit[client])).or_default().push(client);
        }
    }
    for members in &book.groups {
        let at = room.at[members[0]];
        if let Some(relief) = at.and_then(|manager| of_manager.get_mut(&manager))
            && members.iter().all(|member| room.at[*member] == at)
        {
            relief.households.push(members.clone());
        }
    }
    let mut reliefs: Vec<Relief> = of_manager.into_values().collect();
    for relief in &mut reliefs {
        relief.households.sort_by_key(|members| (Reverse(members.len()), members[0]));
    }
    reliefs
}

impl Relief {
    /// Gives away households, as far as customers who live alone do not suffice: first those of whom every member is
    /// one too many, then, from the smallest, those of whom some are.
    pub fn give_households(&mut self, room: &mut Room) {
        let households = std::mem::take(&mut self.households);
        let mut kept = Vec::new();
        for members in households {
            let size = members.len() as u64;
            if !(self.short(room) > 0 && gain(room, self.manager, &members) == size && give(room, &members)) {
                kept.push(members);
            }
        }
        for members in kept.iter().rev() {
            if self.short(room) > 0 && gain(room, self.manager, members) > 0 {
                give(room, members);
            }
        }
        kept.retain(|members| room.at[members[0]] == Some(self.manager));
        self.households = kept;
    }

    /// Gives away customers who live alone: those of tiers with too many first. For those who remain there is no room,
    /// so they are not counted on any more.
    pub fn give_singles(&mut self, room: &mut Room) {
        for tiers_only in [true, false] {
            for ((tier, _), clients) in &mut self.singles {
                let over = |room: &Room| match tiers_only {
                    true => room.over_in(self.manager, *tier),
                    false => room.over(self.manager),
                };
                while over(room) > 0
                    && let Some(client) = clients.last().copied()
                    && gain(room, self.manager, &[client]) > 0
                    && give(room, &[client])
                {
                    clients.pop();
                }
            }
        }
        self.singles.clear();
    }

    /// How many of those to be given away are more than the customers who live alone.
    fn short(&self, room: &Room) -> u64 {
        let mut alone: BTreeMap<usize, u64> = BTreeMap::new();
        for ((tier, _), clients) in &self.singles {
            *alone.entry(*tier).or_default() += clients.len() as u64;
        }
        let (mut of_tiers, mut short, mut rest) = (0, 0, 0);
        for tier in 0..room.book.tiers.len() {
            let (over, alone) =
                (room.over_in(self.manager, tier), alone.get(&tier).copied().unwrap_or_default());
            of_tiers += over;
            short += over.saturating_sub(alone);
            rest += alone.saturating_sub(over);
        }
        short + room.over(self.manager).saturating_sub(of_tiers).saturating_sub(rest)
    }
}

/// By how many fewer are too many once these customers of the manager are gone.
fn gain(room: &Room, manager: usize, clients: &[usize]) -> u64 {
    room.over(manager).saturating_sub(room.over_without(manager, &room.size(clients)))
}

/// True when somebody had room for them.
fn give(room: &mut Room, clients: &[usize]) -> bool {
    let Some(manager) = room.least_loaded(clients) else { return false };
    for client in clients {
        room.put(*client, Some(manager), Reason::OverCapacity);
    }
    true
}
