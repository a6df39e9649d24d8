//! Early signals: facts that tell of a customer who drifts away before any tier is in danger.
//!
//! Known: assets by month and day, movements of money, accounts. Promised: a rule fires at its parameter exactly and says
//! what it compared. Each rule has a module of its own; every one takes the date.

use crate::date::Day;
use crate::movement::starts_at;

mod assets;
mod closing;
mod evidence;
mod inactivity;
mod outflow;
mod salary;
mod share;
mod words;

pub use assets::{ASSET_CLASSES, AssetsDown, BalanceRatio, Span};
pub use closing::{ClosedAccount, ProductClosed};
pub use evidence::Evidence;
pub use inactivity::{ALONE_MS, Inactive, ORDER_KINDS, OWN_KINDS, REPEATS_MS, USED_CLASSES};
pub use outflow::{OUT_KINDS, Outflow, Outgoing};
pub use salary::{PAID_KINDS, PayStream, SalaryStopped};
pub use share::{NotAShare, Share};
pub use words::sentence;

/// A rule with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Average assets shrank.
    BalanceRatio(BalanceRatio),
    /// Assets are lower than at an earlier close.
    AssetsDown(AssetsDown),
    /// Money went to other banks.
    Outflow(Outflow),
    /// A regular payment no longer comes in.
    SalaryStopped(SalaryStopped),
    /// An account was closed.
    ProductClosed(ProductClosed),
    /// The customer does nothing any more.
    Inactive(Inactive),
}

/// The last days up to a date, in the bank's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first day.
    pub first: Day,
    /// Its last day.
    pub last: Day,
}

impl Window {
    /// The last `days` days up to `as_of`, itself the last of them.
    pub fn of(days: u16, as_of: Day) -> Self {
        Self { first: as_of.plus(1 - i32::from(days)), last: as_of }
    }

    /// Its first instant and the first one after it, in milliseconds since 1970-01-01T00:00:00Z.
    pub fn instants(self) -> (i64, i64) {
        (starts_at(self.first), starts_at(self.last.plus(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{SHANGHAI_OFFSET_MINUTES, business_day};

    #[test]
    fn a_window_of_one_day_is_the_date_from_midnight_to_midnight_in_shanghai() {
        for date in ["1970-01-01", "1969-12-31", "2024-02-29", "2025-12-31"] {
            let day = Day::parse(date).expect("a date");
            let window = Window::of(1, day);
            assert_eq!((window.first, window.last), (day, day));
            let (from, until) = window.instants();
            assert_eq!(business_day(from, SHANGHAI_OFFSET_MINUTES), day);
            assert_eq!(business_day(from - 1, SHANGHAI_OFFSET_MINUTES), day.plus(-1));
            assert_eq!(business_day(until - 1, SHANGHAI_OFFSET_MINUTES), day);
            assert_eq!(business_day(until, SHANGHAI_OFFSET_MINUTES), day.plus(1));
        }
    }
}
