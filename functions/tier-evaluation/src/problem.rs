//! Tier errors as problems, in one exhaustive match.

use app::tier::TierError;
use domain::tier::SchemeError;
use web::{Problem, Slug};

/// The problem of an error.
pub fn problem(error: TierError) -> Problem {
    let text = error.to_string();
    match error {
        TierError::UnknownScheme => Problem::not_found(Slug::UnknownScheme),
        TierError::SchemeExists => {
            Problem::conflict(Slug::AlreadyExists, text).at("/id", "choose another id")
        }
        TierError::Scheme(error) => scheme_problem(&error),
        TierError::TooManyCodes => Problem::rule("/tiers", text),
        TierError::State { .. }
        | TierError::LastScheme
        | TierError::NothingInForce
        | TierError::NothingToConfirm
        | TierError::Running { .. } => Problem::conflict(Slug::WrongState, text),
        TierError::OutOfOrder { .. } => {
            Problem::conflict(Slug::WrongState, text).at("/as_of", "earlier than the latest review")
        }
        TierError::SamePerson => Problem::conflict(Slug::SamePerson, text),
        TierError::Future => Problem::rule("/as_of", text),
        TierError::UnknownReview => Problem::not_found(Slug::UnknownJob),
        TierError::UnknownOrganisation => Problem::not_found(Slug::UnknownOrganisation),
        TierError::UnknownCustomer => Problem::not_found(Slug::UnknownCustomer),
        TierError::UnknownTier => Problem::rule("/tier", text),
        TierError::UnknownOverride => Problem::not_found(Slug::UnknownOverride),
        TierError::OverrideDates => Problem::rule("/until", text),
        TierError::Cursor => web::page::foreign(),
        TierError::Store(error) => error.into(),
    }
}

fn scheme_problem(error: &SchemeError) -> Problem {
    let pointer = match error {
        SchemeError::Tiers => "/tiers".to_owned(),
        SchemeError::CodeTwice { tier } => format!("/tiers/{tier}/code"),
        SchemeError::Window { tier } => format!("/tiers/{tier}/window_months"),
        SchemeError::NoCriteria { tier } => format!("/tiers/{tier}/any_of"),
        SchemeError::Empty { tier, criterion } => format!("/tiers/{tier}/any_of/{criterion}/below"),
        SchemeError::NotPositive { tier, criterion } | SchemeError::NotDescending { tier, criterion } => {
            format!("/tiers/{tier}/any_of/{criterion}/at_least")
        }
        SchemeError::Limits { tier } => format!("/tiers/{tier}/status"),
        SchemeError::Coefficient => "/coefficients_bp".to_owned(),
    };
    Problem::rule(pointer, error.to_string())
}
