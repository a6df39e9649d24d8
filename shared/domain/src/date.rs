//! Business dates and months. A date is a day in the programme's time zone; what zone that was is settled at the edge.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Months since year 0: `year * 12 + month - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// Why a text is not a date or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not `YYYY-MM-DD`, or a day that the calendar does not have.
    #[error("a date is YYYY-MM-DD and exists in the calendar, between 1900-01-01 and 2199-12-31")]
    Day,
    /// Not `YYYY-MM`, or a month past 12.
    #[error("a month is YYYY-MM with a month from 01 to 12, between 1900-01 and 2199-12")]
    Month,
}

const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
    Some(date) => date,
    None => panic!("1970-01-01 exists"),
};

/// Years that business dates may have; a figure outside is a mistake in the feed.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

fn digits(text: &str) -> Option<i32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl Day {
    /// From the number that the store keeps.
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01, as the store keeps it.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From a calendar date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(date.signed_duration_since(EPOCH).num_days() as i32)
    }

    /// Parses `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
            return Err(DateError::Day);
        }
        let (year, month, day) = (digits(&text[0..4]), digits(&text[5..7]), digits(&text[8..10]));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(DateError::Day) };
        if !YEARS.contains(&year) {
            return Err(DateError::Day);
        }
        NaiveDate::from_ymd_opt(year, month as u32, day as u32).map(Self::from_date).ok_or(DateError::Day)
    }

    /// The calendar date.
    pub fn date(self) -> NaiveDate {
        EPOCH.checked_add_signed(chrono::TimeDelta::days(self.0.into())).unwrap_or(NaiveDate::MAX)
    }

    /// The month the day is in.
    pub fn month(self) -> Month {
        let date = self.date();
        Month(date.year() * 12 + date.month0() as i32)
    }

    /// The day `days` later (or earlier, when negative).
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl Month {
    /// From the number that the store keeps.
    pub const fn from_number(months: i32) -> Self {
        Self(months)
    }

    /// Months since year 0, as the store keeps it.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Parses `YYYY-MM`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() != 7 || bytes[4] != b'-' || !text.is_ascii() {
            return Err(DateError::Month);
        }
        let (Some(year), Some(month)) = (digits(&text[0..4]), digits(&text[5..7])) else {
            return Err(DateError::Month);
        };
        if !YEARS.contains(&year) || !(1..=12).contains(&month) {
            return Err(DateError::Month);
        }
        Ok(Self(year * 12 + month - 1))
    }

    /// The first day of the month.
    pub fn first_day(self) -> Day {
        let (year, month0) = (self.0.div_euclid(12), self.0.rem_euclid(12) as u32);
        Day::from_date(NaiveDate::from_ymd_opt(year, month0 + 1, 1).unwrap_or(EPOCH))
    }

    /// The last day of the month.
    pub fn last_day(self) -> Day {
        self.plus(1).first_day().plus(-1)
    }

    /// Days in the month.
    pub fn days(self) -> i32 {
        self.plus(1).first_day().0 - self.first_day().0
    }

    /// The month `months` later (or earlier, when negative).
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(formatter, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_read_and_print_alike() {
        for text in ["1970-01-01", "1900-01-01", "2199-12-31", "2024-02-29"] {
            assert_eq!(Day::parse(text).map(|day| day.to_string()).as_deref(), Ok(text));
        }
        for text in ["1993-01", "2024-12", "1900-01"] {
            assert_eq!(Month::parse(text).map(|month| month.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Month::parse("1993-02").map(|month| month.days()), Ok(28));
        assert_eq!(
            Month::parse("2024-02").map(|month| month.last_day().to_string()).as_deref(),
            Ok("2024-02-29")
        );
    }

    #[test]
    fn days_that_the_calendar_lacks_are_refused() {
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-1-01",
            "+023-01-01",
            "2023-01-0é",
            "",
            "1899-12-31",
        ] {
            assert_eq!(Day::parse(text), Err(DateError::Day), "{text}");
        }
        for text in ["2023-13", "2023-00", "2023-1", "2023/01", "23-01"] {
            assert_eq!(Month::parse(text), Err(DateError::Month), "{text}");
        }
    }
}
