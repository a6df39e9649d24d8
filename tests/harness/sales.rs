//! Two branches that sell a product to one customer, without a runtime.

use serde_json::{Value, json};
use web::{Method, Request};

use crate::desk::{Desk, KEY};

/// The first day: everything is delivered and assigned on it.
pub const BEGINNING: &str = "2026-01-01";

/// Noon in Shanghai on a day, in milliseconds.
///
/// # Panics
/// When there is no such day.
pub fn noon(day: &str) -> i64 {
    let day = domain::date::Day::parse(day).expect("a date");
    i64::from(day.number()) * 86_400_000 + 4 * 3_600_000
}

/// The tellers T1 and T2, the managers M1 and M2 and R1 of the call centre at the branch B1, and the manager N1 at B2.
pub const EMPLOYEES: [(&str, &str, &str); 6] = [
    ("M1", "B1", "manager"),
    ("M2", "B1", "manager"),
    ("T1", "B1", "teller"),
    ("T2", "B1", "teller"),
    ("R1", "B1", "call_centre"),
    ("N1", "B2", "manager"),
];

/// The branches B1 and B2 under HQ with their employees; `given` may tell of employees the last day (`left`, by id) and
/// the shares as seller and referrer (`ratio`, by id).
///
/// # Panics
/// When something is refused.
pub fn bank(given: &Value) -> Desk {
    let mut desk = Desk::new();
    let units = json!([{"id": "HQ", "name": "总行"}, {"id": "B1", "parent_id": "HQ", "name": "城东"},
        {"id": "B2", "parent_id": "HQ", "name": "城西"}]);
    deliver(&mut desk, BEGINNING, "/intake/organisations", &units);
    let employees: Vec<Value> = EMPLOYEES
        .into_iter()
        .map(|(id, organisation, role)| {
            let mut employee = json!({"id": id, "organisation_id": organisation, "name": id, "role": role});
            if let Some(last) = given["left"].get(id) {
                employee["active_to"] = last.clone();
            }
            if let Some([seller, referrer]) = given["ratio"][id].as_array().map(Vec::as_slice) {
                employee["seller_share_bp"] = seller.clone();
                employee["referrer_share_bp"] = referrer.clone();
            }
            employee
        })
        .collect();
    deliver(&mut desk, BEGINNING, "/intake/employees", &json!(employees));
    desk
}

/// Delivers records on a day; all of them have to be taken.
///
/// # Panics
/// When one is refused.
pub fn deliver(desk: &mut Desk, on: &str, target: &str, records: &Value) {
    let answer = desk.done_at(noon(on), Method::Post, target, &records.to_string());
    assert_eq!(answer["rejected"], 0, "{target} {records}: {answer}");
}

/// One of [`EMPLOYEES`] works at another branch from a day on.
///
/// # Panics
/// When there is no such employee or branch.
pub fn move_to(desk: &mut Desk, on: &str, who: &str, branch: &str) {
    let (_, _, role) = EMPLOYEES.into_iter().find(|(id, ..)| *id == who).expect("an employee");
    let moved = json!({"id": who, "organisation_id": branch, "name": who, "role": role});
    deliver(desk, on, "/intake/employees", &moved);
}

/// A customer who is kept at a branch; `managers` as `"M1 primary 10000"`.
///
/// # Panics
/// When something is refused.
pub fn customer(desk: &mut Desk, id: &str, branch: &str, managers: &[&str]) {
    let customer = json!({"id": id, "organisation_id": branch, "name": "王芳"});
    deliver(desk, BEGINNING, "/intake/customers", &customer);
    if managers.is_empty() {
        return;
    }
    let managers: Vec<Value> = managers.iter().map(|manager| credit(manager)).collect();
    let body = json!({"customer_id": id, "managers": managers, "from": BEGINNING, "reason": "首次分配"});
    desk.done_at(noon(BEGINNING), Method::Post, "/assignments", &body.to_string());
}

/// The product P, sold from 2026-01-01 on by a rule that says what `rule` says and otherwise the usual.
///
/// # Panics
/// When it is refused.
pub fn product(desk: &mut Desk, rule: &Value) {
    let mut body = json!({"id": "P", "name": {"zh": "保险", "en": "Insurance"}, "category": "insurance",
        "from": BEGINNING});
    body["rule"] = if rule.is_object() { rule.clone() } else { json!({}) };
    desk.done_at(noon(BEGINNING), Method::Post, "/sales/products", &body.to_string());
}

/// `"M1 seller 6000"` as a body tells it; `-` stands for the organisation itself.
///
/// # Panics
/// When the text has another form.
pub fn credit(text: &str) -> Value {
    let parts: Vec<&str> = text.split(' ').collect();
    let [who, role, share] = parts.as_slice() else { panic!("who, role and share: {text}") };
    let share: u32 = share.parse().expect("basis points");
    match *who {
        "-" => json!({"role": role, "share_bp": share}),
        who => json!({"employee_id": who, "role": role, "share_bp": share}),
    }
}

/// A request of the administrator on a day, without a body for null: status and JSON.
pub fn ask(desk: &mut Desk, on: &str, method: Method, target: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    desk.ask_at(noon(on), Request::new(method, target).key(KEY).body(body))
}

/// Minor units of a text that the bank writes, `-12.50`.
///
/// # Panics
/// When the text is no amount.
pub fn fen(amount: &Value) -> i64 {
    let text = amount.as_str().unwrap_or_else(|| panic!("an amount: {amount}"));
    let (whole, part) = text.split_once('.').expect("two decimals");
    assert_eq!(part.len(), 2, "two decimals: {text}");
    format!("{whole}{part}").parse().expect("digits")
}

/// Who is credited for a sale by the answer of its credits: employee or `-`, role, share and amount.
///
/// # Panics
/// When the lines do not add up to the shares, or do not add up to what was not taken back.
pub fn shares(credits: &Value) -> Vec<String> {
    let list = |name: &str| credits[name].as_array().cloned().unwrap_or_else(|| panic!("{name}: {credits}"));
    let whose = |item: &Value| format!("{} {}", text(&item["employee_id"]), text(&item["role"]));
    let lines = list("lines");
    let mut credited = 0;
    let shares = list("shares");
    for share in &shares {
        let own = lines.iter().filter(|line| whose(line) == whose(share));
        let sum: i64 = own.map(|line| fen(&line["amount"])).sum();
        assert_eq!(sum, fen(&share["amount"]), "the lines of {share}: {credits}");
        credited += sum;
    }
    let all: i64 = lines.iter().map(|line| fen(&line["amount"])).sum();
    assert_eq!(all, credited, "lines of nobody who is credited add up to nothing: {credits}");
    if !shares.is_empty() {
        assert_eq!(credited, fen(&credits["amount"]) - fen(&credits["refunded"]), "{credits}");
    }
    let told = |share: &Value| format!("{} {} {}", whose(share), share["share_bp"], text(&share["amount"]));
    shares.iter().map(told).collect()
}

/// The lines of a sale by the answer of its credits: step, employee or `-`, role, amount, day that it counts in, day from
/// which it is known.
///
/// # Panics
/// When there are none in the answer.
pub fn lines(credits: &Value) -> Vec<String> {
    let lines = credits["lines"].as_array().unwrap_or_else(|| panic!("lines: {credits}"));
    let told = |line: &Value| {
        ["step", "employee_id", "role", "amount", "on", "booked_on"].map(|name| text(&line[name])).join(" ")
    };
    lines.iter().map(told).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}
