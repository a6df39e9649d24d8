//! Months and days of the calendar, for generated and loaded data.

use std::fmt;

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::failure::Failure;

/// Months since year 0: `year * 12 + month - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarMonth(i32);

const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
    Some(date) => date,
    None => panic!("1970-01-01 exists"),
};

impl CalendarMonth {
    /// The month that `date` is in.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 12 + date.month0() as i32)
    }

    /// The latest month that is over on `date`.
    pub fn complete_on(date: NaiveDate) -> Self {
        Self::of(date + TimeDelta::days(1)).plus(-1)
    }

    /// The month `months` later, or earlier when negative.
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0.div_euclid(12), self.0.rem_euclid(12) as u32 + 1, 1).unwrap_or(EPOCH)
    }

    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        self.plus(1).first_day() - TimeDelta::days(1)
    }

    /// How many months later than `earlier` this one is.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for CalendarMonth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Reads a date argument.
pub fn parse_date(text: &str) -> Result<NaiveDate, Failure> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| Failure::new(format!("{text:?} is not a date"), "write it as YYYY-MM-DD"))
}

/// Today in UTC. Only the default of an argument: whatever must be repeatable is given its date.
pub fn today() -> NaiveDate {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    EPOCH + TimeDelta::days((since.as_secs() / 86_400) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_complete_month_ends_on_or_before_the_date() {
        for (date, month) in [("2026-11-22", "2026-10"), ("2026-11-30", "2026-11"), ("2026-01-01", "2025-12")]
        {
            assert_eq!(CalendarMonth::complete_on(parse_date(date).unwrap()).to_string(), month);
        }
    }

    #[test]
    fn a_month_knows_its_last_day() {
        let february = CalendarMonth::of(parse_date("2024-02-10").unwrap());
        assert_eq!(february.last_day().to_string(), "2024-02-29");
        assert_eq!(february.plus(12).last_day().to_string(), "2025-02-28");
        assert_eq!(february.plus(12).since(february), 12);
    }
}
