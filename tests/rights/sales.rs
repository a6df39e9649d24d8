//! Assignments and sales: what another branch or another manager has, and what is the whole bank's. Made from the route
//! list, for the key of a branch and for a customer manager's.

use serde_json::{Value, json};
use tests::branches;
use tests::desk::Desk;
use web::Method;

use super::points::{CLASSES, Routes, key, rows_of, unchanged};

pub(super) const TODAY: &str = "2026-11-22";

/// What every key may read, because it tells of no customer, employee or sale.
const OPEN: [&str; 2] = ["/assignments/settings", "/sales/products"];

/// What a manager is told: sales of the own organisation, the own place and the own work.
const OF_THE_MANAGER: [&str; 3] = ["/sales", "/sales/ranking", "/sales/work"];

pub(super) fn routes(desk: &Desk) -> Routes {
    let mut routes = desk.routes();
    routes.retain(|(_, path)| path.starts_with("/assignments") || path.starts_with("/sales"));
    routes
}

/// True when the path goes on with what belongs to a part of the bank.
pub(super) fn is_owned(path: &str) -> bool {
    path.contains('{') && !path.starts_with("/sales/products")
}

/// What is refused to every customer manager, whoever's it is.
fn is_of_parts(path: &str) -> bool {
    path.starts_with("/assignments/proposals")
        || path.starts_with("/assignments/capacities")
        || path == "/assignments/{id}/approve"
}

/// What a customer's organisation has: an assignment and an adjusted sale that wait for another person, a proposal, an
/// employee.
pub(super) struct Things {
    assignment: String,
    proposal: String,
    employee: String,
    sale: String,
}

impl Things {
    /// Nobody's: ids that are not known.
    fn nobodys() -> Self {
        let [assignment, proposal] = ["999999", "999999"].map(str::to_owned);
        let [employee, sale] = ["nobody", "none"].map(str::to_owned);
        Self { assignment, proposal, employee, sale }
    }

    /// The path of a route about these.
    pub(super) fn path(&self, route: &str) -> String {
        let id = match route {
            route if route.starts_with("/sales/") => &self.sale,
            route if route.starts_with("/assignments/proposals/") => &self.proposal,
            _ => &self.assignment,
        };
        route
            .replace("{source}", "core")
            .replace("{id}", id)
            .replace("{employee_id}", &self.employee)
            .replace("{number}", "1")
            .replace("{step}", "approve")
    }
}

fn managers(shares: &[(&str, &str, u32)]) -> Value {
    let shares = shares.iter();
    shares
        .map(|(id, role, share_bp)| json!({"employee_id": id, "role": role, "share_bp": share_bp}))
        .collect()
}

pub(super) fn wanted(customer: &str, managers: &Value, from: &str) -> Value {
    json!({"customer_id": customer, "managers": managers, "from": from, "reason": "x"})
}

pub(super) fn alone(id: &str) -> Value {
    managers(&[(id, "primary", 10_000)])
}

fn furnish(desk: &mut Desk, customer: &str, organisation: &str, manager: &str) -> Things {
    let [seller, head, sale] = ["seller", "head", "sale"].map(|what| format!("{what}-{customer}"));
    let employee =
        |id: &str, role: &str| json!({"id": id, "organisation_id": organisation, "name": "x", "role": role});
    desk.post("/intake/employees", &json!([employee(&seller, "teller"), employee(&head, "branch_manager")]));
    desk.post("/assignments", &wanted(customer, &alone(manager), "2026-11-01"));
    let split = managers(&[(manager, "primary", 6_000), ("boss", "secondary", 4_000)]);
    let assignment = desk.post("/assignments/adjust", &wanted(customer, &split, TODAY));
    assert_eq!(assignment["state"], "submitted", "{assignment}");
    let asked = json!({"organisation_id": organisation, "scope": "rebalance"});
    let proposed = desk.post("/assignments/proposals", &asked);

    let sold = json!({"source": "core", "id": sale, "customer_id": customer, "kind": "sale",
        "occurred_at": "2026-11-20T10:00:00+08:00", "amount": "1000.00", "product_id": "P",
        "organisation_id": organisation});
    assert_eq!(desk.post("/intake/transactions", &sold)["accepted"], 1);
    let path = format!("/sales/core/{sale}");
    desk.post(&format!("{path}/registrations"), &json!({"employee_id": seller, "role": "seller"}));
    // Whoever gains by the own word waits for another person.
    let own = key(desk, "employee_id", &head);
    let credit = json!({"employee_id": head, "role": "seller", "share_bp": 10_000});
    let body = json!({"credits": [credit], "reason": "x"});
    let (status, adjusted) = desk.ask(Method::Put, &format!("{path}/adjustment"), &own, &body.to_string());
    assert_eq!((status, &adjusted["adjustment"]["state"]), (200, &json!("submitted")), "{adjusted}");

    let id = |made: &Value| made["id"].as_str().expect("an id").to_owned();
    Things { assignment: id(&assignment), proposal: id(&proposed), employee: seller, sale }
}

/// The branches B1, with the counter K1 below it, and B2. The manager m1 of B1 has the customer of B1, the colleague m2
/// the one of the counter, m3 the one of B2; everywhere there are the same things.
pub(super) fn bank() -> (Desk, [Things; 3]) {
    let mut desk = branches::bank();
    let manager =
        |id: &str, unit: &str| json!({"id": id, "organisation_id": unit, "name": "x", "role": "manager"});
    desk.post("/intake/employees", &json!([manager("m2", "B1"), manager("m3", "B2")]));
    let product = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": "2026-11-01", "rule": {"automatic": "never"}});
    desk.post("/sales/products", &product);
    let things = [("of-b1", "B1", "m1"), ("of-k1", "K1", "m2"), ("of-b2", "B2", "m3")]
        .map(|(customer, unit, manager)| furnish(&mut desk, customer, unit, manager));
    (desk, things)
}

