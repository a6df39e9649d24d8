//! A customer manager's key sees own customers only: those whose open retention case the manager takes care of. The
//! matrix is made from the route lists.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::{Method, Scope};

/// A branch with the customers `own` and `foreign`; the manager m1 takes care of a case of the first.
fn bank() -> (Desk, String) {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "B1", "name": "B1"}));
    desk.post(
        "/intake/employees",
        &json!([{"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"},
                {"id": "m2", "organisation_id": "B1", "name": "x", "role": "manager"}]),
    );
    for id in ["own", "foreign"] {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": "B1", "name": "x"}));
    }
    for (customer, owner) in [("own", "m1"), ("foreign", "m2")] {
        desk.post("/churn/cases", &json!({"customer_id": customer, "owner_id": owner}));
    }
    let scopes: Vec<&str> =
        Scope::GRANTABLE.into_iter().filter(|scope| *scope != Scope::Admin).map(Scope::name).collect();
    let body = json!({"name": "m1", "scopes": scopes, "employee_id": "m1"});
    let key = desk.post("/api-clients", &body)["key"].as_str().expect("a key").to_owned();
    (desk, key)
}

#[test]
fn of_a_foreign_customer_of_the_own_branch_nothing_is_seen_or_changed() {
    let (mut desk, key) = bank();
    let mut checked = 0;
    for route in desk.routes().into_iter().filter(|route| route.1.starts_with("/customers/{id}")) {
        let body = json!({"kind": "floor", "tier": "gold", "reason": "x", "from": "2026-01-01", "until": "2027-01-01"});
        let mut ask = |customer: &str| {
            let path = route.1.replace("{id}", customer).replace("{number}", "1");
            desk.ask(route.0, &path, &key, &body.to_string())
        };
        let (foreign, unknown, own) = (ask("foreign"), ask("nobody"), ask("own"));
        assert_eq!(foreign, unknown, "{} tells nothing apart", route.1);
        assert_eq!(foreign.0, 404, "{}", route.1);
        assert!(
            (200..300).contains(&own.0) || own.0 == 404 && route.1.ends_with("{number}"),
            "{}: {own:?}",
            route.1
        );
        checked += 1;
    }
    assert!(checked >= 6, "{checked}");
}

#[test]
fn no_answer_to_a_manager_names_a_foreign_customer() {
    let (mut desk, key) = bank();
    let mut answered = Vec::new();
    for (method, path) in desk.routes() {
        if path.contains('{') || method != Method::Get {
            continue;
        }
        let (status, answer) = desk.ask(Method::Get, path, &key, "");
        assert!(status < 500, "{path}: {answer}");
        assert!(!answer.to_string().contains("\"foreign\""), "{path}: {answer}");
        if status == 200 {
            answered.push(path);
        }
    }
    for path in ["/churn/cases", "/churn/alerts"] {
        assert!(answered.contains(&path), "{path} is answered: {answered:?}");
    }
    for path in ["/tiers/members", "/churn/report", "/churn/key-customers", "/churn/cases/outcomes"] {
        assert_eq!(desk.ask(Method::Get, path, &key, "").0, 403, "{path} is about a part of the bank");
    }
}

#[test]
fn a_manager_works_on_own_cases_alone_and_delivers_nothing() {
    let (mut desk, key) = bank();
    let cases = desk.get("/churn/cases");
    let case = |customer: &str| {
        let items = cases["items"].as_array().expect("items");
        let found = items.iter().find(|case| case["customer_id"] == customer).expect("a case");
        found["id"].as_str().expect("an id").to_owned()
    };
    let (own, foreign) = (case("own"), case("foreign"));
    for (method, end) in [(Method::Get, ""), (Method::Post, "/contact"), (Method::Post, "/lose")] {
        let body = if method == Method::Get { "" } else { "{}" };
        let (status, problem) = desk.ask(method, &format!("/churn/cases/{foreign}{end}"), &key, body);
        assert_eq!(status, 404, "{end}: {problem}");
    }
    let (_, listed) = desk.ask(Method::Get, "/churn/cases", &key, "");
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(desk.ask(Method::Post, &format!("/churn/cases/{own}/contact"), &key, "").0, 200);
    let body = json!({"customer_id": "foreign"}).to_string();
    assert_eq!(desk.ask(Method::Post, "/churn/cases", &key, &body).0, 404);
    let customer = json!({"id": "new", "organisation_id": "B1", "name": "x"}).to_string();
    assert_eq!(desk.ask(Method::Post, "/intake/customers", &key, &customer).0, 403);

    let assign = json!({"owner_id": "m2"}).to_string();
    let (status, handed_over) = desk.ask(Method::Post, &format!("/churn/cases/{own}/assign"), &key, &assign);
    assert_eq!((status, &handed_over["owner_id"]), (200, &json!("m2")));
    assert_eq!(
        desk.ask(Method::Get, &format!("/churn/cases/{own}"), &key, "").0,
        404,
        "no longer the own one"
    );
    let steps = desk.get(&format!("/churn/cases/{own}"))["steps"].clone();
    let owners: Vec<&Value> = steps.as_array().expect("steps").iter().map(|step| &step["owner_id"]).collect();
    assert_eq!(owners, [&json!("m1"), &Value::Null, &json!("m2")]);
    assert_eq!(desk.ask(Method::Get, "/customers/own/assets", KEY, "").0, 200);
}
