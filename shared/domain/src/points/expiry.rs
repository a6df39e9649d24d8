//! Until when points can be spent.
//!
//! Known: the first day on which a lot can be spent; a term counts from there and not from the event. Promised: the
//! last day is never before it, and a lot that can be spent later never ends earlier.

use super::rule::RuleError;
use crate::date::{Day, Month};

/// Longest term, in years.
pub const MOST_YEARS: u16 = 100;

/// Most dates of a list.
pub const MOST_DATES: usize = 24;

/// Longest time that a lot keeps before a date ends it, in days.
pub const MOST_AT_LEAST_DAYS: u16 = 3_660;

/// What a rolling term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Days.
    Days,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

impl Unit {
    /// Every unit with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("days", Self::Days), ("months", Self::Months), ("years", Self::Years)];

    /// The longest term in this unit.
    const fn most(self) -> u16 {
        match self {
            Unit::Days => MOST_YEARS * 365,
            Unit::Months => MOST_YEARS * 12,
            Unit::Years => MOST_YEARS,
        }
    }
}

/// When lots of a rule end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// They do not.
    Never,
    /// So long after the first day.
    Rolling {
        /// Above zero.
        amount: u16,
        /// Of what.
        unit: Unit,
    },
    /// At the end of the month that is so many months after that of the first day; 0: of the same month.
    MonthEnd {
        /// Calendar months.
        months: u16,
    },
    /// At the end of the year that is so many years after that of the first day; 0: of the same year.
    YearEnd {
        /// Calendar years.
        years: u16,
    },
    /// On the next of these dates, but not before a lot has been there for some days.
    Dates {
        /// Month and day. 29 February is the last of February in years without it.
        dates: Vec<(u8, u8)>,
        /// Days between the first day and the date at least.
        at_least_days: u16,
    },
    /// So many months after the customer's last activity.
    Inactivity {
        /// Calendar months.
        months: u16,
    },
}

impl Expiry {
    /// The last day on which a lot can be spent that can be spent from `available_on`; none when it does not end. Of
    /// inactivity: the one that holds while nothing further happens.
    pub fn last_day(&self, available_on: Day) -> Option<Day> {
        let month = available_on.month();
        match self {
            Expiry::Never => None,
            Expiry::Rolling { amount, unit: Unit::Days } => Some(available_on.plus(i32::from(*amount))),
            Expiry::Rolling { amount, unit: Unit::Months } | Expiry::Inactivity { months: amount } => {
                Some(months_later(available_on, i32::from(*amount)))
            }
            Expiry::Rolling { amount, unit: Unit::Years } => {
                Some(months_later(available_on, i32::from(*amount) * 12))
            }
            Expiry::MonthEnd { months } => Some(month.plus(i32::from(*months)).last_day()),
            Expiry::YearEnd { years } => Some(date_in(year_of(month) + i32::from(*years), 12, 31)),
            Expiry::Dates { dates, at_least_days } => {
                next_date(dates, available_on.plus(i32::from(*at_least_days)))
            }
        }
    }

    /// Checks what a form alone can break; pointers are those of a rule.
    pub fn check(&self) -> Result<(), RuleError> {
        let within = |possible: bool, pointer: &str, reason| {
            if possible { Ok(()) } else { Err(RuleError::new(pointer, reason)) }
        };
        match self {
            Expiry::Never => Ok(()),
            Expiry::Rolling { amount, unit } => within(
                (1..=unit.most()).contains(amount),
                "/expiry/rolling/amount",
                "a term is above zero and at most 100 years",
            ),
            Expiry::MonthEnd { months } => within(
                *months <= Unit::Months.most(),
                "/expiry/month_end/months",
                "0 to 1200 months are asked for",
            ),
            Expiry::YearEnd { years } => {
                within(*years <= MOST_YEARS, "/expiry/year_end/years", "0 to 100 years are asked for")
            }
            Expiry::Dates { dates, at_least_days } => {
                check_dates(dates)?;
                within(
                    *at_least_days <= MOST_AT_LEAST_DAYS,
                    "/expiry/dates/at_least_days",
                    "0 to 3660 days are asked for",
                )
            }
            Expiry::Inactivity { months } => within(
                (1..=Unit::Months.most()).contains(months),
                "/expiry/inactivity/months",
                "1 to 1200 months are asked for",
            ),
        }
    }

    /// The months without activity after which lots end; none when they end by something else.
    pub fn inactivity_months(&self) -> Option<u16> {
        match self {
            Expiry::Inactivity { months } => Some(*months),
            _ => None,
        }
    }

    /// True when a lot ends earlier by this form than by the other, for some day of issue.
    ///
    /// Lots of a customer who stays active never end by inactivity, so that any other form which ends them is shorter.
    /// Four years of days of issue show whatever the calendar can do to a term before 2100.
    pub fn is_shorter_than(&self, other: &Self) -> bool {
        if other.inactivity_months().is_some() && self.inactivity_months().is_none() {
            return *self != Expiry::Never;
        }
        let first = date_in(2024, 1, 1).number();
        let mut four_years = (first..first + 4 * 365 + 1).map(Day::from_number);
        four_years.any(|day| match (self.last_day(day), other.last_day(day)) {
            (Some(own), Some(its)) => own < its,
            (own, its) => own.is_some() && its.is_none(),
        })
    }
}

fn check_dates(dates: &[(u8, u8)]) -> Result<(), RuleError> {
    if !(1..=MOST_DATES).contains(&dates.len()) {
        return Err(RuleError::new("/expiry/dates/dates", "1 to 24 dates are asked for"));
    }
    for (place, (month, day)) in dates.iter().enumerate() {
        let wrong = |reason| Err(RuleError::new(format!("/expiry/dates/dates/{place}"), reason));
        // 2024 has a 29 February.
        let days = || Month::from_number(2024 * 12 + i32::from(*month) - 1).days();
        if !(1..=12).contains(month) || *day == 0 || i32::from(*day) > days() {
            return wrong("a date is MM-DD and exists in the calendar");
        }
        if dates[..place].contains(&(*month, *day)) {
            return wrong("the date is named before");
        }
    }
    Ok(())
}

/// The same day so many months later; the last of the month when the month is shorter.
pub fn months_later(day: Day, months: i32) -> Day {
    let month = day.month().plus(months);
    let days_before = day.number() - day.month().first_day().number();
    month.first_day().plus(days_before.min(month.days() - 1))
}

fn year_of(month: Month) -> i32 {
    month.number().div_euclid(12)
}

/// A date of a year; the last of the month when the month is shorter.
fn date_in(year: i32, month: u8, day: u8) -> Day {
    let month = Month::from_number(year * 12 + i32::from(month) - 1);
    month.first_day().plus((i32::from(day) - 1).min(month.days() - 1))
}

/// The first of the dates that is not before `from`: one of this year or of the next.
fn next_date(dates: &[(u8, u8)], from: Day) -> Option<Day> {
    let year = year_of(from.month());
    let in_year = |year: i32| dates.iter().map(move |(month, day)| date_in(year, *month, *day));
    in_year(year).chain(in_year(year + 1)).filter(|date| *date >= from).min()
}

#[cfg(test)]
mod tests;
