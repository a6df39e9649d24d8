//! The questions that people ask of one customer: which tier, since when, why, what is missing, and what was before.

use std::collections::HashMap;
use std::rc::Rc;

use domain::book::{chunk_of, slot_of};
use domain::date::Day;
use domain::tier::decision::criterion_met;
use domain::tier::state::{NO_TIER, TierStates, status_from_number};
use domain::tier::{Decision, Outcome, Override, Status, decide};
use store::Connection;
use store::member::Member;
use store::tier::SchemeRow;
use store::tier_override::OverrideRow;

use super::TierError;
use super::number::outcome_from_number;
use super::review::take;
use super::run::{Codes, standing_override};
use crate::book::{CustomerFacts, customer_facts};

/// A tier on the lost list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The tier.
    pub tier: String,
    /// When it was lost.
    pub on: Day,
    /// Months below its threshold then.
    pub months_below: u8,
}

/// One customer's tier at a date.
#[derive(Clone, Debug)]
pub struct TierView {
    /// The date.
    pub as_of: Day,
    /// The scheme in force.
    pub scheme: SchemeRow,
    /// True when a review has decided the tier; false before the first one, and for a rise that the next one books.
    pub booked: bool,
    /// The tier that the latest review gave; `None` before the first one.
    pub held: Option<String>,
    /// The tier's code.
    pub tier: String,
    /// Its status at the latest decision.
    pub status: Option<Status>,
    /// Months below at the latest decision.
    pub months_below: u8,
    /// Day since which it is held.
    pub since: Option<Day>,
    /// The lost list's entry.
    pub lost: Option<Lost>,
    /// The facts at the date.
    pub facts: CustomerFacts,
    /// What a review at the date would decide.
    pub decision: Decision,
    /// Position of the criterion that holds for the tier of the decision.
    pub criterion: Option<usize>,
    /// The override in force that decides, if one does.
    pub override_row: Option<OverrideRow>,
}

/// The tier of a customer at a date. The held tier is that of the latest decision up to the date.
pub fn view<C: Connection>(connection: &mut C, customer: &Member, as_of: Day) -> Result<TierView, TierError> {
    let scheme =
        store::tier::scheme_in_force(connection, as_of.number())?.ok_or(TierError::NothingInForce)?;
    let codes = Codes::load(connection, &scheme.scheme)?;
    let slot = slot_of(customer.customer_ref);
    let states = states_on(connection, customer.customer_ref, as_of)?;
    let held_ref = states.tier[slot];
    let facts = customer_facts(connection, &scheme.scheme, customer.customer_ref, as_of)?;
    let range = (customer.customer_ref, customer.customer_ref + 1);
    let rows = store::tier_override::overrides_in_force(connection, range, as_of.number())?;
    let standing: Vec<Override> =
        rows.iter().filter_map(|row| standing_override(&scheme.scheme, row)).collect();
    let decision = decide(&scheme.scheme, &facts.facts(), codes.positions.held(held_ref), &standing);
    let kind = decision.overridden.map(super::overrides::kind_name);
    // An upgrade holds from the moment that the figures show it: reads answer the higher tier, the review books it.
    let rises = decision.outcome == Outcome::Upgraded && !scheme.scheme.confirm();
    let booked = held_ref != NO_TIER && !rises;
    let new_tier = &scheme.scheme.tiers()[decision.tier];
    let won_back =
        |lost: u8| rises && codes.positions.position(lost).is_none_or(|lost| decision.tier <= lost);
    let lost_ref = states.lost_tier[slot];
    let lost = (lost_ref != NO_TIER && !won_back(lost_ref)).then(|| Lost {
        tier: codes.code(lost_ref).unwrap_or_default().to_owned(),
        on: Day::from_number(states.lost_on[slot]),
        months_below: states.lost_months[slot],
    });
    Ok(TierView {
        as_of,
        booked,
        held: codes.code(held_ref).map(str::to_owned),
        tier: if booked {
            codes.code(held_ref).unwrap_or_default().to_owned()
        } else {
            new_tier.code.clone()
        },
        status: if booked { status_from_number(states.status[slot]) } else { decision.status },
        months_below: if booked { states.months_below[slot] } else { decision.months_below },
        since: if booked { Some(Day::from_number(states.since[slot])) } else { rises.then_some(as_of) },
        lost,
        criterion: criterion_met(new_tier, &facts.facts()),
        override_row: rows.into_iter().find(|row| Some(row.kind.as_str()) == kind),
        scheme,
        facts,
        decision,
    })
}

