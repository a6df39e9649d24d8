//! Changes of assets between two months, and the largest of them without keeping all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which changes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Assets that grew.
    Rise,
    /// Assets that shrank.
    Fall,
}

impl Trend {
    /// Every trend with its name.
    pub const NAMES: [(&'static str, Self); 2] = [("rise", Self::Rise), ("fall", Self::Fall)];
}

/// A customer's assets at two month ends, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The customer's place in the book.
    pub customer_ref: u32,
    /// At the end of the first month.
    pub before: i64,
    /// At the end of the last month.
    pub after: i64,
}

impl Change {
    /// The rise, or the fall below zero; stands at the limit where 64 bits are too few.
    pub fn amount(&self) -> i64 {
        self.after.saturating_sub(self.before)
    }
}

/// Size, number with the lower ones last, before, after.
type Entry = (i128, Reverse<u32>, i64, i64);

/// The largest changes of one trend among all that are offered; of equal ones those with the lower numbers.
#[derive(Debug)]
pub struct Largest {
    trend: Trend,
    limit: usize,
    /// The smallest of them on top.
    kept: BinaryHeap<Reverse<Entry>>,
}

impl Largest {
    /// Keeps at most `limit`, which is above zero.
    pub fn new(trend: Trend, limit: usize) -> Self {
        Self { trend, limit, kept: BinaryHeap::with_capacity(limit + 1) }
    }

    /// Looks at a change; one of the other trend, or none at all, is passed over.
    #[inline]
    pub fn offer(&mut self, change: Change) {
        let rise = i128::from(change.after) - i128::from(change.before);
        let size = if self.trend == Trend::Rise { rise } else { -rise };
        if size <= 0 {
            return;
        }
        let entry = (size, Reverse(change.customer_ref), change.before, change.after);
        if self.kept.len() == self.limit && self.kept.peek().is_some_and(|smallest| smallest.0 >= entry) {
            return;
        }
        self.kept.push(Reverse(entry));
        if self.kept.len() > self.limit {
            self.kept.pop();
        }
    }

    /// The changes, the largest first.
    pub fn into_changes(self) -> Vec<Change> {
        let sorted = self.kept.into_sorted_vec().into_iter();
        sorted
            .map(|Reverse((_, Reverse(customer_ref), before, after))| Change { customer_ref, before, after })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn largest(trend: Trend, limit: usize, changes: &[(u32, i64, i64)]) -> Vec<u32> {
        let mut largest = Largest::new(trend, limit);
        for (customer_ref, before, after) in changes.iter().copied() {
            largest.offer(Change { customer_ref, before, after });
        }
        largest.into_changes().into_iter().map(|change| change.customer_ref).collect()
    }

    #[test]
    fn the_largest_of_a_trend_are_kept_in_order() {
        let changes = [(1, 0, 5), (2, 9, 0), (3, 0, 7), (4, 3, 3), (5, 0, 6), (6, 4, 1)];
        assert_eq!(largest(Trend::Rise, 2, &changes), [3, 5]);
        assert_eq!(largest(Trend::Rise, 9, &changes), [3, 5, 1]);
        assert_eq!(largest(Trend::Fall, 9, &changes), [2, 6]);
    }

    #[test]
    fn of_equal_changes_the_lower_numbers_stay_in_whatever_order_they_come() {
        let mut changes = [(4, 0, 5), (2, 0, 5), (3, 0, 5), (1, 0, 5)];
        assert_eq!(largest(Trend::Rise, 2, &changes), [1, 2]);
        changes.reverse();
        assert_eq!(largest(Trend::Rise, 2, &changes), [1, 2]);
    }

    #[test]
    fn the_greatest_figures_do_not_overflow() {
        let changes = [(1, i64::MIN, i64::MAX), (2, i64::MAX, i64::MIN), (3, 0, i64::MAX)];
        assert_eq!(largest(Trend::Rise, 2, &changes), [1, 3]);
        assert_eq!(largest(Trend::Fall, 2, &changes), [2]);
        assert_eq!(Change { customer_ref: 1, before: i64::MIN, after: i64::MAX }.amount(), i64::MAX);
    }
}
