//! Lots on the days where their state changes, the order of spending, balances.

use super::*;

const TODAY: Day = Day::from_number(20_779);

/// A lot that can be spent from long ago; `expires_in` and `earned_in` are days from today.
fn lot(number: i64, left: i64, earned_in: i32, expires_in: Option<i32>) -> Lot {
    let issued = NewLot {
        customer_ref: 7,
        points: left.max(1),
        earned_on: TODAY.plus(earned_in),
        available_on: TODAY.plus(-400),
        expires_on: expires_in.map(|days| TODAY.plus(days)),
        inactivity_months: None,
        dimension: Dimension::default(),
        return_policy: ReturnPolicy::WithinBalance,
        points_rule_ref: Some(1),
        points_event_ref: Some(2),
        origin_lot_ref: None,
    };
    Lot { points_lot_ref: number, issued, left, held: 0 }
}

fn available(lot: Lot, in_days: i32) -> Lot {
    Lot { issued: NewLot { available_on: TODAY.plus(in_days), ..lot.issued }, ..lot }
}

#[test]
fn a_lot_is_active_from_its_first_day_to_its_last() {
    let lot = available(lot(1, 10, -9, Some(5)), 2);
    for (in_days, state, spendable) in [
        (1, LotState::Pending, 0),
        (2, LotState::Active, 10),
        (5, LotState::Active, 10),
        (6, LotState::Expired, 0),
    ] {
        let day = TODAY.plus(in_days);
        assert_eq!((lot.state(day), lot.spendable(day)), (state, spendable), "in {in_days} days");
    }
}

#[test]
fn a_lot_that_ended_before_it_could_be_spent_has_ended() {
    let lot = available(lot(1, 10, -9, Some(-1)), 3);
    assert_eq!(lot.state(TODAY), LotState::Expired);
}

#[test]
fn what_ends_first_goes_first_then_what_was_earned_first_then_the_lower_number() {
    let lots = [
        lot(1, 10, -50, None),
        lot(5, 10, -10, Some(30)),
        lot(4, 10, -10, Some(30)),
        lot(3, 10, -20, Some(30)),
        lot(2, 10, -1, Some(0)),
    ];
    let takings = spend(&lots, 45, TODAY).expect("enough");
    let order: Vec<_> =
        takings.iter().map(|taking| (lots[taking.place].points_lot_ref, taking.points)).collect();
    assert_eq!(order, [(2, 10), (3, 10), (4, 10), (5, 10), (1, 5)]);
}

#[test]
fn spending_takes_all_or_nothing() {
    let held = Lot { held: 4, ..lot(1, 10, -1, None) };
    let lots = [held, available(lot(2, 100, -1, None), 1), lot(3, 100, -9, Some(-1)), lot(4, 2, -1, None)];
    assert_eq!(spend(&lots, 9, TODAY), Err(SpendError::NotEnough { spendable: 8 }));
    let takings = spend(&lots, 8, TODAY).expect("exactly enough");
    assert_eq!(takings, [Taking { place: 0, points: 6 }, Taking { place: 3, points: 2 }]);
    for points in [0, -1, i64::MIN] {
        assert_eq!(spend(&lots, points, TODAY), Err(SpendError::NotPositive), "{points}");
    }
    assert_eq!(spend(&[], 1, TODAY), Err(SpendError::NotEnough { spendable: 0 }));
}

#[test]
fn taking_goes_as_far_as_there_is() {
    let lots = [lot(1, 3, -1, None), lot(2, 4, -1, Some(1))];
    let all = [Taking { place: 1, points: 4 }, Taking { place: 0, points: 3 }];
    assert_eq!(take(&lots, 100, Lot::free), all);
    assert!(take(&lots, 0, Lot::free).is_empty());
    assert!(take(&lots, 100, |_| 0).is_empty());
}

#[test]
fn a_balance_tells_what_is_active_pending_held_and_about_to_end() {
    let held = Lot { held: 4, ..lot(1, 10, -1, Some(3)) };
    let lots = [
        held,
        lot(2, 5, -1, Some(3)),
        available(lot(3, 7, -1, Some(1)), 1),
        lot(4, 8, -1, None),
        Lot { held: 1, ..lot(5, 100, -1, Some(-1)) },
    ];
    let found = balance(&lots, TODAY, 6, false);
    let expected = Balance {
        active: 6 + 5 + 8,
        pending: 7,
        reserved: 5,
        blocked: 0,
        expiring: vec![(TODAY.plus(1), 7), (TODAY.plus(3), 11)],
        debt: 6,
    };
    assert_eq!(found, expected);
}

#[test]
fn a_blocked_account_has_nothing_active() {
    let lots = [lot(1, 10, -1, None), available(lot(2, 7, -1, None), 1)];
    let found = balance(&lots, TODAY, 0, true);
    assert_eq!((found.active, found.pending, found.blocked), (0, 7, 10));
}
