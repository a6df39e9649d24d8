//! A year in which everything happens to points that can happen: on every day accounts, statements and the liability add
//! up, and all that is read is the same whether the job that books what ended ran every night, at the end, or never.

use std::collections::BTreeSet;

use domain::date::{Day, Month};
use serde_json::{Value, json};

use super::{Bank, number, numbers};

const FIRST: &str = "2026-01-01";
const LAST: &str = "2026-12-20";
const CUSTOMERS: [&str; 3] = ["a", "b", "c"];

/// A bank in that year.
struct Life {
    bank: Bank,
    held: String,
    ordered: String,
}

impl Life {
    fn order(&mut self, customer: &str, quantity: i64) {
        let order = json!({"customer_id": customer, "reward_id": "cup", "quantity": quantity});
        self.ordered = self.bank.post("/redemptions", &order)["id"].as_str().expect("an id").to_owned();
    }

    fn cancel(&mut self) {
        self.bank.post(&format!("/redemptions/{}/cancel", self.ordered), &json!({}));
    }

    fn happen(&mut self, on: &str) {
        let bank = &mut self.bank;
        match on {
            "2026-01-01" => {
                bank.post(
                    "/rewards",
                    &json!({"id": "cup", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 10},
                        "fulfilment": "shipment"}),
                );
            }
            "2026-01-10" => bank.buy("p1", "a", "300.00", on),
            "2026-01-12" | "2026-02-20" => {
                bank.tell(&format!("v{on}"), "a", "visit", on);
            }
            "2026-01-15" => bank.buy("p2", "b", "200.00", on),
            "2026-02-25" => bank.spend("a", 80),
            "2026-03-20" => {
                bank.post("/points/transfers", &json!({"from": "a", "to": "b", "points": 250}));
            }
            // Uses up the first visit, whose last day has moved.
            "2026-03-25" => self.order("a", 1),
            "2026-03-28" | "2026-04-20" => self.cancel(),
            "2026-04-01" => {
                bank.tell("s1", "a", "survey", on);
            }
            "2026-04-05" => bank.buy("p3", "b", "100.00", on),
            // Paid with points that have ended when it is cancelled.
            "2026-04-08" => self.order("b", 5),
            "2026-05-01" => bank.buy("p4", "c", "500.00", on),
            "2026-05-02" => bank.spend("c", 450),
            "2026-05-03" => {
                let refund = json!({"source": "core", "id": "r1", "customer_id": "c", "type": "refund",
                    "occurred_at": "2026-05-03T11:00:00+08:00", "amount": "500.00", "refund_of": "p4"});
                bank.post("/points/events", &refund);
            }
            "2026-05-10" => bank.buy("p5", "c", "200.00", on),
            "2026-06-01" => bank.buy("p6", "c", "300.00", on),
            // Held over the last day of the first of September, and spent in part after it.
            "2026-08-30" => self.held = bank.hold("c", 20, 5 * 86_400),
            "2026-09-03" => {
                bank.post(&format!("/points/reservations/{}/post", self.held), &json!({"points": 15}));
            }
            // Told so late that it has ended.
            "2026-10-15" => bank.buy("p7", "b", "70.00", "2026-06-10"),
            "2026-11-01" => bank.buy("p8", "c", "60.00", on),
            "2026-11-05" => {
                bank.post("/points/merges", &json!({"from": "c", "into": "a", "reason": "one person"}));
            }
            _ => {}
        }
    }
}

fn days() -> impl Iterator<Item = String> {
    let day = |text| Day::parse(text).expect("a date").number();
    (day(FIRST)..=day(LAST)).map(|day| Day::from_number(day).to_string())
}

fn live(is_booked_nightly: bool) -> Bank {
    let mut life = Life { bank: Bank::open(FIRST), held: String::new(), ordered: String::new() };
    for on in days() {
        life.bank.go_to(&on);
        if is_booked_nightly {
            life.bank.expire();
        }
        life.happen(&on);
    }
    life.bank
}

fn points(account: &Value) -> i64 {
    numbers(account, ["active", "pending", "reserved", "blocked"]).iter().sum()
}

