//! The members of a tier, paged by customer number.

use domain::book::{SLOTS, chunk_of, customer_at};
use domain::date::Day;
use domain::tier::Status;
use domain::tier::state::{NO_TIER, status_from_number};
use store::member::Member;
use store::{Connection, in_snapshot};

use super::TierError;
use super::run::chunks;

/// Whom a page shows.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Held tier.
    pub tier: Option<String>,
    /// Status of the held tier.
    pub status: Option<Status>,
    /// Only those on the lost list.
    pub lost: bool,
    /// By organisation number; `None`: all.
    pub organisations: Option<Vec<bool>>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub member: Member,
    /// Held tier.
    pub tier: String,
    /// Its status.
    pub status: Option<Status>,
    /// Months below at the latest review.
    pub months_below: u8,
    /// Day since which it is held.
    pub since: Day,
}

/// Members from the customer number `start`; answers where the next page starts.
pub fn members<C: Connection>(
    connection: &mut C,
    filter: &MemberFilter,
    start: u32,
    limit: usize,
) -> Result<(Vec<MemberRow>, Option<u32>), TierError> {
    in_snapshot(connection, |connection| {
        let codes = store::tier::tier_codes(connection)?;
        let wanted_tier = match &filter.tier {
            None => None,
            Some(code) => {
                Some(*codes.iter().find(|(_, known)| *known == code).ok_or(TierError::UnknownTier)?.0)
            }
        };
        let chunks = chunks(connection)?;
        let (mut found, mut place) = (Vec::new(), start);
        while chunk_of(place) < chunks && found.len() <= limit {
            let chunk_id = chunk_of(place);
            let states = store::state::states(connection, chunk_id, chunk_id + 1)?.pop().unwrap_or_default();
            let held: Vec<u32> = (0..SLOTS)
                .filter(|slot| {
                    customer_at(chunk_id, *slot) >= place
                        && states.tier[*slot] != NO_TIER
                        && wanted_tier.is_none_or(|wanted| states.tier[*slot] == wanted)
                        && filter
                            .status
                            .is_none_or(|wanted| status_from_number(states.status[*slot]) == Some(wanted))
                        && (!filter.lost || states.lost_tier[*slot] != NO_TIER)
                })
                .map(|slot| customer_at(chunk_id, slot))
                .collect();
            for member in store::member::members(connection, &held)? {
                let sees = filter
                    .organisations
                    .as_ref()
                    .is_none_or(|of| of.get(member.organisation_ref as usize).copied().unwrap_or(false));
                if sees && found.len() <= limit {
                    let slot = domain::book::slot_of(member.customer_ref);
                    found.push(MemberRow {
                        tier: codes.get(&states.tier[slot]).cloned().unwrap_or_default(),
                        status: status_from_number(states.status[slot]),
                        months_below: states.months_below[slot],
                        since: Day::from_number(states.since[slot]),
                        member,
                    });
                }
            }
            place = customer_at(chunk_id + 1, 0);
        }
        let next = found.get(limit).map(|row| row.member.customer_ref);
        found.truncate(limit);
        Ok((found, next))
    })
}
