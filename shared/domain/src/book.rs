//! The book: what is known of every customer, month by month.

use crate::date::Month;

/// Where a month's figures came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Added up from the balances of accounts: stands until a later month says otherwise.
    RolledUp,
    /// Delivered for the whole customer by a warehouse: replaces the month, and later months without figures are zero.
    Delivered,
}

/// Assets and loans of one customer's month, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Holdings {
    /// Deposits at the month's end.
    pub deposits_end: i64,
    /// Deposits, average of the daily closing balances.
    pub deposits_average: i64,
    /// Investments at the month's end.
    pub investments_end: i64,
    /// Investments, average of the daily closing balances.
    pub investments_average: i64,
    /// Secured loans at the month's end.
    pub secured_loans: i64,
    /// Unsecured loans at the month's end.
    pub unsecured_loans: i64,
}

/// What a feed says of one customer's month. A part that is `None` stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// The customer's place in the book.
    pub customer_ref: u32,
    /// The month.
    pub month: Month,
    /// Where the figures came from; a rolled-up figure never replaces a delivered month.
    pub origin: Origin,
    /// Assets and loans.
    pub holdings: Option<Holdings>,
    /// Card spend of this month alone.
    pub card_spend: Option<i64>,
}
