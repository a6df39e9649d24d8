//! Retention cases on a database of their own.

use store::native::NativeConnection;

use crate::churn::escalate;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

fn act(caller: &Caller) -> Act<'_> {
    Act { caller, now_ms: 1_795_320_000_000, today: day("2026-11-22") }
}

/// One branch with two customers; the first has an alert about gold.
fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().expect("a database");
    for sql in [
        "insert into organisation (organisation_ref, organisation_id, name) values (0, 'B1', 'x')",
        "insert into customer (customer_ref, customer_id, organisation_ref, name)
         values (0, 'c1', 0, 'x'), (1, 'c2', 0, 'x')",
        "insert into churn_alert (churn_alert_ref, customer_ref, tier_ref, status, first_month, opened_on)
         values (7, 0, 4, 1, 24321, 20000)",
    ] {
        connection.execute(sql, &[]).expect("written");
    }
    connection
}

fn new(customer: &str, tier: Option<&str>) -> NewCase {
    let tier_code = tier.map(str::to_owned);
    NewCase { customer_id: customer.to_owned(), tier_code, alert: Some(7), ..NewCase::default() }
}

#[test]
fn a_case_takes_its_tier_from_the_alert_unless_another_is_named() {
    for (tier, expected) in [(None, "gold"), (Some("platinum"), "platinum")] {
        let mut connection = bank();
        let caller = Caller::administrator();
        let case = open_case(&mut connection, act(&caller), &new("c1", tier)).expect("opened");
        assert_eq!((case.row.tier_code.as_deref(), case.row.churn_alert_ref), (Some(expected), Some(7)));
    }
}

#[test]
fn a_case_does_not_answer_the_alert_of_another_customer() {
    let mut connection = bank();
    let caller = Caller::administrator();
    let refused = open_case(&mut connection, act(&caller), &new("c2", None));
    assert!(matches!(refused, Err(CaseError::UnknownAlert)), "{refused:?}");
}

#[test]
fn the_database_itself_keeps_a_second_unclosed_case_out() {
    let mut connection = bank();
    let caller = Caller::administrator();
    let mut first = open_case(&mut connection, act(&caller), &new("c1", None)).expect("opened").row;
    let second = store::churn_case::add(&mut connection, &first);
    assert!(matches!(second, Err(StoreError::Constraint { .. })), "{second:?}");
    (first.state, first.closed_at) = (CaseState::Dismissed, Some(first.opened_at));
    store::churn_case::save(&mut connection, &first).expect("closed");
    (first.state, first.closed_at) = (CaseState::Open, None);
    store::churn_case::add(&mut connection, &first).expect("one at a time");
}

#[test]
fn escalation_goes_on_to_the_last_page() {
    let mut connection = bank();
    let caller = Caller::administrator();
    let row = open_case(&mut connection, act(&caller), &new("c1", None)).expect("opened").row;
    for customer_ref in 1..2_500 {
        let customer = "insert into customer (customer_ref, customer_id, organisation_ref, name)
             values (?1, 'many' || ?1, 0, 'x') on conflict (customer_ref) do nothing";
        connection.execute(customer, &[customer_ref.into()]).expect("written");
        let other = CaseRow { customer_ref, ..row.clone() };
        store::churn_case::add(&mut connection, &other).expect("written");
    }
    let mut escalate = |date: &str| escalate(&mut connection, day(date), "night", 0).expect("escalated");
    assert_eq!(escalate("2026-12-06"), 0, "in time");
    assert_eq!(escalate("2026-12-07"), 2_500);
    assert_eq!(escalate("2026-12-07"), 0, "nothing left");
    let told = connection.execute("select count(*) from task", &[]).expect("tasks");
    assert_eq!(told.read_one("tasks", |row| row.integer()).expect("a count"), 2_500);
}
