//! Returns: how much of what was earned is taken back, and from which lots.

use super::lot::{self, Lot, LotState, ReturnPolicy, Taking};
use crate::date::Day;

/// What is taken back in all of `earned` points, once `returned_amount` of the original's amount is returned: the floor
/// of its share, and everything at the end. A return takes what this grew by, so that partial returns add up to the
/// whole.
pub fn taken_after(earned: i64, original_amount: i64, returned_amount: i64) -> i64 {
    if returned_amount >= original_amount {
        return earned;
    }
    let share = i128::from(earned) * i128::from(returned_amount.max(0)) / i128::from(original_amount);
    // At most `earned`, because less than the whole is returned.
    i64::try_from(share).unwrap_or(earned)
}

/// What a return takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// From the lots that the event itself earned.
    pub own: Vec<Taking>,
    /// From other lots of the customer.
    pub others: Vec<Taking>,
    /// Is not there, and stays the customer's.
    pub forgiven: i64,
    /// Is not there, and is owed.
    pub debt: i64,
}

impl Plan {
    /// What is taken of lots.
    pub fn points(&self) -> i64 {
        self.own.iter().chain(&self.others).map(|taking| taking.points).sum()
    }
}

/// Divides what is due. `own` are lots that the event earned, `others` the customer's other lots; of both the points
/// held by reservations stay, and what ended is not there. The event's own lots give pending points too, the others
/// only what can be spent.
pub fn take_back(own: &[Lot], others: &[Lot], due: i64, policy: ReturnPolicy, today: Day) -> Plan {
    let from_own = lot::take(own, due, |lot| match (lot.state(today), policy) {
        (LotState::Pending, _) => lot.free(),
        (LotState::Active, ReturnPolicy::WithinBalance | ReturnPolicy::Debt) => lot.free(),
        (LotState::Active, ReturnPolicy::OnlyPending) | (LotState::Expired, _) => 0,
    });
    let mut plan = Plan { own: from_own, ..Plan::default() };
    if policy != ReturnPolicy::OnlyPending {
        plan.others = lot::take(others, due - plan.points(), |lot| lot.spendable(today));
    }
    let missing = (due - plan.points()).max(0);
    if policy == ReturnPolicy::Debt {
        plan.debt = missing;
    } else {
        plan.forgiven = missing;
    }
    plan
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::points::lot::{Dimension, NewLot};

    const TODAY: Day = Day::from_number(20_779);

    fn lot(number: i64, left: i64, available_in: i32, expires_in: Option<i32>) -> Lot {
        let issued = NewLot {
            customer_ref: 0,
            points: 1_000,
            earned_on: TODAY.plus(-30),
            available_on: TODAY.plus(available_in),
            expires_on: expires_in.map(|days| TODAY.plus(days)),
            inactivity_months: None,
            dimension: Dimension::default(),
            return_policy: ReturnPolicy::Debt,
            points_rule_ref: None,
            points_event_ref: None,
            origin_lot_ref: None,
        };
        Lot { points_lot_ref: number, issued, left, held: 0 }
    }

    #[test]
    fn the_floor_of_the_share_is_taken_and_the_rest_at_the_end() {
        for (earned, original, returned, taken) in [
            (100, 30_000, 0, 0),
            (100, 30_000, 10_000, 33),
            (100, 30_000, 20_000, 66),
            (100, 30_000, 29_999, 99),
            (100, 30_000, 30_000, 100),
            (100, 30_000, 30_001, 100),
            (1, 30_000, 29_999, 0),
            (7, 1, 1, 7),
            (5, 0, 0, 5),
            (i64::MAX, i64::MAX, i64::MAX - 1, i64::MAX - 1),
        ] {
            assert_eq!(taken_after(earned, original, returned), taken, "{returned} of {original}");
        }
    }

    #[test]
    fn only_pending_takes_what_is_pending_of_the_events_own_lots() {
        let own = [lot(1, 60, 1, None), lot(2, 40, 0, None)];
        let others = [lot(3, 500, 0, None)];
        let plan = take_back(&own, &others, 80, ReturnPolicy::OnlyPending, TODAY);
        assert_eq!(plan.own, [Taking { place: 0, points: 60 }]);
        assert_eq!((plan.others.len(), plan.forgiven, plan.debt), (0, 20, 0));
    }

    #[test]
    fn within_the_balance_own_lots_give_first_and_what_is_missing_is_forgiven() {
        let own = [lot(1, 30, 1, None), lot(2, 20, 0, None), lot(3, 90, -9, Some(-1))];
        let others = [lot(4, 500, 1, None), lot(5, 10, 0, Some(9)), lot(6, 15, 0, Some(3))];
        for (due, own_points, others_points, forgiven) in
            [(40, 40, vec![], 0), (55, 50, vec![(2, 5)], 0), (80, 50, vec![(2, 15), (1, 10)], 5)]
        {
            let plan = take_back(&own, &others, due, ReturnPolicy::WithinBalance, TODAY);
            assert_eq!(plan.own.iter().map(|taking| taking.points).sum::<i64>(), own_points, "{due}");
            let from_others: Vec<_> =
                plan.others.iter().map(|taking| (taking.place, taking.points)).collect();
            assert_eq!((from_others, plan.forgiven, plan.debt), (others_points, forgiven, 0), "{due}");
        }
    }

    #[test]
    fn what_is_missing_becomes_debt_under_the_policy_of_debt() {
        let plan = take_back(&[lot(1, 30, 0, None)], &[], 100, ReturnPolicy::Debt, TODAY);
        assert_eq!((plan.points(), plan.forgiven, plan.debt), (30, 0, 70));
    }

    #[test]
    fn points_that_a_reservation_holds_stay() {
        let held = Lot { held: 25, ..lot(1, 30, 0, None) };
        let plan = take_back(&[held], &[held], 100, ReturnPolicy::Debt, TODAY);
        assert_eq!((plan.own[0].points, plan.others[0].points, plan.debt), (5, 5, 90));
    }

    fn lots() -> impl Strategy<Value = Vec<Lot>> {
        let one = (0_i64..200, 0_i64..200, -2_i32..3, proptest::option::of(-2_i32..3));
        let one = one.prop_map(|(left, held, available_in, expires_in)| Lot {
            held: held.min(left),
            ..lot(0, left, available_in, expires_in)
        });
        proptest::collection::vec(one, 0..6)
    }

    proptest! {
        #[test]
        fn partial_returns_add_up_to_the_whole_and_never_take_more(
            earned in 0_i64..=i64::MAX,
            parts in proptest::collection::vec(1_i64..1_000_000_000, 1..40),
        ) {
            let original: i64 = parts.iter().sum();
            let (mut returned, mut taken) = (0, 0_i64);
            for part in parts {
                let before = taken_after(earned, original, returned);
                returned += part;
                let due = taken_after(earned, original, returned) - before;
                prop_assert!(due >= 0);
                taken += due;
                prop_assert!(taken <= earned);
            }
            prop_assert_eq!(taken, earned);
        }

        #[test]
        fn what_is_due_is_taken_forgiven_or_owed_and_no_lot_gives_more_than_is_free(
            own in lots(), others in lots(), due in 0_i64..1_500, policy in 0_usize..3,
        ) {
            let policy = ReturnPolicy::NAMES[policy].1;
            let plan = take_back(&own, &others, due, policy, TODAY);
            prop_assert_eq!(plan.points() + plan.forgiven + plan.debt, due);
            for (lots, takings) in [(&own, &plan.own), (&others, &plan.others)] {
                for taking in takings {
                    let lot = &lots[taking.place];
                    prop_assert!(taking.points > 0 && taking.points <= lot.free());
                    prop_assert!(lot.state(TODAY) != LotState::Expired);
                }
            }
            prop_assert!(policy == ReturnPolicy::Debt || plan.debt == 0);
            prop_assert!(policy != ReturnPolicy::Debt || plan.forgiven == 0);
        }
    }
}
