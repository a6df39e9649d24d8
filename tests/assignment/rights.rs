//! A branch sees and changes its own part of the bank; a manager's own customers are those assigned on the day.

use serde_json::json;
use tests::desk::KEY;
use web::Method;

use crate::bank::{TODAY, alone, ask, assign, bank, key, refused, wanted};

#[test]
fn a_branch_assigns_own_customers_to_own_people_alone() {
    let mut desk = bank();
    let elsewhere = assign(&mut desk, "of-b2", &alone("m3"), "2026-11-01");
    let branch = key(&mut desk, "branch", "organisation_id", "B1");
    for (customer, manager, expected) in [
        ("of-b2", "m3", (404, "unknown-customer")),
        ("of-hq", "boss", (404, "unknown-customer")),
        ("of-b1", "m3", (404, "unknown-employee")),
        ("of-b1", "boss", (404, "unknown-employee")),
    ] {
        let body = wanted(customer, &alone(manager), TODAY);
        let (status, slug, _) = refused(&mut desk, "/assignments", &branch, &body);
        assert_eq!((status, slug.as_str()), expected, "{customer} {manager}");
    }
    let body = wanted("of-k1", &alone("m1"), TODAY).to_string();
    assert_eq!(desk.ask(Method::Post, "/assignments", &branch, &body).0, 201);
    let path = format!("/assignments/{}", elsewhere["id"].as_str().expect("an id"));
    for path in [path.as_str(), "/assignments/999999", "/assignments/x", "/customers/of-b2/assignment"] {
        assert_eq!(ask(&mut desk, path, &branch).0, 404, "{path}");
    }
    for path in ["/assignments", "/assignments/waiting"] {
        let (status, listed) = ask(&mut desk, path, &branch);
        let items = listed["items"].as_array().expect("items");
        assert_eq!((status, items.len()), (200, 1), "{path}: {listed}");
        assert_eq!(ask(&mut desk, &format!("{path}?organisation_id=B2"), &branch).0, 403, "{path}");
    }
    let settings = json!({"manager_tiers": [], "capacity": {}}).to_string();
    assert_eq!(desk.ask(Method::Put, "/assignments/settings", &branch, &settings).0, 403);
}

#[test]
fn an_assignment_makes_a_customer_the_managers_own_while_it_stands() {
    let mut desk = bank();
    let manager = key(&mut desk, "manager", "employee_id", "m1");
    let sees = |desk: &mut tests::desk::Desk, customer: &str| {
        ask(desk, &format!("/customers/{customer}/assignment"), &manager).0 == 200
    };
    assert!(!sees(&mut desk, "of-b1"));
    assign(&mut desk, "of-b1", &alone("m1"), "2026-11-01");
    assign(&mut desk, "of-k1", &alone("m1"), "2026-11-23");
    assert!(sees(&mut desk, "of-b1") && !sees(&mut desk, "of-k1"), "the other one is own from tomorrow on");
    let (_, changes) = ask(&mut desk, "/assets/changes?direction=fall&from=2026-07&to=2026-08", &manager);
    let changed = changes["items"].as_array().expect("items").iter();
    let changed: Vec<&str> = changed.filter_map(|item| item["customer_id"].as_str()).collect();
    assert_eq!(changed, ["of-b1"]);
    for path in ["/assignments", "/assignments/waiting"] {
        assert_eq!(ask(&mut desk, path, &manager).0, 403, "{path} is about a part of the bank");
    }
    // A manager may hand an own customer over, and is shown what was done.
    let body = wanted("of-b1", &alone("m2"), TODAY).to_string();
    assert_eq!(desk.ask(Method::Post, "/assignments", &manager, &body).0, 201);
    assert!(!sees(&mut desk, "of-b1"), "no longer the own one");
    let back = wanted("of-b1", &alone("m1"), TODAY);
    assert_eq!(refused(&mut desk, "/assignments", &manager, &back).1, "unknown-customer");
    assert_eq!(desk.ask(Method::Post, "/assignments", KEY, &back.to_string()).0, 201);
    assert!(sees(&mut desk, "of-b1"));
}

#[test]
fn where_nobody_owns_a_case_the_primary_manager_is_told_of_an_alert() {
    let mut desk = bank();
    let strategy = json!({"strategies": [{"id": "tell", "status": "observed", "action": "mail", "to": "manager",
        "due_days": 7}]});
    assert_eq!(desk.ask(Method::Put, "/churn/strategies", KEY, &strategy.to_string()).0, 200);
    assign(&mut desk, "of-b1", &alone("m2"), "2026-11-01");
    assert_eq!(tests::branches::check(&mut desk, tests::branches::OBSERVED), 4);
    let (_, listed) = ask(&mut desk, "/outbox", "");
    let told = listed["items"].as_array().expect("items").iter();
    let told = told.filter(|item| item["topic"] == "churn.alert");
    let told: Vec<&str> = told.filter_map(|item| item["recipient"].as_str()).collect();
    assert_eq!(told.iter().filter(|to| **to == "m2").count(), 1, "{told:?}");
}
