//! Laws of terms: lots that can be spent later never end earlier, and a worse term is noticed.

use domain::date::{Day, Month};
use domain::points::expiry::{Expiry, Unit};
use proptest::prelude::*;

fn form() -> impl Strategy<Value = Expiry> {
    let unit = prop_oneof![Just(Unit::Days), Just(Unit::Months), Just(Unit::Years)];
    let date = (1_u8..13, 1_u8..32).prop_map(|(month, day)| {
        let days = Month::from_number(2024 * 12 + i32::from(month) - 1).days();
        (month, day.min(days as u8))
    });
    let dates = proptest::collection::btree_set(date, 1..6);
    prop_oneof![
        Just(Expiry::Never),
        (1_u16..100, unit).prop_map(|(amount, unit)| Expiry::Rolling { amount, unit }),
        (0_u16..40).prop_map(|months| Expiry::MonthEnd { months }),
        (0_u16..10).prop_map(|years| Expiry::YearEnd { years }),
        (dates, 0_u16..800).prop_map(|(dates, at_least_days)| Expiry::Dates {
            dates: dates.into_iter().collect(),
            at_least_days,
        }),
        (1_u16..40).prop_map(|months| Expiry::Inactivity { months }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// From 1970 to 2100, whatever the form.
    #[test]
    fn a_later_lot_never_ends_earlier_and_none_before_it_begins(
        form in form(),
        first in 0_i32..47_000,
        days in 0_i32..800,
    ) {
        prop_assert_eq!(form.check(), Ok(()));
        let (first, later) = (Day::from_number(first), Day::from_number(first + days));
        let (of_first, of_later) = (form.last_day(first), form.last_day(later));
        let never = form == Expiry::Never;
        prop_assert_eq!((of_first.is_none(), of_later.is_none()), (never, never));
        prop_assert!(of_first.is_none_or(|last| last >= first), "{:?} from {}", form, first);
        prop_assert!(of_first <= of_later, "{:?} from {} and {}", form, first, later);
    }

    /// A form is never shorter than itself, and is found to be shorter than one by which some lot ends later.
    #[test]
    fn the_guard_of_terms_agrees_with_the_lots(form in form(), other in form(), day in 19_723_i32..21_184) {
        prop_assert!(!form.is_shorter_than(&form));
        let day = Day::from_number(day);
        let ends_earlier = match (form.last_day(day), other.last_day(day)) {
            (Some(own), Some(its)) => own < its,
            (own, its) => own.is_some() && its.is_none(),
        };
        prop_assert!(!ends_earlier || form.is_shorter_than(&other), "{:?} {:?} {}", form, other, day);
    }
}
