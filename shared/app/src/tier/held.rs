//! Held tiers of whole chunks on a day of the past.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::book::SLOTS;
use domain::date::Day;
use domain::tier::state::TierStates;
use store::Connection;
use store::decision_block::BlockRow;
use store::tier::SchemeRow;

use super::TierError;
use super::review::{KIND, take};
use super::run::Codes;

/// Dates of the reviews of the whole bank whose decisions are all in force, ascending.
pub(crate) fn review_dates<C: Connection>(connection: &mut C) -> Result<Vec<Day>, TierError> {
    Ok(store::job::settled_reviews(connection, KIND)?.into_iter().map(Day::from_number).collect())
}

/// Latest date by which any review, also of a part or one that was cut off, may have changed the held tiers.
pub(crate) fn latest_change<C: Connection>(connection: &mut C) -> Result<Option<Day>, TierError> {
    Ok(store::job::latest_begun(connection, KIND)?.map(Day::from_number))
}

/// Number of the review that was settled last among those up to a day.
pub(crate) fn latest_review<C: Connection>(connection: &mut C, day: Day) -> Result<Option<i64>, TierError> {
    Ok(store::job::latest_settled_review(connection, KIND, day.number())?)
}

/// Reads held tiers on days; each scheme is read once.
#[derive(Default)]
pub(crate) struct HeldOn {
    schemes: HashMap<i64, (SchemeRow, Codes)>,
}

impl HeldOn {
    /// Held tiers of the chunk after the decisions up to each of the days, which ascend. `present` are those after all
    /// decisions: only who was decided on after the first of the days is followed from the beginning.
    pub fn days<C: Connection>(
        &mut self,
        connection: &mut C,
        chunk_id: u32,
        present: &TierStates,
        days: &[Day],
    ) -> Result<Vec<TierStates>, TierError> {
        let Some(first) = days.first() else { return Ok(Vec::new()) };
        let blocks = store::decision_block::of_chunk(connection, chunk_id, i32::MAX)?;
        let (mut states, mut moved) = (present.clone(), vec![false; SLOTS]);
        for block in blocks.iter().filter(|block| block.as_of > first.number()) {
            for slot in store::decision::slots(&block.data)? {
                moved[usize::from(slot)] = true;
                states.forget(slot.into());
            }
        }
        let mut blocks = blocks.into_iter().peekable();
        let mut found = Vec::with_capacity(days.len());
        for day in days {
            while let Some(block) = blocks.next_if(|block| block.as_of <= day.number()) {
                self.apply(connection, &mut states, &block, &moved)?;
            }
            found.push(states.clone());
        }
        Ok(found)
    }

    fn apply<C: Connection>(
        &mut self,
        connection: &mut C,
        states: &mut TierStates,
        block: &BlockRow,
        moved: &[bool],
    ) -> Result<(), TierError> {
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
        for entry in store::decision::entries(&block.data, block.as_of, |slot| moved[usize::from(slot)])? {
            let decision = super::replay::decide_again(&scheme.scheme, &codes.positions, &entry)?;
            let slot = usize::from(entry.slot);
            take(states, codes, slot, entry.tier, &decision, Day::from_number(block.as_of));
        }
        Ok(())
    }
}
