//! Numbers of outcomes and overrides in stored decisions.

use domain::tier::{Outcome, OverrideKind};
use store::StoreError;

/// Names of the kinds in stored decisions.
const KINDS: [(OverrideKind, u8); 3] =
    [(OverrideKind::Risk, 1), (OverrideKind::Lock, 2), (OverrideKind::Floor, 3)];

/// The number of an override's kind in a stored decision; 0 for none.
pub(super) fn kind_number(kind: Option<OverrideKind>) -> u8 {
    KINDS.into_iter().find(|(of, _)| Some(*of) == kind).map_or(0, |(_, number)| number)
}

const OUTCOMES: [Outcome; 6] = [
    Outcome::First,
    Outcome::Upgraded,
    Outcome::Downgraded,
    Outcome::Churned,
    Outcome::Unchanged,
    Outcome::Reassigned,
];

/// The number of an outcome in a stored decision.
pub(super) fn outcome_number(outcome: Outcome) -> u8 {
    OUTCOMES.iter().position(|of| *of == outcome).unwrap_or(0) as u8
}

/// The outcome of a number.
pub(super) fn outcome_from_number(number: u8) -> Result<Outcome, StoreError> {
    OUTCOMES
        .get(usize::from(number))
        .copied()
        .ok_or_else(|| StoreError::Damaged(format!("a decision has the unknown outcome {number}")))
}

/// The kind of a number.
pub(super) fn kind_from_number(number: u8) -> Option<OverrideKind> {
    KINDS.into_iter().find(|(_, of)| *of == number).map(|(kind, _)| kind)
}
