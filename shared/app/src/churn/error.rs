//! Why a question about churn was not answered, or a step not done.

use store::StoreError;

use crate::tier::TierError;

/// One variant a reason.
#[derive(Debug, thiserror::Error)]
pub enum ChurnError {
    /// The date is after today.
    #[error("the date is in the future")]
    Future,
    /// No review of the whole bank is done up to the date.
    #[error("no review of the whole bank has been done up to this date")]
    NothingReviewed,
    /// No such alert.
    #[error("the alert is not known")]
    UnknownAlert,
    /// Somebody has acknowledged it before.
    #[error("the alert has been acknowledged already")]
    Acknowledged,
    /// It stands no longer.
    #[error("the alert is closed")]
    Closed,
    /// Held tiers could not be read.
    #[error(transparent)]
    Tier(#[from] TierError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
