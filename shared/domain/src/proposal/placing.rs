//! Customers who wait get a manager, and households that are apart come together, as far as there is room at once.

use super::Reason;
use super::room::Room;
use std::cmp::Reverse;

/// Brings households with several managers to the one of them to whom the fewest customers have to come; a move that
/// takes a customer from somebody above a capacity has to be made in any case, and does not count.
pub(super) fn unite(room: &mut Room) {
    for group in 0..room.book.groups.len() {
        let waiting = room.waiting_of(group);
        let homes = homes(room, group);
        // With those of the household who wait, or else without them.
        let found = [&waiting[..], &[]].into_iter().find_map(|waiting| {
            let coming = homes.iter().map(|(home, movers)| (*home, [movers, waiting].concat()));
            let mut with_room = coming.filter(|(home, coming)| room.fits(*home, &room.size(coming)));
            with_room.next()
        });
        if let Some((home, coming)) = found {
            for client in coming {
                room.put(client, Some(home), Reason::Household);
            }
        }
    }
}

/// Who could have all of a household that has several managers, with the customers who would have to come from
/// somebody else; the best first.
pub(super) fn homes(room: &Room, group: usize) -> Vec<(usize, Vec<usize>)> {
    let parts = room.parts(group);
    if parts.len() < 2 {
        return Vec::new();
    }
    let members = &room.book.groups[group];
    let mut homes: Vec<(usize, Vec<usize>)> = Vec::new();
    for home in parts.keys().filter(|home| members.iter().all(|member| room.book.serves(**home, *member))) {
        let others = parts.iter().filter(|(manager, _)| *manager != home);
        homes.push((*home, others.flat_map(|(_, part)| part.iter().copied()).collect()));
    }
    homes.sort_by_cached_key(|(home, movers)| {
        let others = parts.iter().filter(|(manager, _)| *manager != home);
        let relieved: u64 = others
            .map(|(manager, part)| {
                room.over(*manager).saturating_sub(room.over_without(*manager, &room.size(part)))
            })
            .sum();
        let count = movers.len() as u64;
        (count.saturating_sub(relieved), count, room.load(*home), *home)
    });
    homes
}

/// Places households of which somebody waits, the largest first: they need the most room.
pub(super) fn place_households(room: &mut Room) {
    let groups = 0..room.book.groups.len();
    let mut waiting: Vec<(usize, Vec<usize>)> = groups
        .map(|group| (group, room.waiting_of(group)))
        .filter(|(_, waiting)| !waiting.is_empty())
        .collect();
    waiting.sort_by_key(|(group, waiting)| (Reverse(waiting.len()), *group));
    for (group, waiting) in waiting {
        let hosts = hosts(room, group);
        if hosts.is_empty() {
            if let Some(manager) = room.least_loaded(&waiting) {
                put_all(room, &waiting, manager);
            }
            continue;
        }
        let serves_all = |host: &usize| waiting.iter().all(|member| room.book.serves(*host, *member));
        let size = room.size(&waiting);
        match hosts.iter().copied().find(|host| serves_all(host) && room.fits(*host, &size)) {
            Some(host) => put_all(room, &waiting, host),
            None => join_one_by_one(room, &waiting, &hosts),
        }
    }
}

/// Who has customers of a household: who has most first, then the least loaded.
pub(super) fn hosts(room: &Room, group: usize) -> Vec<usize> {
    let mut hosts: Vec<(usize, usize)> =
        room.parts(group).into_iter().map(|(manager, part)| (manager, part.len())).collect();
    hosts.sort_by_cached_key(|(manager, size)| (Reverse(*size), room.load(*manager), *manager));
    hosts.into_iter().map(|(manager, _)| manager).collect()
}

fn put_all(room: &mut Room, clients: &[usize], manager: usize) {
    for client in clients {
        room.put(*client, Some(manager), Reason::Waiting);
    }
}

/// Somebody has the rest of the household already: who finds room there need not wait for the others.
fn join_one_by_one(room: &mut Room, waiting: &[usize], hosts: &[usize]) {
    for member in waiting {
        let size = room.size(&[*member]);
        let host = hosts.iter().find(|host| room.book.serves(**host, *member) && room.fits(**host, &size));
        if let Some(host) = host {
            room.put(*member, Some(*host), Reason::Waiting);
        }
    }
}

/// Places customers who live alone.
pub(super) fn place_singles(room: &mut Room) {
    for client in 0..room.at.len() {
        if room.at[client].is_none()
            && room.book.group_of[client].is_none()
            && let Some(manager) = room.least_loaded(&[client])
        {
            room.put(client, Some(manager), Reason::Waiting);
        }
    }
}
