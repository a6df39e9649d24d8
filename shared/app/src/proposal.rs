//! Proposals: who could take the customers of a waiting list or of a whole branch; one person makes one, another approves.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::proposal::{Options, Proposed, Scope, propose};
use store::assignment_proposal::{
    LeftRow, LeftView, ManagerLoad, MoveRow, MoveView, ProposalRow, ProposalState, Summary, by_ref, decide,
};
use store::{Connection, StoreError};

use crate::points::Moment;

mod approve;
mod book;
pub mod capacity;
mod holds;
mod sentence;
mod staff;

pub use approve::approve;
pub use sentence::sentence;

use book::Book;

/// The most customers of one proposal; a larger part of the bank is cut into smaller ones.
pub const GREATEST_CLIENTS: usize = 250_000;

/// How far ahead a proposal may begin.
pub const GREATEST_DAYS_AHEAD: i32 = 366;

/// Days that somebody has to be away for the customers to go to others, when nobody says otherwise: who is on holiday
/// gets nobody, and keeps them.
pub const HAND_OVER_DAYS: u16 = 30;

/// Why a proposal was not made, approved or rejected. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// It would begin in the past, or too far ahead.
    #[error("today or up to {GREATEST_DAYS_AHEAD} days later")]
    From,
    /// Too many customers at once.
    #[error("a proposal is about {GREATEST_CLIENTS} customers at most; name a smaller part of the bank")]
    TooMany,
    /// There is no such proposal.
    #[error("the proposal is not known")]
    Unknown,
    /// It was decided.
    #[error("the proposal is {is}")]
    Decided {
        /// Its state.
        is: &'static str,
    },
    /// Who made it may not approve it.
    #[error("another person than the one who made a proposal approves it")]
    SamePerson,
    /// Its first day has passed.
    #[error("the day from which the proposal would hold has passed; make a new one")]
    Late,
    /// Customers were assigned otherwise since, or they or the managers have gone to other places.
    #[error(
        "{moves} of the moves found another assignment, or another place of the customer or the manager; make a new \
         proposal"
    )]
    Stale {
        /// How many moves.
        moves: u64,
    },
    /// Some of those who were chosen cannot take their customers any more.
    #[error(
        "{employees} of the managers who were chosen are not there or have no room any more; make a new proposal"
    )]
    Changed {
        /// How many managers.
        employees: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Top of the part of the bank; none: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Waiting customers alone, or what is above capacities and split households too.
    pub scope: Scope,
    /// The day from which the moves hold.
    pub from: Day,
    /// Who is away for at least so many days from then on hands the customers over; who is away for less keeps them.
    pub hand_over_days: u16,
}

/// Makes a proposal and keeps it with its moves and those who get nobody. Call it inside a transaction.
pub fn make<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    asked: &Asked,
) -> Result<ProposalRow, ProposalError> {
    let latest = moment.today.plus(GREATEST_DAYS_AHEAD);
    if !(moment.today..=latest).contains(&asked.from) {
        return Err(ProposalError::From);
    }
    let book = Book::load(connection, asked)?;
    let options = Options { scope: asked.scope, parents: book.parents.clone() };
    let proposed = propose(&book.managers, &book.clients, &options);
    let left = left_out(&book, &proposed);
    let row = ProposalRow {
        assignment_proposal_ref: 0,
        organisation_ref: asked.organisation_ref,
        scope: asked.scope,
        from_day: asked.from.number(),
        state: ProposalState::Submitted,
        moves: proposed.moves.len() as u64,
        summary: summary(&book, &proposed, &left),
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        decided_by: None,
        decided_at: None,
    };
    let moves = proposed.moves.iter().map(|one| MoveRow {
        customer_ref: book.clients[one.client].customer_ref,
        before_ref: book.before[one.client],
        from_ref: one.from.map(|from| book.managers[from].employee_ref),
        to_ref: book.managers[one.to].employee_ref,
        reason: one.reason,
    });
    let number = store::assignment_proposal::add(connection, &row, moves, left)?;
    Ok(ProposalRow { assignment_proposal_ref: number, ..row })
}

/// Who gets nobody: customers for whom the rule found nobody, and those whom it was not asked about.
fn left_out(book: &Book, proposed: &Proposed) -> Vec<LeftRow> {
    let row = |(customer_ref, reason)| LeftRow { customer_ref, reason };
    let found = proposed.left.iter().map(|(client, why)| (book.clients[*client].customer_ref, *why));
    found.chain(book.left.iter().copied()).map(row).collect()
}

fn summary(book: &Book, proposed: &Proposed, left: &[LeftRow]) -> Summary {
    let by_manager = book.managers.iter().zip(&book.chosen).zip(&proposed.held);
    let mut by_manager: Vec<ManagerLoad> = by_manager
        .filter(|((_, is_chosen), held)| **is_chosen || held.before != held.after)
        .map(|((manager, is_chosen), held)| ManagerLoad {
            employee_ref: manager.employee_ref,
            before: held.before,
            after: held.after,
            over: if *is_chosen { held.over } else { 0 },
            capacity: manager.capacity.total.filter(|_| *is_chosen),
        })
        .collect();
    by_manager.sort_unstable_by_key(|load| load.employee_ref);
    Summary {
        clients: (book.clients.len() + book.left.len()) as u64,
        lower_bound: proposed.lower_bound,
        reasons: counted(proposed.moves.iter().map(|one| one.reason.name())),
        left: counted(left.iter().map(|one| one.reason.name())),
        split: proposed.split.len() as u64,
        by_manager,
    }
}

fn counted(names: impl Iterator<Item = &'static str>) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

/// The proposal of a number.
pub fn find<C: Connection>(connection: &mut C, number: i64) -> Result<ProposalRow, ProposalError> {
    by_ref(connection, number)?.ok_or(ProposalError::Unknown)
}

/// Moves of a proposal after a customer's number (below zero: from the first), by that number.
pub fn moves<C: Connection>(
    connection: &mut C,
    number: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<MoveView>, ProposalError> {
    Ok(store::assignment_proposal::moves(connection, number, after, limit)?)
}

/// Customers whom a proposal leaves without a manager, after a customer's number (below zero: from the first), by that
/// number.
pub fn left<C: Connection>(
    connection: &mut C,
    number: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<LeftView>, ProposalError> {
    Ok(store::assignment_proposal::left(connection, number, after, limit)?)
}

/// Rejects a proposal; who made it may take it back so. Call it inside a transaction.
pub fn reject<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<ProposalRow, ProposalError> {
    undecided(connection, number)?;
    decide(connection, number, ProposalState::Rejected, moment.person, moment.now_ms)?;
    find(connection, number)
}

fn undecided<C: Connection>(connection: &mut C, number: i64) -> Result<ProposalRow, ProposalError> {
    let row = find(connection, number)?;
    match row.state {
        ProposalState::Submitted => Ok(row),
        decided => Err(ProposalError::Decided { is: decided.name() }),
    }
}
