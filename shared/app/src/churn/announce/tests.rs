//! Alerts announced on a database of their own, by the strategies that are seeded.

use domain::date::Month;
use domain::tier::Status;
use store::native::NativeConnection;

use super::*;

const NOW_MS: i64 = 1_795_320_000_000;

fn today() -> Day {
    Day::parse("2026-11-22").expect("a date")
}

fn run(connection: &mut NativeConnection, sql: &str) {
    connection.execute(sql, &[]).expect("written");
}

fn count(connection: &mut NativeConnection, sql: &str) -> i64 {
    let rows = connection.execute(sql, &[]).expect("a count");
    rows.read_one("test.count", |row| row.integer()).expect("a count")
}

/// Numbers of employees that tasks are for, by customer.
fn employees(connection: &mut NativeConnection) -> Vec<Option<u32>> {
    let rows = connection
        .execute("select employee_ref from task order by customer_ref, task_ref", &[])
        .expect("tasks");
    rows.read("test.employees", |row| row.narrow_or_null()).expect("tasks")
}

/// House 0 with head 0, branch 1 with head 1 and one who left yesterday (2), counter 2 with manager 3; as many
/// customers at the counter as asked for, each with an alert about the loss of the tier core.
fn bank(customers: u32) -> (NativeConnection, Vec<Opened>) {
    let mut connection = NativeConnection::in_memory().expect("a database");
    for sql in [
        "insert into organisation (organisation_ref, organisation_id, parent_ref, name)
         values (0, 'HQ', null, 'x'), (1, 'B1', 0, 'x'), (2, 'C1', 1, 'x')",
        "insert into employee (employee_ref, employee_id, organisation_ref, name, role, active_to)
         values (0, 'boss', 0, 'x', 'branch_manager', null), (1, 'head', 1, 'x', 'branch_manager', null),
           (2, 'gone', 1, 'x', 'branch_manager', 20778), (3, 'm', 2, 'x', 'manager', 20779)",
    ] {
        run(&mut connection, sql);
    }
    let first_month = Month::parse("2025-11").expect("a month");
    let mut opened = Vec::new();
    for customer_ref in 0..customers {
        run(
            &mut connection,
            &format!(
                "insert into customer (customer_ref, customer_id, organisation_ref, name)
                 values ({customer_ref}, 'c{customer_ref}', 2, 'x')"
            ),
        );
        run(
            &mut connection,
            &format!(
                "insert into churn_alert (customer_ref, tier_ref, status, first_month, opened_on)
                 values ({customer_ref}, 1, 3, {}, 20778)",
                first_month.number()
            ),
        );
        let opened_on = Day::from_number(20778);
        opened.push(Opened { customer_ref, tier_ref: 1, status: Status::Churned, first_month, opened_on });
    }
    (connection, opened)
}

fn tell(connection: &mut NativeConnection, opened: &[Opened]) -> u64 {
    let strategies = Strategies::load(connection).expect("strategies");
    announce(connection, &strategies, (1, opened), NOW_MS, today()).expect("announced")
}

#[test]
fn alerts_that_are_announced_again_write_nothing_new() {
    let (mut connection, opened) = bank(3);
    assert_eq!(tell(&mut connection, &opened), 9, "a task, a mail and a case for each");
    assert_eq!(tell(&mut connection, &opened), 0);
    assert_eq!(employees(&mut connection), [Some(1); 3], "the nearest head who is at work");
    run(&mut connection, "update churn_case set state = 'dismissed', closed_at = 1 where customer_ref = 1");
    assert_eq!(tell(&mut connection, &opened), 0, "a case that was closed is not opened again");
    assert_eq!(tell(&mut connection, &[]), 0);
}

#[test]
fn the_owner_of_the_case_is_told_up_to_the_last_day_of_work() {
    let (mut connection, opened) = bank(2);
    for (customer_ref, owner_ref) in [(0, 3), (1, 2)] {
        let sql = format!(
            "insert into churn_case (customer_ref, state, owner_ref, due_on, opened_on, opened_by, opened_at)
             values ({customer_ref}, 'open', {owner_ref}, 20800, 20779, 'x', 0)"
        );
        run(&mut connection, &sql);
    }
    assert_eq!(tell(&mut connection, &opened), 4, "nobody gets a second case");
    assert_eq!(employees(&mut connection), [Some(3), Some(1)]);
}

#[test]
fn a_task_is_listed_where_its_employee_works() {
    let (mut connection, opened) = bank(1);
    tell(&mut connection, &opened);
    let at_branch = "select count(*) from task where employee_ref = 1 and organisation_ref = 1";
    assert_eq!(count(&mut connection, at_branch), 1, "the customer is at the counter below");
}

