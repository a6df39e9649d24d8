//! A customer who does nothing any more.
//!
//! "No transactions" finds almost nobody: fees and interest are booked, others send money, and standing orders keep
//! posting. So only what the customer does counts, and transfers only while they do not repeat like a standing order.

use super::{Evidence, Window};
use crate::balance::AccountClass;
use crate::date::Day;
use crate::intake::{SHANGHAI_OFFSET_MINUTES, TransactionKind, business_day};

/// Kinds that the customer sets off.
pub const OWN_KINDS: [TransactionKind; 6] = [
    TransactionKind::Purchase,
    TransactionKind::Deposit,
    TransactionKind::Withdrawal,
    TransactionKind::TransferOut,
    TransactionKind::Sale,
    TransactionKind::Refund,
];

/// Classes of accounts that a customer uses; a loan is paid back without anybody doing anything.
pub const USED_CLASSES: [AccountClass; 3] =
    [AccountClass::Deposit, AccountClass::Investment, AccountClass::CreditCard];

const DAY_MS: i64 = 86_400_000;

/// Kinds that a bank books by standing order: transfers, and products bought by a savings plan. Who buys something, pays
/// money in or takes it out does so each time, however regularly.
pub const ORDER_KINDS: [TransactionKind; 2] = [TransactionKind::TransferOut, TransactionKind::Sale];

/// A transaction of these kinds is a standing order's when at each of these distances before it, in milliseconds from the
/// least to the most, there is another of the same kind and amount: one, two and three months earlier, three days more or
/// less; and when none is nearer than [`ALONE_MS`].
pub const REPEATS_MS: [(i64, i64); 3] =
    [(25 * DAY_MS, 34 * DAY_MS), (56 * DAY_MS, 65 * DAY_MS), (86 * DAY_MS, 95 * DAY_MS)];

/// What comes again before the shortest month, three days less, does not come by the month: a customer who sends the same
/// every week would otherwise repeat at all three distances.
pub const ALONE_MS: i64 = REPEATS_MS[0].0;

/// No transaction of the customer's own in the last days, though an account was open all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactive {
    /// Days looked at.
    pub days: u16,
}

impl Inactive {
    /// The days looked at.
    pub fn window(self, as_of: Day) -> Window {
        Window::of(self.days, as_of)
    }

    /// From the customer's own latest transaction up to the date, in milliseconds, if one is known.
    pub fn fires(self, as_of: Day, last_at: Option<i64>) -> Option<Evidence> {
        let window = self.window(as_of);
        let (from, _) = window.instants();
        last_at.is_none_or(|at| at < from).then(|| Evidence::Inactive {
            window,
            last_on: last_at.map(|at| business_day(at, SHANGHAI_OFFSET_MINUTES)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::starts_at;

    #[test]
    fn the_first_instant_of_the_days_is_activity_and_the_one_before_is_not() {
        let as_of = Day::parse("2024-03-01").expect("a date");
        let rule = Inactive { days: 2 };
        let first = starts_at(Day::parse("2024-02-29").expect("a date"));
        assert!(rule.fires(as_of, Some(first)).is_none());
        let last_on = Day::parse("2024-02-28").ok();
        let window = rule.window(as_of);
        assert_eq!(rule.fires(as_of, Some(first - 1)), Some(Evidence::Inactive { window, last_on }));
        assert_eq!(rule.fires(as_of, None), Some(Evidence::Inactive { window, last_on: None }));
    }

    #[test]
    fn a_day_of_any_month_repeats_one_to_three_months_later() {
        for (date, earlier) in [
            ("2024-03-31", ["2024-02-29", "2024-01-31", "2023-12-31"]),
            ("2023-05-01", ["2023-04-01", "2023-03-01", "2023-02-01"]),
            ("2023-03-01", ["2023-02-01", "2023-01-01", "2022-12-01"]),
        ] {
            let at = |text: &str| starts_at(Day::parse(text).expect("a date"));
            for ((least, most), earlier) in REPEATS_MS.into_iter().zip(earlier) {
                let distance = at(date) - at(earlier);
                let slack = 3 * DAY_MS;
                assert!(distance - slack >= least && distance + slack <= most, "{date} {earlier}");
            }
        }
    }
}
