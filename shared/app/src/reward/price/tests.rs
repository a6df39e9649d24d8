use std::collections::BTreeMap;

use domain::points::{Dimension, NewLot, ReturnPolicy};

use super::*;
use crate::points::Status;
use crate::points::spend::choose;

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
    Wallet {
        customer_ref: 1,
        status: Status::Open,
        debt: 0,
        others_debts: BTreeMap::new(),
        lots: lots.to_vec(),
        paying: None,
        organisation_ref: 1,
        tier_ref: 0,
    }
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
    let numbers = wallet.lots.iter().map(|lot| lot.points_lot_ref);
    let may_pay = |number: &i64| wallet.paying.as_ref().is_none_or(|paying| paying.contains(number));
    (paid.version, paid.price.points, numbers.filter(may_pay).collect())
}

/// Version, and what is then taken from the lots for one piece, of a customer who owes 70.
fn paid_in_debt(prices: &[PriceRow], lots: &[Lot]) -> (u32, Vec<(i64, i64)>) {
    let (mut wallet, today) = (Wallet { debt: 70, ..wallet(lots) }, Day::from_number(TODAY));
    let paid = price_for(prices, &mut wallet, 1, today).expect("a price");
    let takings = choose(&wallet, paid.price.points, today).expect("enough points");
    let taken = takings.iter().map(|taking| (wallet.lots[taking.place].points_lot_ref, taking.points));
    (paid.version, taken.collect())
}

/// The same with a part in money.
fn with_cash(row: PriceRow, cash: i64) -> PriceRow {
    PriceRow { price: Price { cash: Some(cash), ..row.price }, ..row }
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

#[test]
fn a_low_price_binds_only_what_was_earned_while_it_was_in_force() {
    let promotion = [
        price(1, 100, (10, 0), 10),
        price(2, 50, (30, 2), 30),
        price(3, 100, (40, 4), 40),
        price(4, 120, (60, 6), 60),
    ];
    assert_eq!(paid(&promotion, &[lot(3, 30, 50)]), (2, 50, vec![3]));
    assert_eq!(paid(&promotion, &[lot(4, 40, 50)]).0, 2, "before the end of the day on which it ended");
    let of_both = [lot(2, 29, 100), lot(3, 35, 49), lot(5, 41, 100)];
    assert_eq!(paid(&promotion, &of_both), (3, 100, vec![2, 3, 5]), "what it binds pays a higher one too");
    assert_eq!(paid(&promotion, &[lot(2, 29, 100)]).1, 100);
    assert_eq!(paid(&promotion, &[lot(7, 61, 500)]), (4, 120, vec![7]));
}

#[test]
fn a_price_that_is_corrected_on_its_day_does_not_bind_older_lots() {
    let prices = [price(1, 1_000, (10, 0), 10), price(2, 1, (50, 5), 50), price(3, 1_000, (50, 6), 50)];
    for (lot, points) in [
        (lot(5, 20, 1_000), 1_000),
        (lot(5, 50, 1_000), 1_000),
        // Of that very day, between the mistake and its correction.
        (lot(6, 50, 1_000), 1),
        (lot(7, 50, 1_000), 1_000),
    ] {
        assert_eq!(paid(&prices, &[lot]).1, points, "{}", lot.points_lot_ref);
    }
}

#[test]
fn what_was_earned_before_the_first_price_keeps_none() {
    let prices = [price(1, 1, (30, 4), 30), price(2, 100, (40, 5), 40)];
    assert_eq!(paid(&prices, &[lot(4, 20, 100)]), (2, 100, vec![4]));
    assert_eq!(paid(&prices, &[lot(5, 30, 100)]), (1, 1, vec![5]));
}

#[test]
fn an_earlier_price_stands_only_when_no_part_of_it_is_dearer() {
    let first = price(1, 100, (10, 0), 10);
    let older = [lot(1, 20, 500)];
    let money_instead = [with_cash(first, 500), price(2, 120, (50, 2), 50)];
    assert_eq!(paid(&money_instead, &older).0, 2, "less money is asked for today");
    let points_instead = [first, with_cash(price(2, 80, (50, 2), 50), 500)];
    assert_eq!(paid(&points_instead, &older).0, 2, "fewer points are asked for today");
    let more_money = [with_cash(first, 500), with_cash(price(2, 100, (50, 2), 50), 501)];
    assert_eq!(paid(&more_money, &older).0, 1);
    let money_at_all = [first, with_cash(price(2, 100, (50, 2), 50), 1)];
    assert_eq!(paid(&money_at_all, &older).0, 1);
    let more_of_both = [with_cash(first, 500), with_cash(price(2, 120, (50, 2), 50), 501)];
    assert_eq!(paid(&more_of_both, &older).0, 1);
}

#[test]
fn what_pieces_cost_stays_within_64_bits() {
    let dear = with_cash(price(1, i64::MAX, (10, 0), 10), i64::MAX);
    assert_eq!(of_pieces(dear.price, 1), Some(dear.price));
    assert_eq!(of_pieces(dear.price, 2), None);
    let cheap = price(1, 2, (10, 0), 10);
    assert_eq!(of_pieces(cheap.price, i64::MAX / 2).map(|price| price.points), Some(i64::MAX - 1));
    assert_eq!(of_pieces(cheap.price, i64::MAX), None);
    assert_eq!(of_pieces(with_cash(price(1, 1, (10, 0), 10), 2).price, i64::MAX), None);
    let prices = [cheap, price(2, 3, (50, 7), 50)];
    let mut full = wallet(&[lot(1, 20, i64::MAX), lot(2, 20, i64::MAX)]);
    let paid = price_for(&prices, &mut full, i64::MAX, Day::from_number(TODAY)).expect("a price");
    assert_eq!((paid.version, full.paying), (2, None), "no earlier price of so many can be paid");
}

#[test]
fn what_pays_off_debt_pays_no_earlier_price_and_is_taken_of_all_lots() {
    let prices = [price(1, 100, (10, 0), 10), price(2, 150, (50, 7), 50)];
    let (older, newer) = (lot(3, 20, 169), lot(9, 60, 500));
    // What was earned first pays off the debt first: 99 are left of it.
    assert_eq!(paid_in_debt(&prices, &[older, newer]), (2, vec![(3, 99), (9, 51)]));
    assert_eq!(paid_in_debt(&prices, &[lot(3, 20, 170), newer]), (1, vec![(3, 100)]));
    let mut ending = newer;
    ending.issued.expires_on = Some(Day::from_number(TODAY));
    assert_eq!(paid_in_debt(&prices, &[older, ending]), (1, vec![(3, 100)]), "what ends first pays it off");
}
