//! Totals: columns of the book added up by a key, such as an organisation or a tier.

/// Customers and an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Total {
    /// Customers.
    pub customers: u64,
    sum: i128,
}

impl Total {
    /// Adds one customer's figure, in minor units.
    #[inline]
    pub fn add(&mut self, is_counted: bool, figure: i64) {
        self.customers += u64::from(is_counted);
        self.sum += i128::from(figure);
    }

    /// Adds another total.
    pub fn add_total(&mut self, other: &Self) {
        self.customers += other.customers;
        self.sum += other.sum;
    }

    /// The amount in minor units; stands at the limit where 64 bits are too few.
    pub fn amount(&self) -> i64 {
        i64::try_from(self.sum).unwrap_or(if self.sum < 0 { i64::MIN } else { i64::MAX })
    }

    /// True when there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Adds a column to the totals: `key` names the total of a slot, none for a customer who is left out. A customer counts
/// who is there by then, or has a figure without being there.
#[inline]
pub fn add_column(
    totals: &mut [Total],
    figures: &[i64],
    key: impl Fn(usize) -> Option<usize>,
    is_there: impl Fn(usize) -> bool,
) {
    for (slot, figure) in figures.iter().enumerate() {
        if let Some(total) = key(slot).and_then(|key| totals.get_mut(key)) {
            total.add(*figure != 0 || is_there(slot), *figure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_added_by_key_and_who_is_left_out_counts_nowhere() {
        let mut totals = [Total::default(); 2];
        let keys = [Some(0), Some(1), None, Some(0), Some(1)];
        let there = [true, false, true, true, false];
        add_column(&mut totals, &[5, 7, 100, 0, 0], |slot| keys[slot], |slot| there[slot]);
        let told: Vec<(u64, i64)> = totals.iter().map(|total| (total.customers, total.amount())).collect();
        assert_eq!(told, [(2, 5), (1, 7)]);
    }

    #[test]
    fn a_total_takes_another_in() {
        let (mut total, mut other) = (Total::default(), Total::default());
        total.add(true, 1);
        other.add(true, 10);
        other.add(false, 100);
        total.add_total(&other);
        assert_eq!((total.customers, total.amount()), (2, 111));
    }

    #[test]
    fn sums_past_64_bits_stand_at_the_limit() {
        let mut total = Total::default();
        total.add(true, i64::MAX);
        total.add(true, i64::MAX);
        assert_eq!(total.amount(), i64::MAX);
        for _ in 0..4 {
            total.add(true, i64::MIN);
        }
        assert_eq!(total.amount(), i64::MIN);
    }
}
