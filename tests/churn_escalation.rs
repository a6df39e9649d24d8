//! Overdue retention cases: escalated once for each due date, to the branch manager or whoever stands in.

use domain::date::Day;
use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

/// Two branches under one house. B1 has a head; of B2 only the house's head can hear.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"},
            {"id": "B1", "parent_id": "HQ", "name": "B1"}, {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    let role = "branch_manager";
    desk.post(
        "/intake/employees",
        &json!([{"id": "chief", "organisation_id": "HQ", "name": "x", "role": role},
            {"id": "head", "organisation_id": "B1", "name": "x", "role": role},
            {"id": "gone", "organisation_id": "B2", "name": "x", "role": role, "active_to": "2026-11-21"}]),
    );
    for (id, organisation) in [("c1", "B1"), ("c2", "B1"), ("d1", "B2")] {
        desk.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
    }
    desk
}

fn open(desk: &mut Desk, customer: &str, due_on: &str) -> String {
    let case = desk.post("/churn/cases", &json!({"customer_id": customer, "due_on": due_on}));
    case["id"].as_str().expect("an id").to_owned()
}

fn escalate(desk: &mut Desk, date: &str) -> u64 {
    let date = Day::parse(date).expect("a date");
    app::churn::escalate(&mut desk.connection, date, "night", 0).expect("escalated")
}

#[test]
fn an_overdue_case_is_escalated_once_for_each_due_date() {
    let mut desk = bank();
    let late = open(&mut desk, "c1", "2026-11-30");
    let closed = open(&mut desk, "c2", "2026-11-30");
    desk.post(&format!("/churn/cases/{closed}/lose"), &json!({}));
    open(&mut desk, "d1", "2026-12-31");
    assert_eq!(escalate(&mut desk, "2026-11-30"), 0, "the last day is in time");
    assert_eq!(escalate(&mut desk, "2026-12-01"), 1);
    for date in ["2026-12-01", "2026-12-02", "2026-11-29"] {
        assert_eq!(escalate(&mut desk, date), 0, "{date}");
    }
    assert_eq!(desk.get(&format!("/churn/cases/{late}"))["escalated_on"], "2026-12-01");
    desk.post(&format!("/churn/cases/{late}/assign"), &json!({"due_on": "2026-12-10"}));
    assert_eq!(escalate(&mut desk, "2026-12-10"), 0);
    assert_eq!(escalate(&mut desk, "2026-12-11"), 1, "the new date has passed as well");
    assert_eq!(desk.get(&format!("/churn/cases/{late}"))["escalated_on"], "2026-12-11");
    assert_eq!(escalate(&mut desk, "2027-01-01"), 1, "only the third is new");

    let shown = desk.get(&format!("/churn/cases/{late}"));
    let steps: Vec<[&Value; 3]> = shown["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| [&step["step"], &step["due_on"], &step["owner_id"]])
        .collect();
    let none = &Value::Null;
    let [open, assign, escalate, head] = ["open", "assign", "escalate", "head"].map(|word| json!(word));
    let [first, second] = ["2026-11-30", "2026-12-10"].map(|date| json!(date));
    assert_eq!(
        steps,
        [[&open, &first, none], [&escalate, none, &head], [&assign, &second, none], [&escalate, none, &head]]
    );
}

#[test]
fn the_head_of_the_branch_or_of_the_next_house_above_gets_a_task() {
    let mut desk = bank();
    let cases = [open(&mut desk, "c1", "2026-11-30"), open(&mut desk, "d1", "2026-11-30")];
    assert_eq!(escalate(&mut desk, "2026-12-01"), 2);
    for (case, customer, told) in [(&cases[0], "c1", "head"), (&cases[1], "d1", "chief")] {
        assert_eq!(desk.get(&format!("/churn/cases/{case}"))["escalated_to"], told);
        let tasks = desk.get(&format!("/tasks?employee_id={told}"));
        let task = &tasks["items"][0];
        assert_eq!(
            [&task["kind"], &task["customer_id"], &task["case_id"], &task["due_on"], &task["tier"]],
            [&json!("case_overdue"), &json!(customer), &json!(case), &json!("2026-12-04"), &Value::Null]
        );
        assert_eq!(
            task["text"]["zh"],
            format!("客户{customer}的挽留个案{case}已逾期,请在2026-12-04或之前处理。")
        );
        let path = format!("/tasks/{}/done", task["id"].as_str().expect("an id"));
        assert_eq!(desk.ask(Method::Post, &path, KEY, "").0, 200);
        assert_eq!(desk.ask(Method::Post, &path, KEY, "").0, 409, "a task is done once");
    }
}

#[test]
fn a_case_that_is_closed_takes_its_task_along() {
    let mut desk = bank();
    let [closed, open] = ["c1", "c2"].map(|customer| open(&mut desk, customer, "2026-11-30"));
    assert_eq!(escalate(&mut desk, "2026-12-01"), 2);
    desk.post(&format!("/churn/cases/{closed}/contact"), &json!({}));
    assert_eq!(desk.get("/tasks")["items"].as_array().map(Vec::len), Some(2), "it is still overdue");
    desk.post(&format!("/churn/cases/{closed}/lose"), &json!({}));
    let [left, done] = ["/tasks", "/tasks?done=true"].map(|list| desk.get(list)["items"].clone());
    assert_eq!((&left[0]["case_id"], &left[1]), (&json!(open), &Value::Null));
    assert_eq!(
        [&done[0]["case_id"], &done[0]["done_by"], &done[0]["note"], &done[1]],
        [&json!(closed), &json!("admin"), &Value::Null, &Value::Null]
    );
}
