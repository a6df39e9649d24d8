//! Exchange between a partner's units and points at a ratio of whole numbers, rounded in one known way.

use super::rule::Rounding;

/// What either side of a ratio may be.
const SIDES: std::ops::RangeInclusive<i64> = 1..=1_000_000_000;

/// So many of what is given for so many of what is taken: 3 / 2 makes 15 of 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    numerator: i64,
    denominator: i64,
}

/// What was exchanged so far at a ratio and a rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// Units taken.
    pub units: i64,
    /// Points given for them.
    pub points: i64,
}

/// Why a ratio is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// The numerator is out of range.
    #[error("a numerator is a whole number from 1 to 1000000000")]
    Numerator,
    /// The denominator is out of range.
    #[error("a denominator is a whole number from 1 to 1000000000")]
    Denominator,
}

impl Rate {
    /// A ratio, both sides from 1 to 1 000 000 000; it is kept as it was written, not reduced.
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, RateError> {
        if !SIDES.contains(&numerator) {
            return Err(RateError::Numerator);
        }
        if !SIDES.contains(&denominator) {
            return Err(RateError::Denominator);
        }
        Ok(Self { numerator, denominator })
    }

    /// The units given.
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The units taken.
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// What is given for `units`, rounded once. Nothing for fewer than none, or when the result is too large to count;
    /// it can be 0, which nobody should book.
    pub fn convert(&self, units: i64, rounding: Rounding) -> Option<i64> {
        if units < 0 {
            return None;
        }
        // 63 bits by 30 bits: far from the end of 128.
        let product = i128::from(units) * i128::from(self.numerator);
        i64::try_from(rounding.divide(product, i128::from(self.denominator))).ok()
    }

    /// What is given for `units` after what was exchanged before: so much that all units together get what they would
    /// get at once. Rounding each part by itself would let parts add up to more than the whole. It can be 0, while a
    /// part of a point waits for the next units. Nothing for fewer than none, or when the sum is too large to count.
    pub fn convert_further(&self, before: Exchanged, units: i64, rounding: Rounding) -> Option<i64> {
        if units < 0 {
            return None;
        }
        let all = self.convert(before.units.checked_add(units)?, rounding)?;
        Some(all.saturating_sub(before.points).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROUNDINGS: [Rounding; 3] = [Rounding::Floor, Rounding::HalfUp, Rounding::Ceiling];

    fn converted(ratio: (i64, i64), units: i64) -> [Option<i64>; 3] {
        let rate = Rate::new(ratio.0, ratio.1).expect("a rate");
        ROUNDINGS.map(|rounding| rate.convert(units, rounding))
    }

    #[test]
    fn units_become_points_at_the_ratio_and_are_rounded_as_agreed() {
        for (ratio, units, expected) in [
            ((3, 2), 10, [15, 15, 15]),
            ((3, 2), 1, [1, 2, 2]),
            ((1, 3), 1, [0, 0, 1]),
            ((1, 3), 2, [0, 1, 1]),
            ((1, 100), 49, [0, 0, 1]),
            ((1, 100), 50, [0, 1, 1]),
            ((1, 100), 100, [1, 1, 1]),
            ((7, 1), 0, [0, 0, 0]),
            ((1_000_000_000, 1_000_000_000), i64::MAX, [i64::MAX; 3]),
            ((1, 1_000_000_000), i64::MAX, [9_223_372_036, 9_223_372_037, 9_223_372_037]),
        ] {
            assert_eq!(converted(ratio, units), expected.map(Some), "{units} at {ratio:?}");
        }
    }

    #[test]
    fn what_cannot_be_counted_is_no_result() {
        assert_eq!(converted((2, 1), i64::MAX), [None; 3]);
        assert_eq!(converted((2, 1), i64::MAX / 2), [Some(i64::MAX - 1); 3]);
        assert_eq!(converted((1, 1), -1), [None; 3]);
    }

    #[test]
    fn both_sides_of_a_ratio_are_from_one_to_a_thousand_million() {
        for side in [1, 2, 999_999_999, 1_000_000_000] {
            assert!(Rate::new(side, 1).is_ok() && Rate::new(1, side).is_ok(), "{side}");
        }
        for side in [i64::MIN, -1, 0, 1_000_000_001, i64::MAX] {
            assert_eq!(Rate::new(side, 1), Err(RateError::Numerator), "{side}");
            assert_eq!(Rate::new(1, side), Err(RateError::Denominator), "{side}");
        }
    }

    #[test]
    fn what_comes_further_is_what_all_units_get_less_what_was_given() {
        let half = Rate::new(1, 2).expect("a rate");
        let further =
            |units, points, more, rounding| half.convert_further(Exchanged { units, points }, more, rounding);
        assert_eq!(further(0, 0, 1, Rounding::HalfUp), Some(1));
        assert_eq!(further(1, 1, 1, Rounding::HalfUp), Some(0));
        assert_eq!(further(1, 0, 1, Rounding::Floor), Some(1));
        assert_eq!(further(1, 9, 1, Rounding::Ceiling), Some(0), "never below nothing");
        assert_eq!(further(0, 0, -1, Rounding::Floor), None);
        assert_eq!(further(1, 0, i64::MAX, Rounding::Floor), None);
    }

    proptest! {
        #[test]
        fn parts_together_get_what_the_whole_would(
            parts in proptest::collection::vec(1_i64..=1_000, 1..20),
            numerator in 1_i64..=1_000,
            denominator in 1_i64..=1_000,
        ) {
            let rate = Rate::new(numerator, denominator).expect("a rate");
            for rounding in ROUNDINGS {
                let mut so_far = Exchanged::default();
                for units in &parts {
                    let points = rate.convert_further(so_far, *units, rounding).expect("small enough");
                    so_far = Exchanged { units: so_far.units + units, points: so_far.points + points };
                }
                prop_assert_eq!(Some(so_far.points), rate.convert(so_far.units, rounding));
            }
        }

        #[test]
        fn rounding_down_there_and_back_makes_nothing_of_nothing(
            units in 0_i64..=1_000_000_000_000,
            numerator in 1_i64..=1_000,
            denominator in 1_i64..=1_000,
        ) {
            let there = Rate::new(numerator, denominator).expect("a rate");
            let back = Rate::new(denominator, numerator).expect("a rate");
            let given = there.convert(units, Rounding::Floor).expect("small enough");
            prop_assert!(back.convert(given, Rounding::Floor).is_some_and(|returned| returned <= units));
        }

        #[test]
        fn roundings_differ_by_one_at_most_and_in_their_order(
            units in 0_i64..=1_000_000_000_000,
            numerator in 1_i64..=1_000_000,
            denominator in 1_i64..=1_000_000,
        ) {
            let points = converted((numerator, denominator), units);
            let [floor, half_up, ceiling] = points.map(|points| points.expect("small enough"));
            prop_assert!(floor <= half_up && half_up <= ceiling && ceiling - floor <= 1);
        }
    }
}
