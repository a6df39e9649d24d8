//! What is held: tier, status and loss of each customer of a chunk, and how a decision changes them.

use super::decision::{Decision, Held, Outcome, Override, Status};
use crate::book::SLOTS;
use crate::date::Day;

/// The number of "no tier yet" among the store's numbers of tiers.
pub const NO_TIER: u8 = 0;

/// Held tiers of a chunk, one figure a customer in each column. Tiers are the store's numbers, so that they outlive
/// a scheme; status 0 is none, otherwise one more than the place in [`Status`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierStates {
    /// Held tier, [`NO_TIER`] before the first review.
    pub tier: Vec<u8>,
    /// Status of the held tier.
    pub status: Vec<u8>,
    /// Months below the held tier at the latest review.
    pub months_below: Vec<u8>,
    /// Day since which the tier is held.
    pub since: Vec<i32>,
    /// The tier on the lost list, or [`NO_TIER`].
    pub lost_tier: Vec<u8>,
    /// When it was lost.
    pub lost_on: Vec<i32>,
    /// Months below at the loss.
    pub lost_months: Vec<u8>,
}

impl Default for TierStates {
    fn default() -> Self {
        Self {
            tier: vec![NO_TIER; SLOTS],
            status: vec![0; SLOTS],
            months_below: vec![0; SLOTS],
            since: vec![0; SLOTS],
            lost_tier: vec![NO_TIER; SLOTS],
            lost_on: vec![0; SLOTS],
            lost_months: vec![0; SLOTS],
        }
    }
}

/// A status as a column holds it.
pub fn status_number(status: Option<Status>) -> u8 {
    status.map_or(0, |status| status as u8 + 1)
}

/// A status from a column.
pub fn status_from_number(number: u8) -> Option<Status> {
    [Status::Normal, Status::Observed, Status::Attention, Status::Churned]
        .get(usize::from(number).wrapping_sub(1))
        .copied()
}

impl TierStates {
    /// True when the decision says something new of the customer.
    #[inline]
    pub fn differs(&self, slot: usize, tier_ref: u8, decision: &Decision) -> bool {
        self.tier[slot] != tier_ref
            || self.status[slot] != status_number(decision.status)
            || self.months_below[slot] != decision.months_below
    }

    /// Makes the customer one who was never decided on.
    pub fn forget(&mut self, slot: usize) {
        self.tier[slot] = NO_TIER;
        self.status[slot] = 0;
        self.months_below[slot] = 0;
        self.since[slot] = 0;
        self.lost_tier[slot] = NO_TIER;
        self.lost_on[slot] = 0;
        self.lost_months[slot] = 0;
    }

    /// Takes a decision over. `won_back` says whether the lost tier, by the store's number, is reached again.
    pub fn take(
        &mut self,
        slot: usize,
        tier_ref: u8,
        decision: &Decision,
        as_of: Day,
        won_back: impl Fn(u8) -> bool,
    ) {
        let held = self.tier[slot];
        if decision.outcome == Outcome::Churned {
            self.lost_tier[slot] = held;
            self.lost_on[slot] = as_of.number();
            self.lost_months[slot] = decision.held_months_below;
        } else if self.lost_tier[slot] != NO_TIER && won_back(self.lost_tier[slot]) {
            self.lost_tier[slot] = NO_TIER;
            self.lost_on[slot] = 0;
            self.lost_months[slot] = 0;
        }
        if held != tier_ref {
            self.tier[slot] = tier_ref;
            self.since[slot] = as_of.number();
        }
        self.status[slot] = status_number(decision.status);
        self.months_below[slot] = decision.months_below;
    }
}

/// Where each of the store's tier numbers stands in a scheme.
#[derive(Clone, Debug)]
pub struct Positions {
    by_ref: [Held; 256],
    refs: Vec<u8>,
}

impl Positions {
    /// `refs[position]` is the store's number of the scheme's tier at that position.
    pub fn new(refs: Vec<u8>) -> Self {
        let mut by_ref = [Held::Foreign; 256];
        by_ref[usize::from(NO_TIER)] = Held::Nothing;
        for (position, tier_ref) in refs.iter().enumerate() {
            by_ref[usize::from(*tier_ref)] = Held::Tier(position);
        }
        Self { by_ref, refs }
    }

    /// What the number means under the scheme.
    #[inline]
    pub fn held(&self, tier_ref: u8) -> Held {
        self.by_ref[usize::from(tier_ref)]
    }

    /// The position of a number that the scheme has.
    #[inline]
    pub fn position(&self, tier_ref: u8) -> Option<usize> {
        match self.held(tier_ref) {
            Held::Tier(position) => Some(position),
            Held::Nothing | Held::Foreign => None,
        }
    }

    /// The store's number of a position.
    #[inline]
    pub fn tier_ref(&self, position: usize) -> u8 {
        self.refs[position]
    }
}

/// Overrides in force for customers of one chunk, sorted by slot. Few customers have one.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    slots: Vec<usize>,
    overrides: Vec<Override>,
}

impl Standing {
    /// Sorts the overrides of a chunk.
    pub fn new(mut entries: Vec<(usize, Override)>) -> Self {
        entries.sort_by_key(|(slot, _)| *slot);
        let (slots, overrides) = entries.into_iter().unzip();
        Self { slots, overrides }
    }

    /// The overrides of one customer.
    #[inline]
    pub fn of(&self, slot: usize) -> &[Override] {
        if self.slots.is_empty() {
            return &[];
        }
        let start = self.slots.partition_point(|other| *other < slot);
        let end = start + self.slots[start..].iter().take_while(|other| **other == slot).count();
        &self.overrides[start..end]
    }
}
