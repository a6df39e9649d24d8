//! Proposals on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use web::field::{Date, IdText, Instant};

/// What a proposal is about.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProposalScope {
    /// Customers who have nobody, or nobody who is there.
    Waiting,
    /// These, what is above capacities, and households with several managers.
    Rebalance,
}

/// What is asked for.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalBody {
    /// The part of the bank with all below it; all that the key sees when absent.
    #[serde(default)]
    pub(crate) organisation_id: Option<IdText>,
    /// What it is about.
    pub(crate) scope: ProposalScope,
    /// The day from which its moves hold: today when absent, at most 366 days later.
    #[serde(default)]
    pub(crate) from: Option<Date>,
    /// Who is away for at least so many days from then on hands the customers over; 1 to 366, 30 when absent.
    #[serde(default)]
    pub(crate) hand_over_days: Option<u16>,
}

/// A proposal, in a list.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ProposalLine {
    /// Its id.
    pub(crate) id: String,
    /// The part of the bank; null: the whole.
    pub(crate) organisation_id: Option<String>,
    /// waiting | rebalance.
    pub(crate) scope: &'static str,
    /// The day from which its moves hold.
    pub(crate) from: Date,
    /// submitted | approved | rejected.
    pub(crate) state: &'static str,
    /// How many customers move.
    pub(crate) moves: u64,
    /// How many customers have to move at least.
    pub(crate) lower_bound: u64,
    /// How many customers get nobody.
    pub(crate) left: u64,
    /// Who made it.
    pub(crate) created_by: String,
    /// When.
    pub(crate) created_at: Instant,
    /// Who approved or rejected it.
    pub(crate) decided_by: Option<String>,
    /// When.
    pub(crate) decided_at: Option<Instant>,
}

/// A customer who gets nobody.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct LeftCustomer {
    pub(crate) customer_id: String,
    /// no_manager | no_room | household.
    pub(crate) reason: &'static str,
}

/// What a manager holds.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ProposalManager {
    pub(crate) employee_id: String,
    /// Customers until then.
    pub(crate) before: u64,
    /// Customers from then on.
    pub(crate) after: u64,
    /// Of these, how many are above a capacity.
    pub(crate) over: u64,
    /// How many the manager takes; null: any number, or nobody may be given to the manager.
    pub(crate) capacity: Option<u32>,
}

/// A proposal with what it comes to.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ProposalAnswer {
    #[serde(flatten)]
    pub(crate) line: ProposalLine,
    /// Customers it looked at.
    pub(crate) customers: u64,
    /// Moves by reason.
    pub(crate) reasons: BTreeMap<String, u64>,
    /// Customers who get nobody, by reason.
    pub(crate) left_reasons: BTreeMap<String, u64>,
    /// The first 100 of them; `/left` lists all.
    pub(crate) left_customers: Vec<LeftCustomer>,
    /// Customers who are not with the larger part of their household, though somebody could serve all of it.
    pub(crate) split: u64,
    /// Who may be chosen, and who loses somebody, by id.
    pub(crate) by_manager: Vec<ProposalManager>,
}

/// A sentence in two languages.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct MoveSentence {
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// A customer who gets another manager.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ProposalMove {
    pub(crate) customer_id: String,
    /// The primary manager until then.
    pub(crate) from: Option<String>,
    /// The primary manager from then on.
    pub(crate) to: String,
    /// waiting | left | absent | elsewhere | over_capacity | household | balance.
    pub(crate) reason: &'static str,
    /// Why, for people.
    pub(crate) sentence: MoveSentence,
}
