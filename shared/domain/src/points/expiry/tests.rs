//! The calendar at its edges.

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn rolling(amount: u16, unit: Unit) -> Expiry {
    Expiry::Rolling { amount, unit }
}

fn dates(dates: &[(u8, u8)], at_least_days: u16) -> Expiry {
    Expiry::Dates { dates: dates.to_vec(), at_least_days }
}

#[test]
fn a_lot_ends_at_the_end_of_the_day_that_its_form_names() {
    let table = [
        (rolling(1, Unit::Days), "2026-12-31", "2027-01-01"),
        (rolling(365, Unit::Days), "2027-03-01", "2028-02-29"),
        (rolling(1, Unit::Months), "2026-01-31", "2026-02-28"),
        (rolling(1, Unit::Months), "2028-01-31", "2028-02-29"),
        (rolling(1, Unit::Months), "2026-02-28", "2026-03-28"),
        (rolling(13, Unit::Months), "2026-12-31", "2028-01-31"),
        (rolling(1, Unit::Years), "2024-02-29", "2025-02-28"),
        (rolling(4, Unit::Years), "2024-02-29", "2028-02-29"),
        (rolling(1, Unit::Years), "2099-02-28", "2100-02-28"),
        (Expiry::MonthEnd { months: 0 }, "2026-02-01", "2026-02-28"),
        (Expiry::MonthEnd { months: 0 }, "2026-02-28", "2026-02-28"),
        (Expiry::MonthEnd { months: 12 }, "2027-02-10", "2028-02-29"),
        (Expiry::MonthEnd { months: 2 }, "2026-12-31", "2027-02-28"),
        (Expiry::YearEnd { years: 0 }, "2026-12-31", "2026-12-31"),
        (Expiry::YearEnd { years: 1 }, "2026-01-01", "2027-12-31"),
        (Expiry::YearEnd { years: 1 }, "2026-12-31", "2027-12-31"),
        (dates(&[(6, 30), (12, 31)], 0), "2026-06-30", "2026-06-30"),
        (dates(&[(6, 30), (12, 31)], 0), "2026-07-01", "2026-12-31"),
        (dates(&[(6, 30), (12, 31)], 30), "2026-05-31", "2026-06-30"),
        (dates(&[(6, 30), (12, 31)], 30), "2026-06-01", "2026-12-31"),
        (dates(&[(12, 31), (6, 30)], 30), "2026-12-02", "2027-06-30"),
        (dates(&[(3, 31)], 400), "2026-01-01", "2027-03-31"),
        (dates(&[(2, 29)], 0), "2027-02-28", "2027-02-28"),
        (dates(&[(2, 29)], 0), "2028-02-28", "2028-02-29"),
        (dates(&[(2, 29)], 0), "2028-03-01", "2029-02-28"),
        (Expiry::Inactivity { months: 6 }, "2026-08-31", "2027-02-28"),
    ];
    for (form, available_on, last) in table {
        assert_eq!(form.last_day(day(available_on)), Some(day(last)), "{form:?} from {available_on}");
        assert_eq!(form.check(), Ok(()), "{form:?}");
    }
    assert_eq!(Expiry::Never.last_day(day("2026-01-01")), None);
}

#[test]
fn a_form_that_makes_no_sense_is_refused_with_its_place() {
    let table = [
        (rolling(0, Unit::Days), "/expiry/rolling/amount"),
        (rolling(36_501, Unit::Days), "/expiry/rolling/amount"),
        (rolling(1_201, Unit::Months), "/expiry/rolling/amount"),
        (rolling(101, Unit::Years), "/expiry/rolling/amount"),
        (Expiry::MonthEnd { months: 1_201 }, "/expiry/month_end/months"),
        (Expiry::YearEnd { years: 101 }, "/expiry/year_end/years"),
        (dates(&[], 0), "/expiry/dates/dates"),
        (dates(&[(1, 1); MOST_DATES + 1], 0), "/expiry/dates/dates"),
        (dates(&[(6, 30), (0, 1)], 0), "/expiry/dates/dates/1"),
        (dates(&[(13, 1)], 0), "/expiry/dates/dates/0"),
        (dates(&[(2, 30)], 0), "/expiry/dates/dates/0"),
        (dates(&[(6, 31)], 0), "/expiry/dates/dates/0"),
        (dates(&[(6, 0)], 0), "/expiry/dates/dates/0"),
        (dates(&[(6, 30), (6, 30)], 0), "/expiry/dates/dates/1"),
        (dates(&[(6, 30)], 3_661), "/expiry/dates/at_least_days"),
        (Expiry::Inactivity { months: 0 }, "/expiry/inactivity/months"),
        (Expiry::Inactivity { months: 1_201 }, "/expiry/inactivity/months"),
    ];
    for (form, pointer) in table {
        assert_eq!(form.check().map_err(|error| error.pointer), Err(pointer.to_owned()), "{form:?}");
    }
}

#[test]
fn a_form_is_shorter_when_some_lot_would_end_earlier() {
    let inactive = |months| Expiry::Inactivity { months };
    let (year, leap_days) = (rolling(1, Unit::Years), rolling(366, Unit::Days));
    let table = [
        (rolling(12, Unit::Months), year.clone(), false),
        (year.clone(), rolling(12, Unit::Months), false),
        (rolling(365, Unit::Days), year.clone(), true),
        (year.clone(), rolling(365, Unit::Days), false),
        (year.clone(), leap_days.clone(), true),
        (leap_days, year.clone(), false),
        (year.clone(), Expiry::Never, true),
        (Expiry::Never, year.clone(), false),
        (Expiry::Never, Expiry::Never, false),
        (Expiry::MonthEnd { months: 12 }, year.clone(), false),
        (year.clone(), Expiry::MonthEnd { months: 12 }, true),
        (Expiry::YearEnd { years: 1 }, year.clone(), false),
        (dates(&[(12, 31)], 365), Expiry::YearEnd { years: 1 }, true),
        (dates(&[(6, 30), (12, 31)], 0), dates(&[(12, 31)], 0), true),
        (inactive(12), inactive(13), true),
        (inactive(13), inactive(12), false),
        (inactive(12), Expiry::Never, true),
        (inactive(12), year.clone(), false),
        // Somebody who stays active would have kept them for ever.
        (rolling(50, Unit::Years), inactive(12), true),
        (Expiry::Never, inactive(12), false),
    ];
    for (form, other, expected) in table {
        assert_eq!(form.is_shorter_than(&other), expected, "{form:?} than {other:?}");
    }
}
