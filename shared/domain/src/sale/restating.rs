//! A decision counts as if it had been known on the day of the sale: the whole amount on that day, and what was taken
//! back on the days of the refunds, whichever of them was told first.

use std::collections::BTreeMap;

use super::dividing::{divide, standing};
use super::{Line, Role, Share};
use crate::date::Day;

/// What a line of a sale is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The sale as a whole, on its own day.
    Decision,
    /// What was taken back on a day.
    Reversal(Day),
}

/// Lines that lead from what is booked (in the order in which it was) to what would be, had the target stood from the
/// beginning: `amount` divided among the target as the decision, then on each day of a refund what that takes away. The
/// target names nobody twice in a role.
///
/// Together with what is booked they add up to the amount less the refunds, as soon as there is a target; and what each
/// is credited with on each day follows from the target, the amount and the refunds alone. The refunds do not pass the
/// amount. Who keeps the same amount and share gets no line.
pub fn restated(
    booked: &[(Phase, Line)],
    target: &[Share],
    amount: i64,
    refunds: &[(Day, i64)],
) -> Vec<(Phase, Line)> {
    let lines: Vec<Line> = booked.iter().map(|(_, line)| *line).collect();
    let stands: BTreeMap<(Role, u32), u32> =
        standing(&lines).into_iter().map(|share| (share.whose(), share.share_bp)).collect();
    let mut sums: BTreeMap<Phase, BTreeMap<(Role, u32), i64>> = BTreeMap::new();
    for (phase, line) in booked {
        *sums.entry(*phase).or_default().entry((line.role, line.employee_ref)).or_default() += line.amount;
    }
    let mut taken = BTreeMap::from([(Phase::Decision, 0)]);
    for (day, part) in refunds {
        *taken.entry(Phase::Reversal(*day)).or_default() += part;
    }
    let mut target: Vec<Share> = target.iter().copied().filter(|share| share.share_bp > 0).collect();
    target.sort_by_key(|share| share.order());
    let (mut left, mut earlier) = (amount, vec![0; target.len()]);
    let mut fresh = Vec::new();
    for (phase, taken) in taken {
        left -= taken;
        let parts = divide(left, &target);
        let mut was = sums.remove(&phase).unwrap_or_default();
        // The decision tells the shares, also those of a sale of nothing.
        let is_share_told = |whose: (Role, u32), share_bp: u32| {
            phase == Phase::Decision && stands.get(&whose).copied().unwrap_or(0) != share_bp
        };
        let mut changed = Vec::with_capacity(target.len());
        for (share, (part, before)) in target.iter().zip(parts.iter().zip(&earlier)) {
            let Share { employee_ref, role, share_bp } = *share;
            let amount = part - before - was.remove(&share.whose()).unwrap_or(0);
            if amount != 0 || is_share_told(share.whose(), share_bp) {
                changed.push((phase, Line { employee_ref, role, share_bp, amount }));
            }
        }
        for (whose, amount) in was {
            if amount != 0 || is_share_told(whose, 0) {
                let (role, employee_ref) = whose;
                fresh.push((phase, Line { employee_ref, role, share_bp: 0, amount: -amount }));
            }
        }
        fresh.extend(changed);
        earlier = parts;
    }
    fresh
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: Day = Day::from_number(20_000);

    fn line(phase: Phase, share: Share, amount: i64) -> (Phase, Line) {
        let Share { employee_ref, role, share_bp } = share;
        (phase, Line { employee_ref, role, share_bp, amount })
    }

    #[test]
    fn a_decision_is_about_the_whole_and_each_refund_counts_in_its_own_day() {
        let (one, other) = (Share::seller(1, 10_000), Share::seller(2, 10_000));
        let back = Phase::Reversal(DAY);
        let first = restated(&[], &[one], 1_000, &[(DAY, 300), (DAY, 100)]);
        assert_eq!(first, [line(Phase::Decision, one, 1_000), line(back, one, -400)]);
        let nobody = Share { share_bp: 0, ..one };
        let second = restated(&first, &[other], 1_000, &[(DAY, 300), (DAY, 100)]);
        let expected = [
            line(Phase::Decision, nobody, -1_000),
            line(Phase::Decision, other, 1_000),
            line(back, nobody, 400),
            line(back, other, -400),
        ];
        assert_eq!(second, expected);
        let all = [first, second].concat();
        assert_eq!(restated(&all, &[other], 1_000, &[(DAY, 400)]), [], "nothing changed");
    }

    #[test]
    fn a_sale_of_nothing_tells_who_sold() {
        let seller = Share::seller(1, 10_000);
        assert_eq!(restated(&[], &[seller], 0, &[]), [line(Phase::Decision, seller, 0)]);
        assert_eq!(restated(&[], &[], 10, &[(DAY, 5)]), []);
    }

    /// Two sellers and a referrer by the shares drawn, as far as they are above nothing.
    fn target() -> impl Strategy<Value = Vec<Share>> {
        (0..3_u32, 0..=10_000_u32).prop_map(|(first, share_bp)| {
            vec![Share::seller(first, share_bp), Share::referrer(3, 10_000 - share_bp)]
        })
    }

    /// What each is credited with on each day, but nothing.
    fn sums(lines: &[(Phase, Line)]) -> BTreeMap<(Phase, Role, u32), i64> {
        let mut sums: BTreeMap<(Phase, Role, u32), i64> = BTreeMap::new();
        for (phase, line) in lines {
            *sums.entry((*phase, line.role, line.employee_ref)).or_default() += line.amount;
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    proptest! {
        /// Whatever stood in between, and whichever refund was told first, each day ends as if all was known at once.
        #[test]
        fn what_counts_in_each_day_does_not_depend_on_the_order(
            amount in 10_000..1_000_000_i64,
            refunds in proptest::collection::vec((0..4_i32, 1..2_000_i64), 0..5),
            targets in proptest::collection::vec(target(), 1..4),
            turns in proptest::collection::vec(any::<bool>(), 9),
        ) {
            let refunds: Vec<(Day, i64)> =
                refunds.into_iter().map(|(day, part)| (DAY.plus(day), part)).collect();
            let (mut known, mut decided, mut booked) = (0, 0, Vec::new());
            for is_refund in turns.into_iter().chain([true; 5]).chain([false; 4]) {
                match is_refund {
                    true => known = refunds.len().min(known + 1),
                    false => decided = targets.len().min(decided + 1),
                }
                // Told the other way round.
                let told = &refunds[refunds.len() - known..];
                let target =
                    decided.checked_sub(1).map(|place| targets[place].as_slice()).unwrap_or_default();
                let fresh = restated(&booked, target, amount, told);
                booked.extend(fresh);
            }
            let last = &targets[targets.len() - 1];
            let at_once = restated(&[], last, amount, &refunds);
            prop_assert_eq!(sums(&booked), sums(&at_once));
            let left = amount - refunds.iter().map(|(_, part)| part).sum::<i64>();
            prop_assert_eq!(booked.iter().map(|(_, line)| line.amount).sum::<i64>(), left);
            let lines = |rows: &[(Phase, Line)]| rows.iter().map(|(_, line)| *line).collect::<Vec<_>>();
            prop_assert_eq!(standing(&lines(&booked)), standing(&lines(&at_once)));
        }
    }
}
