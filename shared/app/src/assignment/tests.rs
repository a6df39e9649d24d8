//! Assignments on a database of their own.

use domain::assignment::{ManagerRole, ManagerShare};
use store::assignment::{BATCH, IN_FORCE, NewRow, SUBMITTED};
use store::native::NativeConnection;

use super::*;

const NOW_MS: i64 = 1_795_320_000_000;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

fn moment() -> Moment<'static> {
    Moment { now_ms: NOW_MS, today: day("2026-11-22"), person: "boss" }
}

/// A house (0) over two branches, 200 customers of branch 1, an employee in each branch.
fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().expect("a database");
    for sql in [
        "insert into organisation (organisation_ref, organisation_id, parent_ref, name)
         values (0, 'HQ', null, 'x'), (1, 'B1', 0, 'x'), (2, 'B2', 0, 'x')",
        "insert into employee (employee_ref, employee_id, organisation_ref, name, role, active_to)
         values (1, 'm1', 1, 'x', 'manager', null), (2, 'm2', 2, 'x', 'manager', 20778),
           (3, 'm3', 2, 'x', 'manager', null)",
        "insert into customer (customer_ref, customer_id, organisation_ref, name)
         with recursive number (n) as (values (0) union all select n + 1 from number where n < 199)
         select n, 'c' || n, 1, 'x' from number",
    ] {
        connection.execute(sql, &[]).expect("written");
    }
    connection
}

fn alone(employee_ref: u32) -> Vec<ManagerShare> {
    vec![ManagerShare { employee_ref, role: ManagerRole::Primary, share_bp: 10_000 }]
}

fn row(customer_ref: u32, from: &str, state: &'static str, shares: Vec<ManagerShare>) -> NewRow {
    NewRow {
        customer_ref,
        from_day: day(from).number(),
        organisation_ref: 1,
        kind: BATCH,
        state,
        reason: "x".to_owned(),
        before_ref: None,
        assignment_proposal_ref: None,
        shares,
        created_by: "boss".to_owned(),
        created_at: NOW_MS,
        decided_by: None,
        decided_at: None,
    }
}

#[test]
fn what_stands_began_last_and_of_one_day_was_written_last() {
    let mut connection = bank();
    let rows = vec![
        row(0, "2026-11-10", IN_FORCE, alone(1)),
        row(0, "2026-11-01", IN_FORCE, alone(2)),
        row(0, "2026-11-10", IN_FORCE, alone(2)),
        row(0, "2026-11-15", SUBMITTED, alone(1)),
        row(0, "2026-11-20", IN_FORCE, Vec::new()),
    ];
    let numbers = put(&mut connection, moment(), rows).expect("written");
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    let days = ["2026-10-31", "2026-11-01", "2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20"];
    let wanted: Vec<(u32, i32)> = days.iter().map(|text| (0, day(text).number())).collect();
    let standing = store::assignment::standing_on(&mut connection, &wanted).expect("read");
    let found: Vec<Option<i64>> =
        standing.iter().map(|standing| standing.as_ref().map(|standing| standing.assignment_ref)).collect();
    assert_eq!(found, [None, Some(2), Some(2), Some(3), Some(3), Some(5)]);
    assert!(standing[5].as_ref().is_some_and(|recall| recall.managers.is_empty()));
    let own = |connection: &mut NativeConnection, text: &str| {
        store::assignment::of_employee(connection, 2, day(text).number()).expect("read")
    };
    assert_eq!(own(&mut connection, "2026-11-19"), [0]);
    assert!(own(&mut connection, "2026-11-20").is_empty(), "recalled");
    let seen = super::standing(&mut connection, &[7, 0], day("2026-11-19")).expect("read");
    assert_eq!(seen.iter().map(|one| one.customer_ref).collect::<Vec<_>>(), [0]);
}

#[test]
fn one_message_tells_an_employee_of_all_customers_of_a_call_once() {
    let mut connection = bank();
    let change = |customer_ref: u32| Change {
        assignment_ref: i64::from(customer_ref) + 10,
        customer_ref,
        before: if customer_ref == 0 { alone(2) } else { alone(3) },
        after: alone(1),
        from: day("2026-11-22"),
    };
    let changes: Vec<Change> = (0..150).map(change).collect();
    for _ in 0..2 {
        notify(&mut connection, moment(), &changes).expect("written");
    }
    let rows = connection
        .execute("select message_id, recipient, body from outbox order by recipient", &[])
        .expect("messages")
        .read("test.messages", |row| Ok((row.text()?, row.text()?, row.text()?)))
        .expect("messages");
    let heads: Vec<(&str, &str)> = rows.iter().map(|(id, to, _)| (id.as_str(), to.as_str())).collect();
    assert_eq!(heads, [("assignment-10-e1", "m1"), ("assignment-11-e3", "m3")], "m2 works no longer");
    let data = |body: &str| serde_json::from_str::<serde_json::Value>(body).expect("JSON")["data"].clone();
    let (gains, loses) = (data(&rows[0].2), data(&rows[1].2));
    assert_eq!(gains["gained"], 150);
    let line = &gains["customers"][0];
    assert_eq!(
        (&line["role_before"], &line["role"]),
        (&serde_json::Value::Null, &serde_json::json!("primary"))
    );
    assert_eq!(gains["lost"], 0);
    assert_eq!(gains["customers"].as_array().map(Vec::len), Some(100), "the first hundred");
    assert_eq!(loses["lost"], 149);
    assert_eq!(loses["customers"], serde_json::json!([]), "nobody at B2 sees customers of B1");
}

#[test]
fn a_customer_belongs_to_a_manager_at_work_or_waits_or_stays_with_the_branch() {
    let mut connection = bank();
    let rows = vec![
        row(1, "2026-11-01", IN_FORCE, alone(1)),
        row(2, "2026-11-01", IN_FORCE, alone(2)),
        row(3, "2026-11-01", IN_FORCE, Vec::new()),
    ];
    put(&mut connection, moment(), rows).expect("written");
    let waits = Place::Waiting;
    for (customer_ref, to_manager, expected) in [
        (0, true, waits(WaitingReason::NeverAssigned)),
        (0, false, Place::Branch),
        (1, true, Place::Manager),
        (1, false, Place::Manager),
        (2, true, waits(WaitingReason::ManagerLeft)),
        (2, false, Place::Branch),
        (3, true, waits(WaitingReason::Recalled)),
        (3, false, waits(WaitingReason::Recalled)),
    ] {
        let on = day("2026-11-22");
        let standing = super::standing(&mut connection, &[customer_ref], on).expect("read").pop();
        assert_eq!(place(standing.as_ref(), to_manager, on), expected, "{customer_ref} {to_manager}");
    }
}
