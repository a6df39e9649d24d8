//! Reservations, and points that end.

use super::*;
use crate::points::expiry::{ExpiryError, book_expiry, run_expiry};
use crate::points::reservation::{
    MOST_SECONDS, Posted, Purpose, Reservation, ReservationRefusal, State, post, reservation, reserve, void,
};

const HOUR: u32 = 3_600;

/// So many days after the tests' moment.
fn later(days: i32) -> Moment<'static> {
    let now_ms = NOW_MS + i64::from(days) * 86_400_000;
    Moment { now_ms, today: moment().today.plus(days), ..moment() }
}

fn hold(
    connection: &mut NativeConnection,
    points: i64,
    seconds: u32,
) -> Result<Reservation, ReservationRefusal> {
    in_transaction(connection, |connection| {
        let wallet = Wallet::load(connection, 1, NOW_MS)?;
        reserve(connection, moment(), &wallet, points, seconds, Purpose::Plain)
    })
}

fn use_up(
    connection: &mut NativeConnection,
    moment: Moment<'_>,
    held: &Reservation,
    points: i64,
) -> Result<Posted, ReservationRefusal> {
    in_transaction(connection, |connection| {
        let mut book = Book::open(connection, moment)?;
        let number = held.points_reservation_ref;
        let (kind, cause) = (EntryKind::Redeem, Cause::Reservation(number));
        let posted = post(connection, &mut book, moment, number, points, kind, cause)?;
        book.save(connection)?;
        Ok(posted)
    })
}

fn run(connection: &mut NativeConnection, moment: Moment<'_>, as_of: Day) -> (u64, i64, i64, u64) {
    let run = run_expiry(connection, moment, as_of, 1, || 0).unwrap();
    assert!(run.done);
    (run.lots, run.points, run.customers, run.reservations_timed_out)
}

#[test]
fn held_points_are_not_spent_otherwise_and_what_is_not_posted_comes_back() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    let held = hold(&mut connection, 80, HOUR).unwrap();
    assert!(matches!(buy(&mut connection, 1, 21), Err(SpendRefusal::NotEnough { spendable: 20 })));
    let balance = wallet(&mut connection, 1).balance(moment().today);
    assert_eq!((balance.active, balance.reserved), (20, 80));
    let more = use_up(&mut connection, moment(), &held, 81);
    assert!(matches!(more, Err(ReservationRefusal::TooMuch { points: 80 })));
    let posted = use_up(&mut connection, moment(), &held, 50).unwrap();
    assert_eq!((posted.reservation.state, posted.reservation.posted), (State::Posted, 50));
    assert_eq!(posted.takings.len(), 1);
    assert_eq!(wallet(&mut connection, 1).balance(moment().today).active, 50);
    let again = use_up(&mut connection, moment(), &held, 50).unwrap();
    assert_eq!((again.reservation, again.takings), (posted.reservation, Vec::new()));
    let other = use_up(&mut connection, moment(), &held, 40);
    assert!(matches!(other, Err(ReservationRefusal::Ended { state: State::Posted })));
    adds_up(&mut connection);
}

#[test]
fn a_void_reservation_holds_nothing_and_cannot_be_posted() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    let held = hold(&mut connection, 80, HOUR).unwrap();
    for _ in 0..2 {
        let ended = void(&mut connection, moment(), held.points_reservation_ref).unwrap();
        assert_eq!(ended.state, State::Void);
    }
    assert!(matches!(
        use_up(&mut connection, moment(), &held, 80),
        Err(ReservationRefusal::Ended { state: State::Void })
    ));
    buy(&mut connection, 1, 100).unwrap();
    assert!(matches!(void(&mut connection, moment(), 9), Err(ReservationRefusal::Unknown)));
    adds_up(&mut connection);
}

#[test]
fn a_reservation_lasts_as_long_as_it_says_whether_or_not_a_job_has_run() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    for seconds in [0, MOST_SECONDS + 1] {
        assert!(matches!(hold(&mut connection, 1, seconds), Err(ReservationRefusal::Time)));
    }
    let held = hold(&mut connection, 100, HOUR).unwrap();
    assert_eq!(held.expires_at, NOW_MS + 3_600_000);
    let state = |connection: &mut NativeConnection, now_ms| {
        reservation(connection, held.points_reservation_ref, now_ms).unwrap().unwrap().state
    };
    assert_eq!(state(&mut connection, held.expires_at - 1), State::Open);
    assert_eq!(state(&mut connection, held.expires_at), State::TimedOut);
    let free = |connection: &mut NativeConnection, now_ms| {
        Wallet::load(connection, 1, now_ms).unwrap().balance(moment().today).active
    };
    assert_eq!(free(&mut connection, held.expires_at - 1), 0);
    assert_eq!(free(&mut connection, held.expires_at), 100);
    let late = use_up(&mut connection, later(1), &held, 100);
    assert!(matches!(late, Err(ReservationRefusal::Ended { state: State::TimedOut })));
    assert_eq!(run(&mut connection, later(1), moment().today), (0, 0, 0, 1));
    assert_eq!(state(&mut connection, NOW_MS), State::TimedOut);
}

