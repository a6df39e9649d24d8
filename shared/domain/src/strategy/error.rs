//! What can be wrong with a list of strategies.

use super::{MOST_DUE_DAYS, MOST_STRATEGIES};

/// Why a list makes no sense. `strategy` and `tier` are positions, for a pointer to the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrategyError {
    /// More than the limit.
    #[error("a list has at most {MOST_STRATEGIES} strategies")]
    TooMany,
    /// Two strategies of one id.
    #[error("another strategy has this id")]
    IdTwice {
        /// The later of the two.
        strategy: usize,
    },
    /// An id with what parts ids of messages.
    #[error("the id of a strategy has no '.' and no ':'")]
    Id {
        /// The strategy.
        strategy: usize,
    },
    /// A status that opens no alert.
    #[error("observed, attention or churned is asked for: no other status opens an alert")]
    Status {
        /// The strategy.
        strategy: usize,
    },
    /// A list of tiers without any.
    #[error("name a tier, or leave the list out for all tiers")]
    NoTiers {
        /// The strategy.
        strategy: usize,
    },
    /// No scheme has the tier.
    #[error("no scheme has this tier")]
    UnknownTier {
        /// The strategy.
        strategy: usize,
        /// The tier.
        tier: usize,
    },
    /// A tier that is named before.
    #[error("the tier is named before")]
    TierTwice {
        /// The strategy.
        strategy: usize,
        /// The later of the two.
        tier: usize,
    },
    /// A message or a task for nobody.
    #[error("manager, branch_manager or supervisor is asked for")]
    NoAddressee {
        /// The strategy.
        strategy: usize,
    },
    /// A case for somebody.
    #[error("a case is opened without an owner: leave this out")]
    CaseWithAddressee {
        /// The strategy.
        strategy: usize,
    },
    /// More time than the limit.
    #[error("0 to {MOST_DUE_DAYS} days are asked for")]
    DueDays {
        /// The strategy.
        strategy: usize,
    },
    /// A time of day for what is not sent.
    #[error("only sms and mail are sent at a time of day: leave this out")]
    SendFrom {
        /// The strategy.
        strategy: usize,
    },
}
