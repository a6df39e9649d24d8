//! The ledger on a database of its own.

use domain::points::ReturnPolicy;
use store::native::NativeConnection;
use store::points_account::AccountRow;
use store::{Value, in_transaction};

use super::*;
use crate::points::audit::audit;
use crate::points::spend::{SpendRefusal, active_now, spend};
use crate::points::{Status, Wallet};

mod agreement;
mod chain;
mod debt;
mod holding;

/// 2026-03-15T04:00:00Z.
const NOW_MS: i64 = 1_773_547_200_000;
const CAUSE: Cause = Cause::Event(7);

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn moment() -> Moment<'static> {
    Moment { now_ms: NOW_MS, today: day("2026-03-15"), person: "till" }
}

/// Four customers of one branch.
fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().unwrap();
    let sql = "insert into organisation (organisation_ref, organisation_id, name) values (0, 'B1', 'x')";
    connection.execute(sql, &[]).unwrap();
    for number in 0..4 {
        let sql = "insert into customer (customer_ref, customer_id, organisation_ref, name)
             values (?1, ?2, 0, 'x')";
        connection.execute(sql, &[Value::Integer(number), format!("c{number}").into()]).unwrap();
    }
    connection
}

fn new_lot(customer_ref: u32, points: i64, expires_on: Option<&str>) -> NewLot {
    NewLot {
        customer_ref,
        points,
        earned_on: day("2026-01-10"),
        available_on: day("2026-01-10"),
        expires_on: expires_on.map(day),
        inactivity_months: None,
        dimension: Dimension { organisation_ref: 0, tier_ref: 2, partner_ref: 0 },
        return_policy: ReturnPolicy::Debt,
        points_rule_ref: Some(1),
        points_event_ref: None,
        origin_lot_ref: None,
    }
}

/// The event 7, which gave the customer 1 a hundred points.
fn event(connection: &mut NativeConnection) {
    let sql =
        "insert into points_event (points_event_ref, source, event_id, payload_hash, kind, customer_ref,
           organisation_ref, tier_ref, type, occurred_at, occurred_on, decision, earned)
         values (7, 'core', 'e7', 0, 1, 1, 0, 2, 'visit', 0, 0, '{}', 100)";
    connection.execute(sql, &[]).unwrap();
}

/// Books in a transaction of its own.
fn write<T>(
    connection: &mut NativeConnection,
    work: impl FnOnce(&mut NativeConnection, &mut Book) -> T,
) -> Result<T, StoreError> {
    in_transaction(connection, |connection| {
        let mut book = Book::open(connection, moment())?;
        let done = work(connection, &mut book);
        book.save(connection)?;
        Ok(done)
    })
}

fn earn(connection: &mut NativeConnection, lot: NewLot) -> Lot {
    write(connection, |_, book| book.issue(lot, EntryKind::Earn, lot.earned_on, CAUSE)).unwrap()
}

fn wallet(connection: &mut NativeConnection, customer_ref: u32) -> Wallet {
    Wallet::load(connection, customer_ref, NOW_MS).unwrap()
}

/// Lots and points that a customer has left.
fn left(connection: &mut NativeConnection, customer_ref: u32) -> Vec<(i64, i64)> {
    wallet(connection, customer_ref).own_lots().map(|lot| (lot.points_lot_ref, lot.left)).collect()
}

fn buy(connection: &mut NativeConnection, customer_ref: u32, points: i64) -> Result<Vec<Lot>, SpendRefusal> {
    in_transaction(connection, |connection| {
        let wallet = Wallet::load(connection, customer_ref, NOW_MS)?;
        let mut book = Book::open(connection, moment())?;
        let (kind, cause) = (EntryKind::Redeem, Cause::Redemption(1));
        let takings = spend(connection, &mut book, &wallet, points, kind, cause, moment().today)?;
        book.save(connection)?;
        Ok(takings.into_iter().map(|taking| wallet.lots[taking.place]).collect())
    })
}

