//! Why a tier use case did not do what was asked.

use domain::tier::SchemeError;
use store::StoreError;

/// One variant a reason.
#[derive(Debug, thiserror::Error)]
pub enum TierError {
    /// No scheme of this id.
    #[error("there is no tier scheme of this id")]
    UnknownScheme,
    /// A scheme of this id has left the draft state and may not be replaced.
    #[error("a tier scheme of this id exists and is no draft any more; choose another id")]
    SchemeExists,
    /// The parameters make no sense.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// More tier codes over all schemes than the book can number.
    #[error("at most 255 different tier codes may be used over all schemes")]
    TooManyCodes,
    /// The step does not follow from the scheme's state.
    #[error("the scheme is {is}; this step needs it to be {wanted}")]
    State {
        /// Its state.
        is: String,
        /// The state that the step needs.
        wanted: &'static str,
    },
    /// Four eyes: the approver drafted or submitted the scheme.
    #[error("the person who drafted or submitted a scheme may not approve it")]
    SamePerson,
    /// The last scheme in force may not be retired.
    #[error("no other scheme would be in force")]
    LastScheme,
    /// No scheme is in force on the date.
    #[error("no tier scheme is in force on this date")]
    NothingInForce,
    /// The date is after today.
    #[error("the date is in the future")]
    Future,
    /// A later review has been run; tiers are decided in the order of dates.
    #[error("a review as of {latest} has been run; reviews follow the order of their dates")]
    OutOfOrder {
        /// Date of the latest review.
        latest: String,
    },
    /// A review of the whole bank has begun and is not done.
    #[error("the review {job} of the whole bank is not done; continue it first")]
    Running {
        /// Its id.
        job: String,
    },
    /// No review of this id.
    #[error("there is no review of this id")]
    UnknownReview,
    /// The review is not finished, or does not ask for confirmation.
    #[error("the review has nothing that waits for confirmation")]
    NothingToConfirm,
    /// No organisation of this id.
    #[error("there is no organisation of this id")]
    UnknownOrganisation,
    /// No customer of this id within the caller's organisations.
    #[error("there is no customer of this id")]
    UnknownCustomer,
    /// The tier is not one of the scheme in force.
    #[error("the scheme in force has no tier of this code")]
    UnknownTier,
    /// No override of this number, or it has ended.
    #[error("there is no override of this number in force")]
    UnknownOverride,
    /// The last day of an override lies before its first.
    #[error("the override ends before it begins")]
    OverrideDates,
    /// The cursor does not come from this list.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
