//! What-if: a scheme over the whole book at a date, changing nothing.

use domain::book::{chunk_of, customer_at};
use domain::date::Day;
use domain::tier::effect::{Effect, for_each_decision};
use domain::tier::{Decision, Outcome};
use store::tier::SchemeRow;
use store::{Connection, in_snapshot};

use super::TierError;
use super::run::{Codes, PAGE_CHUNKS, Run, chunks, fold_everything};

/// The effect of a scheme.
pub struct WhatIf {
    /// Date.
    pub as_of: Day,
    /// Everything counted.
    pub effect: Effect,
    codes: Codes,
}

impl WhatIf {
    /// The code of a held tier's number, for the matrix.
    pub fn code(&self, tier_ref: u8) -> &str {
        self.codes.code(tier_ref).unwrap_or("?")
    }
}

/// Runs a scheme over the organisations (`None`: all) at a date on one snapshot of the book.
pub fn what_if<C: Connection>(
    connection: &mut C,
    scheme: &SchemeRow,
    as_of: Day,
    organisations: Option<&[bool]>,
) -> Result<WhatIf, TierError> {
    fold_everything(connection)?;
    in_snapshot(connection, |connection| {
        let chunks = chunks(connection)?;
        let mut run = Run::new(connection, &scheme.scheme, as_of)?;
        let mut effect = Effect::new(&scheme.scheme);
        for from in (0..chunks).step_by(PAGE_CHUNKS as usize) {
            let page = (from, chunks.min(from + PAGE_CHUNKS));
            run.page(connection, page, organisations, |_, kernel, codes, chunk| {
                effect.add_chunk(kernel, chunk.facts, chunk.states, &codes.positions, chunk.standing);
                Ok(())
            })?;
        }
        Ok(WhatIf { as_of, effect, codes: run.codes })
    })
}

/// Which way a customer would move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To a higher tier.
    Up,
    /// To a lower tier.
    Down,
    /// A first tier.
    First,
}

/// Which changes a page shows.
#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Held before.
    pub from: Option<String>,
    /// New tier.
    pub to: Option<String>,
    /// Up, down or first.
    pub direction: Option<Direction>,
    /// By organisation number; `None`: all.
    pub organisations: Option<Vec<bool>>,
}

/// A customer who would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who.
    pub member: store::member::Member,
    /// Held tier.
    pub from: Option<String>,
    /// New tier.
    pub to: String,
    /// What became of the held tier.
    pub outcome: Outcome,
    /// Months below the held tier.
    pub held_months_below: u8,
    /// Assets of the current month.
    pub assets: i64,
}

/// Pages through the customers who would move, from the customer number `start`; answers where the next page starts.
pub fn changes<C: Connection>(
    connection: &mut C,
    scheme: &SchemeRow,
    as_of: Day,
    filter: &ChangeFilter,
    start: u32,
    limit: usize,
) -> Result<(Vec<Change>, Option<u32>), TierError> {
    fold_everything(connection)?;
    in_snapshot(connection, |connection| {
        let chunks = chunks(connection)?;
        let mut run = Run::new(connection, &scheme.scheme, as_of)?;
        let mut found: Vec<(u32, u8, Decision, i64)> = Vec::new();
        let mut chunk_id = chunk_of(start);
        // One more than asked for tells where the next page starts.
        while chunk_id < chunks && found.len() <= limit {
            run.page(
                connection,
                (chunk_id, chunk_id + 1),
                filter.organisations.as_deref(),
                |_, kernel, codes, chunk| {
                    let positions = &codes.positions;
                    for_each_decision(
                        kernel,
                        chunk.facts,
                        chunk.states,
                        positions,
                        chunk.standing,
                        |slot, held, decision| {
                            let customer_ref = customer_at(chunk_id, slot);
                            let moves = decision.outcome != Outcome::Unchanged;
                            if moves && customer_ref >= start && wanted(filter, scheme, codes, held, decision)
                            {
                                found.push((customer_ref, held, *decision, kernel.assets(slot)));
                            }
                        },
                    );
                    Ok(())
                },
            )?;
            chunk_id += 1;
        }
        let next = found.get(limit).map(|(customer_ref, ..)| *customer_ref);
        found.truncate(limit);
        let refs: Vec<u32> = found.iter().map(|(customer_ref, ..)| *customer_ref).collect();
        let members = store::member::members(connection, &refs)?;
        let changes = members.into_iter().zip(found).map(|(member, (_, held, decision, assets))| Change {
            member,
            from: run.codes.code(held).map(str::to_owned),
            to: scheme.scheme.tiers()[decision.tier].code.clone(),
            outcome: decision.outcome,
            held_months_below: decision.held_months_below,
            assets,
        });
        Ok((changes.collect(), next))
    })
}

fn wanted(filter: &ChangeFilter, scheme: &SchemeRow, codes: &Codes, held: u8, decision: &Decision) -> bool {
    let direction = match decision.outcome {
        Outcome::First => Some(Direction::First),
        Outcome::Upgraded => Some(Direction::Up),
        Outcome::Downgraded | Outcome::Churned => Some(Direction::Down),
        Outcome::Unchanged | Outcome::Reassigned => None,
    };
    filter.from.as_deref().is_none_or(|from| codes.code(held) == Some(from))
        && filter.to.as_deref().is_none_or(|to| scheme.scheme.tiers()[decision.tier].code == to)
        && filter.direction.is_none_or(|wanted| direction == Some(wanted))
}

/// The customer number that a cursor names, if it lies in the book.
pub fn cursor_place(number: i64) -> Result<u32, TierError> {
    u32::try_from(number).map_err(|_| TierError::Cursor)
}
