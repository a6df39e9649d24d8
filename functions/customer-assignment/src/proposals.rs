//! Proposals: who could take the customers of a waiting list or of a whole branch, for another person to approve.

use std::collections::HashMap;

use app::points::Moment;
use app::proposal::{self, Asked, HAND_OVER_DAYS, ProposalError};
use domain::date::Day;
use domain::proposal::Scope as About;
use store::Connection;
use store::assignment_proposal::{LeftView, MoveView, ProposalRow, ProposalState};
use web::field::{Date, Instant};
use web::page::Listing;
use web::{Answer, Call, Problem, Slug};

mod wire;

pub(crate) use wire::{LeftCustomer, ProposalAnswer, ProposalBody, ProposalLine, ProposalMove};
use wire::{MoveSentence, ProposalManager, ProposalScope};

/// Customers who get nobody that a proposal shows by itself.
const LEFT_SHOWN: u32 = 100;

/// When something is done, and by whom.
pub(crate) fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

fn problem(error: ProposalError) -> Problem {
    let text = error.to_string();
    match error {
        ProposalError::From => Problem::rule("/from", text),
        ProposalError::TooMany => Problem::rule("/organisation_id", text),
        ProposalError::Unknown => Problem::not_found(Slug::UnknownProposal),
        ProposalError::SamePerson => Problem::conflict(Slug::SamePerson, text),
        ProposalError::Decided { .. } | ProposalError::Late => Problem::conflict(Slug::WrongState, text),
        ProposalError::Stale { moves } => Problem::conflict(Slug::WrongState, text).with("moves", &moves),
        ProposalError::Changed { employees } => {
            Problem::conflict(Slug::WrongState, text).with("employees", &employees)
        }
        ProposalError::Store(error) => error.into(),
    }
}

/// `POST /assignments/proposals`
pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: ProposalBody = call.body()?;
    let reach = call.reach(connection, body.organisation_id.as_ref().map(|id| &id.0))?;
    let hand_over_days = body.hand_over_days.unwrap_or(HAND_OVER_DAYS);
    if !(1..=366).contains(&hand_over_days) {
        return Err(Problem::rule("/hand_over_days", "1 to 366 days are asked for"));
    }
    let asked = Asked {
        organisation_ref: reach.top.map(|(number, _)| number),
        scope: match body.scope {
            ProposalScope::Waiting => About::Waiting,
            ProposalScope::Rebalance => About::Rebalance,
        },
        from: body.from.map_or(call.today("Asia/Shanghai"), |from| from.0),
        hand_over_days,
    };
    let made = call
        .atomically(connection, |connection| proposal::make(connection, moment(call), &asked))
        .map_err(problem)?;
    Answer::created(&shape(connection, made)?)
}

/// `GET /assignments/proposals`
pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let state = call.query.read("state", |name| {
        domain::name::meaning(&ProposalState::NAMES, name)
            .ok_or("submitted, approved or rejected is asked for")
    })?;
    let top = reach.top.map(|(number, _)| number);
    let before = page.after_integer()?.unwrap_or(i64::MAX);
    let found = store::assignment_proposal::page(connection, state, top, before, page.fetch())?;
    let listing = page.list(found, |last| vec![last.assignment_proposal_ref.into()]);
    let organisations = store::member::organisation_ids(connection)?;
    let items: Vec<ProposalLine> = listing.items.iter().map(|row| line(row, &organisations)).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /assignments/proposals/{id}`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let found = visible(connection, call)?;
    Answer::json(&shape(connection, found)?)
}

/// `GET /assignments/proposals/{id}/moves`
pub(crate) fn moves<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let number = visible(connection, call)?.assignment_proposal_ref;
    // Customers count from 0.
    let after = page.after_integer()?.unwrap_or(-1);
    let found = proposal::moves(connection, number, after, page.fetch()).map_err(problem)?;
    let listing = page.list(found, |last| vec![last.row.customer_ref.into()]);
    let items: Vec<ProposalMove> = listing.items.into_iter().map(shape_move).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `GET /assignments/proposals/{id}/left`
pub(crate) fn left<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let number = visible(connection, call)?.assignment_proposal_ref;
    // Customers count from 0.
    let after = page.after_integer()?.unwrap_or(-1);
    let found = proposal::left(connection, number, after, page.fetch()).map_err(problem)?;
    let listing = page.list(found, |last| vec![last.row.customer_ref.into()]);
    let items: Vec<LeftCustomer> = listing.items.into_iter().map(shape_left).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /assignments/proposals/{id}/{step}`