fn adds_up(connection: &mut NativeConnection) {
    let differences = audit(connection, NOW_MS).unwrap().differences;
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn what_is_earned_and_spent_is_there_when_it_is_loaded_again() {
    let mut connection = bank();
    let late = earn(&mut connection, new_lot(1, 500, Some("2026-12-31")));
    let early = earn(&mut connection, new_lot(1, 300, Some("2026-06-30")));
    let found = wallet(&mut connection, 1);
    assert_eq!(found.lots, [late, early]);
    assert_eq!((found.status, found.debt, found.organisation_ref, found.tier_ref), (Status::Open, 0, 0, 0));
    buy(&mut connection, 1, 450).unwrap();
    assert_eq!(left(&mut connection, 1), [(late.points_lot_ref, 350)]);
    let balance = wallet(&mut connection, 1).balance(moment().today);
    assert_eq!((balance.active, balance.expiring), (350, vec![(day("2026-12-31"), 350)]));
    adds_up(&mut connection);
}

#[test]
fn a_refused_spend_changes_nothing() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 500, None));
    let refused = buy(&mut connection, 1, 501);
    assert!(matches!(refused, Err(SpendRefusal::NotEnough { spendable: 500 })));
    assert!(matches!(buy(&mut connection, 1, 0), Err(SpendRefusal::NotPositive)));
    let account = AccountRow { state: store::points_account::BLOCKED, ..AccountRow::plain(1) };
    store::points_account::put(&mut connection, &[account]).unwrap();
    assert!(matches!(buy(&mut connection, 1, 1), Err(SpendRefusal::Blocked)));
    assert_eq!(left(&mut connection, 1), [(1, 500)]);
    assert_eq!(store::points_entry::head(&mut connection).unwrap().unwrap().points_batch_ref, 1);
}

#[test]
fn a_lot_never_falls_below_nothing_nor_rises_above_what_it_was() {
    let mut connection = bank();
    let lot = earn(&mut connection, new_lot(1, 100, None));
    let today = moment().today;
    let twice = write(&mut connection, |_, book| {
        book.take(&lot, 60, EntryKind::Redeem, today, CAUSE);
        book.take(&lot, 60, EntryKind::Redeem, today, CAUSE);
    });
    assert!(matches!(twice, Err(StoreError::Damaged(_))));
    let more = write(&mut connection, |_, book| book.give_back(&lot, 1, EntryKind::GiveBack, today, CAUSE));
    assert!(matches!(more, Err(StoreError::Damaged(_))));
    assert_eq!(left(&mut connection, 1), [(1, 100)]);
    adds_up(&mut connection);
}

#[test]
fn a_lot_that_is_used_up_takes_its_points_back() {
    let mut connection = bank();
    event(&mut connection);
    let of_event = NewLot { points_event_ref: Some(7), ..new_lot(1, 100, Some("2026-12-31")) };
    let lot = earn(&mut connection, of_event);
    buy(&mut connection, 1, 100).unwrap();
    assert!(left(&mut connection, 1).is_empty());
    let used_up = store::points_lot::by_refs(&mut connection, &[lot.points_lot_ref], NOW_MS).unwrap();
    assert_eq!(used_up, [Lot { left: 0, ..lot }]);
    let today = moment().today;
    write(&mut connection, |_, book| {
        book.give_back(&used_up[0], 40, EntryKind::GiveBack, today, Cause::Redemption(1));
    })
    .unwrap();
    assert_eq!(wallet(&mut connection, 1).lots, [Lot { left: 40, ..lot }]);
    assert_eq!(store::points_lot::of_events(&mut connection, &[7], NOW_MS).unwrap()[0].left, 40);
    adds_up(&mut connection);
}

