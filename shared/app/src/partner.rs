//! Partners: what was agreed, their keys, what they ask for, and how a month with them is settled.

use domain::points::rule::MOST_POINTS;
use store::partner::{PartnerRow, TermsRow};
use store::{Connection, StoreError};

pub mod cancel;
mod customer;
pub mod dispute;
pub mod exchange;
pub mod key;
pub mod limit;
pub mod notice;
pub mod reconcile;
pub mod redemption;
pub mod request;
pub mod reservation;
pub mod settlement;

pub use customer::CustomerRefusal;
pub use dispute::DisputeError;
pub use key::KeyError;
pub use limit::LimitRefusal;
pub use reconcile::{ReconcileError, Reconciled, TheirLine};
pub use request::{Asked, Done, Order, RequestError};
pub use reservation::HoldError;
pub use settlement::{Settlement, SettlementError, settle_all};

/// The longest term of what a partner gives, in months.
pub const MOST_EXPIRY_MONTHS: u16 = 1_200;

/// The largest figure of a rate.
pub const MOST_OF_A_RATE: i64 = 1_000_000_000;

/// The longest path at the gateway.
const MOST_OF_A_PATH: usize = 200;

/// Why a partner was not registered, shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    /// No partner has this id.
    #[error("the partner is not known")]
    Unknown,
    /// Another partner has this id.
    #[error("a partner of this id exists; change it, or choose another id")]
    Exists,
    /// A term makes no sense.
    #[error("{detail}")]
    Term {
        /// Pointer of the member.
        pointer: &'static str,
        /// What it should be.
        detail: &'static str,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks at terms by themselves.
fn check(terms: &TermsRow) -> Result<(), PartnerError> {
    let wrong = |pointer, detail| Err(PartnerError::Term { pointer, detail });
    let rate = 1..=MOST_OF_A_RATE;
    if let Some(exchange) = &terms.exchange {
        for (pointer, figure) in [("/exchange/units", exchange.units), ("/exchange/points", exchange.points)]
        {
            if !rate.contains(&figure) {
                return wrong(pointer, "a whole number from 1 to 1000000000");
            }
        }
    }
    for (pointer, limit) in [
        ("/limits/per_request", terms.limit_request),
        ("/limits/per_customer_day", terms.limit_customer_day),
        ("/limits/per_month", terms.limit_month),
        ("/budget", terms.budget),
    ] {
        if limit.is_some_and(|points| !(0..=MOST_POINTS).contains(&points)) {
            return wrong(pointer, "points from 0 to 1000000000000");
        }
    }
    if terms.expiry_months.is_some_and(|months| !(1..=MOST_EXPIRY_MONTHS).contains(&months)) {
        return wrong("/expiry_months", "1 to 1200 months");
    }
    if let Some((points, amount)) = terms.value {
        if !rate.contains(&points) {
            return wrong("/point_value/points", "a whole number from 1 to 1000000000");
        }
        if !(0..=MOST_OF_A_RATE).contains(&amount) {
            return wrong("/point_value/amount", "zero or above, at most 10000000.00");
        }
    }
    if terms.endpoint.as_deref().is_some_and(|path| !is_path(path)) {
        return wrong(
            "/endpoint",
            "a path of at most 200 visible ASCII characters that begins with /, without //, . and .. as parts",
        );
    }
    Ok(())
}

/// True for a path that stays where it points to: one that begins with `//` names another host, and `..` leads out of
/// the partner's own folder, also as `%2e%2e`.
fn is_path(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/");
    path.starts_with('/')
        && path.len() <= MOST_OF_A_PATH
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !plain.contains("//")
        && plain.split('/').all(|part| part != "." && part != "..")
}

/// Registers a partner with its first secret. Call it inside a transaction.
pub fn register<C: Connection>(
    connection: &mut C,
    partner_id: &str,
    terms: &TermsRow,
    secret: &str,
    person: &str,
    now_ms: i64,
) -> Result<PartnerRow, PartnerError> {
    check(terms)?;
    let partner_ref =
        store::partner::add(connection, partner_id, terms, person, now_ms)?.ok_or(PartnerError::Exists)?;
    store::partner::add_key(connection, partner_ref, secret, person, now_ms)?;
    partner(connection, partner_id)
}

/// The partner of an id.
pub fn partner<C: Connection>(connection: &mut C, partner_id: &str) -> Result<PartnerRow, PartnerError> {
    store::partner::by_id(connection, partner_id)?.ok_or(PartnerError::Unknown)
}

/// Writes other terms. They hold for the next request; a month that was settled stays as it is. Call it inside a
/// transaction.
pub fn replace<C: Connection>(
    connection: &mut C,
    partner_id: &str,
    terms: &TermsRow,
    person: &str,
    now_ms: i64,
) -> Result<PartnerRow, PartnerError> {
    check(terms)?;
    let found = partner(connection, partner_id)?;
    if terms.budget.is_some_and(|budget| budget < found.budget_used) {
        return Err(PartnerError::Term {
            pointer: "/budget",
            detail: "the partner has given more than that already",
        });
    }
    store::partner::replace(connection, found.partner_ref, terms, person, now_ms)?;
    partner(connection, partner_id)
}

/// Suspends a partner, from which nothing is taken until it is taken up again. Call it inside a transaction.
pub fn set_suspended<C: Connection>(
    connection: &mut C,
    partner_id: &str,
    is_suspended: bool,
    person: &str,
    now_ms: i64,
) -> Result<PartnerRow, PartnerError> {
    let found = partner(connection, partner_id)?;
    store::partner::set_suspended(connection, found.partner_ref, is_suspended, person, now_ms)?;
    partner(connection, partner_id)
}