pub(crate) fn decide<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let is_approved = match call.parameter("step") {
        "approve" => true,
        "reject" => false,
        _ => return Err(Problem::not_found(Slug::UnknownPath)),
    };
    let decided = call.atomically(connection, |connection| -> Result<ProposalRow, Problem> {
        let number = visible(connection, call)?.assignment_proposal_ref;
        let decided = if is_approved {
            proposal::approve(connection, moment(call), number)
        } else {
            proposal::reject(connection, moment(call), number)
        };
        decided.map_err(problem)
    })?;
    Answer::json(&shape(connection, decided)?)
}

/// The proposal that the path names, if it is about a part of what the key sees.
fn visible<C: Connection>(connection: &mut C, call: &Call) -> Result<ProposalRow, Problem> {
    call.whole_parts_only()?;
    let unknown = || problem(ProposalError::Unknown);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let found = proposal::find(connection, number).map_err(problem)?;
    let is_seen = match found.organisation_ref {
        Some(organisation) => call.covers(connection, organisation)?,
        None => call.caller.organisation.is_none(),
    };
    if is_seen { Ok(found) } else { Err(unknown()) }
}

fn line(row: &ProposalRow, organisations: &HashMap<u32, String>) -> ProposalLine {
    let scope = About::NAMES.into_iter().find(|(_, scope)| *scope == row.scope);
    ProposalLine {
        id: row.assignment_proposal_ref.to_string(),
        organisation_id: row.organisation_ref.and_then(|number| organisations.get(&number).cloned()),
        scope: scope.map_or("", |(name, _)| name),
        from: Date(Day::from_number(row.from_day)),
        state: row.state.name(),
        moves: row.moves,
        lower_bound: row.summary.lower_bound,
        left: row.summary.left.values().sum(),
        created_by: row.created_by.clone(),
        created_at: Instant(row.created_at),
        decided_by: row.decided_by.clone(),
        decided_at: row.decided_at.map(Instant),
    }
}

fn shape<C: Connection>(connection: &mut C, row: ProposalRow) -> Result<ProposalAnswer, Problem> {
    let line = line(&row, &store::member::organisation_ids(connection)?);
    let summary = row.summary;
    let employees: Vec<u32> = summary.by_manager.iter().map(|load| load.employee_ref).collect();
    let people = store::assignment_proposal::people(connection, &employees)?;
    let ids: HashMap<u32, String> =
        people.into_iter().map(|person| (person.employee_ref, person.employee_id)).collect();
    let left = proposal::left(connection, row.assignment_proposal_ref, -1, LEFT_SHOWN).map_err(problem)?;
    let mut by_manager: Vec<ProposalManager> = summary
        .by_manager
        .into_iter()
        .map(|load| ProposalManager {
            employee_id: ids.get(&load.employee_ref).cloned().unwrap_or_default(),
            before: load.before,
            after: load.after,
            over: load.over,
            capacity: load.capacity,
        })
        .collect();
    by_manager.sort_unstable_by(|one, other| one.employee_id.cmp(&other.employee_id));
    Ok(ProposalAnswer {
        line,
        customers: summary.clients,
        reasons: summary.reasons,
        left_reasons: summary.left,
        left_customers: left.into_iter().map(shape_left).collect(),
        split: summary.split,
        by_manager,
    })
}

fn shape_left(one: LeftView) -> LeftCustomer {
    LeftCustomer { customer_id: one.customer_id, reason: one.row.reason.name() }
}

fn shape_move(one: MoveView) -> ProposalMove {
    let words = proposal::sentence(&one);
    ProposalMove {
        customer_id: one.customer_id,
        from: one.from_id,
        to: one.to_id,
        reason: one.row.reason.name(),
        sentence: MoveSentence { zh: words.zh, en: words.en },
    }
}
