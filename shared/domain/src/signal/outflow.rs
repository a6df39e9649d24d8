//! Money that goes to other banks.

use super::{Evidence, Share, Window};
use crate::date::Day;
use crate::intake::TransactionKind;

/// Kinds by which money leaves for the bank that the transaction names; without a bank it stays here, or is cash.
pub const OUT_KINDS: [TransactionKind; 2] = [TransactionKind::Withdrawal, TransactionKind::TransferOut];

/// In the last days at least so much went to other banks, and at least this share of the assets before; what is absent
/// is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outflow {
    /// Days looked at.
    pub days: u16,
    /// Sum, in minor units.
    pub at_least: Option<i64>,
    /// Share of the assets at the month's end before those days.
    pub share: Option<Share>,
}

/// What a customer sent to other banks in the days looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its sum, in minor units.
    pub amount: i64,
    /// Transactions that it is made of.
    pub transactions: u32,
}

impl Outflow {
    /// The days looked at.
    pub fn window(self, as_of: Day) -> Window {
        Window::of(self.days, as_of)
    }

    /// The month's end whose assets the money is compared with: the last one before the days looked at.
    pub fn assets_on(self, as_of: Day) -> Day {
        self.window(as_of).first.month().plus(-1).last_day()
    }

    /// From the money that went out and the assets before. Of assets that were nothing or less there is no share.
    pub fn fires(self, as_of: Day, out: Outgoing, assets_before: i64) -> Option<Evidence> {
        let Outgoing { amount, transactions } = out;
        let enough = self.at_least.is_none_or(|least| amount >= least);
        let of_assets = self.share.is_none_or(|share| {
            assets_before > 0 && share.compare(amount.into(), assets_before.into()).is_ge()
        });
        (amount > 0 && enough && of_assets).then(|| Evidence::Outflow {
            window: self.window(as_of),
            amount,
            transactions,
            assets_before,
            assets_on: self.assets_on(as_of),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    fn fires(at_least: Option<i64>, share: Option<u32>, amount: i64, assets_before: i64) -> bool {
        let share = share.map(|parts| Share::parse(parts).expect("a share"));
        let rule = Outflow { days: 30, at_least, share };
        rule.fires(day("2024-03-30"), Outgoing { amount, transactions: 1 }, assets_before).is_some()
    }

    #[test]
    fn sum_and_share_both_have_to_hold_where_both_are_asked_for() {
        // at least, share, amount, assets before, fires
        type Row = (Option<i64>, Option<u32>, i64, i64, bool);
        let table: [Row; 9] = [
            (Some(100), None, 100, 0, true),
            (Some(100), None, 99, 0, false),
            (None, Some(5_000_000), 50, 100, true),
            (None, Some(5_000_000), 49, 100, false),
            (Some(50), Some(5_000_000), 50, 100, true),
            (Some(51), Some(5_000_000), 50, 100, false),
            (Some(50), Some(5_000_000), 50, 101, false),
            (None, Some(5_000_000), 50, 0, false),
            (None, Some(5_000_000), 50, -1, false),
        ];
        for (at_least, share, amount, before, expected) in table {
            assert_eq!(
                fires(at_least, share, amount, before),
                expected,
                "{at_least:?} {share:?} {amount} {before}"
            );
        }
    }

    #[test]
    fn the_assets_are_those_of_the_last_month_end_before_the_days() {
        let on = |days, as_of| Outflow { days, at_least: Some(1), share: None }.assets_on(day(as_of));
        assert_eq!(on(31, "2024-03-31"), day("2024-02-29"));
        assert_eq!(on(30, "2024-03-31"), day("2024-02-29"));
        assert_eq!(on(32, "2024-03-31"), day("2024-01-31"));
        assert_eq!(on(1, "2025-01-01"), day("2024-12-31"));
    }
}
