//! What is read of points: balances, statements and entries of customers, and what the programme owes, on any day.

use domain::date::Day;
use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::{Method, Request};

#[path = "points_reading/debt.rs"]
mod debt;
#[path = "points_reading/history.rs"]
mod history;
#[path = "points_reading/late.rs"]
mod late;
#[path = "points_reading/life.rs"]
mod life;
#[path = "points_reading/programme.rs"]
mod programme;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// A bank on a day.
struct Bank {
    desk: Desk,
    now_ms: i64,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("a number: {value}"))
}

impl Bank {
    /// Customers a and c of the branch B1 and b of the branch B2. A purchase earns a point a yuan for three months, a
    /// visit 40 points for two months after the last activity, a survey 30 points that wait for twenty days.
    fn open(on: &str) -> Self {
        let mut bank = Self { desk: Desk::new(), now_ms: 0 };
        bank.go_to(on);
        bank.post(
            "/intake/organisations",
            &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
                {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
        );
        for (id, organisation) in [("a", "B1"), ("b", "B2"), ("c", "B1")] {
            bank.post("/intake/customers", &json!({"id": id, "organisation_id": organisation, "name": "x"}));
        }
        let name = json!({"zh": "x", "en": "x"});
        for rule in [
            json!({"id": "buy", "name": name, "events": ["purchase"],
                "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
                "expiry": {"rolling": {"amount": 3, "unit": "months"}}, "return_policy": "debt"}),
            json!({"id": "visit", "name": name, "events": ["visit"], "earn": {"fixed": {"points": 40}},
                "expiry": {"inactivity": {"months": 2}}}),
            json!({"id": "survey", "name": name, "events": ["survey"], "earn": {"fixed": {"points": 30}},
                "expiry": {"year_end": {"years": 0}}, "pending_days": 20}),
        ] {
            bank.post("/points/rules", &rule);
            bank.post(&format!("/points/rules/{}/activate", rule["id"].as_str().expect("an id")), &json!({}));
        }
        bank
    }

    /// Noon in Shanghai.
    fn go_to(&mut self, on: &str) {
        self.now_ms = i64::from(Day::parse(on).expect("a date").number()) * DAY_MS + 4 * HOUR_MS;
    }

    fn ask(&mut self, target: &str) -> (u16, Value) {
        self.desk.ask_at(self.now_ms, Request::new(Method::Get, target).key(KEY))
    }

    fn get(&mut self, target: &str) -> Value {
        self.desk.done_at(self.now_ms, Method::Get, target, "")
    }

    fn post(&mut self, target: &str, body: &Value) -> Value {
        self.desk.done_at(self.now_ms, Method::Post, target, &body.to_string())
    }

    /// Something that a customer did, told now.
    fn tell(&mut self, id: &str, customer: &str, kind: &str, on: &str) -> Value {
        let event = json!({"source": "core", "id": id, "customer_id": customer, "type": kind,
            "occurred_at": format!("{on}T10:00:00+08:00")});
        self.post("/points/events", &event)
    }

    /// A purchase, told now.
    fn buy(&mut self, id: &str, customer: &str, amount: &str, on: &str) {
        let event = json!({"source": "core", "id": id, "customer_id": customer, "type": "purchase",
            "occurred_at": format!("{on}T10:00:00+08:00"), "amount": amount});
        self.post("/points/events", &event);
    }

    fn hold(&mut self, customer: &str, points: i64, ttl_seconds: i64) -> String {
        let body = json!({"customer_id": customer, "points": points, "ttl_seconds": ttl_seconds});
        self.post("/points/reservations", &body)["id"].as_str().expect("an id").to_owned()
    }

    fn spend(&mut self, customer: &str, points: i64) {
        let held = self.hold(customer, points, 60);
        self.post(&format!("/points/reservations/{held}/post"), &json!({"points": points}));
    }

    /// Books what has ended by today.
    fn expire(&mut self) {
        let run = self.post("/points/expiry-runs", &json!({}));
        assert_eq!(run["done"], true, "{run}");
    }

    fn account(&mut self, customer: &str, as_of: &str) -> Value {
        self.get(&format!("/points/accounts/{customer}?as_of={as_of}"))
    }

    fn liability(&mut self, as_of: &str) -> Value {
        let liability = self.get(&format!("/points/liability?as_of={as_of}"));
        assert_eq!(liability["balanced"], true, "{liability}");
        liability
    }

    fn statement(&mut self, customer: &str, month: &str) -> Value {
        self.get(&format!("/points/accounts/{customer}/statement?month={month}"))
    }
}

/// Members of an object, as numbers.
fn numbers<const N: usize>(value: &Value, names: [&str; N]) -> [i64; N] {
    names.map(|name| number(&value[name]))
}

#[test]
fn a_late_event_changes_the_day_and_the_month_in_which_it_happened() {
    let mut bank = Bank::open("2026-03-10");
    bank.buy("e1", "a", "100.00", "2026-03-10");
    bank.go_to("2026-04-05");
    assert_eq!(bank.liability("2026-03-31")["liability"], 100);
    bank.buy("e2", "a", "50.00", "2026-03-20");
    for (as_of, points) in [("2026-03-09", 0), ("2026-03-19", 100), ("2026-03-20", 150), ("2026-04-05", 150)]
    {
        assert_eq!(bank.liability(as_of)["liability"], points, "{as_of}");
        assert_eq!(bank.account("a", as_of)["active"], points, "{as_of}");
    }
    let march = bank.statement("a", "2026-03");
    assert_eq!(march["lines"], json!([{"kind": "earn", "points": 150}]));
    assert_eq!(numbers(&march, ["opening", "closing"]), [0, 150]);
    let april = bank.statement("a", "2026-04");
    assert_eq!(
        (&april["opening"], &april["closing"], &april["lines"]),
        (&json!(150), &json!(150), &json!([]))
    );
    assert_eq!((&april["from"], &april["to"]), (&json!("2026-04-01"), &json!("2026-04-05")));
}

#[test]
fn what_a_clock_that_is_ahead_tells_of_tomorrow_is_not_there_today() {
    let mut bank = Bank::open("2026-03-10");
    bank.buy("e1", "a", "100.00", "2026-03-11");
    let today = bank.get("/points/accounts/a");
    assert_eq!(numbers(&today, ["active", "pending"]), [0, 0]);
    assert_eq!(bank.liability("2026-03-10")["liability"], 0);
    assert_eq!(bank.statement("a", "2026-03")["closing"], 0);
    assert_eq!(bank.account("a", "2026-03-11")["active"], 100);
    bank.go_to("2026-03-11");
    assert_eq!(bank.get("/points/accounts/a")["active"], 100);
    assert_eq!(bank.liability("2026-03-11")["liability"], 100);
    assert_eq!(bank.liability("2026-03-10")["liability"], 0);
}

#[test]
fn what_waits_for_its_first_day_is_a_line_of_its_own_on_every_day() {
    let mut bank = Bank::open("2026-04-01");
    bank.tell("s1", "a", "survey", "2026-04-01");
    bank.buy("e1", "a", "5.00", "2026-04-01");
    let to_come = |bank: &mut Bank, as_of: &str| numbers(&bank.account("a", as_of), ["active", "pending"]);
    assert_eq!(to_come(&mut bank, "2026-04-20"), [5, 30], "the last day of waiting is still to come");
    assert_eq!(to_come(&mut bank, "2026-04-21"), [35, 0]);
    assert_eq!(to_come(&mut bank, "2026-07-02"), [30, 0], "the purchase's points will have ended");
    assert_eq!(to_come(&mut bank, "2026-12-31"), [30, 0]);
    assert_eq!(to_come(&mut bank, "2027-01-01"), [0, 0]);
    let expiring = bank.account("a", "2026-05-01")["expiring"].clone();
    assert_eq!(expiring, json!([{"on": "2026-07-01", "points": 5}, {"on": "2026-12-31", "points": 30}]));
    assert_eq!(bank.account("a", "2027-01-01")["expiring"], json!([]));
    bank.go_to("2026-06-01");
    for (as_of, owed, pending) in
        [("2026-03-31", 0, 0), ("2026-04-01", 35, 30), ("2026-04-20", 35, 30), ("2026-04-21", 35, 0)]
    {
        assert_eq!(numbers(&bank.liability(as_of), ["liability", "pending"]), [owed, pending], "{as_of}");
        assert_eq!(to_come(&mut bank, as_of), [owed - pending, pending], "{as_of}");
    }
}

#[test]
fn reserved_and_blocked_points_are_owed() {
    let mut bank = Bank::open("2026-03-10");
    bank.buy("e1", "a", "100.00", "2026-03-10");
    bank.hold("a", 30, 3_600);
    let figures = ["active", "reserved", "blocked"];
    assert_eq!(numbers(&bank.get("/points/accounts/a"), figures), [70, 30, 0]);
    bank.post("/points/blocks", &json!({"customer_id": "a", "reason": "fraud"}));
    assert_eq!(numbers(&bank.get("/points/accounts/a"), figures), [0, 30, 70]);
    assert_eq!(numbers(&bank.liability("2026-03-10"), ["liability", "reserved"]), [100, 30]);
    assert_eq!(bank.statement("a", "2026-03")["closing"], 100);
    bank.go_to("2026-03-11");
    assert_eq!(
        numbers(&bank.account("a", "2026-03-10"), figures),
        [100, 0, 0],
        "a past day knows of neither"
    );
    assert_eq!(numbers(&bank.liability("2026-03-10"), ["liability", "reserved"]), [100, 0]);
}

#[test]
fn points_held_over_their_last_day_are_owed_until_they_are_let_go() {
    let mut bank = Bank::open("2026-03-01");
    bank.buy("e1", "a", "100.00", "2026-03-01");
    bank.go_to("2026-06-01");
    bank.hold("a", 30, 86_400);
    bank.go_to("2026-06-02");
    bank.now_ms -= HOUR_MS;
    let figures = ["liability", "reserved", "breakage"];
    for is_booked in [false, true] {
        assert_eq!(numbers(&bank.get("/points/accounts/a"), ["active", "reserved"]), [0, 30], "{is_booked}");
        assert_eq!(numbers(&bank.liability("2026-06-02"), figures), [30, 30, 70], "{is_booked}");
        assert_eq!(bank.statement("a", "2026-06")["lines"], json!([{"kind": "expire", "points": -70}]));
        assert_eq!(bank.statement("a", "2026-06")["closing"], 30);
        bank.expire();
    }
    bank.now_ms += 2 * HOUR_MS;
    for is_booked in [false, true] {
        assert_eq!(numbers(&bank.get("/points/accounts/a"), ["active", "reserved"]), [0, 0], "{is_booked}");
        assert_eq!(numbers(&bank.liability("2026-06-02"), figures), [0, 0, 100], "{is_booked}");
        assert_eq!(
            numbers(&bank.liability("2026-06-01"), ["liability", "breakage"]),
            [100, 0],
            "{is_booked}"
        );
        assert_eq!(bank.statement("a", "2026-06")["lines"], json!([{"kind": "expire", "points": -100}]));
        bank.expire();
    }
}