/// Every row of assignments, sales and messages, so that no change is missed.
pub(super) fn rows(desk: &mut Desk) -> Vec<String> {
    rows_of(desk, &["assignment", "manager_capacity", "employee_absence", "sale", "outbox", "job"], 18)
}

/// A body that the route takes.
pub(super) fn body(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("{employee_id}") => json!({"total": 5}),
        Some("registrations") => json!({"employee_id": "m1", "role": "referrer"}),
        Some("adjustment") => {
            json!({"credits": [{"employee_id": "m1", "role": "seller", "share_bp": 10_000}], "reason": "x"})
        }
        _ => Value::Null,
    }
}

pub(super) fn ask(desk: &mut Desk, key: &str, method: Method, target: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    desk.ask(method, target, key, &body)
}

#[test]
fn what_belongs_to_another_branch_or_manager_is_neither_seen_nor_changed() {
    for (owner, id, foreign) in CLASSES {
        let (mut desk, things) = bank();
        let key = key(&mut desk, owner, id);
        let before = rows(&mut desk);
        let mut checked = 0;
        let owned = |desk: &Desk| routes(desk).into_iter().filter(|(_, path)| is_owned(path));
        for (method, path) in owned(&desk) {
            let mut try_with =
                |things: &Things| ask(&mut desk, &key, method, &things.path(path), &body(path));
            let unknown = try_with(&Things::nobodys());
            let expected = if owner == "employee_id" && is_of_parts(path) { 403 } else { 404 };
            for place in foreign {
                let answer = try_with(&things[*place]);
                assert_eq!(answer.0, expected, "{} {path}: {}", method.name(), answer.1);
                assert_eq!(answer, unknown, "{} {path} tells them apart", method.name());
            }
            checked += 1;
        }
        assert_eq!(checked, 14);
        unchanged(&before, &rows(&mut desk));
        for (method, path) in owned(&desk) {
            let (status, answer) = ask(&mut desk, &key, method, &things[0].path(path), &body(path));
            let is_refused = owner == "employee_id" && is_of_parts(path);
            // What an earlier route has ended, or waits, is in the wrong state for the next one.
            let is_done = (200..300).contains(&status) || status == 409;
            let text = format!("{} {path}: {status} {answer}", method.name());
            assert!(if is_refused { status == 403 } else { is_done }, "{text}");
        }
    }
}

#[test]
fn lists_and_reports_tell_of_the_own_part_alone() {
    for (owner, id, _) in CLASSES {
        let (mut desk, _) = bank();
        let referral = json!({"employee_id": "m1", "role": "referrer"});
        desk.post("/sales/core/sale-of-b1/registrations", &referral);
        let key = key(&mut desk, owner, id);
        let is_manager = owner == "employee_id";
        let strangers: &[&str] =
            if is_manager { &["B2", "of-b2", "m3", "K1", "of-k1", "m2"] } else { &["B2", "of-b2", "m3"] };
        let mut checked = 0;
        for (method, path) in routes(&desk) {
            if method != Method::Get || path.contains('{') || OPEN.contains(&path) {
                continue;
            }
            let named = if path == "/assignments/absences" { "?employee_id=m1" } else { "" };
            let (status, answer) = desk.ask(method, &format!("{path}{named}"), &key, "");
            let is_refused = is_manager && !OF_THE_MANAGER.contains(&path);
            assert_eq!(status, if is_refused { 403 } else { 200 }, "{path}: {answer}");
            let told = answer.to_string();
            assert!(!strangers.iter().any(|stranger| told.contains(stranger)), "{path}: {told}");
            for part in ["B2", "HQ"] {
                let (status, answer) = desk.ask(method, &format!("{path}?organisation_id={part}"), &key, "");
                // Not every route takes a part of the bank.
                assert!([400, 403].contains(&status), "{path} {part}: {status} {answer}");
            }
            checked += 1;
        }
        assert_eq!(checked, 10);
        for path in ["/assignments/absences?employee_id=m3", "/sales/work?employee_id=m3"] {
            let (status, answer) = desk.ask(Method::Get, path, &key, "");
            assert!([403, 404].contains(&status), "{path}: {status} {answer}");
        }
        let mut told = |target: &str, member: &str| -> Vec<String> {
            let (status, answer) = desk.ask(Method::Get, target, &key, "");
            assert_eq!(status, 200, "{target}: {answer}");
            let items = answer["items"].as_array().expect("items").iter();
            items.map(|item| item[member].as_str().unwrap_or("").to_owned()).collect()
        };
        let sales = told("/sales", "id");
        if is_manager {
            assert_eq!(sales, ["sale-of-b1"], "not those of the counter below");
            assert_eq!(told("/sales/ranking", "key"), ["m1"]);
            assert_eq!(told("/sales/performance?by=employee", "key"), ["m1"]);
            assert_eq!(told("/sales/work", "employee_id"), ["m1"]);
        } else {
            assert_eq!(sales, ["sale-of-b1", "sale-of-k1"]);
            assert_eq!(told("/sales/ranking", "key"), ["seller-of-k1", "seller-of-b1", "m1"]);
        }
    }
}
