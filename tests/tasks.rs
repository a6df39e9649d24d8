//! Tasks (工作台任务) that come of alerts: found, seen by those who may, done once.

use serde_json::{Value, json};
use tests::branches::{ATTENTION, OBSERVED, bank, branch_key, check};
use tests::desk::{Desk, KEY};
use web::Method;

/// Customers whom the tasks are about that a key sees.
fn customers(desk: &mut Desk, key: &str) -> Vec<String> {
    let (status, seen) = desk.ask(Method::Get, "/tasks", key, "");
    assert_eq!(status, 200, "{seen}");
    let items = seen["items"].as_array().expect("items").iter();
    items.map(|item| item["customer_id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_branch_sees_and_does_the_tasks_of_its_own_people_once() {
    let mut desk = bank();
    check(&mut desk, OBSERVED);
    let key = branch_key(&mut desk, "B1");
    assert_eq!(customers(&mut desk, &key), ["of-k1", "of-b1"]);
    let (other, house) = (branch_key(&mut desk, "B2"), branch_key(&mut desk, "HQ"));
    assert!(customers(&mut desk, &other).is_empty(), "the head of the house has it");
    assert_eq!(customers(&mut desk, &house).len(), 4);
    assert_eq!(desk.ask(Method::Get, "/tasks?organisation_id=B2", &key, "").0, 403);
    let all = desk.get("/tasks");
    let id = |customer: &str| {
        let mut items = all["items"].as_array().expect("items").iter();
        let item = items.find(|item| item["customer_id"] == customer).expect("a task");
        item["id"].as_str().expect("an id").to_owned()
    };
    let done = |desk: &mut Desk, id: &str, body: &str| {
        desk.ask(Method::Post, &format!("/tasks/{id}/done"), &key, body)
    };
    let unknown = done(&mut desk, "999999", "");
    assert_eq!((unknown.0, done(&mut desk, &id("of-b2"), "")), (404, unknown.clone()));
    assert_eq!(done(&mut desk, "x", ""), unknown);
    let (status, task) = done(&mut desk, &id("of-b1"), "{\"note\":\"called\"}");
    assert_eq!(
        (status, &task["note"], &task["done_at"]),
        (200, &json!("called"), &json!("2026-11-22T04:00:00Z"))
    );
    assert_eq!(done(&mut desk, &id("of-b1"), "").0, 409);
    assert_eq!(done(&mut desk, &id("of-k1"), "{\"note\":1}").0, 422);
}

#[test]
fn tasks_are_found_by_employee_organisation_date_and_state_page_by_page() {
    let mut desk = bank();
    check(&mut desk, OBSERVED);
    check(&mut desk, ATTENTION);
    let count = |desk: &mut Desk, query: &str| {
        desk.get(&format!("/tasks?{query}"))["items"].as_array().map(Vec::len).expect("items")
    };
    for (query, expected) in [
        ("", 8),
        ("employee_id=head", 4),
        ("employee_id=boss", 4),
        ("employee_id=m1", 0),
        ("employee_id=nobody", 0),
        ("organisation_id=B1", 4),
        ("organisation_id=K1", 0),
        ("organisation_id=B2", 0),
        ("organisation_id=HQ&employee_id=head", 4),
        ("date=2026-11-28", 0),
        ("date=2026-11-29", 4),
        ("date=2026-12-06", 8),
        ("done=true", 0),
    ] {
        assert_eq!(count(&mut desk, query), expected, "{query}");
    }
    let first = desk.get("/tasks?limit=5");
    let item = &first["items"][0];
    assert_eq!(
        (&item["kind"], &item["status"], &item["overdue"]),
        (&json!("churn_alert"), &json!("attention"), &json!(false))
    );
    assert!(item["text"]["zh"].as_str().is_some_and(|text| text.contains("关注")), "{item}");
    assert!(item["text"]["en"].as_str().is_some_and(|text| text.contains("Gold")), "{item}");
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = desk.get(&format!("/tasks?limit=5&cursor={cursor}"));
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|item| item["id"].to_string()).collect()
    };
    let mut all = [ids(&first), ids(&second)].concat();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), &second["next_cursor"]), (8, &Value::Null));
    desk.post(&format!("/tasks/{}/done", item["id"].as_str().expect("an id")), &json!({}));
    assert_eq!((count(&mut desk, ""), count(&mut desk, "done=true")), (7, 1));
    for (query, status) in [("date=today", 400), ("done=yes", 400), ("cursor=x", 400), ("tier=gold", 400)] {
        assert_eq!(desk.ask(Method::Get, &format!("/tasks?{query}"), KEY, "").0, status, "{query}");
    }
}

#[test]
fn a_managers_key_sees_own_tasks_within_its_part_of_the_bank() {
    let mut desk = bank();
    desk.post("/churn/cases", &json!({"customer_id": "of-k1", "owner_id": "m1"}));
    check(&mut desk, OBSERVED);
    let path = format!("/tasks/{}/done", id_of_only(&desk.get("/tasks?employee_id=m1")));
    let mut key = |organisation: Option<&str>| {
        let mut client = json!({"name": "m1", "scopes": ["churn:read", "churn:write"], "employee_id": "m1"});
        if let Some(organisation) = organisation {
            client["organisation_id"] = json!(organisation);
        }
        desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
    };
    let (counter, [branch, house, own]) = (key(Some("K1")), [Some("B1"), Some("HQ"), None].map(&mut key));
    assert!(customers(&mut desk, &counter).is_empty(), "the manager works above it");
    assert_eq!(desk.ask(Method::Post, &path, &counter, "").0, 404);
    for key in [branch, house, own.clone()] {
        assert_eq!(customers(&mut desk, &key), ["of-k1"]);
    }
    assert_eq!(desk.ask(Method::Post, &path, &own, "").0, 200);
}

fn id_of_only(listing: &Value) -> String {
    let [item] = listing["items"].as_array().expect("items").as_slice() else { panic!("{listing}") };
    item["id"].as_str().expect("an id").to_owned()
}
