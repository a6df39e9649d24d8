//! The review: every customer of the book is decided, and what is new is written, page by page, so that a run that was
//! cut off continues where it stopped.

use domain::date::Day;
use domain::tier::Decision;
use domain::tier::effect::{Moves, for_each_decision};
use domain::tier::state::{TierStates, status_number};
use store::decision::{Block, Entry, Inputs};
use store::decision_block::{BlockRow, BlockState};
use store::job::{JobRow, NewJob};
use store::tier::SchemeRow;
use store::{Connection, in_transaction};

use super::TierError;
use super::counts::Counts;
use super::number::{kind_number, outcome_number};
use super::run::{Chunk, Codes, PAGE_CHUNKS, Run, chunks};
use crate::book::fold_range;

pub(super) const KIND: &str = "tier-review";

/// A commit waits for the disk, and keeps other writers waiting before: pages in which little is new share one.
const PAGES_A_COMMIT: usize = 4;
const DECISIONS_A_COMMIT: u64 = 16_384;

/// What is asked.
#[derive(Clone, Debug)]
pub struct ReviewRequest {
    /// Date of the decisions.
    pub as_of: Day,
    /// The subtree's top, for the record, and its organisations by number; `None`: the whole bank.
    pub organisation: Option<(String, Vec<bool>)>,
    /// Who asks.
    pub person: String,
    /// The edge's clock, in milliseconds.
    pub now: i64,
    /// The business day of `now`.
    pub today: Day,
}

/// How a review stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Id of the run.
    pub job_id: String,
    /// The scheme.
    pub tier_scheme_id: String,
    /// True when every customer has been decided; otherwise the next call continues.
    pub done: bool,
    /// True when the results wait for confirmation.
    pub proposed: bool,
    /// What was decided so far.
    pub moves: Moves,
    /// Decisions written: moves, and changes of status or months below.
    pub decisions: u64,
    /// Time spent, in milliseconds.
    pub busy_ms: i64,
}

