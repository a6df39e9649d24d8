//! Where employees worked on past days.

use super::*;

/// A request that came so many days after the usual one.
fn after(days: i64) -> Context {
    Context { now_ms: NOW_MS + days * 86_400_000, ..everything() }
}

fn deliver(connection: &mut NativeConnection, days: i64, records: &[Employee<'static>]) -> Outcome {
    employees(connection, &after(days), &entries(records.to_vec())).unwrap()
}

/// Where e1 worked so many days after the usual one.
fn worked_at(connection: &mut NativeConnection, days: i32) -> &'static str {
    let on = day("2026-03-15").plus(days).number();
    let post = store::employee::posts_on(connection, ["e1"], on).unwrap()[0].1;
    let units = ["head", "north", "south"];
    let found = store::organisation::find(connection, units).unwrap();
    found.iter().find(|(_, number)| *number == post.organisation_ref).map(|(place, _)| units[*place]).unwrap()
}

fn rows(connection: &mut NativeConnection) -> i64 {
    number(connection, "select count(*) from employee_post")
}

#[test]
fn an_employee_who_moves_there_and_back_worked_at_each_place_in_its_days() {
    let mut connection = bank();
    for (days, unit) in [(0, "north"), (2, "south"), (5, "north"), (9, "head")] {
        let outcome = deliver(&mut connection, days, &[employee("e1", unit)]);
        assert_eq!(counts(&outcome), (1, 0, 0), "{unit}");
    }
    let found = [-1_000, 0, 1, 2, 4, 5, 8, 9, 1_000].map(|days| worked_at(&mut connection, days));
    assert_eq!(found, ["north", "north", "north", "south", "south", "north", "north", "head", "head"]);
}

#[test]
fn of_moves_on_one_day_the_last_one_holds() {
    let mut connection = bank();
    deliver(&mut connection, 0, &[employee("e1", "north")]);
    deliver(&mut connection, 3, &[employee("e1", "head")]);
    deliver(&mut connection, 3, &[employee("e1", "head"), employee("e1", "south")]);
    assert_eq!([2, 3].map(|days| worked_at(&mut connection, days)), ["north", "south"]);
    deliver(&mut connection, 3, &[employee("e1", "north")]);
    deliver(&mut connection, 6, &[employee("e1", "south")]);
    let found = [2, 3, 5, 6].map(|days| worked_at(&mut connection, days));
    assert_eq!(found, ["north", "north", "north", "south"]);
}

#[test]
fn only_a_move_is_written() {
    let mut connection = bank();
    let renamed = Employee { name: "Li Lei".into(), ..employee("e1", "north") };
    deliver(&mut connection, 0, &[employee("e1", "north"), employee("e2", "north")]);
    deliver(&mut connection, 1, &[employee("e1", "north"), renamed]);
    assert_eq!((rows(&mut connection), worked_at(&mut connection, -9)), (0, "north"));
    for days in [2, 3] {
        deliver(&mut connection, days, &[employee("e1", "south")]);
        assert_eq!(rows(&mut connection), 2, "before and after, on day {days}");
    }
    assert_eq!([1, 2, 3].map(|days| worked_at(&mut connection, days)), ["north", "south", "south"]);
}

#[test]
fn an_employee_who_is_refused_stays_where_he_or_she_works() {
    let mut connection = bank();
    deliver(&mut connection, 0, &[employee("e1", "north")]);
    let limited = Context { within: within(&mut connection, "north").within, ..after(1) };
    let outcome = employees(&mut connection, &limited, &entries([employee("e1", "south")])).unwrap();
    assert_eq!(counts(&outcome), (0, 0, 1));
    assert_eq!((rows(&mut connection), worked_at(&mut connection, 2)), (0, "north"));
}