#[test]
fn who_took_the_time_before_another_writer_does_not_use_what_timed_out_meanwhile() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, None));
    let held = hold(&mut connection, 80, HOUR).unwrap();
    let next = in_transaction(&mut connection, |connection| {
        let wallet = Wallet::load(connection, 1, later(1).now_ms)?;
        reserve(connection, later(1), &wallet, 100, HOUR, Purpose::Plain)
    })
    .unwrap();
    let late = use_up(&mut connection, moment(), &held, 80);
    assert!(matches!(late, Err(ReservationRefusal::Ended { state: State::TimedOut })));
    let late = void(&mut connection, moment(), held.points_reservation_ref);
    assert!(matches!(late, Err(ReservationRefusal::Ended { state: State::TimedOut })));
    assert!(matches!(buy(&mut connection, 1, 1), Err(SpendRefusal::NotEnough { spendable: 0 })));
    assert_eq!(use_up(&mut connection, moment(), &next, 90).unwrap().reservation.posted, 90);
    let last = hold(&mut connection, 10, HOUR).unwrap();
    assert_eq!(last.created_at, later(1).now_ms, "instants of writers only grow");
    adds_up(&mut connection);
}

#[test]
fn a_batch_is_not_written_before_the_one_that_it_follows() {
    let mut connection = bank();
    let lot = new_lot(1, 100, None);
    for at in [later(1), moment()] {
        in_transaction(&mut connection, |connection| {
            let mut book = Book::open(connection, at)?;
            book.issue(lot, EntryKind::Earn, lot.earned_on, CAUSE);
            book.save(connection)
        })
        .unwrap();
    }
    let head = store::points_entry::head(&mut connection).unwrap().unwrap();
    assert_eq!((head.points_batch_ref, head.written_at), (2, later(1).now_ms));
}

#[test]
fn what_a_reservation_holds_of_a_member_who_was_blocked_or_merged_since_is_left() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 100, Some("2026-12-31")));
    earn(&mut connection, new_lot(2, 100, Some("2026-06-30")));
    let member = |number| AccountRow { points_pool_ref: Some(9), ..AccountRow::plain(number) };
    store::points_account::put(&mut connection, &[member(1), member(2)]).unwrap();
    let held = hold(&mut connection, 150, HOUR).unwrap();
    for (state, into) in [(store::points_account::BLOCKED, None), (store::points_account::MERGED, Some(3))] {
        let closed = AccountRow { state, merged_into_ref: into, ..member(2) };
        store::points_account::put(&mut connection, &[closed]).unwrap();
        let more = use_up(&mut connection, moment(), &held, 51);
        let Err(ReservationRefusal::Spend(SpendRefusal::NotEnough { spendable })) = more else {
            panic!("{more:?}");
        };
        assert_eq!(spendable, 50);
    }
    let posted = use_up(&mut connection, moment(), &held, 50).unwrap();
    let taken: Vec<(u32, i64)> =
        posted.takings.iter().map(|(lot, points)| (lot.issued.customer_ref, *points)).collect();
    assert_eq!(taken, [(1, 50)]);
    assert_eq!(left(&mut connection, 2), [(2, 100)]);
    adds_up(&mut connection);
}

#[test]
fn a_lot_that_ended_while_it_was_held_is_honoured() {
    let mut connection = bank();
    let lot = earn(&mut connection, new_lot(1, 100, Some("2026-03-15")));
    let held = hold(&mut connection, 60, 3 * 24 * HOUR).unwrap();
    let tomorrow = later(1);
    assert_eq!(run(&mut connection, tomorrow, tomorrow.today), (1, 40, 1, 0));
    assert_eq!(left(&mut connection, 1), [(lot.points_lot_ref, 60)]);
    assert_eq!(use_up(&mut connection, tomorrow, &held, 50).unwrap().reservation.posted, 50);
    assert_eq!(run(&mut connection, tomorrow, tomorrow.today), (1, 10, 1, 0));
    assert!(left(&mut connection, 1).is_empty());
    adds_up(&mut connection);
}

#[test]
fn points_end_after_their_last_day_and_only_once() {
    let mut connection = bank();
    earn(&mut connection, new_lot(1, 10, Some("2026-03-13")));
    earn(&mut connection, new_lot(2, 20, Some("2026-03-14")));
    earn(&mut connection, new_lot(3, 40, Some("2026-03-15")));
    let today = moment().today;
    assert_eq!(run(&mut connection, moment(), today.plus(-1)), (1, 10, 1, 0));
    assert_eq!(run(&mut connection, moment(), today), (1, 20, 1, 0));
    for as_of in [today, today.plus(-1)] {
        assert_eq!(run(&mut connection, moment(), as_of), (0, 0, 0, 0));
    }
    let future = run_expiry(&mut connection, moment(), today.plus(1), 1, || 0);
    assert!(matches!(future, Err(ExpiryError::Future)));
    let last = store::points_entry::sealed(&mut connection, 4, 10).unwrap();
    let days: Vec<i64> = last.iter().map(|entry| entry.on_day).collect();
    assert_eq!(days, ["2026-03-14", "2026-03-15"].map(|text| i64::from(day(text).number())));
    assert_eq!(left(&mut connection, 3), [(3, 40)]);
    adds_up(&mut connection);
}

#[test]
fn an_expiry_is_booked_page_by_page_in_the_order_of_the_ends() {
    let mut connection = bank();
    for end in ["2026-03-03", "2026-03-01", "2026-03-02"] {
        earn(&mut connection, new_lot(1, 5, Some(end)));
    }
    let mut pages = Vec::new();
    for _ in 0..3 {
        let page = in_transaction(&mut connection, |connection| {
            book_expiry(connection, moment(), moment().today, Cause::Job(1), 2)
        });
        pages.push(page.unwrap().iter().map(|lot| lot.points_lot_ref).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![2, 3], vec![1], vec![]]);
    adds_up(&mut connection);
}