/// All that is read of every day; accounts add up to the liability.
fn reading_of_days(bank: &mut Bank) -> Vec<String> {
    let mut lines = Vec::new();
    for on in days() {
        let liability = bank.liability(&on);
        let accounts = CUSTOMERS.map(|customer| bank.account(customer, &on));
        let sum = |of: fn(&Value) -> i64| accounts.iter().map(of).sum::<i64>();
        let pending = sum(|account| number(&account["pending"]));
        let debt = sum(|account| number(&account["debt"]));
        assert_eq!(
            [sum(points), pending, debt],
            numbers(&liability, ["liability", "pending", "customer_debt"]),
            "{on}: {accounts:?}"
        );
        lines.push(format!("{on} {liability}"));
        lines.extend(accounts.iter().map(|account| format!("{on} {account}")));
    }
    lines
}

fn added(statement: &Value, is_asked: impl Fn(&str) -> bool) -> i64 {
    let lines = statement["lines"].as_array().expect("lines").iter();
    let asked = lines.filter(|line| is_asked(line["kind"].as_str().expect("a kind")));
    asked.map(|line| number(&line["points"])).sum()
}

/// The statements of a year; each begins where the one before ended, and adds up to where it ends.
fn reading_of_months(bank: &mut Bank, customer: &str) -> Vec<Value> {
    let (mut closing, mut debt) = (0, 0);
    let mut statements = Vec::new();
    let first = Month::parse("2026-01").expect("a month");
    for month in 0..12 {
        let statement = bank.statement(customer, &first.plus(month).to_string());
        assert_eq!(numbers(&statement, ["opening", "opening_debt"]), [closing, debt], "{statement}");
        closing += added(&statement, |kind| kind != "owe");
        debt += added(&statement, |kind| kind == "owe" || kind == "repay");
        assert_eq!(numbers(&statement, ["closing", "closing_debt"]), [closing, debt], "{statement}");
        let last = bank.account(customer, statement["to"].as_str().expect("a date"));
        assert_eq!((points(&last), number(&last["debt"])), (closing, debt), "{statement}");
        statements.push(statement);
    }
    statements
}

fn reading(bank: &mut Bank) -> Vec<String> {
    let mut lines = reading_of_days(bank);
    for customer in CUSTOMERS {
        lines.extend(reading_of_months(bank, customer).iter().map(Value::to_string));
    }
    lines
}

fn alike(one: &[String], other: &[String]) {
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn a_year_reads_the_same_whenever_the_job_ran_and_adds_up_on_every_day() {
    let mut bank = live(false);
    let never = reading(&mut bank);
    bank.expire();
    alike(&never, &reading(&mut bank));
    assert_eq!(bank.get("/points/audit")["ok"], true);
    alike(&never, &reading(&mut live(true)));
}

#[test]
fn what_happened_in_the_year_stands_where_it_belongs() {
    let mut bank = live(false);
    let statements: Vec<Value> =
        CUSTOMERS.iter().flat_map(|customer| reading_of_months(&mut bank, customer)).collect();
    let lines = statements.iter().flat_map(|statement| statement["lines"].as_array().expect("lines"));
    let kinds: BTreeSet<&str> = lines.map(|line| line["kind"].as_str().expect("a kind")).collect();
    let expected = [
        "earn",
        "expire",
        "give_back",
        "owe",
        "redeem",
        "reinstate",
        "repay",
        "return",
        "transfer_in",
        "transfer_out",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    for (customer, as_of, there, debt) in [
        // 220 of the purchase and both visits; the first would have ended without the second.
        ("a", "2026-03-15", 300, 0),
        // The last visit's points end two months after the last activity, the survey's do not yet.
        ("a", "2026-06-01", 80, 0),
        ("a", "2026-06-02", 30, 0),
        // Of 220 that were transferred 50 were spent, and given again for thirty days.
        ("b", "2026-04-10", 500, 0),
        ("b", "2026-04-11", 330, 0),
        ("b", "2026-04-20", 180, 0),
        ("b", "2026-05-21", 130, 0),
        ("b", "2026-09-10", 70, 0),
        ("b", "2026-09-11", 0, 0),
        // 50 were there to be returned, the rest was owed and paid off.
        ("c", "2026-05-03", 0, 450),
        ("c", "2026-05-10", 0, 250),
        ("c", "2026-06-01", 50, 0),
        ("c", "2026-09-01", 50, 0),
        ("c", "2026-09-02", 15, 0),
        ("c", "2026-09-03", 0, 0),
        ("c", "2026-11-04", 60, 0),
        ("c", LAST, 0, 0),
        ("a", LAST, 90, 0),
    ] {
        let account = bank.account(customer, as_of);
        assert_eq!(
            (points(&account), number(&account["debt"])),
            (there, debt),
            "{customer} {as_of}: {account}"
        );
    }
}
