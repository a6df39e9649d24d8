//! Tasks on a database of their own.

use store::native::NativeConnection;
use store::task::{About, NewTask};

use super::*;

const NOW: (i64, Day) = (1_795_320_000_000, Day::from_number(20_779));

/// One branch with two managers, a task of each and one of the branch.
fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().expect("a database");
    for sql in [
        "insert into organisation (organisation_ref, organisation_id, name) values (0, 'B1', 'x')",
        "insert into employee (employee_ref, employee_id, organisation_ref, name, role)
         values (0, 'm0', 0, 'x', 'manager'), (1, 'm1', 0, 'x', 'manager')",
        "insert into customer (customer_ref, customer_id, organisation_ref, name) values (0, 'c0', 0, 'x')",
    ] {
        connection.execute(sql, &[]).expect("written");
    }
    let task = |number: i32, employee_ref| NewTask {
        task_key: number.to_string(),
        about: About::Alert { tier: 4, status: 1, first_month: 24_319 },
        employee_ref,
        organisation_ref: 0,
        customer_ref: 0,
        due_on: 20_780 - number,
        created_at: NOW.0,
    };
    let tasks = [task(0, None), task(1, Some(0)), task(2, Some(1))];
    assert_eq!(store::task::add(&mut connection, tasks.clone()).expect("added"), 3);
    assert_eq!(store::task::add(&mut connection, tasks).expect("added"), 0);
    connection
}

fn numbers(connection: &mut NativeConnection, own: Option<u32>, employee_id: Option<&str>) -> Vec<i64> {
    let caller = Caller { own, ..Caller::administrator() };
    let question = TaskQuestion { employee_id: employee_id.map(str::to_owned), ..TaskQuestion::default() };
    let found = tasks(connection, &caller, &question, (i64::MIN, 0), 10, NOW.1).expect("tasks");
    found.iter().map(|task| task.row.task_ref).collect()
}

#[test]
fn tasks_come_by_due_date_and_a_manager_sees_own_ones_alone() {
    let mut connection = bank();
    for (own, employee_id, expected) in [
        (None, None, vec![3, 2, 1]),
        (None, Some("m1"), vec![3]),
        (None, Some("nobody"), vec![]),
        (Some(0), None, vec![2]),
        (Some(0), Some("m0"), vec![2]),
        (Some(0), Some("m1"), vec![]),
    ] {
        assert_eq!(numbers(&mut connection, own, employee_id), expected, "{own:?} {employee_id:?}");
    }
}

#[test]
fn a_task_is_done_once_and_by_nobody_who_does_not_see_it() {
    let mut connection = bank();
    let mut finish = |own, organisation, number| {
        let caller = Caller { own, organisation, ..Caller::administrator() };
        finish(&mut connection, &caller, number, Some("called"), NOW)
    };
    assert!(matches!(finish(Some(0), None, 3), Err(TaskError::UnknownTask)));
    assert!(matches!(finish(Some(0), None, 1), Err(TaskError::UnknownTask)));
    assert!(matches!(finish(Some(1), Some(9), 3), Err(TaskError::UnknownTask)), "a key for elsewhere");
    let done = finish(Some(1), Some(0), 3).expect("done");
    assert_eq!((done.row.done_at, done.row.note.as_deref()), (Some(NOW.0), Some("called")));
    assert!(!done.overdue, "what is done is not overdue");
    assert!(matches!(finish(None, None, 3), Err(TaskError::Done)));
    assert!(matches!(finish(None, None, 4), Err(TaskError::UnknownTask)));
    assert_eq!(numbers(&mut connection, None, None), [2, 1]);
}
