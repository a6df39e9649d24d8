//! A branch of a few customers who fall from the highest tier when they are told to, and strategies that tell of it.

use domain::date::Month;
use serde_json::{Value, json};

use crate::{As, Bank};

/// Customers of the branch: `C0`, `C1`, …
pub const CUSTOMERS: u32 = 6;

/// Parts of what may be in no message: names, telephone numbers and mail addresses of the branch's people.
pub const PERSONAL: [&str; 4] = ["Quince", "1398765", "@mail.example", "Medlar"];

/// A month as it is written.
///
/// # Panics
/// When it is none.
pub fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// Takes in the branch, its head and its customers, and puts the strategies in force.
///
/// # Panics
/// When something is refused.
pub fn furnish(bank: &Bank, strategies: &Value) {
    bank.take_in(
        "organisations",
        &lines([json!({"id": "HQ", "name": "HQ"}), json!({"id": "B1", "parent_id": "HQ", "name": "B1"})]),
    );
    let head = json!({"id": "head", "organisation_id": "B1", "name": "Medlar", "role": "branch_manager"});
    bank.take_in("employees", &lines([head]));
    let person = |customer: u32| {
        json!({"id": format!("C{customer}"), "organisation_id": "B1", "name": format!("Quince {customer}"),
            "phone": format!("1398765000{customer}"), "email": format!("q{customer}@mail.example")})
    };
    bank.take_in("customers", &lines((0..CUSTOMERS).map(person)));
    let body = json!({"strategies": strategies}).to_string();
    let answer = bank.put("/churn/strategies", As::Administrator, &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// A short message to the manager of everybody who begins to fall.
pub fn by_message() -> Value {
    json!([{"id": "tell", "status": "observed", "action": "sms", "to": "manager", "due_days": 14}])
}

/// A short message to the manager and a mail to the head of the branch.
pub fn by_message_and_mail() -> Value {
    json!([{"id": "tell", "status": "observed", "action": "sms", "to": "manager", "due_days": 14},
        {"id": "write", "status": "observed", "action": "mail", "to": "branch_manager", "due_days": 7}])
}

/// Takes in a month in which these customers have next to nothing and the others the most, and reviews it.
///
/// # Panics
/// When something is refused.
pub fn live_through(bank: &Bank, month: Month, falls: impl Fn(u32) -> bool) {
    let assets = |customer: u32| {
        let deposits = if falls(customer) { "1.00" } else { "20000000.00" };
        json!({"customer_id": format!("C{customer}"), "month": month.to_string(), "deposits": deposits})
    };
    bank.take_in("assets", &lines((0..CUSTOMERS).map(assets)));
    assert_eq!(post(bank, "/tiers/reviews", &as_of(month))["done"], true);
}

/// Lets these customers fall in November 2025, after a month at the top, and checks.
///
/// # Panics
/// When something is refused.
pub fn fall(bank: &Bank, falls: impl Fn(u32) -> bool) {
    live_through(bank, month("2025-10"), |_| false);
    live_through(bank, month("2025-11"), falls);
    assert_eq!(post(bank, "/churn/checks", &as_of(month("2025-11")))["done"], true);
}

/// Delivers what is due.
///
/// # Panics
/// When it is refused.
pub fn deliver(bank: &Bank) -> Value {
    post(bank, "/outbox/deliveries", "")
}

/// The body of a review or a check at the end of a month.
pub fn as_of(month: Month) -> String {
    json!({"as_of": month.last_day().to_string()}).to_string()
}

/// `POST` as the administrator, which must succeed.
///
/// # Panics
/// When it does not.
pub fn post(bank: &Bank, path: &str, body: &str) -> Value {
    let answer = bank.post(path, As::Administrator, body);
    assert_eq!(answer.status, 200, "POST {path}: {}", answer.text);
    answer.json()
}

fn lines(rows: impl IntoIterator<Item = Value>) -> String {
    rows.into_iter().map(|row| row.to_string()).collect::<Vec<_>>().join("\n")
}
