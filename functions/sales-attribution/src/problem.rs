//! From errors to problems.

use app::points::Moment;
use app::sale::adjustment::AdjustmentError;
use app::sale::registration::RegistrationError;
use app::sale::{DefaultRunError, ProductError};
use domain::sale::AdjustmentError as SharesError;
use web::field::Date;
use web::{Call, Problem, Slug};

/// When something is done, and by whom.
pub(crate) fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

/// The problem of a product.
pub(crate) fn of_product(error: ProductError) -> Problem {
    let text = error.to_string();
    match error {
        ProductError::Exists => {
            Problem::conflict(Slug::AlreadyExists, text).at("/id", "an id that no product has")
        }
        ProductError::Unknown => Problem::not_found(Slug::UnknownProduct),
        ProductError::Category => Problem::rule("/category", text),
        ProductError::Codes => Problem::rule("/product_ids", text),
        ProductError::Twice { place } => Problem::rule(format!("/product_ids/{place}"), text),
        ProductError::Sold { place } => Problem::conflict(Slug::AlreadyExists, text)
            .at(format!("/product_ids/{place}"), "an id that is sold as no other product"),
        ProductError::From { .. } => Problem::rule("/from", text),
        ProductError::Rule(error) => Problem::rule(format!("/rule{}", error.pointer), text),
        ProductError::Store(error) => error.into(),
    }
}

/// The problem of a default run.
pub(crate) fn of_run(error: DefaultRunError) -> Problem {
    match error {
        DefaultRunError::Future => Problem::rule("/as_of", error.to_string()),
        DefaultRunError::Store(error) => error.into(),
    }
}

/// The sale is not known, or not to this key.
pub(crate) fn unknown_sale() -> Problem {
    Problem::not_found(Slug::UnknownSale)
}

/// The problem of a registration.
pub(crate) fn of_registration(error: RegistrationError) -> Problem {
    let text = error.to_string();
    match error {
        RegistrationError::UnknownSale => unknown_sale(),
        RegistrationError::UnknownRegistration => Problem::not_found(Slug::UnknownRegistration),
        RegistrationError::NotOwn => Problem::forbidden(text),
        RegistrationError::Stranger(_) | RegistrationError::BothRoles => Problem::rule("/employee_id", text),
        RegistrationError::Taken { .. } => {
            Problem::conflict(Slug::AlreadyExists, text).at("/role", "withdraw that registration first")
        }
        RegistrationError::Assigned => Problem::conflict(Slug::AlreadyExists, text)
            .at("/role", "referrer; who sold is changed by an adjustment"),
        RegistrationError::Withdrew => {
            Problem::conflict(Slug::WrongState, text).at("/employee_id", "somebody else; or adjust the sale")
        }
        RegistrationError::Gains => {
            Problem::conflict(Slug::WrongState, format!("{text}: adjust the sale instead"))
        }
        RegistrationError::Late { due_on } => {
            Problem::conflict(Slug::WrongState, text).with("due_on", &Date(due_on))
        }
        RegistrationError::Reversed | RegistrationError::Adjusted => {
            Problem::conflict(Slug::WrongState, text)
        }
        RegistrationError::Store(error) => error.into(),
    }
}

/// The problem of an adjustment.
pub(crate) fn of_adjustment(error: AdjustmentError) -> Problem {
    let text = error.to_string();
    match error {
        AdjustmentError::UnknownSale => unknown_sale(),
        AdjustmentError::UnknownAdjustment => Problem::not_found(Slug::UnknownAdjustment),
        AdjustmentError::Closed { closes_on } => {
            Problem::conflict(Slug::WrongState, text).with("closes_on", &Date(closes_on))
        }
        AdjustmentError::Reversed
        | AdjustmentError::Waits
        | AdjustmentError::Outdated
        | AdjustmentError::Decided { .. } => Problem::conflict(Slug::WrongState, text),
        AdjustmentError::SamePerson => Problem::conflict(Slug::SamePerson, text),
        AdjustmentError::TooMany => Problem::rule("/credits", text),
        AdjustmentError::Employee { place } | AdjustmentError::Stranger { place, .. } => {
            Problem::rule(format!("/credits/{place}/employee_id"), text)
        }
        AdjustmentError::Shares(shares) => Problem::rule(pointer(shares), text),
        AdjustmentError::Store(error) => error.into(),
    }
}

fn pointer(error: SharesError) -> String {
    match error {
        SharesError::Share { place } => format!("/credits/{place}/share_bp"),
        SharesError::Organisation { place } | SharesError::Twice { place } => format!("/credits/{place}"),
        SharesError::NoSeller | SharesError::Sum { .. } => "/credits".to_owned(),
    }
}
