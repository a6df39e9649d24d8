//! A proposal is approved as it was made or not at all: units, roles and capacities are those of the present.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use crate::bank::{Bank, TODAY, assign, bank, decide, manager_of, propose};

fn of_branch(bank: &mut Bank, scope: &str) -> Value {
    propose(&mut bank.desk, &json!({"organisation_id": "B1", "scope": scope, "from": TODAY}))
}

fn deliver(desk: &mut Desk, id: &str, organisation: &str, role: &str) {
    let employee = json!({"id": id, "organisation_id": organisation, "name": id, "role": role});
    desk.post("/intake/employees", &employee);
}

fn move_customer(desk: &mut Desk, id: &str, organisation: &str) {
    let customer = json!({"id": id, "organisation_id": organisation, "name": "王芳"});
    assert_eq!(desk.post("/intake/customers", &customer)["accepted"], 1);
}

fn put(desk: &mut Desk, path: &str, body: &Value) {
    let (status, answer) = desk.ask(Method::Put, path, KEY, &body.to_string());
    assert_eq!(status, 200, "{answer}");
}

/// The refusal of an approval that comes too late: the figure of that name.
fn refused(bank: &mut Bank, made: &Value, figure: &str) -> Value {
    let (status, answer) = decide(bank, made, "approve");
    assert_eq!((status, &answer["type"]), (409, &json!("/problems/wrong-state")), "{answer}");
    answer[figure].clone()
}

#[test]
fn moves_of_customers_and_managers_who_have_gone_elsewhere_are_counted() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B1", ""), ("c3", "K1", ""), ("c4", "B1", "")]);
    let made = of_branch(&mut bank, "waiting");
    assert_eq!(made["moves"], 4, "{made}");
    move_customer(&mut bank.desk, "c3", "B2");
    assert_eq!(refused(&mut bank, &made, "moves"), 1, "the customer is of another branch");
    move_customer(&mut bank.desk, "c3", "K1");
    deliver(&mut bank.desk, "m1", "B1", "teller");
    assert_eq!(refused(&mut bank, &made, "moves"), 2, "m1 is no manager");
    for unit in ["B2", "HQ"] {
        deliver(&mut bank.desk, "m1", unit, "manager");
        assert_eq!(refused(&mut bank, &made, "moves"), 2, "m1 works at {unit}, no more in the part");
    }
    assert_eq!(manager_of(&mut bank.desk, "c1"), None, "nothing was done");
    deliver(&mut bank.desk, "m1", "B1", "manager");
    assert_eq!(decide(&mut bank, &made, "approve").0, 200);
}

#[test]
fn the_capacities_of_the_present_count_in_all_and_by_tier() {
    let mut bank = bank(&[("c1", "B1", ""), ("c2", "B1", ""), ("c3", "B1", ""), ("c4", "B1", "")]);
    let made = of_branch(&mut bank, "waiting");
    let settings = |capacity: Value| json!({"manager_tiers": ["gold"], "capacity": capacity});
    for (path, body, employees) in [
        ("/assignments/settings", settings(json!({"total": 1})), 2),
        ("/assignments/settings", settings(json!({"tiers": {"gold": 1}})), 2),
        ("/assignments/capacities/m1", json!({"total": 2}), 1),
        ("/assignments/capacities/m2", json!({"tiers": {"gold": 1, "ordinary": 9}}), 1),
        ("/assignments/settings", settings(json!({})), 1),
    ] {
        put(&mut bank.desk, path, &body);
        assert_eq!(refused(&mut bank, &made, "employees"), employees, "{path} {body}");
    }
    put(&mut bank.desk, "/assignments/capacities/m2", &json!({"tiers": {"gold": 2}}));
    assert_eq!(decide(&mut bank, &made, "approve").0, 200);
}

#[test]
fn what_the_moves_take_away_makes_room_and_what_others_brought_does_not() {
    let customers = ["c1", "c2", "c3", "c4"].map(|id| (id, "B1", ""));
    let mut bank = bank(&customers);
    customers.iter().for_each(|(id, ..)| assign(&mut bank.desk, id, "m1"));
    put(&mut bank.desk, "/assignments/capacities/m1", &json!({"total": 2}));
    put(&mut bank.desk, "/assignments/capacities/m2", &json!({"total": 2}));
    let made = of_branch(&mut bank, "rebalance");
    assert_eq!(made["moves"], 2, "{made}");
    put(&mut bank.desk, "/assignments/capacities/m2", &json!({"total": 1}));
    assert_eq!(refused(&mut bank, &made, "employees"), 1);
    put(&mut bank.desk, "/assignments/capacities/m2", &json!({"total": 2}));
    put(&mut bank.desk, "/assignments/capacities/m1", &json!({"total": 0}));
    assert_eq!(decide(&mut bank, &made, "approve").0, 200, "who only gives away may have too many");
}
