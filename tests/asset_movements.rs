//! Large movements of money: the customers and days at which rules fire.

use serde_json::{Value, json};
use tests::desk::KEY;

use bank::{bank, fired, put_rules, take_in, transaction};

#[path = "asset_movements/bank.rs"]
mod bank;
#[path = "asset_movements/law.rs"]
mod law;
#[path = "asset_movements/rules.rs"]
mod rules;

#[test]
fn the_seeded_rules_fire_exactly_at_their_amount() {
    let mut desk = bank();
    let list = desk.get("/assets/movement-rules");
    let ids: Vec<&Value> = list["rules"].as_array().expect("rules").iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids, ["large-in", "large-out", "from-other-banks", "to-other-banks"]);
    let at = "2026-11-02T10:00:00+08:00";
    take_in(
        &mut desk,
        &[
            transaction("1", "c1", "deposit", at, "500000.00"),
            transaction("2", "c1", "deposit", at, "499999.99"),
            transaction("3", "c2", "withdrawal", at, "499999.99"),
            transaction("4", "d1", "transfer_out", at, "600000.00"),
            transaction("5", "d1", "transfer_out", at, "700000.00"),
            transaction("6", "d1", "purchase", at, "900000.00"),
        ],
    );
    assert_eq!(
        fired(&mut desk, KEY, ""),
        ["c1 large-in 2026-11-02 500000.00 1 2026-11-02", "d1 large-out 2026-11-02 700000.00 2 2026-11-02",]
    );
}

#[test]
fn a_window_sums_transfers_from_other_banks_over_the_days_of_shanghai() {
    let mut desk = bank();
    put_rules(
        &mut desk,
        &json!([{"id": "week", "direction": "in", "place": "out_of_bank", "basis": "rolling",
                 "window_days": 7, "at_least": "100.00"}]),
    );
    let from_other = |id: &str, customer: &str, at: &str, amount: &str| {
        let mut transfer = transaction(id, customer, "transfer_in", at, amount);
        transfer["counterparty_bank"] = json!("ICBC");
        transfer
    };
    take_in(
        &mut desk,
        &[
            // Over the end of the year; the last instant of a day and the first of the next, in Shanghai.
            from_other("1", "c1", "2025-12-26T16:00:00Z", "40.00"),
            from_other("2", "c1", "2026-01-02T15:59:59.999Z", "60.00"),
            from_other("3", "c2", "2025-12-26T15:59:59.999Z", "40.00"),
            from_other("4", "c2", "2026-01-02T12:00:00Z", "60.00"),
            // One fen too little, and the rest from within the bank.
            from_other("5", "d1", "2026-01-02T12:00:00Z", "99.99"),
            transaction("6", "d1", "transfer_in", "2026-01-02T12:00:00Z", "50.00"),
        ],
    );
    let span = "from=2025-12-01&to=2026-01-31";
    assert_eq!(fired(&mut desk, KEY, span), ["c1 week 2026-01-02 100.00 2 2025-12-27"]);
}

#[test]
fn kinds_choose_what_counts_and_a_refund_is_money_in() {
    let mut desk = bank();
    put_rules(
        &mut desk,
        &json!([{"id": "back", "direction": "in", "place": "any", "basis": "single", "at_least": "80.00",
                 "kinds": ["refund"]},
                {"id": "spent", "direction": "out", "place": "any", "basis": "rolling", "window_days": 2,
                 "at_least": "100.00", "kinds": ["purchase", "fee"]}]),
    );
    let mut refund = transaction("3", "c1", "refund", "2026-02-28T13:00:00+08:00", "80.00");
    refund["refund_of"] = json!("1");
    take_in(
        &mut desk,
        &[
            transaction("1", "c1", "purchase", "2026-02-28T10:00:00+08:00", "80.00"),
            transaction("2", "c1", "fee", "2026-03-01T10:00:00+08:00", "20.00"),
            refund,
            transaction("4", "c1", "withdrawal", "2026-03-01T11:00:00+08:00", "500.00"),
        ],
    );
    assert_eq!(
        fired(&mut desk, KEY, "from=2026-02-01&to=2026-03-31"),
        ["c1 back 2026-02-28 80.00 1 2026-02-28", "c1 spent 2026-03-01 100.00 2 2026-02-28"]
    );
    assert_eq!(fired(&mut desk, KEY, "from=2026-02-01&to=2026-03-31&rule=spent").len(), 1);
}

#[test]
fn pages_of_any_size_tell_the_same_of_thousands_of_customers() {
    let mut desk = bank();
    let people: Vec<Value> = (0..2_500)
        .map(|number| json!({"id": format!("p{number}"), "organisation_id": "B2", "name": "x"}))
        .collect();
    desk.post("/intake/customers", &json!(people));
    let transfers: Vec<Value> = (0..2_500)
        .map(|number| {
            let (id, customer) = (format!("t{number}"), format!("p{number}"));
            transaction(&id, &customer, "transfer_out", "2026-11-02T10:00:00+08:00", "500000.00")
        })
        .collect();
    take_in(&mut desk, &transfers);
    let all = fired(&mut desk, KEY, "limit=1000");
    assert_eq!(all.len(), 2_500);
    assert!(all[2_499].starts_with("p2499 "));
    assert_eq!(fired(&mut desk, KEY, "limit=333"), all);
    assert_eq!(fired(&mut desk, KEY, "customer_id=p1024"), all[1_024..1_025]);
}

#[test]
fn several_firings_of_one_customer_are_cut_into_pages_in_order() {
    let mut desk = bank();
    let days = ["2026-11-02", "2026-11-03", "2026-11-04"];
    let transfers: Vec<Value> = days
        .iter()
        .map(|day| transaction(day, "c2", "deposit", &format!("{day}T10:00:00+08:00"), "700000.00"))
        .collect();
    take_in(&mut desk, &transfers);
    let rules = desk.get("/assets/movement-rules");
    let mut doubled = rules["rules"].clone();
    doubled[1] = json!({"id": "also-in", "direction": "in", "place": "in_bank", "basis": "single",
                        "at_least": "600000.00"});
    put_rules(&mut desk, &doubled);
    let told = fired(&mut desk, KEY, "limit=1");
    let heads: Vec<String> =
        told.iter().map(|line| line.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect();
    let expected: Vec<String> =
        days.iter().flat_map(|day| [format!("also-in {day}"), format!("large-in {day}")]).collect();
    assert_eq!(heads, expected);
    assert_eq!(fired(&mut desk, KEY, "limit=1000"), told);
}

#[test]
fn sums_past_the_limit_of_money_stand_at_it() {
    let mut desk = bank();
    let transfers: Vec<Value> = (0..1_100)
        .map(|number| {
            let at = "2026-11-02T10:00:00+08:00";
            let mut transfer =
                transaction(&format!("t{number}"), "c1", "transfer_in", at, "90000000000000.00");
            transfer["counterparty_bank"] = json!("ICBC");
            transfer
        })
        .collect();
    take_in(&mut desk, &transfers);
    assert_eq!(
        fired(&mut desk, KEY, "rule=from-other-banks"),
        ["c1 from-other-banks 2026-11-02 92233720368547758.07 1100 2026-10-27"]
    );
}
