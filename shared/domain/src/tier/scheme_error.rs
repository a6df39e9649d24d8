//! What can be wrong with a tier scheme.

use super::scheme::{LONGEST_WINDOW_MONTHS, MOST_TIERS};

/// Why a scheme makes no sense. `tier` and `criterion` are positions, for a pointer to the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// No tier at all, or more than the limit.
    #[error("a scheme has 1 to {MOST_TIERS} tiers")]
    Tiers,
    /// Two tiers of one code.
    #[error("another tier has this code")]
    CodeTwice {
        /// The later of the two.
        tier: usize,
    },
    /// A window past the limit.
    #[error("a window is at most {LONGEST_WINDOW_MONTHS} months")]
    Window {
        /// The tier.
        tier: usize,
    },
    /// A tier above the lowest without criteria.
    #[error("only the lowest tier may be without criteria: nobody could be placed below this one")]
    NoCriteria {
        /// The tier.
        tier: usize,
    },
    /// `below` at or under `at_least`.
    #[error("nobody can meet this: below must be greater than at_least")]
    Empty {
        /// The tier.
        tier: usize,
        /// The criterion.
        criterion: usize,
    },
    /// A threshold that is not positive would take everyone.
    #[error("at_least must be greater than zero")]
    NotPositive {
        /// The tier.
        tier: usize,
        /// The criterion.
        criterion: usize,
    },
    /// A threshold not above that of the next lower tier with the same measure.
    #[error(
        "tiers must descend: at_least must be greater than that of every lower tier with the same measure"
    )]
    NotDescending {
        /// The higher tier.
        tier: usize,
        /// Its criterion.
        criterion: usize,
    },
    /// Limits that do not rise, or do not end with the window.
    #[error("status limits must satisfy observed_to <= attention_to = window_months")]
    Limits {
        /// The tier.
        tier: usize,
    },
    /// A coefficient above 100 %.
    #[error("a coefficient is at most 10000 basis points")]
    Coefficient,
}
