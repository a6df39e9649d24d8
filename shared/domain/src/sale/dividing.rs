//! Amounts: a sale divided among shares, and the lines that lead from what is booked to what shall be.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Role, Share};

/// A line of the credit ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// Number of the employee; 0 for the organisation itself.
    pub employee_ref: u32,
    /// What it is for.
    pub role: Role,
    /// The share that stands from this line on, in basis points; 0 when the line takes all away.
    pub share_bp: u32,
    /// Minor units; below zero when it takes away.
    pub amount: i64,
}

/// Whole amounts by largest remainder, in the order of the shares and in proportion to them.
///
/// They add up to `amount`, unless there is no share. Ties go to the earlier share; where every share is nothing, all
/// goes to the first.
pub fn divide(amount: i64, shares: &[Share]) -> Vec<i64> {
    let weights: Vec<u32> = shares.iter().map(|share| share.share_bp).collect();
    parts(amount, &weights)
}

/// [`divide`], by weights.
pub(super) fn parts(amount: i64, weights: &[u32]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        return (0..weights.len()).map(|place| if place == 0 { amount } else { 0 }).collect();
    }
    // An i64 times a u32 fits many times over.
    let exact = |weight: &u32| i128::from(amount) * i128::from(*weight);
    // No part is further from zero than the amount.
    let mut parts: Vec<i64> = weights.iter().map(|weight| exact(weight).div_euclid(total) as i64).collect();
    let left = i128::from(amount) - parts.iter().map(|part| i128::from(*part)).sum::<i128>();
    let mut places: Vec<usize> = (0..weights.len()).collect();
    // A stable sort: of equal remainders the earlier place stays first.
    places.sort_by_key(|place| Reverse(exact(&weights[*place]).rem_euclid(total)));
    // Less than one for each share with a remainder is left, so that every one of these gets at most one.
    for place in places.into_iter().take(left as usize) {
        parts[place] += 1;
    }
    parts
}

/// What somebody is credited with by the lines of a sale.
#[derive(Clone, Copy, Default)]
struct Credited {
    share_bp: u32,
    amount: i64,
}

fn credited(booked: &[Line]) -> BTreeMap<(Role, u32), Credited> {
    let mut credited: BTreeMap<(Role, u32), Credited> = BTreeMap::new();
    for line in booked {
        let of = credited.entry((line.role, line.employee_ref)).or_default();
        of.share_bp = line.share_bp;
        of.amount += line.amount;
    }
    credited
}

/// The shares that stand after the lines of a sale, given in the order in which they were booked: the target of a
/// reversal. Nothing when nobody is credited. They stand on when a sale was taken back as a whole.
pub fn standing(booked: &[Line]) -> Vec<Share> {
    let share = |((role, employee_ref), of): ((Role, u32), Credited)| Share {
        employee_ref,
        role,
        share_bp: of.share_bp,
    };
    let mut shares: Vec<Share> =
        credited(booked).into_iter().map(share).filter(|share| share.share_bp > 0).collect();
    shares.sort_by_key(|share| share.order());
    shares
}

/// Lines that lead from what is booked (in the order in which it was) to `net_amount` divided among the target, which
/// names nobody twice in a role: first those that take all away from somebody.
///
/// They add up to `net_amount` less what is booked; without a target all that is booked is taken away. Who keeps the
/// same amount and share gets no line. A share of a sale of nothing is a line of nothing, so that the ledger tells who
/// sold. What was taken back in parts leads to the same as what was taken back at once, and ends at zero; by largest
/// remainder a part of it may give one minor unit to somebody whose remainder became the larger one.
pub fn lines_between(booked: &[Line], target: &[Share], net_amount: i64) -> Vec<Line> {
    let mut before = credited(booked);
    let mut target: Vec<Share> = target.iter().copied().filter(|share| share.share_bp > 0).collect();
    target.sort_by_key(|share| share.order());
    let mut changed = Vec::with_capacity(target.len());
    for (share, part) in target.iter().zip(divide(net_amount, &target)) {
        let Share { employee_ref, role, share_bp } = *share;
        let was = before.remove(&share.whose()).unwrap_or_default();
        if part != was.amount || share_bp != was.share_bp {
            changed.push(Line { employee_ref, role, share_bp, amount: part - was.amount });
        }
    }
    let lost = before
        .into_iter()
        .filter(|(_, was)| was.amount != 0 || was.share_bp != 0)
        .map(|((role, employee_ref), was)| Line { employee_ref, role, share_bp: 0, amount: -was.amount });
    lost.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_to_the_largest_remainders_and_of_equal_ones_to_the_earlier_share() {
        for (amount, shares, expected) in [
            (100, vec![3_333, 3_333, 3_334], vec![33, 33, 34]),
            (2, vec![3_333, 3_333, 3_334], vec![1, 0, 1]),
            (1, vec![5_000, 5_000], vec![1, 0]),
            (3, vec![2_500, 2_500, 5_000], vec![1, 1, 1]),
            (0, vec![5_000, 5_000], vec![0, 0]),
            (i64::MAX, vec![5_000, 5_000], vec![i64::MAX / 2 + 1, i64::MAX / 2]),
            (i64::MAX, vec![1, 9_999], vec![922_337_203_685_478, 9_222_449_699_651_090_329]),
            (7, vec![0, 10_000], vec![0, 7]),
            (7, vec![0, 0], vec![7, 0]),
            (-3, vec![5_000, 5_000], vec![-1, -2]),
            (7, vec![], vec![]),
        ] {
            let shares: Vec<Share> = shares.into_iter().map(|share_bp| Share::seller(1, share_bp)).collect();
            assert_eq!(divide(amount, &shares), expected, "{amount}");
        }
    }

    #[test]
    fn an_employee_and_the_organisation_are_not_mixed_up_by_the_number_nought() {
        let line = |role, share_bp, amount| Line { employee_ref: 0, role, share_bp, amount };
        let booked = [line(Role::Organisation, 10_000, 10)];
        let expected = [line(Role::Organisation, 0, -10), line(Role::Seller, 10_000, 10)];
        assert_eq!(lines_between(&booked, &[Share::seller(0, 10_000)], 10), expected);
    }
}
