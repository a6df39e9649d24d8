//! How many customers have to move at least.
//!
//! Who has no manager who is there has to move. For a rebalance, of the others:
//! * Of each household that is apart all have to come but the largest part that somebody has who serves all of it.
//! * Each manager gives away what is too many: of the tiers' excesses together and of the excess over all, the larger.
//!   What others than the clients make too many stays: nobody can move them.
//!
//! One move may do both when the household's part is with a manager who has too many. So of a manager's excess only
//! what the parts of such households there cannot cover is added to the first; and the second alone is a bound too.

use super::room::Room;

/// The bound, from the room as it is before anything is moved.
pub(super) fn lower_bound(room: &Room) -> u64 {
    let waiting = room.at.iter().filter(|at| at.is_none()).count() as u64;
    if !room.book.rebalance {
        return waiting;
    }
    let mut apart_at = vec![0_u64; room.book.managers.len()];
    let mut of_households = 0;
    for (group, members) in room.book.groups.iter().enumerate() {
        let parts = room.parts(group);
        if parts.len() < 2 {
            continue;
        }
        let serves_all = |manager: usize| members.iter().all(|member| room.book.serves(manager, *member));
        let largest = parts
            .iter()
            .filter(|(manager, _)| serves_all(**manager))
            .map(|(_, part)| part.len() as u64)
            .max();
        for (manager, part) in &parts {
            apart_at[*manager] += part.len() as u64;
            of_households += part.len() as u64;
        }
        of_households -= largest.unwrap_or_default();
    }
    let over = || room.present().map(|manager| (manager, room.over_of_clients(manager)));
    let of_capacities: u64 = over().map(|(_, over)| over).sum();
    let not_covered: u64 = over().map(|(manager, over)| over.saturating_sub(apart_at[manager])).sum();
    waiting + of_capacities.max(of_households + not_covered)
}
