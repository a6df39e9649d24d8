//! What a review and a what-if have in common: reading the book page by page and deciding every customer.

use std::collections::BTreeMap;

use domain::book::{customer_at, slot_of};
use domain::date::Day;
use domain::tier::kernel::{ChunkFacts, Kernel, Scope};
use domain::tier::state::{Positions, Standing, TierStates};
use domain::tier::{Override, OverrideKind, Scheme};
use store::tier_override::OverrideRow;
use store::{Connection, StoreError};

use super::TierError;
use crate::book::{FactsPlan, load_facts};

/// Chunks read at once: 65 536 customers, some ten megabytes in memory.
pub(super) const PAGE_CHUNKS: u32 = 16;

/// The numbers of a scheme's tiers.
pub(super) struct Codes {
    /// All codes by number.
    pub by_ref: BTreeMap<u8, String>,
    /// Where the numbers stand in the scheme.
    pub positions: Positions,
}

impl Codes {
    /// Reads the numbers; every code of a stored scheme has one.
    pub fn load<C: Connection>(connection: &mut C, scheme: &Scheme) -> Result<Self, StoreError> {
        let by_ref = store::tier::tier_codes(connection)?;
        let refs: Result<Vec<u8>, StoreError> = scheme
            .tiers()
            .iter()
            .map(|tier| {
                by_ref.iter().find(|(_, code)| **code == tier.code).map(|(number, _)| *number).ok_or_else(
                    || {
                        StoreError::Damaged(format!(
                            "tier code {} of a stored scheme has no number",
                            tier.code
                        ))
                    },
                )
            })
            .collect();
        Ok(Self { positions: Positions::new(refs?), by_ref })
    }

    /// The code of a number.
    pub fn code(&self, tier_ref: u8) -> Option<&str> {
        self.by_ref.get(&tier_ref).map(String::as_str)
    }
}

/// One chunk of a page, measured and ready to be decided.
pub(super) struct Chunk<'a> {
    pub chunk_id: u32,
    pub facts: &'a ChunkFacts,
    pub states: &'a mut TierStates,
    pub standing: &'a Standing,
}

/// A scheme at work on the book at a date.
pub(super) struct Run<'a> {
    pub kernel: Kernel<'a>,
    pub codes: Codes,
    pub as_of: Day,
    scheme: &'a Scheme,
    plan: FactsPlan,
    room: Vec<ChunkFacts>,
}

impl<'a> Run<'a> {
    pub fn new<C: Connection>(
        connection: &mut C,
        scheme: &'a Scheme,
        as_of: Day,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            kernel: Kernel::new(scheme),
            codes: Codes::load(connection, scheme)?,
            as_of,
            scheme,
            plan: FactsPlan::new(scheme, as_of),
            room: Vec::new(),
        })
    }

    /// Reads chunks `from..to`, measures each and hands it on.
    pub fn page<C: Connection>(
        &mut self,
        connection: &mut C,
        (from, to): (u32, u32),
        organisations: Option<&[bool]>,
        mut visit: impl FnMut(&mut C, &Kernel<'a>, &Codes, Chunk<'_>) -> Result<(), TierError>,
    ) -> Result<(), TierError> {
        load_facts(connection, &self.plan, from, to, &mut self.room)?;
        let mut states = store::state::states(connection, from, to)?;
        let range = (customer_at(from, 0), customer_at(to, 0));
        let overrides = store::tier_override::overrides_in_force(connection, range, self.as_of.number())?;
        let scope = Scope { as_of: self.as_of, organisations };
        for (at, (facts, states)) in self.room.iter().zip(&mut states).enumerate() {
            let chunk_id = from + at as u32;
            let own = overrides.iter().filter(|row| domain::book::chunk_of(row.customer_ref) == chunk_id);
            let standing = Standing::new(
                own.filter_map(|row| Some((slot_of(row.customer_ref), standing_override(self.scheme, row)?)))
                    .collect(),
            );
            self.kernel.measure(facts, &scope);
            visit(
                connection,
                &self.kernel,
                &self.codes,
                Chunk { chunk_id, facts, states, standing: &standing },
            )?;
        }
        Ok(())
    }
}

/// An override in the terms of a scheme. A tier that the scheme does not have: a risk then means the lowest tier,
/// because what protects the bank must not lapse by renaming; a lock or a floor has nothing left to hold.
pub(super) fn standing_override(scheme: &Scheme, row: &OverrideRow) -> Option<Override> {
    let position = scheme.position(&row.tier_code);
    Some(match row.kind.as_str() {
        "risk" => Override { kind: OverrideKind::Risk, tier: position.unwrap_or(scheme.tiers().len() - 1) },
        "lock" => Override { kind: OverrideKind::Lock, tier: position? },
        _ => Override { kind: OverrideKind::Floor, tier: position? },
    })
}

/// Number of chunks that the bank's customers fill.
pub(super) fn chunks<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    Ok(store::book::customers(connection)?.div_ceil(domain::book::SLOTS as u32))
}

/// Brings the overlay into the columns, chunk by chunk in short transactions, so that a run reads columns alone.
pub(super) fn fold_everything<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    let changed = store::book_change::changed_chunks(connection)?;
    for page in changed.chunks(PAGE_CHUNKS as usize) {
        store::in_transaction(connection, |connection| {
            page.iter().try_for_each(|chunk_id| crate::book::fold(connection, *chunk_id, &[]))
        })?;
    }
    Ok(())
}
