//! Balances in any order and any batches come to what a walk over every single day comes to.

use std::collections::BTreeMap;

use domain::book::Measure;
use proptest::prelude::*;

use super::*;

const FIRST: &str = "2025-11-01";
const DAYS: i32 = 110;
const ACCOUNTS: [(&str, &str, AccountClass); 5] = [
    ("h1", "c1", AccountClass::Deposit),
    ("h2", "c1", AccountClass::Deposit),
    ("h3", "c1", AccountClass::Investment),
    ("h4", "c2", AccountClass::SecuredLoan),
    ("h5", "c2", AccountClass::Deposit),
];

#[derive(Clone, Debug)]
enum Step {
    Balances(Vec<(usize, i32, i64)>),
    Close(usize, Option<i32>),
    Move(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let news = proptest::collection::vec((0..ACCOUNTS.len(), 0..DAYS, 0i64..1_000), 1..12);
    prop_oneof![
        6 => news.prop_map(Step::Balances),
        1 => (0..ACCOUNTS.len(), proptest::option::of(0..DAYS)).prop_map(|(account, day)| Step::Close(account, day)),
        1 => (0..ACCOUNTS.len(), any::<bool>()).prop_map(|(account, away)| Step::Move(account, away)),
    ]
}

/// What the accounts are by a walk over every day.
#[derive(Clone, Default)]
struct Naive {
    balances: BTreeMap<i32, i64>,
    closed: Option<i32>,
    owner: &'static str,
}

impl Naive {
    fn worth(&self, on: i32) -> i64 {
        if self.closed.is_some_and(|closed| on >= closed) {
            return 0;
        }
        self.balances.range(..=on).next_back().map_or(0, |(_, amount)| *amount)
    }
}

fn start() -> i32 {
    day(FIRST).number()
}

fn history() -> (NativeConnection, Vec<Naive>) {
    let mut connection = bank();
    let opened = ACCOUNTS.map(|(id, owner, class)| account(id, owner, class));
    accounts(&mut connection, &everything(), &entries(opened)).unwrap();
    let naive = ACCOUNTS.map(|(_, owner, _)| Naive { owner, ..Naive::default() });
    (connection, naive.to_vec())
}

fn apply(connection: &mut NativeConnection, naive: &mut [Naive], step: &Step) {
    let changed = match step {
        Step::Balances(news) => {
            let records = news.iter().map(|(account, on, amount)| {
                naive[*account].balances.insert(start() + on, *amount);
                Balance {
                    account_id: ACCOUNTS[*account].0.into(),
                    date: Day::from_number(start() + on),
                    amount: *amount,
                }
            });
            let records = entries(records.collect::<Vec<_>>());
            let outcome = balances(connection, &everything(), &records).unwrap();
            assert_eq!(outcome.rejected, []);
            return;
        }
        Step::Close(account, on) => {
            naive[*account].closed = on.map(|on| start() + on);
            *account
        }
        Step::Move(account, away) => {
            naive[*account].owner = if *away { "c2" } else { "c1" };
            *account
        }
    };
    let (id, _, class) = ACCOUNTS[changed];
    let record = Account {
        customer_id: naive[changed].owner.into(),
        closed_on: naive[changed].closed.map(Day::from_number),
        ..account(id, "", class)
    };
    let outcome = accounts(connection, &everything(), &entries([record])).unwrap();
    assert_eq!(outcome.rejected, []);
}

/// Compares every month from the first to the last that the book knows.
fn compare(connection: &mut NativeConnection, naive: &[Naive]) {
    let Some(last) = crate::book::last_month(connection).unwrap() else { return };
    for owner in ["c1", "c2"] {
        for number in day(FIRST).month().number()..=last.number() {
            let of = Month::from_number(number);
            let row = book_month(connection, owner, of);
            let sum = |classes: &[AccountClass], days: std::ops::RangeInclusive<i32>| -> i64 {
                let own = naive
                    .iter()
                    .zip(ACCOUNTS)
                    .filter(|(account, (_, _, class))| account.owner == owner && classes.contains(class));
                own.flat_map(|(account, _)| days.clone().map(|on| account.worth(on))).sum()
            };
            let whole = of.first_day().number()..=of.last_day().number();
            let end = *whole.end()..=*whole.end();
            let average = |classes: &[AccountClass]| {
                let days = i64::from(of.days());
                (2 * sum(classes, whole.clone()) + days) / (2 * days)
            };
            use AccountClass::{Deposit, Investment, SecuredLoan};
            assert_eq!(
                row[Measure::AssetsEnd as usize],
                sum(&[Deposit, Investment], end.clone()),
                "{owner} {of} end"
            );
            assert_eq!(
                row[Measure::InvestmentsEnd as usize],
                sum(&[Investment], end.clone()),
                "{owner} {of} investments"
            );
            let assets = average(&[Deposit]) + average(&[Investment]);
            assert_eq!(row[Measure::AssetsAverage as usize], assets, "{owner} {of} average");
            assert_eq!(row[Measure::SecuredLoans as usize], sum(&[SecuredLoan], end), "{owner} {of} loans");
        }
    }
}

/// The months of accounts alone: closing and sum, and never a month that has nothing in it.
fn compare_accounts(connection: &mut NativeConnection, naive: &[Naive]) {
    let sql =
        "select account_id, month, closing, day_sum from account_month join account using (account_ref)";
    let rows = connection
        .execute(sql, &[])
        .unwrap()
        .read("test", |row| Ok((row.text()?, row.narrow::<i32>()?, row.integer()?, row.integer()?)));
    let mut found: BTreeMap<(String, i32), (i64, i64)> =
        rows.unwrap().into_iter().map(|(id, month, closing, sum)| ((id, month), (closing, sum))).collect();
    for (account, (id, ..)) in naive.iter().zip(ACCOUNTS) {
        let months: std::collections::BTreeSet<i32> =
            account.balances.keys().map(|on| Day::from_number(*on).month().number()).collect();
        for number in months {
            let of = Month::from_number(number);
            let (first, last) = (of.first_day().number(), of.last_day().number());
            let expected = (account.worth(last), (first..=last).map(|on| account.worth(on)).sum());
            assert_eq!(found.remove(&(id.to_owned(), number)), Some(expected), "{id} {of}");
        }
    }
    for ((id, number), (closing, _)) in found {
        let account = &naive[ACCOUNTS.iter().position(|(known, ..)| *known == id).unwrap()];
        let closed = account.closed.map(|on| Day::from_number(on).month().number());
        assert_eq!((Some(number), closing), (closed, 0), "{id} has a month without balances");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_order_and_any_batches_come_to_the_same_months(steps in proptest::collection::vec(step(), 1..14)) {
        let (mut connection, mut naive) = history();
        for step in &steps {
            apply(&mut connection, &mut naive, step);
            compare_accounts(&mut connection, &naive);
        }
        compare(&mut connection, &naive);
    }
}

#[test]
fn a_late_balance_changes_every_month_it_is_carried_through() {
    let (mut connection, mut naive) = history();
    let late = [
        Step::Balances(vec![(0, 100, 50), (2, 5, 7)]),
        Step::Balances(vec![(0, 3, 31)]),
        Step::Balances(vec![(0, 3, 62), (0, 45, 1)]),
    ];
    for step in &late {
        apply(&mut connection, &mut naive, step);
        compare_accounts(&mut connection, &naive);
        compare(&mut connection, &naive);
    }
    assert_eq!(book_month(&mut connection, "c1", month("2025-11"))[Measure::AssetsEnd as usize], 69);
}

#[test]
fn an_account_reopened_takes_its_balance_back() {
    let (mut connection, mut naive) = history();
    for step in [
        Step::Balances(vec![(0, 3, 30), (0, 100, 5)]),
        Step::Close(0, Some(40)),
        Step::Close(0, Some(70)),
        Step::Balances(vec![(0, 33, 11)]),
        Step::Close(0, None),
    ] {
        apply(&mut connection, &mut naive, &step);
        compare_accounts(&mut connection, &naive);
        compare(&mut connection, &naive);
    }
}
