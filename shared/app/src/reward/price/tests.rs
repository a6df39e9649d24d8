use domain::points::{Dimension, NewLot, ReturnPolicy};
use store::reward::Price;

use super::*;
use crate::points::Status;

fn lot(number: i64, earned_on: i32, points: i64) -> Lot {
    let issued = NewLot {
        customer_ref: 1,
        points,
        earned_on: Day::from_number(earned_on),
        available_on: Day::from_number(earned_on),
        expires_on: None,
        inactivity_months: None,
        dimension: Dimension::default(),
        return_policy: ReturnPolicy::WithinBalance,
        points_rule_ref: None,
        points_event_ref: None,
        origin_lot_ref: None,
    };
    Lot { points_lot_ref: number, issued, left: points, held: 0 }
}

fn wallet(lots: &[Lot]) -> Wallet {
    let lots = lots.to_vec();
    Wallet { customer_ref: 1, status: Status::Open, debt: 0, lots, organisation_ref: 1, tier_ref: 0 }
}

/// A price of so many points, written on a day after a lot, in force from a day.
fn price(version: u32, points: i64, (created_on, last_lot_ref): (i32, i64), from_on: i32) -> PriceRow {
    PriceRow { version, price: Price { points, cash: None }, from_on, created_on, last_lot_ref }
}

const TODAY: i32 = 100;

/// Version, points, and the lots that may pay, for one piece.
fn paid(prices: &[PriceRow], lots: &[Lot]) -> (u32, i64, Vec<i64>) {
    let mut wallet = wallet(lots);
    let paid = price_for(prices, &mut wallet, 1, Day::from_number(TODAY)).expect("a price");
    (paid.version, paid.price.points, wallet.lots.iter().map(|lot| lot.points_lot_ref).collect())
}

#[test]
fn points_that_are_older_than_a_higher_price_keep_the_price_before_and_pay_alone() {
    let prices = [price(1, 100, (10, 0), 10), price(2, 150, (50, 7), 50)];
    let (older, newer) = (lot(3, 20, 100), lot(9, 60, 500));
    assert_eq!(paid(&prices, &[newer, older]), (1, 100, vec![3]));
    assert_eq!(paid(&prices, &[newer, lot(3, 20, 99)]), (2, 150, vec![9, 3]), "one point too few");
    assert_eq!(paid(&prices, &[newer]), (2, 150, vec![9]));
}

#[test]
fn of_the_day_of_a_higher_price_only_lots_before_it_keep_the_price() {
    let prices = [price(1, 100, (10, 0), 10), price(2, 150, (50, 7), 50)];
    assert_eq!(paid(&prices, &[lot(7, 50, 100)]).0, 1);
    assert_eq!(paid(&prices, &[lot(8, 50, 100)]).0, 2);
    assert_eq!(paid(&prices, &[lot(8, 49, 100)]).0, 1, "a late event counts on its own day");
}

#[test]
fn the_lowest_of_several_earlier_prices_stands() {
    let prices = [
        price(1, 100, (10, 0), 10),
        price(2, 150, (30, 2), 30),
        price(3, 150, (40, 3), 40),
        price(4, 200, (50, 4), 50),
    ];
    assert_eq!(paid(&prices, &[lot(1, 20, 100), lot(4, 45, 50)]), (1, 100, vec![1]));
    assert_eq!(paid(&prices, &[lot(1, 20, 99), lot(4, 45, 51)]).0, 3);
    let lowered = [prices[0], prices[1], price(3, 80, (40, 3), 40)];
    assert_eq!(paid(&lowered, &[lot(1, 20, 100)]), (3, 80, vec![1]), "no price before was lower");
}

#[test]
fn a_price_that_is_announced_counts_from_its_day_and_one_that_was_replaced_before_never_did() {
    let first = price(1, 100, (10, 0), 10);
    let announced = [first, price(2, 150, (90, 7), TODAY + 1)];
    assert_eq!(paid(&announced, &[lot(9, 95, 500)]).0, 1);
    let in_force = [first, price(2, 150, (80, 7), 95)];
    assert_eq!(paid(&in_force, &[lot(9, 94, 100)]).0, 1, "earned while the price was announced");
    assert_eq!(paid(&in_force, &[lot(9, 95, 500)]).0, 2);
    let replaced = [first, price(2, 150, (50, 7), 70), price(3, 100, (60, 8), 60)];
    assert_eq!(paid(&replaced, &[lot(9, 95, 500)]), (3, 100, vec![9]));
}
