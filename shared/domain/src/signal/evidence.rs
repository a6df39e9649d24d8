//! What a rule compared when it fired.

use super::Window;
use crate::balance::AccountClass;
use crate::date::{Day, Month};
use crate::intake::TransactionKind;

/// The facts behind a signal; amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Average assets of two equal spans of months.
    BalanceRatio {
        /// Average of the earlier months.
        before: i64,
        /// Average of the latest months.
        after: i64,
        /// Months of each span.
        months: u8,
        /// The latest month.
        to: Month,
    },
    /// Assets at two closes.
    AssetsDown {
        /// At the earlier close.
        before: i64,
        /// Its day.
        before_on: Day,
        /// At the later close.
        after: i64,
        /// Its day.
        after_on: Day,
    },
    /// Money that went to other banks.
    Outflow {
        /// The days looked at.
        window: Window,
        /// Its sum.
        amount: i64,
        /// Transactions that it was made of.
        transactions: u32,
        /// Assets at the month's end before those days.
        assets_before: i64,
        /// That month's end.
        assets_on: Day,
    },
    /// A regular payment and the days without it.
    SalaryStopped {
        /// How it came in.
        payment: TransactionKind,
        /// The bank that it came from, where the feed names one.
        bank: Option<String>,
        /// The smallest of its payments.
        smallest: i64,
        /// Calendar months in a row in which it came.
        months: u8,
        /// Day of the latest payment.
        last_on: Day,
        /// The days without it.
        quiet: Window,
    },
    /// An account that was closed.
    ProductClosed {
        /// The bank's id of the account.
        account_id: String,
        /// Its class.
        class: AccountClass,
        /// The bank's product.
        product_id: Option<String>,
        /// The day.
        closed_on: Day,
        /// Open accounts of its class that remain.
        remaining: u32,
    },
    /// Days in which the customer did nothing.
    Inactive {
        /// Those days.
        window: Window,
        /// Day of the latest transaction of the customer's own, if one is known.
        last_on: Option<Day>,
    },
}
