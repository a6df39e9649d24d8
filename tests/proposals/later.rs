//! What begins after the first day of a proposal: assignments that are scheduled, and absences that follow each other.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use crate::bank::{bank, decide, loads, moves, propose};

fn schedule(desk: &mut Desk, customer: &str, manager: &str) {
    let managers = json!([{"employee_id": manager, "role": "primary", "share_bp": 10_000}]);
    desk.post(
        "/assignments",
        &json!({"customer_id": customer, "managers": managers, "from": "2026-12-01", "reason": "new team"}),
    );
}

fn of_second_branch(desk: &mut Desk) -> Value {
    propose(desk, &json!({"organisation_id": "B2", "scope": "waiting"}))
}

#[test]
fn who_is_to_have_a_manager_later_does_not_wait_and_fills_that_managers_capacity() {
    let mut bank = bank(&[("c1", "B2", ""), ("c2", "B2", "")]);
    schedule(&mut bank.desk, "c1", "m3");
    let made = of_second_branch(&mut bank.desk);
    assert_eq!(moves(&mut bank.desk, &made), ["c2: nobody → m3, waiting"]);
    assert_eq!((loads(&made), &made["left"]), (vec!["m3: 1 → 2".to_owned()], &json!(0)), "{made}");
    let (status, written) = bank.desk.ask(Method::Put, "/assignments/capacities/m3", KEY, r#"{"total":1}"#);
    assert_eq!(status, 200, "{written}");
    let full = of_second_branch(&mut bank.desk);
    assert_eq!((&full["moves"], &full["left_reasons"]), (&json!(0), &json!({"no_room": 1})), "{full}");
    let (status, refused) = decide(&mut bank, &made, "approve");
    assert_eq!((status, &refused["employees"]), (409, &json!(1)), "{refused}");

    bank.desk.post("/assignments/recall", &json!({"customer_id": "c1", "reason": "stays away"}));
    let again = of_second_branch(&mut bank.desk);
    assert_eq!((&again["moves"], &again["left"]), (&json!(1), &json!(1)), "a recall ends it: {again}");
}

#[test]
fn a_proposal_is_refused_when_somebody_else_is_to_take_the_customer_over() {
    let mut bank = bank(&[("c1", "B2", ""), ("c2", "B2", "")]);
    let made = of_second_branch(&mut bank.desk);
    schedule(&mut bank.desk, "c1", "m3");
    let (status, refused) = decide(&mut bank, &made, "approve");
    assert_eq!((status, &refused["moves"]), (409, &json!(1)), "{refused}");
}

#[test]
fn absences_that_follow_each_other_without_a_day_between_are_one() {
    let mut bank = bank(&[("c1", "B1", "")]);
    crate::bank::assign(&mut bank.desk, "c1", "m1");
    let mut away = |from: &str, to: &str| {
        bank.desk.post("/assignments/absences", &json!({"employee_id": "m1", "from": from, "to": to}));
        let made = propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": "waiting"}));
        moves(&mut bank.desk, &made)
    };
    assert!(away("2026-11-20", "2026-12-04").is_empty(), "13 days");
    assert!(away("2026-12-06", "2027-01-31").is_empty(), "a day between");
    assert_eq!(away("2026-12-03", "2026-12-05"), ["c1: m1 → m2, absent"]);
}
