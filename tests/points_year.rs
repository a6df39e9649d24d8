//! A year of a programme, told twice: the same events in other orders, in other batches and with repeats leave the same
//! balances, liability and statements.

use std::time::Instant;

use domain::date::{Day, Month};
use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use tests::scaled;
use web::{Method, Request};

const DAY_MS: i64 = 86_400_000;
/// Noon in Shanghai.
const NOON_MS: i64 = 4 * 3_600_000;
const FIRST: &str = "2025-09-01";
const MONTHS: i32 = 12;
/// Day of the month on which members spend: what happened up to then has been told in either order.
const SPENDING_DAY: i32 = 5;

/// A stream of numbers from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// An event, and the day on which it happens.
#[derive(Clone)]
struct Event {
    day: i32,
    line: Value,
}

/// All events in order: purchases, some of which come back in parts, and visits under a daily cap.
fn year(people: u64, events: u64) -> Vec<Event> {
    let first = Day::parse(FIRST).expect("a date").number();
    let days = (Day::parse(FIRST).expect("a date").month().plus(MONTHS).first_day().number() - first) as u64;
    let mut random = Random(20_260_901);
    let mut told = Vec::new();
    for number in 0..events {
        let day = first + (number * days / events) as i32;
        let customer = format!("Y{}", random.below(people));
        let (hour, minute) = (random.below(24), random.below(60));
        let at = |day: i32| format!("{}T{hour:02}:{minute:02}:00+08:00", Day::from_number(day));
        if random.below(5) == 0 {
            let line = json!({"source": "door", "id": format!("v{number}"), "occurred_at": at(day),
                "customer_id": customer, "type": "visit"});
            told.push(Event { day, line });
            continue;
        }
        let fen = 1_000 + random.below(200_000);
        let amount = |fen: u64| format!("{}.{:02}", fen / 100, fen % 100);
        let line = json!({"source": "shop", "id": format!("p{number}"), "occurred_at": at(day),
            "customer_id": customer, "type": "purchase", "amount": amount(fen)});
        told.push(Event { day, line });
        if random.below(20) == 0 {
            for part in 0..2 {
                let back = day + random.below(10) as i32;
                if back < first + days as i32 {
                    let line = json!({"source": "shop", "id": format!("r{number}-{part}"), "occurred_at": at(back),
                        "customer_id": customer, "type": "refund", "amount": amount(fen / 3),
                        "refund_of": format!("p{number}")});
                    told.push(Event { day: back, line });
                }
            }
        }
    }
    told.sort_by_key(|event| event.day);
    told
}

/// How the events are told.
struct Telling {
    /// Records of a request.
    batch: usize,
    /// Shuffled within the windows between two spending days, with every twentieth told again.
    disorder: bool,
}

struct Bank {
    desk: Desk,
    now_ms: i64,
    duplicates: u64,
}

impl Bank {
    fn open(people: u64) -> Self {
        let mut desk = Desk::new();
        for unit in ["HQ", "B1", "B2"] {
            desk.post("/intake/organisations", &json!({"id": unit, "name": unit}));
        }
        let lines: Vec<Value> = (0..people)
            .map(|number| {
                let unit = ["B1", "B2"][(number % 2) as usize];
                json!({"id": format!("Y{number}"), "organisation_id": unit, "name": "x"})
            })
            .collect();
        for page in lines.chunks(10_000) {
            desk.post("/intake/customers", &json!(page));
        }
        for rule in [
            json!({"id": "spend", "name": {"zh": "消费", "en": "Spend"}, "events": ["purchase"],
                "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
                "expiry": {"rolling": {"amount": 6, "unit": "months"}}, "return_policy": "debt"}),
            json!({"id": "big", "name": {"zh": "大额", "en": "Big"}, "events": ["purchase"],
                "condition": "event.amount >= money(\"1000.00\")", "earn": {"fixed": {"points": 25}},
                "expiry": {"month_end": {"months": 3}}, "pending_days": 14, "return_policy": "within_balance"}),
            json!({"id": "visit", "name": {"zh": "到访", "en": "Visit"}, "events": ["visit"],
                "earn": {"fixed": {"points": 10}}, "caps": [{"per": "day", "points": 15}, {"per": "month", "points": 45}],
                "expiry": {"year_end": {"years": 0}}}),
        ] {
            desk.post("/points/rules", &rule);
            desk.post(&format!("/points/rules/{}/activate", rule["id"].as_str().expect("an id")), &json!({}));
        }
        Self { desk, now_ms: 0, duplicates: 0 }
    }

    fn go_to(&mut self, day: i32) {
        self.now_ms = i64::from(day) * DAY_MS + NOON_MS;
    }

    fn ask(&mut self, method: Method, target: &str, body: &str) -> (u16, Value) {
        self.desk.ask_at(self.now_ms, Request::new(method, target).key(KEY).body(body))
    }

    fn get(&mut self, target: &str) -> Value {
        self.desk.done_at(self.now_ms, Method::Get, target, "")
    }

