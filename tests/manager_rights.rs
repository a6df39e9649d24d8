//! A customer manager's key sees own customers only: those of whom the manager has a share, or whose open retention
//! case the manager takes care of.
//!
//! Two customers of one branch have alerts, tasks, cases, movements and signals alike. A key of the branch is told of
//! both, so that a list that forgot whose customers a manager sees would be found.

use serde_json::{Value, json};
use tests::branches::{self, OBSERVED, check};
use tests::desk::{Desk, KEY};
use web::{Method, Scope};

/// The manager m1 takes care of the case of this customer.
const OWN: &str = "of-b1";

/// A colleague of the same branch takes care of the case of this one.
const FOREIGN: &str = "of-k1";

/// Every list of customers that answers a manager, with a question that tells of both.
const LISTS: [&str; 13] = [
    "/assets/changes?direction=fall&from=2026-07&to=2026-08",
    "/assets/large-movements",
    "/assets/movements?from=2026-07&to=2026-08",
    "/churn/alerts",
    "/churn/cases",
    "/churn/signals?kind=balance_ratio&months=1&share=1&as_of=2026-08-31",
    "/churn/signals?kind=assets_down&months=1&share=0.0001&as_of=2026-08-31",
    "/churn/signals?kind=outflow&days=30&at_least=600000.00",
    "/churn/signals?kind=salary_stopped&months=1&days=28&at_least=5000.00",
    "/churn/signals?kind=product_closed&days=30",
    "/churn/signals?kind=inactive&days=10",
    "/redemptions",
    "/tasks",
];

/// What tells of no single customer.
const OF_THE_BANK: [&str; 12] = [
    "/assets/movement-rules",
    "/assets/totals",
    "/assignments/settings",
    "/churn/strategies",
    "/healthz",
    "/openapi.json",
    "/points/campaigns",
    "/points/programme",
    "/points/rules",
    "/rewards",
    "/sales/products",
    "/tiers/schemes",
];

/// Sales of the manager's organisation, whoever bought, because the manager registers them; and the manager's own place
/// and work. What is told of them is held by `rights`.
const OF_THE_MANAGER: [&str; 3] = ["/sales", "/sales/ranking", "/sales/work"];

/// A branch whose customers have all begun to fall, with a manager's key and one of the branch.
struct Branch {
    desk: Desk,
    manager: String,
    branch: String,
}

