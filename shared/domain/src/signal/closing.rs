//! An account that was closed.

use super::{Evidence, Window};
use crate::balance::AccountClass;
use crate::date::Day;

/// An account was closed in the last days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductClosed {
    /// Days looked at.
    pub days: u16,
    /// True when no open account of the same class may remain.
    pub last: bool,
}

/// An account that was closed in the days looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedAccount {
    /// The bank's id.
    pub account_id: String,
    /// Its class.
    pub class: AccountClass,
    /// The bank's product.
    pub product_id: Option<String>,
    /// From this day on it is worth nothing.
    pub closed_on: Day,
    /// The customer's accounts of this class that are open at the date.
    pub remaining: u32,
}

impl ProductClosed {
    /// The days looked at.
    pub fn window(self, as_of: Day) -> Window {
        Window::of(self.days, as_of)
    }

    /// From all accounts of a customer that were closed in those days; the one that was closed last tells, and of
    /// several the first that is given.
    pub fn fires(self, closed: Vec<ClosedAccount>) -> Option<Evidence> {
        let telling = closed.into_iter().filter(|account| !self.last || account.remaining == 0);
        let found = telling.reduce(|kept, next| if next.closed_on > kept.closed_on { next } else { kept })?;
        Some(Evidence::ProductClosed {
            account_id: found.account_id,
            class: found.class,
            product_id: found.product_id,
            closed_on: found.closed_on,
            remaining: found.remaining,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(id: &str, on: &str, remaining: u32) -> ClosedAccount {
        ClosedAccount {
            account_id: id.to_owned(),
            class: AccountClass::Deposit,
            product_id: None,
            closed_on: Day::parse(on).expect("a date"),
            remaining,
        }
    }

    fn tells(last: bool, accounts: Vec<ClosedAccount>) -> Option<String> {
        let rule = ProductClosed { days: 30, last };
        match rule.fires(accounts)? {
            Evidence::ProductClosed { account_id, .. } => Some(account_id),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_account_that_was_closed_last_tells() {
        let accounts =
            || vec![closed("a", "2024-02-28", 0), closed("b", "2024-02-29", 1), closed("c", "2024-02-29", 1)];
        assert_eq!(tells(false, accounts()).as_deref(), Some("b"));
        assert_eq!(tells(true, accounts()).as_deref(), Some("a"));
        assert_eq!(tells(true, vec![closed("b", "2024-02-29", 1)]), None);
        assert_eq!(tells(false, Vec::new()), None);
    }
}
