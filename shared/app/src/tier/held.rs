//! Held tiers of whole chunks on a day of the past.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::date::Day;
use domain::tier::state::TierStates;
use store::Connection;
use store::tier::SchemeRow;

use super::TierError;
use super::review::{KIND, take};
use super::run::Codes;

/// Dates of the reviews of the whole bank, ascending.
pub(crate) fn review_dates<C: Connection>(connection: &mut C) -> Result<Vec<Day>, TierError> {
    Ok(store::job::done_dates(connection, KIND)?.into_iter().map(Day::from_number).collect())
}

/// Reads held tiers on days; each scheme is read once.
#[derive(Default)]
pub(crate) struct HeldOn {
    schemes: HashMap<i64, (SchemeRow, Codes)>,
}

impl HeldOn {
    /// Held tiers of the chunk after the decisions up to a day.
    pub fn chunk<C: Connection>(
        &mut self,
        connection: &mut C,
        chunk_id: u32,
        day: Day,
    ) -> Result<TierStates, TierError> {
        let mut states = TierStates::default();
        for block in store::decision_block::of_chunk(connection, chunk_id, day.number())? {
            let number = block.tier_scheme_ref;
            let (scheme, codes) = match self.schemes.entry(number) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let scheme =
                        store::tier::scheme_by_ref(connection, number)?.ok_or(TierError::UnknownScheme)?;
                    let codes = Codes::load(connection, &scheme.scheme)?;
                    place.insert((scheme, codes))
                }
            };
            for entry in store::decision::entries(&block.data, block.as_of, |_| true)? {
                let decision = super::replay::decide_again(&scheme.scheme, &codes.positions, &entry)?;
                let slot = usize::from(entry.slot);
                take(&mut states, codes, slot, entry.tier, &decision, Day::from_number(block.as_of));
            }
        }
        Ok(states)
    }
}