fn key(desk: &mut Desk, owner: &str, id: &str) -> String {
    let scopes: Vec<&str> =
        Scope::GRANTABLE.into_iter().filter(|scope| *scope != Scope::Admin).map(Scope::name).collect();
    let mut client = json!({"name": id, "scopes": scopes});
    client[owner] = json!(id);
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

fn transaction(customer: &str, kind: &str, on: &str, amount: &str) -> Value {
    json!({"source": "core", "id": format!("{customer}-{kind}"), "customer_id": customer, "kind": kind,
        "occurred_at": format!("{on}T10:00:00+08:00"), "amount": amount, "counterparty_bank": "ICBC"})
}

/// Lets both customers redeem points.
fn redeem(desk: &mut Desk) {
    let name = json!({"zh": "x", "en": "x"});
    let rule = json!({"id": "r", "name": name, "events": ["sign_up"], "earn": {"fixed": {"points": 100}}});
    desk.post("/points/rules", &rule);
    desk.post("/points/rules/r/activate", &json!({}));
    let reward = json!({"id": "cup", "name": name, "price": {"points": 10}, "fulfilment": "none"});
    desk.post("/rewards", &reward);
    for customer in [OWN, FOREIGN] {
        let event = json!({"source": "core", "id": customer, "customer_id": customer, "type": "sign_up",
            "occurred_at": "2026-11-01T10:00:00+08:00"});
        desk.post("/points/events", &event);
        desk.post("/redemptions", &json!({"customer_id": customer, "reward_id": "cup"}));
    }
}

fn branch() -> Branch {
    let mut desk = branches::bank();
    desk.post(
        "/intake/employees",
        &json!({"id": "m2", "organisation_id": "B1", "name": "x", "role": "manager"}),
    );
    for (customer, owner) in [(OWN, "m1"), (FOREIGN, "m2")] {
        desk.post("/churn/cases", &json!({"customer_id": customer, "owner_id": owner}));
    }
    assert_eq!(check(&mut desk, OBSERVED), 4, "everybody has an alert");
    for customer in [OWN, FOREIGN] {
        let account = |name: &str| {
            let id = format!("{customer}-{name}");
            json!({"id": id, "customer_id": customer, "class": "deposit"})
        };
        let mut closed = account("closed");
        closed["closed_on"] = json!("2026-11-10");
        desk.post("/intake/accounts", &json!([account("open"), closed]));
        let taken_in = desk.post(
            "/intake/transactions",
            &json!([
                transaction(customer, "transfer_in", "2026-09-10", "5000.00"),
                transaction(customer, "transfer_out", "2026-11-02", "600000.00")
            ]),
        );
        assert_eq!(taken_in["accepted"], 2, "{taken_in}");
    }
    redeem(&mut desk);
    let manager = key(&mut desk, "employee_id", "m1");
    let branch = key(&mut desk, "organisation_id", "B1");
    Branch { desk, manager, branch }
}

/// Ids of the customers that a list of one page tells of.
fn told(desk: &mut Desk, key: &str, target: &str) -> Vec<String> {
    let (status, answer) = desk.ask(Method::Get, target, key, "");
    assert_eq!((status, &answer["next_cursor"]), (200, &Value::Null), "{target}: {answer}");
    let items = answer["items"].as_array().expect("items").iter();
    let id = |item: &Value| item["customer_id"].as_str().expect("a customer").to_owned();
    let mut ids: Vec<String> = items.map(id).collect();
    ids.sort_unstable();
    ids
}

/// The id of what a list tells of a customer.
fn id_of(desk: &mut Desk, list: &str, customer: &str) -> String {
    let listed = desk.get(list);
    let mut items = listed["items"].as_array().expect("items").iter();
    let found = items.find(|item| item["customer_id"] == customer).expect("an item");
    found["id"].as_str().expect("an id").to_owned()
}

#[test]
fn every_list_tells_a_manager_of_own_customers_and_the_branch_of_all() {
    let Branch { mut desk, manager, branch } = branch();
    for target in LISTS {
        assert_eq!(told(&mut desk, &branch, target), [OWN, FOREIGN], "{target}: to the branch");
        assert_eq!(told(&mut desk, &manager, target), [OWN], "{target}: to the manager");
    }
    for query in ["manager_id=m2", "organisation_id=K1"] {
        let target = format!("/churn/alerts?{query}");
        assert_eq!(told(&mut desk, &branch, &target), [FOREIGN], "{query}");
        assert!(told(&mut desk, &manager, &target).is_empty(), "{query}");
    }
    let totals = |desk: &mut Desk, key: &str| {
        let (status, totals) = desk.ask(Method::Get, "/assets/totals?from=2026-08&to=2026-08", key, "");
        assert_eq!(status, 200, "{totals}");
        let line = |line: &Value| format!("{} {} {}", line["key"], line["customers"], line["amount"]);
        totals["lines"].as_array().expect("lines").iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(totals(&mut desk, &manager), ["\"B1\" 1 \"99.99\""]);
    assert_eq!(totals(&mut desk, &branch), ["\"B1\" 2 \"199.98\"", "\"K1\" 1 \"99.99\""]);
}

#[test]
fn what_is_no_list_of_own_customers_is_refused_to_a_manager() {
    let Branch { mut desk, manager, .. } = branch();
    let mut refused = Vec::new();
    for (method, path) in desk.routes() {
        let compared = LISTS.iter().any(|list| list.split('?').next() == Some(path));
        let is_told = compared || OF_THE_BANK.contains(&path) || OF_THE_MANAGER.contains(&path);
        if method != Method::Get || path.contains('{') || is_told {
            continue;
        }
        let (status, answer) = desk.ask(Method::Get, path, &manager, "");
        assert_eq!(status, 403, "{path}: {answer}");
        refused.push(path);
    }
    for path in [
        "/tiers/members",
        "/churn/report",
        "/churn/cases/outcomes",
        "/outbox",
        "/points/liability",
        "/partners",
        "/assignments",
        "/assignments/waiting",
        "/sales/performance",
        "/sales/plans",
    ] {
        assert!(refused.contains(&path), "{path} is about a part of the bank: {refused:?}");
    }
    let changes = "/tiers/schemes/S/what-if/changes?as_of=2026-10-31";
    assert_eq!(desk.ask(Method::Get, changes, &manager, "").0, 403);
    for path in ["/tiers/schemes/S/what-if", "/tiers/reviews", "/churn/checks"] {
        let (status, answer) = desk.ask(Method::Post, path, &manager, "{\"as_of\":\"2026-10-31\"}");
        assert_eq!(status, 403, "{path}: {answer}");
    }
}

#[test]
fn of_a_foreign_customer_of_the_own_branch_nothing_is_seen_or_changed() {
    let Branch { mut desk, manager, .. } = branch();
    let mut checked = 0;
    for route in desk.routes().into_iter().filter(|route| route.1.starts_with("/customers/{id}")) {
        let body = json!({"kind": "floor", "tier": "gold", "reason": "x", "from": "2026-01-01", "until": "2027-01-01"});
        let mut ask = |customer: &str| {
            let path = route.1.replace("{id}", customer).replace("{number}", "1");
            desk.ask(route.0, &path, &manager, &body.to_string())
        };
        let (foreign, unknown, own) = (ask(FOREIGN), ask("nobody"), ask(OWN));
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
    let large = format!("/assets/large-movements?customer_id={FOREIGN}");
    assert_eq!(desk.ask(Method::Get, &large, &manager, "").0, 404);
}

#[test]
fn a_manager_acknowledges_own_alerts_and_does_own_tasks_alone() {
    let Branch { mut desk, manager, .. } = branch();
    for (list, end) in [("/churn/alerts", "/acknowledge"), ("/tasks", "/done")] {
        let (own, foreign) = (id_of(&mut desk, list, OWN), id_of(&mut desk, list, FOREIGN));
        let mut ask = |id: &str| desk.ask(Method::Post, &format!("{list}/{id}{end}"), &manager, "");
        let (refused, unknown) = (ask(&foreign), ask("999999"));
        assert_eq!(refused, unknown, "{list} tells nothing apart");
        assert_eq!((refused.0, ask(&own).0), (404, 200), "{list}");
    }
    let alert =
        |customer: &str, desk: &mut Desk| format!("/churn/alerts/{}", id_of(desk, "/churn/alerts", customer));
    let (own, foreign) = (alert(OWN, &mut desk), alert(FOREIGN, &mut desk));
    assert_eq!(desk.ask(Method::Get, &foreign, &manager, "").0, 404);
    assert_eq!(desk.get(&foreign)["acknowledged_by"], Value::Null);
    let (status, shown) = desk.ask(Method::Get, &own, &manager, "");
    assert_eq!((status, &shown["acknowledged_by"]), (200, &json!("m1")));
    assert!(told(&mut desk, &manager, "/tasks").is_empty(), "the own one is done");
    assert_eq!(told(&mut desk, &manager, "/tasks?done=true"), [OWN]);
    assert!(told(&mut desk, KEY, "/tasks").contains(&FOREIGN.to_owned()), "the foreign one is not");
}

#[test]
fn a_manager_works_on_own_cases_alone_and_delivers_nothing() {
    let Branch { mut desk, manager, .. } = branch();
    let (own, foreign) = (id_of(&mut desk, "/churn/cases", OWN), id_of(&mut desk, "/churn/cases", FOREIGN));
    for (method, end) in [(Method::Get, ""), (Method::Post, "/contact"), (Method::Post, "/lose")] {
        let body = if method == Method::Get { "" } else { "{}" };
        let (status, problem) = desk.ask(method, &format!("/churn/cases/{foreign}{end}"), &manager, body);
        assert_eq!(status, 404, "{end}: {problem}");
    }
    assert_eq!(desk.ask(Method::Post, &format!("/churn/cases/{own}/contact"), &manager, "").0, 200);
    let body = json!({"customer_id": FOREIGN}).to_string();
    assert_eq!(desk.ask(Method::Post, "/churn/cases", &manager, &body).0, 404);
    let customer = json!({"id": "new", "organisation_id": "B1", "name": "x"}).to_string();
    assert_eq!(desk.ask(Method::Post, "/intake/customers", &manager, &customer).0, 403);

    let assign = json!({"owner_id": "m2"}).to_string();
    let (status, handed_over) =
        desk.ask(Method::Post, &format!("/churn/cases/{own}/assign"), &manager, &assign);
    assert_eq!((status, &handed_over["owner_id"]), (200, &json!("m2")));
    let shown = format!("/churn/cases/{own}");
    assert_eq!(desk.ask(Method::Get, &shown, &manager, "").0, 404, "no longer the own one");
    let steps = desk.get(&shown)["steps"].clone();
    let owners: Vec<&Value> = steps.as_array().expect("steps").iter().map(|step| &step["owner_id"]).collect();
    assert_eq!(owners, [&json!("m1"), &Value::Null, &json!("m2")]);
    for target in LISTS.into_iter().filter(|target| *target != "/tasks") {
        assert!(told(&mut desk, &manager, target).is_empty(), "{target}: handed over");
    }
}
