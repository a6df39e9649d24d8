//! Debt beside points that can be spent.

use super::*;
use crate::points::debt::pay_due;

/// The customer 1 owes 70 and has 100 points that could not pay when they were earned.
fn debtor() -> NativeConnection {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    owe(&mut connection, 1, 70);
    connection
}

fn owe(connection: &mut NativeConnection, customer_ref: u32, points: i64) {
    let (today, dimension) = (moment().today, new_lot(customer_ref, 1, None).dimension);
    write(connection, |_, book| book.owe(customer_ref, points, dimension, today, CAUSE)).unwrap();
}

/// What a customer owes, and has left in lots.
fn stands(connection: &mut NativeConnection, customer_ref: u32) -> (i64, Vec<i64>) {
    let wallet = wallet(connection, customer_ref);
    (wallet.debt, wallet.own_lots().map(|lot| lot.left).collect())
}

#[test]
fn what_is_owed_is_paid_off_before_anything_is_spent() {
    let mut connection = debtor();
    let balance = wallet(&mut connection, 1).balance(moment().today);
    assert_eq!((balance.active, balance.debt), (100, 70));
    let more = buy(&mut connection, 1, 31);
    assert!(matches!(more, Err(SpendRefusal::NotEnough { spendable: 30 })));
    assert_eq!(stands(&mut connection, 1), (70, vec![100]));
    buy(&mut connection, 1, 30).unwrap();
    assert_eq!(stands(&mut connection, 1), (0, vec![]));
    adds_up(&mut connection);
}

#[test]
fn a_night_pays_off_what_is_owed_with_points_that_can_be_spent_by_then() {
    let mut connection = debtor();
    owe(&mut connection, 2, 50);
    let tomorrow = moment().today.plus(1);
    earn(&mut connection, NewLot { available_on: tomorrow, ..new_lot(2, 40, None) });
    earn(&mut connection, new_lot(2, 40, Some("2026-03-14")));
    let night = |connection: &mut NativeConnection, days: i32| {
        let now_ms = NOW_MS + i64::from(days) * 86_400_000;
        let moment = Moment { now_ms, today: moment().today.plus(days), ..moment() };
        in_transaction(connection, |connection| pay_due(connection, moment, Cause::Job(1), 10)).unwrap()
    };
    assert_eq!(night(&mut connection, 0), 1);
    assert_eq!(stands(&mut connection, 1), (0, vec![30]));
    assert_eq!(stands(&mut connection, 2), (50, vec![40, 40]));
    assert_eq!(night(&mut connection, 0), 0);
    assert_eq!(night(&mut connection, 1), 1);
    assert_eq!(stands(&mut connection, 2), (10, vec![40]));
    assert_eq!(night(&mut connection, 1), 0);
    adds_up(&mut connection);
}

#[test]
fn points_of_a_pool_pay_off_what_their_owner_owes_before_another_member_spends_them() {
    let mut connection = bank();
    let member = |number| AccountRow { points_pool_ref: Some(9), ..AccountRow::plain(number) };
    store::points_account::put(&mut connection, &[member(1), member(2)]).unwrap();
    earn(&mut connection, new_lot(1, 20, None));
    earn(&mut connection, new_lot(2, 100, None));
    owe(&mut connection, 2, 70);
    let more = buy(&mut connection, 1, 51);
    assert!(matches!(more, Err(SpendRefusal::NotEnough { spendable: 50 })));
    assert_eq!(stands(&mut connection, 2), (70, vec![100]));
    buy(&mut connection, 1, 50).unwrap();
    assert_eq!(stands(&mut connection, 1), (0, vec![]));
    assert_eq!(stands(&mut connection, 2), (0, vec![]));
    adds_up(&mut connection);
}