#[test]
fn debt_rises_and_is_repaid_in_the_batch_that_earns() {
    let mut connection = bank();
    let today = moment().today;
    let dimension = new_lot(2, 1, None).dimension;
    write(&mut connection, |_, book| book.owe(2, 70, dimension, today, CAUSE)).unwrap();
    assert_eq!(wallet(&mut connection, 2).debt, 70);
    write(&mut connection, |_, book| {
        let lot = book.issue(new_lot(2, 50, None), EntryKind::Earn, today, CAUSE);
        book.take(&lot, 50, EntryKind::Repay, today, CAUSE);
    })
    .unwrap();
    let found = wallet(&mut connection, 2);
    assert_eq!((found.debt, found.lots), (20, Vec::new()));
    adds_up(&mut connection);
    connection.execute("update points_account set debt = 19", &[]).unwrap();
    let differences = audit(&mut connection, NOW_MS).unwrap().differences;
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].customer_id.as_deref(), Some("c2"));
    assert_eq!((differences[0].expected, differences[0].kept), (20, 19));
}

#[test]
fn members_of_a_pool_spend_from_each_others_lots() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, Some("2026-12-31")));
    let of_other = earn(&mut connection, new_lot(2, 100, Some("2026-06-30")));
    earn(&mut connection, new_lot(3, 100, Some("2026-06-30")));
    let member = |number| AccountRow { points_pool_ref: Some(9), ..AccountRow::plain(number) };
    let blocked = AccountRow { state: store::points_account::BLOCKED, ..member(3) };
    store::points_account::put(&mut connection, &[member(1), member(2), blocked]).unwrap();
    assert_eq!(wallet(&mut connection, 1).balance(moment().today).active, 100);
    let taken = buy(&mut connection, 1, 150).unwrap();
    assert_eq!(taken[0], of_other);
    assert_eq!((left(&mut connection, 1).len(), left(&mut connection, 2).len()), (1, 0));
    let more = buy(&mut connection, 1, 51);
    assert!(matches!(more, Err(SpendRefusal::NotEnough { spendable: 50 })));
    adds_up(&mut connection);
}

#[test]
fn activity_moves_the_end_of_lots_that_had_not_ended_by_inactivity() {
    let mut connection = bank();
    let idle = |last| NewLot { inactivity_months: Some(12), ..new_lot(1, 10, Some(last)) };
    earn(&mut connection, idle("2026-03-15"));
    earn(&mut connection, idle("2026-03-14"));
    earn(&mut connection, new_lot(1, 10, Some("2026-03-20")));
    let active = [(1, day("2026-03-15")), (2, day("2026-03-15"))];
    active_now(&mut connection, &active, day("2026-03-15")).unwrap();
    let lots = wallet(&mut connection, 1).lots;
    let ends: Vec<Option<Day>> = lots.iter().map(|lot| lot.issued.expires_on).collect();
    assert_eq!(ends, [Some(day("2027-03-15")), Some(day("2026-03-14")), Some(day("2026-03-20"))]);
    active_now(&mut connection, &[(1, day("2026-02-01"))], day("2026-03-15")).unwrap();
    assert_eq!(wallet(&mut connection, 1).lots[0].issued.expires_on, Some(day("2027-03-15")));
}

#[test]
fn an_audit_names_what_does_not_add_up() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    earn(&mut connection, new_lot(2, 100, None));
    adds_up(&mut connection);
    for (sql, sums) in [
        ("update points_open_lot set points_left = 99 where customer_ref = 1", vec!["liability", "lot"]),
        ("update points_open_lot set points_left = 100", vec![]),
        ("update points_day set points = 201", vec!["liability", "day"]),
        ("update points_day set points = 200, entries = 3", vec!["day"]),
        ("update points_day set entries = 2", vec![]),
        ("update points_lot set points = 90 where points_lot_ref = 2", vec!["issued", "lot"]),
    ] {
        connection.execute(sql, &[]).unwrap();
        let found = audit(&mut connection, NOW_MS).unwrap();
        let names: Vec<&str> = found.differences.iter().map(|difference| difference.sum.name()).collect();
        assert_eq!(names, sums, "{sql}");
        assert_eq!((found.lots, found.entries), (2, 2));
    }
}
