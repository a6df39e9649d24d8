//! Assets that shrank: an average against the one before, or a close against an earlier one.
//!
//! What remains on the accounts tells where "no transactions" does not, because standing orders keep posting.

use super::{Evidence, Share};
use crate::balance::AccountClass;
use crate::date::Day;

/// Classes of accounts that are assets.
pub const ASSET_CLASSES: [AccountClass; 2] = [AccountClass::Deposit, AccountClass::Investment];

/// The average assets of the latest months are at most this share of the average of as many months before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRatio {
    /// Months of each half.
    pub months: u8,
    /// Share that is left.
    pub at_most: Share,
}

impl BalanceRatio {
    /// Months of average assets that the rule looks at.
    pub fn months_of_assets(self) -> usize {
        2 * usize::from(self.months)
    }

    /// `assets(k)` are the average assets of the month k months before that of `as_of`. Who had nothing before has
    /// nothing to take away.
    pub fn fires(self, as_of: Day, assets: impl Fn(usize) -> i64) -> Option<Evidence> {
        let months = usize::from(self.months);
        let sum = |from: usize| (from..from + months).map(|month| i128::from(assets(month))).sum::<i128>();
        let (after, before) = (sum(0), sum(months));
        let fires = before > 0 && self.at_most.compare(after, before).is_le();
        let average = |sum: i128| {
            let average = sum / (months.max(1) as i128);
            average.clamp(i64::MIN.into(), i64::MAX.into()) as i64
        };
        fires.then(|| Evidence::BalanceRatio {
            before: average(before),
            after: average(after),
            months: self.months,
            to: as_of.month(),
        })
    }
}

/// How far back the earlier close lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Month ends so many months apart.
    Months(u8),
    /// Daily closes so many days apart.
    Days(u16),
}

/// Assets are lower by at least this share than at an earlier close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssetsDown {
    /// Between the two closes.
    pub over: Span,
    /// Share that is gone.
    pub at_least: Share,
}

impl AssetsDown {
    /// The days of the earlier and of the later close.
    pub fn closes(self, as_of: Day) -> (Day, Day) {
        match self.over {
            Span::Months(months) => {
                let month = as_of.month();
                (month.plus(-i32::from(months)).last_day(), month.last_day())
            }
            Span::Days(days) => (as_of.plus(-i32::from(days)), as_of),
        }
    }

    /// From the assets at both closes, in minor units. Who had nothing before has nothing to take away.
    pub fn fires(self, as_of: Day, before: i64, after: i64) -> Option<Evidence> {
        let gone = i128::from(before) - i128::from(after);
        let fires = before > 0 && gone > 0 && self.at_least.compare(gone, before.into()).is_ge();
        let (before_on, after_on) = self.closes(as_of);
        fires.then_some(Evidence::AssetsDown { before, before_on, after, after_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE_QUARTERS: u32 = 7_500_000;

    fn share(parts: u32) -> Share {
        Share::parse(parts).expect("a share")
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    fn shrank(at_most: u32, newest_first: &[i64]) -> bool {
        let rule = BalanceRatio { months: (newest_first.len() / 2) as u8, at_most: share(at_most) };
        assert_eq!(newest_first.len(), rule.months_of_assets());
        rule.fires(day("2024-02-29"), |month| newest_first[month]).is_some()
    }

    fn fell(at_least: u32, before: i64, after: i64) -> bool {
        let rule = AssetsDown { over: Span::Months(3), at_least: share(at_least) };
        rule.fires(day("2024-02-29"), before, after).is_some()
    }

    #[test]
    fn a_ratio_exactly_on_the_share_fires_and_one_fen_more_does_not() {
        assert!(shrank(THREE_QUARTERS, &[70, 80, 100, 100]));
        assert!(!shrank(THREE_QUARTERS, &[70, 81, 100, 100]));
    }

    #[test]
    fn a_fall_exactly_of_the_share_fires_and_one_fen_less_does_not() {
        assert!(fell(3_000_000, 100, 70));
        assert!(!fell(3_000_000, 100, 71));
    }

    #[test]
    fn who_had_nothing_or_less_does_not_fall() {
        for before in [0, -100] {
            assert!(!shrank(10_000_000, &[-500, before]));
            assert!(!fell(0, before, -500));
        }
    }

    #[test]
    fn who_has_as_much_as_before_has_not_fallen() {
        assert!(!fell(0, 100, 100));
    }

    #[test]
    fn the_greatest_amounts_do_not_overflow() {
        assert!(shrank(10_000_000, &[i64::MAX; 24]));
        assert!(fell(10_000_000, i64::MAX, i64::MIN));
    }

    #[test]
    fn closes_are_month_ends_or_days_and_know_the_leap_day() {
        let of = |over| AssetsDown { over, at_least: share(1) };
        let closes = |over, as_of| of(over).closes(day(as_of));
        assert_eq!(closes(Span::Months(1), "2024-03-15"), (day("2024-02-29"), day("2024-03-31")));
        assert_eq!(closes(Span::Days(1), "2024-03-01"), (day("2024-02-29"), day("2024-03-01")));
        assert_eq!(closes(Span::Days(31), "2025-01-31"), (day("2024-12-31"), day("2025-01-31")));
    }
}
