//! What came out, in the places of those who asked.

use super::room::Room;
use super::{Availability, Held, Left, Move, Proposed, Reason};

/// Reads the outcome off the room after the last move.
pub(super) fn of(room: &Room, lower_bound: u64) -> Proposed {
    let mut proposed = Proposed { lower_bound, held: held(room), ..Proposed::default() };
    for (client, (given, _)) in room.book.clients.iter().enumerate() {
        match room.at[client] {
            None => proposed.left.push((*given, left(room, client))),
            Some(to) if room.book.held[client] != Some(to) => proposed.moves.push(Move {
                client: *given,
                from: holder(room, client),
                to: room.book.managers[to].0,
                reason: reason(room, client),
            }),
            Some(_) => {}
        }
    }
    let apart = (0..room.book.groups.len()).flat_map(|group| apart(room, group));
    let mut apart: Vec<usize> = apart.collect();
    apart.sort_unstable();
    proposed.split = apart.into_iter().map(|client| room.book.clients[client].0).collect();
    proposed
}

/// The place of the customer's manager, there or not; nothing for a place that does not exist.
fn holder(room: &Room, client: usize) -> Option<usize> {
    room.book.clients[client].1.held_by.filter(|given| *given < room.book.managers.len())
}

fn reason(room: &Room, client: usize) -> Reason {
    if room.book.held[client].is_some() {
        return room.why[client];
    }
    let book = room.book;
    match holder(room, client).map(|given| book.managers[book.place_of[given]].1.availability) {
        None => Reason::Waiting,
        Some(Availability::Left) => Reason::Left,
        Some(Availability::Absent) => Reason::Absent,
        Some(Availability::Present) => Reason::Elsewhere,
    }
}

fn left(room: &Room, client: usize) -> Left {
    if room.book.chains[room.book.unit[client]].is_empty() {
        Left::NoManager
    } else if room.book.group_of[client].is_some() {
        Left::Household
    } else {
        Left::NoRoom
    }
}

/// Members of a household who are not with the larger part of it.
fn apart(room: &Room, group: usize) -> Vec<usize> {
    let parts = room.parts(group);
    let Some(largest) = parts.values().map(Vec::len).max() else { return Vec::new() };
    let home = parts.iter().find(|(_, part)| part.len() == largest).map(|(manager, _)| *manager);
    let others = parts.into_iter().filter(|(manager, _)| Some(*manager) != home);
    others.flat_map(|(_, part)| part).collect()
}

fn held(room: &Room) -> Vec<Held> {
    let book = room.book;
    let mut held = vec![Held::default(); book.managers.len()];
    for (place, (given, manager)) in book.managers.iter().enumerate() {
        let beyond: u64 = manager.beyond.values().map(|count| u64::from(*count)).sum();
        let is_there = manager.availability == Availability::Present;
        let over = if is_there { room.over(place) } else { 0 };
        held[*given] = Held { before: beyond, after: beyond, over };
    }
    for (client, at) in room.at.iter().enumerate() {
        let before = holder(room, client);
        if let Some(given) = before {
            held[given].before += 1;
        }
        if let Some(given) = at.map(|manager| book.managers[manager].0).or(before) {
            held[given].after += 1;
        }
    }
    held
}
