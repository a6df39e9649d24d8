//! What a review found so far, as the job's row holds it.

use domain::tier::effect::Moves;
use serde::{Deserialize, Serialize};
use store::StoreError;

/// Counts as the job's row holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    pub customers: u64,
    pub first: u64,
    pub upgraded: u64,
    pub downgraded: u64,
    pub churned: u64,
    pub unchanged: u64,
    pub reassigned: u64,
    pub decisions: u64,
    pub tier_scheme_ref: i64,
}

impl Counts {
    pub fn moves(&self) -> Moves {
        let Self { customers, first, upgraded, downgraded, churned, unchanged, reassigned, .. } = *self;
        Moves { customers, first, upgraded, downgraded, churned, unchanged, reassigned }
    }

    pub fn add(&mut self, moves: &Moves, decisions: u64) {
        let mut sum = self.moves();
        sum.merge(moves);
        let Moves { customers, first, upgraded, downgraded, churned, unchanged, reassigned } = sum;
        let decisions = self.decisions + decisions;
        let tier_scheme_ref = self.tier_scheme_ref;
        *self = Self {
            customers,
            first,
            upgraded,
            downgraded,
            churned,
            unchanged,
            reassigned,
            decisions,
            tier_scheme_ref,
        };
    }

    pub fn read(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text)
            .map_err(|error| StoreError::Damaged(format!("counts of a review: {error}")))
    }

    pub fn write(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|error| StoreError::Damaged(error.to_string()))
    }
}
