use domain::balance::AccountClass;
use domain::date::{Day, Month};
use domain::intake::{
    Account, Assets, Balance, Customer, Employee, Organisation, Role, SHANGHAI_OFFSET_MINUTES, Transaction,
    TransactionKind,
};
use store::native::NativeConnection;
use store::{Connection, Value};

use super::*;

mod history;
mod money;
mod moves;
mod reference;

/// 2026-03-15T04:00:00Z.
const NOW_MS: i64 = 1_773_547_200_000;

fn everything() -> Context {
    Context { now_ms: NOW_MS, zone_offset_minutes: SHANGHAI_OFFSET_MINUTES, within: None }
}

fn entries<T>(records: impl IntoIterator<Item = T>) -> Vec<Entry<T>> {
    records.into_iter().enumerate().map(|(index, record)| Entry { index, record }).collect()
}

fn counts(outcome: &Outcome) -> (usize, usize, usize) {
    (outcome.accepted, outcome.duplicates, outcome.rejected.len())
}

fn pointers(outcome: &Outcome) -> Vec<(usize, &'static str)> {
    outcome.rejected.iter().map(|rejection| (rejection.index, rejection.pointer)).collect()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn organisation(id: &'static str, parent_id: Option<&'static str>) -> Organisation<'static> {
    Organisation { id: id.into(), parent_id: parent_id.map(Into::into), name: id.into(), level: None }
}

fn employee(id: &'static str, organisation_id: &'static str) -> Employee<'static> {
    Employee {
        id: id.into(),
        organisation_id: organisation_id.into(),
        name: "Li Wei".into(),
        role: Role::Manager,
        active_from: None,
        active_to: None,
        seller_share_bp: None,
        referrer_share_bp: None,
    }
}

fn customer(id: &'static str, organisation_id: &'static str) -> Customer<'static> {
    Customer {
        id: id.into(),
        organisation_id: organisation_id.into(),
        name: "王芳".into(),
        phone: None,
        email: None,
        birth_date: None,
        gender: None,
        opened_on: None,
        household_id: None,
        time_zone: None,
        consents: None,
        attributes: None,
    }
}

fn account(id: &'static str, customer_id: &'static str, class: AccountClass) -> Account<'static> {
    Account {
        id: id.into(),
        customer_id: customer_id.into(),
        class,
        product_id: None,
        opened_on: None,
        closed_on: None,
        card_level: None,
        valid_to: None,
    }
}

fn balance(account_id: &'static str, date: &str, amount: i64) -> Balance<'static> {
    Balance { account_id: account_id.into(), date: day(date), amount }
}

fn transaction(id: &'static str, account_id: Option<&'static str>, amount: i64) -> Transaction<'static> {
    Transaction {
        source: "core".into(),
        id: id.into(),
        occurred_at: NOW_MS,
        customer_id: "c1".into(),
        account_id: account_id.map(Into::into),
        product_id: None,
        kind: TransactionKind::Purchase,
        amount,
        organisation_id: None,
        teller_id: None,
        channel: None,
        counterparty_bank: None,
        merchant_category: None,
        refund_of: None,
    }
}

/// Head office with two branches, one customer each (c1 in north, c2 in south), and c1's accounts d1 (deposit) and
/// k1 (credit card).
fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().unwrap();
    let tree = [
        organisation("north", Some("head")),
        organisation("south", Some("head")),
        organisation("head", None),
    ];
    organisations(&mut connection, &everything(), &entries(tree)).unwrap();
    customers(&mut connection, &everything(), &entries([customer("c1", "north"), customer("c2", "south")]))
        .unwrap();
    let cards = [
        account("d1", "c1", AccountClass::Deposit),
        account("k1", "c1", AccountClass::CreditCard),
        account("d2", "c2", AccountClass::Deposit),
    ];
    assert_eq!(counts(&accounts(&mut connection, &everything(), &entries(cards)).unwrap()), (3, 0, 0));
    connection
}

/// The same sender, limited to the subtree of an organisation.
fn within(connection: &mut NativeConnection, organisation_id: &str) -> Context {
    let found = store::organisation::find(connection, [organisation_id]).unwrap();
    Context { within: Some(found[0].1), ..everything() }
}

fn customer_ref(connection: &mut NativeConnection, id: &str) -> u32 {
    store::customer::places(connection, [id], false).unwrap()[0].1.customer_ref
}

/// What the book says of a customer's month.
fn book_month(connection: &mut NativeConnection, id: &str, of: Month) -> domain::book::MonthRow {
    let customer_ref = customer_ref(connection, id);
    crate::book::customer_months(connection, customer_ref, of, of).unwrap()[0]
}

fn number(connection: &mut NativeConnection, sql: &str) -> i64 {
    match connection.execute(sql, &[]).unwrap().rows[0][0] {
        Value::Integer(number) => number,
        ref other => panic!("{sql}: {other:?}"),
    }
}