/// What a customer held on a day: the present columns when no decision is later, otherwise the decisions up to it.
fn states_on<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    as_of: Day,
) -> Result<TierStates, TierError> {
    let chunk_id = chunk_of(customer_ref);
    let latest = store::job::latest_as_of(connection, super::review::KIND)?;
    if latest.is_none_or(|latest| latest <= as_of.number()) {
        return Ok(store::state::states(connection, chunk_id, chunk_id + 1)?.pop().unwrap_or_default());
    }
    let mut states = TierStates::default();
    for Decided { as_of: block_as_of, scheme, codes, entry } in decisions(connection, customer_ref, as_of)? {
        let decision = super::replay::decide_again(&scheme.scheme, &codes.positions, &entry)?;
        take(&mut states, &codes, slot_of(customer_ref), entry.tier, &decision, block_as_of);
    }
    Ok(states)
}

/// A stored decision of one customer with what it takes to read it.
struct Decided {
    as_of: Day,
    scheme: Rc<SchemeRow>,
    codes: Rc<Codes>,
    entry: store::decision::Entry,
}

/// Stored decisions of one customer up to a day, oldest first. Each scheme is read once.
fn decisions<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    as_of: Day,
) -> Result<Vec<Decided>, TierError> {
    let blocks = store::decision_block::of_chunk(connection, chunk_of(customer_ref), as_of.number())?;
    let mut schemes: HashMap<i64, (Rc<SchemeRow>, Rc<Codes>)> = HashMap::new();
    let mut found = Vec::new();
    for block in blocks {
        let own = store::decision::entries(&block.data, block.as_of, |slot| {
            usize::from(slot) == slot_of(customer_ref)
        })?;
        for entry in own {
            let (scheme, codes) = match schemes.get(&block.tier_scheme_ref) {
                Some(known) => known.clone(),
                None => {
                    let scheme = store::tier::scheme_by_ref(connection, block.tier_scheme_ref)?
                        .ok_or(TierError::UnknownScheme)?;
                    let codes = Codes::load(connection, &scheme.scheme)?;
                    let read = (Rc::new(scheme), Rc::new(codes));
                    schemes.insert(block.tier_scheme_ref, read.clone());
                    read
                }
            };
            found.push(Decided { as_of: Day::from_number(block.as_of), scheme, codes, entry });
        }
    }
    Ok(found)
}

/// One decision in a customer's history.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    /// Date of the review.
    pub as_of: Day,
    /// The scheme.
    pub tier_scheme_id: String,
    /// Held before.
    pub from: Option<String>,
    /// New tier.
    pub to: String,
    /// Status of the new tier.
    pub status: Option<Status>,
    /// Months below the new tier.
    pub months_below: u8,
    /// What became of the held tier.
    pub outcome: Outcome,
    /// Months below the held tier.
    pub held_months_below: u8,
    /// The override that changed the result: risk, lock or floor.
    pub overridden: Option<&'static str>,
    /// Hash of the inputs.
    pub inputs_hash: u64,
    /// The inputs' assets, newest month first.
    pub assets: Vec<i64>,
    /// True when the stored inputs give the stored decision again.
    pub replays: bool,
}

/// The decisions of one customer up to a day, the latest first.
pub fn history<C: Connection>(
    connection: &mut C,
    customer: &Member,
    as_of: Day,
) -> Result<Vec<HistoryEntry>, TierError> {
    let mut entries = Vec::new();
    for Decided { as_of: day, scheme, codes, entry } in decisions(connection, customer.customer_ref, as_of)? {
        let again = super::replay::decide_again(&scheme.scheme, &codes.positions, &entry)?;
        entries.push(HistoryEntry {
            as_of: day,
            from: codes.code(entry.held).map(str::to_owned),
            to: codes.code(entry.tier).unwrap_or_default().to_owned(),
            status: status_from_number(entry.status),
            months_below: entry.months_below,
            outcome: outcome_from_number(entry.outcome)?,
            held_months_below: entry.held_months_below,
            overridden: super::number::kind_from_number(entry.overridden).map(super::overrides::kind_name),
            inputs_hash: entry.inputs_hash,
            replays: super::replay::agrees(&codes.positions, &entry, &again),
            assets: entry.inputs.assets,
            tier_scheme_id: scheme.tier_scheme_id.clone(),
        });
    }
    entries.reverse();
    Ok(entries)
}

impl TierView {
    /// Position in the scheme, when the scheme has the tier.
    pub fn position(&self) -> Option<usize> {
        self.scheme.scheme.position(&self.tier)
    }
}
