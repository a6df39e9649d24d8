//! Refusals of partners' business as problems.

use app::partner::{
    CustomerRefusal, DisputeError, HoldError, KeyError, LimitRefusal, PartnerError, ReconcileError,
    RequestError, SettlementError,
};
use app::points::reservation::ReservationRefusal;
use app::reward::RedemptionError;
use web::{Problem, Slug};

/// The problem of a partner that was not registered, shown or changed.
pub fn partner(error: PartnerError) -> Problem {
    let text = error.to_string();
    match error {
        PartnerError::Unknown => Problem::not_found(Slug::UnknownPartner),
        PartnerError::Exists => Problem::conflict(Slug::AlreadyExists, text).at("/id", "choose another id"),
        PartnerError::Term { pointer, detail } => Problem::rule(pointer, detail),
        PartnerError::Store(error) => error.into(),
    }
}

/// The problem of keys that were not changed.
pub fn key(error: KeyError) -> Problem {
    let text = error.to_string();
    match error {
        KeyError::Unknown => Problem::not_found(Slug::UnknownPartner),
        KeyError::Overlap => Problem::rule("/overlap_hours", text),
        KeyError::TooMany => Problem::conflict(Slug::WrongState, text),
        KeyError::Store(error) => error.into(),
    }
}

/// The problem of a partner's request; `amount` is the pointer of its points or units.
pub fn request(error: RequestError, amount: &'static str) -> Problem {
    let text = error.to_string();
    match error {
        RequestError::IdReused => Problem::new(Slug::KeyReused, text),
        RequestError::Customer(CustomerRefusal::Unknown) => Problem::not_found(Slug::UnknownCustomer),
        RequestError::Customer(CustomerRefusal::Merged) => Problem::conflict(Slug::AccountClosed, text),
        RequestError::Amount => Problem::rule(amount, text),
        RequestError::Limit(
            LimitRefusal::Request | LimitRefusal::CustomerDay | LimitRefusal::Month | LimitRefusal::Budget,
        ) => Problem::conflict(Slug::LimitReached, text.clone()).at(amount, text),
        RequestError::NoExchange | RequestError::Cancelled => Problem::conflict(Slug::WrongState, text),
        RequestError::TooManyPoints => Problem::rule(amount, text),
        RequestError::UnknownBurn => Problem::rule("/of", text),
        RequestError::Spend(refusal) => refusal.into(),
        RequestError::Customer(CustomerRefusal::Store(error))
        | RequestError::Limit(LimitRefusal::Store(error))
        | RequestError::Store(error) => error.into(),
    }
}

/// The problem of a partner's reservation.
pub fn hold(error: HoldError) -> Problem {
    let text = error.to_string();
    match error {
        HoldError::Request(error) => request(error, "/points"),
        HoldError::Reservation(ReservationRefusal::Spend(refusal)) => refusal.into(),
        HoldError::Reservation(ReservationRefusal::Time) => Problem::rule("/ttl_seconds", text),
        HoldError::Reservation(ReservationRefusal::Unknown) => Problem::not_found(Slug::UnknownReservation),
        HoldError::Reservation(ReservationRefusal::Ended { .. }) => Problem::conflict(Slug::WrongState, text),
        HoldError::Reservation(ReservationRefusal::TooMuch { .. }) => Problem::rule("/points", text),
        HoldError::Reservation(ReservationRefusal::Store(error)) => error.into(),
    }
}

/// The problem of a redemption that was not confirmed or refused.
pub fn redemption(error: RedemptionError) -> Problem {
    let text = error.to_string();
    match error {
        RedemptionError::UnknownRedemption => Problem::not_found(Slug::UnknownRedemption),
        RedemptionError::State { .. } | RedemptionError::Reservation(ReservationRefusal::Ended { .. }) => {
            Problem::conflict(Slug::WrongState, text)
        }
        RedemptionError::Spend(refusal)
        | RedemptionError::Reservation(ReservationRefusal::Spend(refusal)) => refusal.into(),
        RedemptionError::Store(error) | RedemptionError::Reservation(ReservationRefusal::Store(error)) => {
            error.into()
        }
        // The others are refusals of redeeming, which is over.
        _ => Problem::internal(text),
    }
}

/// The problem of a settlement.
pub fn settlement(error: SettlementError) -> Problem {
    let text = error.to_string();
    match error {
        SettlementError::Unknown => Problem::not_found(Slug::UnknownSettlement),
        SettlementError::NotEnded => Problem::rule("/month", text),
        SettlementError::Store(error) => error.into(),
    }
}

/// The problem of a reconciliation.
pub fn reconcile(error: ReconcileError) -> Problem {
    let text = error.to_string();
    match error {
        ReconcileError::Unknown => Problem::not_found(Slug::UnknownSettlement),
        ReconcileError::Twice { place } => Problem::rule(format!("/{place}/reference"), text),
        ReconcileError::NoValue => Problem::query("paid", text),
        ReconcileError::Store(error) => error.into(),
    }
}

/// The problem of a dispute.
pub fn dispute(error: DisputeError) -> Problem {
    let text = error.to_string();
    match error {
        DisputeError::Unknown => Problem::not_found(Slug::UnknownDispute),
        DisputeError::UnknownSettlement => Problem::not_found(Slug::UnknownSettlement),
        DisputeError::AlreadyOpen => {
            Problem::conflict(Slug::AlreadyExists, text).at("/reference", "resolve that dispute first")
        }
        DisputeError::Resolved | DisputeError::Paid => Problem::conflict(Slug::WrongState, text),
        DisputeError::Adjustment => Problem::rule("/adjustment", text),
        DisputeError::Store(error) => error.into(),
    }
}