#[test]
fn what_was_asked_about_an_alert_ends_with_it_unless_it_is_done_or_on_its_way() {
    let (mut connection, opened) = bank(4);
    tell(&mut connection, &opened);
    run(&mut connection, "update task set done_at = 1, done_by = 'm' where customer_ref = 1");
    let leased = format!("update outbox set leased_until = {NOW_MS} where outbox_ref = 3");
    run(&mut connection, &leased);
    retract(&mut connection, &opened[..3], NOW_MS).expect("retracted");
    let mut words = |sql: &str| {
        let rows = connection.execute(sql, &[]).expect("rows");
        rows.read("test.words", |row| row.text()).expect("words")
    };
    let tasks = "select coalesce(done_by, 'open') from task order by customer_ref";
    assert_eq!(words(tasks), ["check", "m", "check", "open"]);
    let messages = "select state || ': ' || coalesce(last_error, '') from outbox order by outbox_ref";
    let closed = "dead: the alert was closed";
    assert_eq!(words(messages), [closed, closed, "waiting: ", "waiting: "]);
    assert_eq!(tell(&mut connection, &opened), 4, "two tasks and two messages that nobody had seen to");
    assert_eq!(count(&mut connection, "select count(*) from task where done_at is null"), 3);
    assert_eq!(count(&mut connection, "select count(*) from outbox where state = 'waiting'"), 4);
    assert_eq!(tell(&mut connection, &opened), 0, "and nothing twice");
    assert_eq!(count(&mut connection, "select count(*) from churn_case where closed_at is null"), 4);
}

#[test]
fn no_two_strategies_and_recipients_share_a_key() {
    let (mut connection, opened) = bank(1);
    // The head of the house has number 0, and so has the house, above which there is nobody.
    run(&mut connection, "update customer set organisation_ref = 0");
    let strategy = |id: &str, to: &str| {
        serde_json::json!({"id": id, "status": 3, "tiers": null, "action": "task", "to": to, "due_days": 1,
            "send_from": null})
    };
    let list = serde_json::json!([strategy("a", "branch_manager"), strategy("a-0", "supervisor")]);
    let sql = "insert into churn_strategy_version (version, definition, created_by, created_at)
         values (2, ?1, 'x', 0)";
    connection.execute(sql, &[list.to_string().into()]).expect("written");
    assert_eq!(tell(&mut connection, &opened), 2);
    let keys = connection.execute("select task_key from task order by task_ref", &[]).expect("keys");
    let keys = keys.read("test.keys", |row| row.text()).expect("keys");
    let about = format!("churn-0-1-3-{}", opened[0].first_month.number());
    assert_eq!(keys, [format!("{about}-e0-a"), format!("{about}-o0-a-0")]);
}

#[test]
fn where_nobody_is_at_work_the_organisation_has_the_task() {
    let (mut connection, opened) = bank(1);
    run(&mut connection, "update employee set active_from = 20780");
    tell(&mut connection, &opened);
    assert_eq!(employees(&mut connection), [None]);
    assert_eq!(count(&mut connection, "select organisation_ref from task"), 2);
}

#[test]
fn more_cases_than_a_page_of_values_are_opened_each_with_its_step() {
    let (mut connection, opened) = bank(300);
    assert_eq!(tell(&mut connection, &opened), 900);
    let steps = "select count(*) from churn_case_step join churn_case using (churn_case_ref)
         where step = 'open' and step_number = 1 and person = 'strategy:churned-case' and opened_by = person
           and churn_case_step.due_on = churn_case.due_on and churn_case.due_on = 20793";
    assert_eq!(count(&mut connection, steps), 300);
    assert_eq!(count(&mut connection, "select count(distinct churn_alert_ref) from churn_case"), 300);
    assert_eq!(tell(&mut connection, &opened), 0);
}

#[test]
fn of_two_alerts_of_one_customer_the_first_has_the_case() {
    let (mut connection, mut opened) = bank(1);
    run(
        &mut connection,
        "insert into churn_alert (customer_ref, tier_ref, status, first_month, opened_on)
         values (0, 2, 3, 24310, 20778)",
    );
    opened.push(Opened { tier_ref: 2, first_month: Month::from_number(24310), ..opened[0] });
    assert_eq!(tell(&mut connection, &opened), 5, "two tasks, two mails, one case");
    assert_eq!(count(&mut connection, "select count(*) from churn_case where tier_code = 'core'"), 1);
}
