//! A salary that no longer comes.
//!
//! Payers are not named in feeds, so a salary is what looks like one: payments of one kind from one bank, each of at
//! least so much, in each of the calendar months before the quiet days.

use super::{Evidence, Window, starts_at};
use crate::date::Day;
use crate::intake::{SHANGHAI_OFFSET_MINUTES, TransactionKind, business_day};

/// Kinds that feeds book a salary as.
pub const PAID_KINDS: [TransactionKind; 2] = [TransactionKind::Deposit, TransactionKind::TransferIn];

/// Payments came in each month and come no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SalaryStopped {
    /// Whole calendar months before that of the first quiet day, each with a payment.
    pub months: u8,
    /// The last days, without any.
    pub days: u16,
    /// Smallest payment that counts, in minor units.
    pub at_least: i64,
}

/// Payments of one kind from one bank to one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayStream {
    /// The kind.
    pub kind: TransactionKind,
    /// The bank, where the feed names one.
    pub bank: Option<String>,
    /// Of the months before the quiet days, those with a payment.
    pub months: u8,
    /// The latest payment, in milliseconds since 1970-01-01T00:00:00Z.
    pub last_at: i64,
    /// The smallest payment, in minor units.
    pub smallest: i64,
}

impl SalaryStopped {
    /// The days without a payment.
    pub fn quiet(self, as_of: Day) -> Window {
        Window::of(self.days, as_of)
    }

    /// First instants of the months that are looked at, ascending, and after them that of the month in which the quiet
    /// days begin.
    pub fn month_starts(self, as_of: Day) -> Vec<i64> {
        let last = self.quiet(as_of).first.month();
        let months = (0..=i32::from(self.months)).rev();
        months.map(|back| starts_at(last.plus(-back).first_day())).collect()
    }

    /// From all that comes in to a customer. Of several salaries that stopped, the greatest one tells.
    pub fn fires(self, as_of: Day, streams: &[PayStream]) -> Option<Evidence> {
        let quiet = self.quiet(as_of);
        let (quiet_from, _) = quiet.instants();
        let stopped =
            streams.iter().filter(|stream| stream.months >= self.months && stream.last_at < quiet_from);
        let found = stopped.max_by_key(|stream| (stream.smallest, stream.last_at))?;
        Some(Evidence::SalaryStopped {
            payment: found.kind,
            bank: found.bank.clone(),
            smallest: found.smallest,
            months: self.months,
            last_on: business_day(found.last_at, SHANGHAI_OFFSET_MINUTES),
            quiet,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: SalaryStopped = SalaryStopped { months: 3, days: 35, at_least: 500_000 };

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    fn stream(months: u8, last_on: &str, smallest: i64) -> PayStream {
        let last_at = starts_at(day(last_on));
        PayStream { kind: TransactionKind::TransferIn, bank: None, months, last_at, smallest }
    }

    #[test]
    fn a_stream_stops_when_its_latest_payment_lies_before_the_quiet_days() {
        let as_of = day("2024-03-20");
        assert_eq!(RULE.quiet(as_of).first, day("2024-02-15"));
        assert!(RULE.fires(as_of, &[stream(3, "2024-02-14", 1)]).is_some());
        assert!(RULE.fires(as_of, &[stream(3, "2024-02-15", 1)]).is_none());
        assert!(RULE.fires(as_of, &[stream(2, "2024-02-14", 1)]).is_none());
        assert!(RULE.fires(as_of, &[]).is_none());
    }

    #[test]
    fn months_lie_before_the_one_in_which_the_quiet_days_begin() {
        let starts = RULE.month_starts(day("2024-02-29"));
        let expected = ["2023-10-01", "2023-11-01", "2023-12-01", "2024-01-01"];
        assert_eq!(starts, expected.map(|date| starts_at(day(date))));
    }

    #[test]
    fn the_greatest_of_several_stopped_salaries_tells() {
        let streams = [stream(3, "2024-02-01", 600_000), stream(3, "2024-01-31", 900_000)];
        let found = RULE.fires(day("2024-03-20"), &streams).expect("a signal");
        assert!(matches!(found, Evidence::SalaryStopped { smallest: 900_000, .. }), "{found:?}");
    }
}
