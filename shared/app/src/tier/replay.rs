//! Replay: stored decisions are made again from their stored inputs, and the answers compared.

use domain::tier::state::{Positions, status_number};
use domain::tier::{Decision, Facts, Override, Scheme, decide};
use store::decision::Entry;
use store::decision_block::{BlockRow, BlockState};
use store::{Connection, StoreError};

use super::TierError;
use super::number::{kind_from_number, kind_number, outcome_number};
use super::run::Codes;

/// What a replay found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Replay {
    /// Decisions replayed.
    pub decisions: u64,
    /// Those with another answer now; more than none means that code or data are damaged.
    pub different: u64,
}

/// Replays all decisions of a review.
pub fn replay<C: Connection>(connection: &mut C, job_id: &str) -> Result<Replay, TierError> {
    let job = store::job::by_id(connection, job_id)?
        .filter(|job| job.kind == super::review::KIND)
        .ok_or(TierError::UnknownReview)?;
    let mut found = Replay::default();
    for state in [BlockState::Decided, BlockState::Proposed] {
        let mut after = 0;
        loop {
            let blocks = store::decision_block::of_job(connection, job.job_ref, state, after, 16)?;
            let Some(last) = blocks.last() else { break };
            after = last.tier_decision_ref;
            // All blocks of a review have its scheme.
            let scheme = store::tier::scheme_by_ref(connection, last.tier_scheme_ref)?
                .ok_or(TierError::UnknownScheme)?
                .scheme;
            let codes = Codes::load(connection, &scheme)?;
            for block in &blocks {
                replay_block(&scheme, &codes, block, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn replay_block(
    scheme: &Scheme,
    codes: &Codes,
    block: &BlockRow,
    found: &mut Replay,
) -> Result<(), TierError> {
    for entry in store::decision::entries(&block.data, block.as_of, |_| true)? {
        let decision = decide_again(scheme, &codes.positions, &entry)?;
        found.decisions += 1;
        found.different += u64::from(!agrees(&codes.positions, &entry, &decision));
    }
    Ok(())
}

/// The decision that the stored inputs give.
pub(super) fn decide_again(
    scheme: &Scheme,
    positions: &Positions,
    entry: &Entry,
) -> Result<Decision, StoreError> {
    let damaged =
        || StoreError::Damaged("a stored decision names an override that its scheme cannot have".to_owned());
    let standing: Option<Vec<Override>> = entry
        .inputs
        .standing
        .iter()
        .map(|(kind, tier)| {
            Some(Override { kind: kind_from_number(*kind)?, tier: positions.position(*tier)? })
        })
        .collect();
    let facts = Facts {
        assets: &entry.inputs.assets,
        card_spend: entry.inputs.card_spend,
        secured_loans: entry.inputs.secured_loans,
        unsecured_loans: entry.inputs.unsecured_loans,
        cards: entry.inputs.cards,
    };
    Ok(decide(scheme, &facts, positions.held(entry.held), &standing.ok_or_else(damaged)?))
}

/// True when a decision is the stored one.
pub(super) fn agrees(positions: &Positions, entry: &Entry, decision: &Decision) -> bool {
    entry.tier == positions.tier_ref(decision.tier)
        && entry.status == status_number(decision.status)
        && entry.months_below == decision.months_below
        && entry.held_months_below == decision.held_months_below
        && entry.outcome == outcome_number(decision.outcome)
        && entry.overridden == kind_number(decision.overridden)
}
