//! A points programme for a test: customers, rules in force, events, and the proof that the ledger adds up.

use serde_json::{Value, json};

use crate::{Answer, As, Bank};

/// A day on which everything of these tests happened.
pub const HAPPENED: &str = "2026-11-01T04:00:00Z";

/// Takes in a branch and so many customers: `P0`, `P1`, …
///
/// # Panics
/// When something is refused.
pub fn customers(bank: &Bank, customers: u32) {
    bank.take_in("organisations", &json!({"id": "B1", "name": "B1"}).to_string());
    let lines: String = (0..customers)
        .map(|number| {
            format!("{}\n", json!({"id": format!("P{number}"), "organisation_id": "B1", "name": "x"}))
        })
        .collect();
    bank.take_in("customers", &lines);
}

/// Puts a rule in force.
///
/// # Panics
/// When it is refused.
pub fn rule(bank: &Bank, rule: &Value) {
    let id = rule["id"].as_str().expect("an id");
    insist(bank.post("/points/rules", As::Administrator, &rule.to_string()));
    insist(bank.post(&format!("/points/rules/{id}/activate"), As::Administrator, "{}"));
}

/// One point for each unit of money, for a year.
pub fn one_for_each() -> Value {
    json!({"id": "one", "name": {"zh": "一元一分", "en": "One for each"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
        "expiry": {"rolling": {"amount": 12, "unit": "months"}}, "return_policy": "debt"})
}

/// A purchase.
pub fn purchase(source: &str, id: &str, customer: &str, amount: &str) -> Value {
    json!({"source": source, "id": id, "occurred_at": HAPPENED, "customer_id": customer,
        "type": "purchase", "amount": amount})
}

/// The answer, which must be one of success.
///
/// # Panics
/// When it is not.
pub fn insist(answer: Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text);
    answer.json()
}

/// What a customer can spend.
///
/// # Panics
/// When the bank does not say.
pub fn active(bank: &Bank, customer: &str) -> i64 {
    let account = insist(bank.get(&format!("/points/accounts/{customer}"), As::Administrator));
    account["active"].as_i64().expect("points")
}

/// Recomputes the kept sums from the entries, verifies the chain, and insists that all is well; how many entries there are.
///
/// # Panics
/// When something does not add up.
pub fn proven(bank: &Bank) -> u64 {
    let audit = insist(bank.get("/points/audit", As::Administrator));
    assert_eq!(audit["ok"], true, "{audit}");
    let mut from = 1;
    loop {
        let path = format!("/points/chain/verification?from={from}");
        let report = insist(bank.get(&path, As::Administrator));
        assert_eq!(report["ok"], true, "{report}");
        match report["next_from"].as_i64() {
            Some(next) => from = next,
            None => break,
        }
    }
    let liability = insist(bank.get("/points/liability", As::Administrator));
    assert_eq!(liability["balanced"], true, "{liability}");
    audit["entries"].as_u64().expect("entries")
}
