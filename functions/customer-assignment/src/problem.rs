//! Errors of assignments as problems.

use app::assignment::AssignmentError;
use domain::assignment::SharesError;
use web::{Problem, Slug};

/// Where in an assignment the error lies, as a JSON pointer.
pub(crate) fn pointer(error: &AssignmentError) -> String {
    match error {
        AssignmentError::UnknownCustomer | AssignmentError::Again | AssignmentError::NothingToRecall => {
            "/customer_id".to_owned()
        }
        AssignmentError::UnknownEmployee { place }
        | AssignmentError::Away { place }
        | AssignmentError::Shares(SharesError::Twice { place }) => format!("/managers/{place}/employee_id"),
        AssignmentError::Shares(SharesError::Share { place }) => format!("/managers/{place}/share_bp"),
        AssignmentError::Shares(
            SharesError::NoPrimary
            | SharesError::TwoPrimaries
            | SharesError::TooMany
            | SharesError::Sum { .. },
        ) => "/managers".to_owned(),
        AssignmentError::From | AssignmentError::RecallFrom => "/from".to_owned(),
        AssignmentError::UnknownTier { .. } => "/filter/tier".to_owned(),
        AssignmentError::UnknownManager => "/filter/manager_id".to_owned(),
        AssignmentError::TooMany => "/filter".to_owned(),
        AssignmentError::UnknownAssignment
        | AssignmentError::Decided { .. }
        | AssignmentError::SamePerson
        | AssignmentError::Changed
        | AssignmentError::Outdated
        | AssignmentError::Store(_) => String::new(),
    }
}

/// The problem of an error.
pub(crate) fn of_assignment(error: AssignmentError) -> Problem {
    let (text, at) = (error.to_string(), pointer(&error));
    match error {
        AssignmentError::UnknownCustomer => Problem::not_found(Slug::UnknownCustomer).at(at, text),
        AssignmentError::UnknownEmployee { .. } | AssignmentError::UnknownManager => {
            Problem::not_found(Slug::UnknownEmployee).at(at, text)
        }
        AssignmentError::UnknownAssignment => Problem::not_found(Slug::UnknownAssignment),
        AssignmentError::NothingToRecall => Problem::conflict(Slug::WrongState, text.clone()).at(at, text),
        AssignmentError::Decided { .. } | AssignmentError::Changed | AssignmentError::Outdated => {
            Problem::conflict(Slug::WrongState, text)
        }
        AssignmentError::SamePerson => Problem::conflict(Slug::SamePerson, text),
        AssignmentError::Away { .. }
        | AssignmentError::Shares(_)
        | AssignmentError::From
        | AssignmentError::RecallFrom
        | AssignmentError::Again
        | AssignmentError::UnknownTier { .. }
        | AssignmentError::TooMany => Problem::rule(at, text),
        AssignmentError::Store(error) => error.into(),
    }
}
