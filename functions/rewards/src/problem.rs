//! Refusals as problems.

use app::points::reservation::ReservationRefusal;
use app::reward::{CatalogueError, RedemptionError};
use web::{Problem, Slug};

/// The problem of a change of the catalogue.
pub(crate) fn of_catalogue(error: CatalogueError) -> Problem {
    let text = error.to_string();
    match error {
        CatalogueError::UnknownReward => Problem::not_found(Slug::UnknownReward),
        CatalogueError::AlreadyExists => {
            Problem::conflict(Slug::AlreadyExists, text).at("/id", "another one")
        }
        CatalogueError::Terms(error) => Problem::rule(error.pointer, error.detail),
        CatalogueError::Retired | CatalogueError::NoStock | CatalogueError::NoPool => {
            Problem::conflict(Slug::WrongState, text)
        }
        CatalogueError::WouldDevalue { pointer, points } => Problem::conflict(Slug::WouldDevalue, text)
            .at(pointer, "no more than before, or \"issued\": \"grandfather\"")
            .with("points", &points),
        CatalogueError::OutOfStock => Problem::conflict(Slug::OutOfStock, text).at("/add", "fewer"),
        CatalogueError::Store(error) => error.into(),
    }
}

/// The problem of a redemption.
pub(crate) fn of_redemption(error: RedemptionError) -> Problem {
    let text = error.to_string();
    match error {
        RedemptionError::UnknownReward => Problem::not_found(Slug::UnknownReward).at("/reward_id", text),
        RedemptionError::UnknownRedemption => Problem::not_found(Slug::UnknownRedemption),
        RedemptionError::Retired | RedemptionError::NotToday => {
            Problem::conflict(Slug::WrongState, text).at("/reward_id", "another reward")
        }
        RedemptionError::OtherTiers => {
            Problem::conflict(Slug::WrongState, text).at("/customer_id", "a customer of one of its tiers")
        }
        RedemptionError::Limit { left } => Problem::conflict(Slug::LimitReached, text)
            .at("/quantity", "no more than is left")
            .with("left", &left),
        RedemptionError::OutOfStock => {
            Problem::conflict(Slug::OutOfStock, text).at("/quantity", "no more than is left")
        }
        RedemptionError::Quantity => Problem::rule("/quantity", text),
        RedemptionError::NoCashReference => Problem::rule("/cash_reference", text),
        RedemptionError::CashReferenceUsed => {
            Problem::conflict(Slug::AlreadyExists, text).at("/cash_reference", "a payment of its own")
        }
        RedemptionError::State { .. } => Problem::conflict(Slug::WrongState, text),
        RedemptionError::NotReturned => {
            Problem::conflict(Slug::WrongState, text).at("/returned", "true, when it came back")
        }
        RedemptionError::Spend(refusal) => refusal.into(),
        RedemptionError::Reservation(refusal) => of_reservation(refusal),
        RedemptionError::Store(error) => error.into(),
    }
}

fn of_reservation(refusal: ReservationRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        ReservationRefusal::Spend(refusal) => refusal.into(),
        ReservationRefusal::Ended { .. } => Problem::conflict(Slug::WrongState, text),
        // Time and points are those of the redemption, which were looked at before.
        ReservationRefusal::Time | ReservationRefusal::Unknown | ReservationRefusal::TooMuch { .. } => {
            Problem::internal(text)
        }
        ReservationRefusal::Store(error) => error.into(),
    }
}
