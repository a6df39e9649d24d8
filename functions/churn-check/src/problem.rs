//! Churn errors as problems.

use app::churn::ChurnError;
use web::{Problem, Slug};

/// The problem of an error.
pub fn problem(error: ChurnError) -> Problem {
    let text = error.to_string();
    match error {
        ChurnError::Future => Problem::rule("/as_of", text),
        ChurnError::NothingReviewed => {
            Problem::conflict(Slug::WrongState, text).at("/as_of", "run POST /tiers/reviews first")
        }
        ChurnError::UnknownAlert => Problem::not_found(Slug::UnknownAlert),
        ChurnError::Acknowledged | ChurnError::Closed => Problem::conflict(Slug::WrongState, text),
        // Held tiers are read here, never changed: what goes wrong is on our side.
        ChurnError::Tier(app::tier::TierError::Store(error)) | ChurnError::Store(error) => error.into(),
        ChurnError::Tier(error) => Problem::internal(error.to_string()),
    }
}
