//! A customer's entries in pages, and what stays of a customer who was merged into another.

use serde_json::{Value, json};

use super::{Bank, numbers};

/// Everything that a list tells, in pages of `limit`.
fn walk(bank: &mut Bank, target: &str, limit: u32) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bank.get(&format!("{target}limit={limit}&cursor={cursor}"));
        let found = page["items"].as_array().expect("items");
        assert!(found.len() <= limit as usize, "{page}");
        items.extend(found.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return items,
        }
    }
}

#[test]
fn entries_come_page_by_page_without_loss_or_repeat() {
    let mut bank = Bank::open("2026-03-10");
    for (id, on) in [("e1", "2026-03-10"), ("e2", "2026-03-08"), ("e3", "2026-03-10"), ("e4", "2026-02-01")] {
        bank.buy(id, "a", "10.00", on);
    }
    bank.spend("a", 25);
    bank.post("/points/transfers", &json!({"from": "a", "to": "b", "points": 12}));
    let whole = walk(&mut bank, "/points/accounts/a/entries?", 1_000);
    let told =
        |entry: &Value| format!("{} {} {}", entry["on"], entry["kind"], entry["points"]).replace('"', "");
    assert_eq!(
        whole.iter().map(told).collect::<Vec<_>>(),
        [
            "2026-02-01 earn 10",
            "2026-03-08 earn 10",
            "2026-03-10 earn 10",
            "2026-03-10 earn 10",
            "2026-03-10 redeem -10",
            "2026-03-10 redeem -10",
            "2026-03-10 redeem -5",
            "2026-03-10 transfer_out -5",
            "2026-03-10 transfer_out -7",
        ]
    );
    for limit in [1, 2, 3, 9] {
        assert_eq!(walk(&mut bank, "/points/accounts/a/entries?", limit), whole, "{limit}");
    }
    let some = walk(&mut bank, "/points/accounts/a/entries?from=2026-03-01&to=2026-03-09&", 1);
    assert_eq!(some, whole[1..2]);
    let first = bank.get("/points/accounts/a/entries?limit=1");
    let cursor = first["next_cursor"].as_str().expect("a cursor").to_owned();
    for list in ["/points/accounts/b/entries", "/points/adjustments", "/redemptions"] {
        let (status, problem) = bank.ask(&format!("{list}?cursor={cursor}"));
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!("cursor")), "{list}: {problem}");
    }
}

#[test]
fn a_merged_customer_keeps_the_history_and_has_nothing_left() {
    let mut bank = Bank::open("2026-03-10");
    bank.buy("e1", "a", "100.00", "2026-03-10");
    bank.go_to("2026-04-01");
    bank.post("/points/merges", &json!({"from": "a", "into": "c", "reason": "one person"}));
    bank.tell("v1", "a", "visit", "2026-04-01");
    let nothing = json!({"active": 0, "pending": 0, "reserved": 0, "blocked": 0, "expiring": [], "debt": 0});
    assert_eq!(bank.get("/points/accounts/a"), nothing);
    assert_eq!(bank.get("/points/accounts/c")["active"], 140, "what is earned later follows");
    assert_eq!(bank.account("a", "2026-03-31")["active"], 100);
    assert_eq!(bank.account("c", "2026-03-31"), nothing);
    let statement = bank.statement("a", "2026-04");
    assert_eq!(statement["lines"], json!([{"kind": "transfer_out", "points": -100}]));
    assert_eq!(numbers(&statement, ["opening", "closing"]), [100, 0]);
    let entries = bank.get("/points/accounts/a/entries");
    let kinds: Vec<&Value> =
        entries["items"].as_array().expect("items").iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["earn", "transfer_out"]);
    assert_eq!(bank.liability("2026-04-01")["liability"], 140);
}
