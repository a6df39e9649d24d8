//! Confirmation (级别确认): the proposals of a review come into force organisation by organisation.

use domain::book::SLOTS;
use domain::date::Day;
use domain::tier::Scheme;
use store::Connection;
use store::decision::{Block, Entry};
use store::decision_block::{BlockRow, BlockState};

use super::TierError;
use super::replay::decide_again;
use super::review::{KIND, take};
use super::run::Codes;

/// What a confirmation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Confirmation {
    /// Customers whose proposal is now in force.
    pub customers: u64,
    /// Proposals that no longer fit, because the held tier has changed since; they are dropped.
    pub stale: u64,
    /// Proposals of other organisations that still wait.
    pub waiting: u64,
}

/// Confirms the proposals of a review for the organisations (`None`: all). Call it within a transaction.
pub fn confirm<C: Connection>(
    connection: &mut C,
    job_id: &str,
    (organisation_ref, organisations): (u32, Option<&[bool]>),
    person: &str,
    now: i64,
) -> Result<Confirmation, TierError> {
    let job = store::job::by_id(connection, job_id)?
        .filter(|job| job.kind == KIND)
        .ok_or(TierError::UnknownReview)?;
    if job.state != "done" {
        return Err(TierError::NothingToConfirm);
    }
    let mut confirmed = Confirmation::default();
    let mut after = 0;
    let mut any = false;
    loop {
        let blocks = store::decision_block::of_job(connection, job.job_ref, BlockState::Proposed, after, 16)?;
        let Some(last) = blocks.last() else { break };
        (after, any) = (last.tier_decision_ref, true);
        // All blocks of a review have its scheme.
        let scheme = store::tier::scheme_by_ref(connection, last.tier_scheme_ref)?
            .ok_or(TierError::UnknownScheme)?
            .scheme;
        let codes = Codes::load(connection, &scheme)?;
        for block in blocks {
            confirm_block(connection, (&scheme, &codes), block, organisations, &mut confirmed)?;
        }
    }
    if !any {
        return Err(TierError::NothingToConfirm);
    }
    let place = (job.job_ref, organisation_ref);
    store::tier_override::add_confirmation(connection, place, person, now, confirmed.customers)?;
    Ok(confirmed)
}

fn confirm_block<C: Connection>(
    connection: &mut C,
    (scheme, codes): (&Scheme, &Codes),
    block: BlockRow,
    organisations: Option<&[bool]>,
    confirmed: &mut Confirmation,
) -> Result<(), TierError> {
    let chosen = |entry: &Entry| {
        organisations.is_none_or(|of| of.get(entry.organisation_ref as usize).copied().unwrap_or(false))
    };
    let (ours, others): (Vec<Entry>, Vec<Entry>) =
        store::decision::entries(&block.data, block.as_of, |_| true)?.into_iter().partition(chosen);
    confirmed.waiting += others.len() as u64;
    if ours.is_empty() {
        return Ok(());
    }
    let mut states =
        store::state::states(connection, block.chunk_id, block.chunk_id + 1)?.pop().unwrap_or_default();
    let (ours, stale): (Vec<Entry>, Vec<Entry>) =
        ours.into_iter().partition(|entry| states.tier[usize::from(entry.slot)] == entry.held);
    for entry in &ours {
        let decision = decide_again(scheme, &codes.positions, entry)?;
        take(&mut states, codes, entry.slot.into(), entry.tier, &decision, Day::from_number(block.as_of));
    }
    confirmed.customers += ours.len() as u64;
    confirmed.stale += stale.len() as u64;
    store::state::put(connection, block.chunk_id, &states, SLOTS)?;
    rewrite(connection, &block, &ours, &others)
}

/// The confirmed entries become a block of their own; the others stay proposed.
fn rewrite<C: Connection>(
    connection: &mut C,
    block: &BlockRow,
    ours: &[Entry],
    others: &[Entry],
) -> Result<(), TierError> {
    let pack = |entries: &[Entry]| {
        let months = entries.first().map_or(0, |entry| entry.inputs.assets.len());
        let mut packed = Block::new(months);
        entries.iter().for_each(|entry| packed.push(entry, entry.inputs.assets.iter().copied(), block.as_of));
        packed.into_bytes()
    };
    let number = block.tier_decision_ref;
    if others.is_empty() {
        store::decision_block::delete(connection, number)?;
    } else {
        store::decision_block::replace(connection, number, pack(others))?;
    }
    if ours.is_empty() {
        return Ok(());
    }
    let part = store::decision_block::next_part(connection, block.chunk_id, block.job_ref)?;
    let row = BlockRow { part, data: pack(ours), ..block.clone() };
    Ok(store::decision_block::put(connection, &row, BlockState::Decided)?)
}