    fn tell(&mut self, events: &[Event], batch: usize) {
        for page in events.chunks(batch) {
            let lines: Vec<&Value> = page.iter().map(|event| &event.line).collect();
            let body = json!(lines).to_string();
            let (status, answer) = self.ask(Method::Post, "/points/events", &body);
            assert_eq!((status, &answer["rejected"]), (200, &json!(0)), "{answer}");
            self.duplicates += answer["duplicates"].as_u64().expect("a count");
        }
    }

    /// Every third member spends what is usual.
    fn spend(&mut self, people: u64) {
        for number in (0..people).step_by(3) {
            let body = json!({"customer_id": format!("Y{number}"), "points": 300, "ttl_seconds": 60});
            let (status, answer) = self.ask(Method::Post, "/points/reservations", &body.to_string());
            if status == 201 {
                let target = format!("/points/reservations/{}/post", answer["id"].as_str().expect("an id"));
                let (status, answer) = self.ask(Method::Post, &target, "{\"points\":300}");
                assert_eq!(status, 200, "{answer}");
            } else {
                assert_eq!(answer["type"], "/problems/not-enough-points", "{answer}");
            }
        }
    }

    fn expire(&mut self, day: i32) {
        let body = json!({"as_of": Day::from_number(day).to_string()}).to_string();
        // A run that has used up its time goes on when it is called again.
        loop {
            let (status, run) = self.ask(Method::Post, "/points/expiry-runs", &body);
            assert_eq!(status, 200, "{run}");
            if run["done"] == true {
                return;
            }
            assert!(run["lots"].as_i64() > Some(0), "it came further: {run}");
        }
    }
}

/// Lives through the year and says how it ended, line by line.
fn live(people: u64, events: &[Event], telling: &Telling) -> (Vec<String>, u64) {
    let mut bank = Bank::open(people);
    let mut random = Random(7);
    let first_month = Day::parse(FIRST).expect("a date").month();
    let mut from = 0;
    for month in 1..=MONTHS {
        let spending = first_month.plus(month).first_day().plus(SPENDING_DAY - 1).number();
        let to = from + events[from..].iter().take_while(|event| event.day < spending).count();
        let mut window = events[from..to].to_vec();
        if telling.disorder {
            let again: Vec<Event> = window.iter().step_by(20).cloned().collect();
            window.extend(again);
            for place in (1..window.len()).rev() {
                window.swap(place, random.below(place as u64 + 1) as usize);
            }
        }
        from = to;
        bank.go_to(spending - 1);
        bank.tell(&window, telling.batch);
        bank.go_to(spending);
        bank.spend(people);
        bank.expire(spending);
    }
    assert_eq!(from, events.len());
    (ending(&mut bank, people, first_month), bank.duplicates)
}

fn ending(bank: &mut Bank, people: u64, first_month: Month) -> Vec<String> {
    let mut lines = Vec::new();
    let audit = bank.get("/points/audit");
    assert_eq!(audit["ok"], true, "{audit}");
    for month in 0..MONTHS {
        let as_of = first_month.plus(month).last_day();
        for by in ["organisation", "tier"] {
            let liability = bank.get(&format!("/points/liability?as_of={as_of}&by={by}"));
            assert_eq!(liability["balanced"], true, "{liability}");
            lines.push(format!("{as_of} {liability}"));
        }
    }
    for number in 0..people {
        lines.push(format!("{number} {}", bank.get(&format!("/points/accounts/Y{number}"))));
        // Every customer's account, and the statements of some.
        if number % scaled(4, 40) as u64 == 0 {
            for month in 0..MONTHS {
                let month = first_month.plus(month);
                lines.push(
                    bank.get(&format!("/points/accounts/Y{number}/statement?month={month}")).to_string(),
                );
            }
        }
    }
    let replay = bank.ask(Method::Post, "/points/replays", "{\"limit\":10000}");
    assert_eq!((replay.0, &replay.1["differences"]), (200, &json!(0)), "{}", replay.1);
    lines
}

#[test]
fn a_year_told_in_two_orders_ends_alike() {
    let (people, events) = (u64::from(scaled(400, 20_000)), u64::from(scaled(24_000, 2_000_000)));
    let told = year(people, events);
    let began = Instant::now();
    let (in_order, none) = live(people, &told, &Telling { batch: 10_000, disorder: false });
    let (in_disorder, duplicates) = live(people, &told, &Telling { batch: 3_333, disorder: true });
    assert_eq!(none, 0);
    assert!(duplicates * 25 > events, "every twentieth event is told twice: {duplicates}");
    for (one, other) in in_order.iter().zip(&in_disorder) {
        assert_eq!(one, other);
    }
    assert_eq!(in_order.len(), in_disorder.len());
    println!(
        "{people} customers, {} events twice in {:?}: {} lines alike",
        told.len(),
        began.elapsed(),
        in_order.len()
    );
}
