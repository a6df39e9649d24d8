//! A bank with gold customers who are to have managers.

use serde_json::{Value, json};
use tests::branches::gold_scheme;
use tests::desk::Desk;
use web::{Method, Scope};

/// The day of all tests.
pub const TODAY: &str = "2026-11-22";

/// A house over B1 (managers m1, m2, and a counter K1 below it) and B2 (m3), and a key that makes and one that approves.
pub struct Bank {
    /// The bank.
    pub desk: Desk,
    /// The key of the one who approves.
    pub approver: String,
}

/// A key with every scope but the administrator's, of an organisation or of the whole bank.
pub fn key(desk: &mut Desk, name: &str, organisation: Option<&str>) -> String {
    let scopes: Vec<&str> =
        Scope::GRANTABLE.into_iter().filter(|scope| *scope != Scope::Admin).map(Scope::name).collect();
    let mut client = json!({"name": name, "scopes": scopes});
    if let Some(organisation) = organisation {
        client["organisation_id"] = json!(organisation);
    }
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

/// Gold customers, each as (id, organisation, household); the empty household is none.
pub fn bank(customers: &[(&str, &str, &str)]) -> Bank {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
            {"id": "B2", "parent_id": "HQ", "name": "B2"}, {"id": "K1", "parent_id": "B1", "name": "K1"}]),
    );
    let manager = |id: &str, organisation: &str| json!({"id": id, "organisation_id": organisation, "name": id, "role": "manager"});
    desk.post(
        "/intake/employees",
        &json!([manager("m1", "B1"), manager("m2", "B1"), manager("m3", "B2"),
            {"id": "head", "organisation_id": "B1", "name": "x", "role": "branch_manager"}]),
    );
    let customer = |(id, organisation, household): &(&str, &str, &str)| {
        let mut customer = json!({"id": id, "organisation_id": organisation, "name": "王芳"});
        if !household.is_empty() {
            customer["household_id"] = json!(household);
        }
        customer
    };
    let assets =
        |(id, ..): &(&str, &str, &str)| json!({"customer_id": id, "month": "2026-10", "deposits": "100.00"});
    let taken_in = desk.post("/intake/customers", &customers.iter().map(customer).collect());
    assert_eq!(taken_in["accepted"], customers.len(), "{taken_in}");
    desk.post("/intake/assets", &customers.iter().map(assets).collect());
    desk.put_in_force(&gold_scheme());
    desk.post("/tiers/reviews", &json!({"as_of": "2026-10-31"}));
    let approver = key(&mut desk, "second", None);
    Bank { desk, approver }
}

/// Gives a customer to a manager by hand.
pub fn assign(desk: &mut Desk, customer: &str, manager: &str) {
    let managers = json!([{"employee_id": manager, "role": "primary", "share_bp": 10_000}]);
    desk.post(
        "/assignments",
        &json!({"customer_id": customer, "managers": managers, "from": TODAY, "reason": "by hand"}),
    );
}

/// Who answers for a customer today.
pub fn manager_of(desk: &mut Desk, customer: &str) -> Option<String> {
    let shown = desk.get(&format!("/customers/{customer}/assignment"));
    let managers = shown["managers"].as_array().expect("managers").iter();
    let mut primary = managers.filter(|manager| manager["role"] == "primary");
    primary.next().map(|manager| manager["employee_id"].as_str().expect("an id").to_owned())
}

/// Makes a proposal as the administrator.
pub fn propose(desk: &mut Desk, body: &Value) -> Value {
    let made = desk.post("/assignments/proposals", body);
    assert_eq!(made["state"], "submitted", "{made}");
    made
}

/// The moves of a proposal as "customer: from → to, reason".
pub fn moves(desk: &mut Desk, proposal: &Value) -> Vec<String> {
    let id = proposal["id"].as_str().expect("an id");
    let listed = desk.get(&format!("/assignments/proposals/{id}/moves"));
    let line = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap_or("nobody").to_owned();
        assert!(!one["sentence"]["zh"].as_str().unwrap_or("").is_empty(), "{one}");
        assert!(one["sentence"]["en"].as_str().unwrap_or("").contains(&text("to")), "{one}");
        format!("{}: {} → {}, {}", text("customer_id"), text("from"), text("to"), text("reason"))
    };
    listed["items"].as_array().expect("items").iter().map(line).collect()
}

/// Approves or rejects a proposal as another person.
pub fn decide(bank: &mut Bank, proposal: &Value, step: &str) -> (u16, Value) {
    let path = format!("/assignments/proposals/{}/{step}", proposal["id"].as_str().expect("an id"));
    bank.desk.ask(Method::Post, &path, &bank.approver, "")
}

/// What each manager has before and after, as "manager: before → after".
pub fn loads(proposal: &Value) -> Vec<String> {
    let load = |one: &Value| {
        format!("{}: {} → {}", one["employee_id"].as_str().unwrap_or(""), one["before"], one["after"])
    };
    proposal["by_manager"].as_array().expect("managers").iter().map(load).collect()
}