/// Starts a review or continues the one of the same request, until it is done or `elapsed_ms` passes `budget_ms`.
pub fn review<C: Connection>(
    connection: &mut C,
    request: &ReviewRequest,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<Review, TierError> {
    if request.as_of > request.today {
        return Err(TierError::Future);
    }
    let (job_ref, scheme) = in_transaction(connection, |connection| start(connection, request))?;
    let organisations = request.organisation.as_ref().map(|(_, organisations)| organisations.as_slice());
    let mut run = Run::new(connection, &scheme.scheme, request.as_of)?;
    let mut spent = 0;
    loop {
        let job = in_transaction(connection, |connection| {
            let mut job = reread(connection, job_ref)?;
            if job.state == "running" {
                let (mut pages, mut decisions) = (0, 0);
                while job.state == "running" && pages < PAGES_A_COMMIT && decisions < DECISIONS_A_COMMIT {
                    decisions += next_page(connection, &mut run, &scheme, &mut job, organisations)?;
                    pages += 1;
                }
                let elapsed = elapsed_ms();
                job.busy_ms += elapsed - spent;
                spent = elapsed;
                if job.state == "done" {
                    job.finished_at = Some(request.now + elapsed);
                }
                store::job::progress(connection, &job)?;
            }
            Ok::<_, TierError>(job)
        })?;
        if job.state != "running" || elapsed_ms() >= budget_ms {
            let counts = Counts::read(&job.counts)?;
            return Ok(Review {
                job_id: job.job_id,
                tier_scheme_id: scheme.tier_scheme_id,
                done: job.state == "done",
                proposed: scheme.scheme.confirm(),
                moves: counts.moves(),
                decisions: counts.decisions,
                busy_ms: job.busy_ms,
            });
        }
    }
}

fn reread<C: Connection>(connection: &mut C, job_ref: i64) -> Result<JobRow, TierError> {
    store::job::by_ref(connection, job_ref)?.ok_or(TierError::UnknownReview)
}

fn start<C: Connection>(connection: &mut C, request: &ReviewRequest) -> Result<(i64, SchemeRow), TierError> {
    let organisation = request.organisation.as_ref().map_or("*", |(id, _)| id.as_str());
    let key = format!("{}/{organisation}", request.as_of);
    if let Some(job) = store::job::running(connection, KIND, &key)? {
        // A run keeps the scheme that it began with, whatever has become active since.
        let number = Counts::read(&job.counts)?.tier_scheme_ref;
        let scheme = store::tier::scheme_by_ref(connection, number)?.ok_or(TierError::NothingInForce)?;
        return Ok((job.job_ref, scheme));
    }
    if let Some(latest) = store::job::latest_as_of(connection, KIND)?.map(Day::from_number)
        && latest > request.as_of
    {
        return Err(TierError::OutOfOrder { latest: latest.to_string() });
    }
    give_way(connection, request)?;
    let scheme =
        store::tier::scheme_in_force(connection, request.as_of.number())?.ok_or(TierError::NothingInForce)?;
    let counts = Counts { tier_scheme_ref: scheme.tier_scheme_ref, ..Counts::default() };
    let new = NewJob {
        kind: KIND,
        request: &key,
        as_of: request.as_of.number(),
        counts: &counts.write()?,
        started_by: &request.person,
        started_at: request.now,
    };
    let job_ref = store::job::start(connection, &new)?;
    if request.organisation.is_none() {
        store::decision_block::supersede(connection, job_ref)?;
    }
    Ok((job_ref, scheme))
}

/// A run that was cut off and is not called again gives way to a review of the whole bank, which decides everyone
/// anyway; continued later it would decide by an older date. A review of a part waits for the whole.
fn give_way<C: Connection>(connection: &mut C, request: &ReviewRequest) -> Result<(), TierError> {
    for mut job in store::job::unfinished(connection, KIND)? {
        if request.organisation.is_some() && job.request.ends_with("/*") {
            return Err(TierError::Running { job: job.job_id });
        }
        if request.organisation.is_none() {
            job.state = "failed".to_owned();
            job.error = Some("a later review of the whole bank began before this one was done".to_owned());
            job.finished_at = Some(request.now);
            store::job::progress(connection, &job)?;
        }
    }
    Ok(())
}

/// Decides the next page; returns how many decisions it wrote.
fn next_page<C: Connection>(
    connection: &mut C,
    run: &mut Run<'_>,
    scheme: &SchemeRow,
    job: &mut JobRow,
    organisations: Option<&[bool]>,
) -> Result<u64, TierError> {
    let chunks = chunks(connection)?;
    let from = job.position as u32;
    let to = chunks.min(from + PAGE_CHUNKS);
    let (mut moves, mut decisions) = (Moves::default(), 0);
    if from < to {
        fold_range(connection, from, to)?;
        let as_of = run.as_of;
        run.page(connection, (from, to), organisations, |connection, kernel, codes, chunk| {
            let Chunk { chunk_id, facts, states, standing } = chunk;
            let mut block = Block::new(scheme.scheme.months());
            // Decisions come from the states as they were, so these are read through a copy of what was held.
            let held = states.clone();
            for_each_decision(kernel, facts, &held, &codes.positions, standing, |slot, held, decision| {
                moves.add(decision.outcome);
                let tier_ref = codes.positions.tier_ref(decision.tier);
                if !states.differs(slot, tier_ref, decision) {
                    return;
                }
                let inputs = Inputs {
                    standing: standing
                        .of(slot)
                        .iter()
                        .map(|of| (kind_number(Some(of.kind)), codes.positions.tier_ref(of.tier)))
                        .collect(),
                    cards: facts.cards.get(slot).copied().unwrap_or(0),
                    assets: Vec::new(),
                    card_spend: facts.card_spend.get(slot).copied().unwrap_or(0),
                    secured_loans: facts.secured_loans.get(slot).copied().unwrap_or(0),
                    unsecured_loans: facts.unsecured_loans.get(slot).copied().unwrap_or(0),
                };
                let entry = entry(slot, facts.organisation[slot], held, tier_ref, decision, inputs);
                block.push(&entry, facts.assets.iter().map(|month| month[slot]), as_of.number());
                if !scheme.scheme.confirm() {
                    take(states, codes, slot, tier_ref, decision, as_of);
                }
            });
            decisions += block.len() as u64;
            let customers = facts.customers;
            save(connection, scheme, job, (chunk_id, customers), block, states)
        })?;
    }
    job.position = to.into();
    if to >= chunks {
        job.state = "done".to_owned();
    }
    let mut counts = Counts::read(&job.counts)?;
    counts.add(&moves, decisions);
    job.counts = counts.write()?;
    Ok(decisions)
}

fn save<C: Connection>(
    connection: &mut C,
    scheme: &SchemeRow,
    job: &JobRow,
    (chunk_id, customers): (u32, usize),
    block: Block,
    states: &TierStates,
) -> Result<(), TierError> {
    if block.is_empty() {
        return Ok(());
    }
    let state = if scheme.scheme.confirm() { BlockState::Proposed } else { BlockState::Decided };
    let row = BlockRow {
        tier_decision_ref: 0,
        chunk_id,
        job_ref: job.job_ref,
        part: 0,
        as_of: job.as_of,
        tier_scheme_ref: scheme.tier_scheme_ref,
        data: block.into_bytes(),
    };
    store::decision_block::put(connection, &row, state)?;
    if state == BlockState::Decided {
        store::state::put(connection, chunk_id, states, customers)?;
    }
    Ok(())
}

pub(super) fn entry(
    slot: usize,
    organisation_ref: u32,
    held: u8,
    tier: u8,
    decision: &Decision,
    inputs: Inputs,
) -> Entry {
    Entry {
        slot: slot as u16,
        organisation_ref,
        held,
        tier,
        status: status_number(decision.status),
        months_below: decision.months_below,
        outcome: outcome_number(decision.outcome),
        overridden: kind_number(decision.overridden),
        held_months_below: decision.held_months_below,
        inputs_hash: 0,
        inputs,
    }
}

/// Takes a decision into the held tiers; the lost tier is won back when the new one stands as high in the scheme.
pub(super) fn take(
    states: &mut TierStates,
    codes: &Codes,
    slot: usize,
    tier_ref: u8,
    decision: &Decision,
    as_of: Day,
) {
    let won_back = |lost: u8| codes.positions.position(lost).is_none_or(|lost| decision.tier <= lost);
    states.take(slot, tier_ref, decision, as_of, won_back);
}
