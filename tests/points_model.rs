//! The ledger against a model in memory: any sequence of earning, spending, reserving, returning, ending and transferring
//! leaves both with the same points. A run prints its seed; `KEZHI_SEED` plays the same sequences again.

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use tests::scaled;
use web::{Method, Request};

#[path = "points_model/in_memory.rs"]
mod in_memory;
#[path = "points_model/step.rs"]
mod step;

use in_memory::{Hold, Lot, Model, Purchase};
use step::{DAYS, PEOPLE, Step, step};

const DAY_MS: i64 = 86_400_000;
/// 2026-01-01T04:00:00Z, noon in Shanghai.
const START_MS: i64 = 1_767_240_000_000;
/// A sequence played by the bank and by the model.
struct Play<'a> {
    desk: &'a mut Desk,
    model: Model,
    /// Sequences share a bank, whose time never goes back, and have customers of their own.
    clock: &'a Cell<i64>,
    number: u64,
    steps: u64,
}

impl Play<'_> {
    fn name(&self, who: usize) -> String {
        format!("S{}-{who}", self.number)
    }

    fn post(&mut self, target: &str, body: &Value) -> (u16, Value) {
        let request = Request::new(Method::Post, target).key(KEY).body(body.to_string());
        self.desk.ask_at(self.model.now_ms, request)
    }

    fn step(&mut self, step: &Step) {
        self.steps += 1;
        match *step {
            Step::Earn { who, units, days } => self.earn(who, units, days),
            Step::Spend { who, points, post } => self.spend(who, points, post),
            Step::Reserve { who, points, days } => {
                self.reserve(who, points, days * DAY_MS);
            }
            Step::Void => self.void(),
            Step::Return { which, units } => self.take_back(which, units),
            Step::Transfer { from, points } => self.transfer(from, points),
            Step::Expire => self.expire(),
            Step::Wait { days } => {
                self.model.now_ms += days * DAY_MS;
                self.clock.set(self.model.now_ms);
            }
        }
        for who in 0..PEOPLE {
            let target = format!("/points/accounts/{}", self.name(who));
            let account = self.desk.done_at(self.model.now_ms, Method::Get, &target, "");
            let expected = (self.model.active(who), self.model.debt[who]);
            let found =
                (account["active"].as_i64().expect("is there"), account["debt"].as_i64().expect("is there"));
            assert_eq!(found, expected, "customer {who} after {step:?}: {account}");
            let mut held = 0;
            for lot in (0..self.model.lots.len()).filter(|lot| self.model.lots[*lot].owner == who) {
                held += self.model.held(lot);
            }
            assert_eq!(account["reserved"].as_i64(), Some(held), "customer {who} after {step:?}");
        }
    }

    fn earn(&mut self, who: usize, units: i64, days: usize) {
        let seconds = self.model.now_ms / 1_000;
        let at = chrono::DateTime::from_timestamp(seconds, 0).expect("is there").to_rfc3339();
        let body = json!({"source": "model", "id": format!("{}-{}", self.number, self.model.purchases.len()),
            "occurred_at": at, "customer_id": self.name(who), "type": format!("buy{days}"),
            "amount": format!("{units}.00")});
        let (status, answer) = self.post("/points/events", &body);
        assert_eq!((status, &answer["earned"]), (200, &json!(units)), "{answer}");
        let earned = self.model.today();
        // The first of `days` days is the next one.
        let last = earned + DAYS[days];
        let repaid = units.min(self.model.debt[who]);
        self.model.debt[who] -= repaid;
        let (purchase, order) = (self.model.purchases.len(), self.model.lots.len());
        self.model.lots.push(Lot { owner: who, purchase, earned, last, left: units - repaid, order });
        self.model.purchases.push(Purchase { owner: who, units, returned: 0, taken: 0 });
    }

    /// Holds points; the place of the reservation among the open ones.
    fn reserve(&mut self, who: usize, points: i64, time_ms: i64) -> bool {
        let body = json!({"customer_id": self.name(who), "points": points, "ttl_seconds": time_ms / 1_000});
        let (status, answer) = self.post("/points/reservations", &body);
        if self.model.free(who) < points {
            assert_eq!((status, &answer["type"]), (409, &json!("/problems/not-enough-points")), "{answer}");
            assert_eq!(answer["spendable"].as_i64(), Some(self.model.free(who)));
            return false;
        }
        assert_eq!(status, 201, "{answer}");
        // What pays off the debt is not held, and still there.
        let due = self.model.due(who);
        self.model.take(&due);
        let parts = self.model.pick(who, points, None);
        due.iter().for_each(|(place, points)| self.model.lots[*place].left += points);
        let until_ms = self.model.now_ms + time_ms;
        let id = answer["id"].as_str().expect("is there").to_owned();
        self.model.holds.push(Hold { owner: who, until_ms, parts, id });
        true
    }

    fn spend(&mut self, who: usize, points: i64, post: i64) {
        if !self.reserve(who, points, DAY_MS) {
            return;
        }
        let hold = self.model.holds.pop().expect("is there");
        let target = format!("/points/reservations/{}/post", hold.id);
        let (status, answer) = self.post(&target, &json!({"points": post}));
        if post == 0 || post > points {
            assert_eq!(status, 422, "{answer}");
            self.model.holds.push(hold);
            return;
        }
        assert_eq!(status, 200, "{answer}");
        let mut wanted = post;
        for (place, held) in hold.parts {
            let part = held.min(wanted);
            wanted -= part;
            self.model.lots[place].left -= part;
        }
    }

    fn void(&mut self) {
        let Some(hold) = self.model.holds.first().cloned() else { return };
        let (status, answer) = self.post(&format!("/points/reservations/{}/void", hold.id), &json!({}));
        if hold.until_ms > self.model.now_ms {
            assert_eq!(status, 200, "{answer}");
            let _owner = hold.owner;
        }
        self.model.holds.remove(0);
    }

    fn take_back(&mut self, which: usize, units: i64) {
        let Some(purchase) = self.model.purchases.get(which).cloned() else { return };
        let steps = self.steps;
        let body = json!({"source": "model", "id": format!("{}-r{steps}", self.number),
            "of": {"source": "model", "id": format!("{}-{which}", self.number)}, "amount": format!("{units}.00")});
        let (status, answer) = self.post("/points/returns", &body);
        if purchase.returned + units > purchase.units {
            assert_eq!(status, 422, "{answer}");
            return;
        }
        assert_eq!(status, 200, "{answer}");
        // One point a unit, so the share of the points is the share of the units.
        let due = purchase.returned + units - purchase.taken;
        let parts = self.model.pick(purchase.owner, due, Some(which));
        let found: i64 = parts.iter().map(|(_, points)| points).sum();
        self.model.take(&parts);
        self.model.debt[purchase.owner] += due - found;
        let purchase = &mut self.model.purchases[which];
        purchase.returned += units;
        purchase.taken += due;
    }

    fn transfer(&mut self, from: usize, points: i64) {
        let to = 1 - from;
        let body = json!({"from": self.name(from), "to": self.name(to), "points": points, "reason": "gift"});
        let (status, answer) = self.post("/points/transfers", &body);
        if self.model.free(from) < points {
            assert_eq!(status, 409, "{answer}");
            return;
        }
        assert!(status == 200 || status == 201, "{answer}");
        self.model.repay(from);
        let parts = self.model.pick(from, points, None);
        self.model.take(&parts);
        for (place, points) in parts {
            let order = self.model.lots.len();
            let repaid = points.min(self.model.debt[to]);
            self.model.debt[to] -= repaid;
            // It is another's now: a return of the purchase does not look for it.
            let moved = Lot {
                owner: to,
                purchase: usize::MAX,
                left: points - repaid,
                order,
                ..self.model.lots[place].clone()
            };
            self.model.lots.push(moved);
        }
    }

    fn expire(&mut self) {
        let today =
            chrono::DateTime::from_timestamp(self.model.now_ms / 1_000 + 8 * 3_600, 0).expect("is there");
        let body = json!({"as_of": today.format("%Y-%m-%d").to_string()});
        let (status, answer) = self.post("/points/expiry-runs", &body);
        assert_eq!((status, &answer["done"]), (200, &json!(true)), "{answer}");
        (0..PEOPLE).for_each(|who| self.model.repay(who));
    }
}

/// A bank with rules of one point a unit, and debt for what is returned too late.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.post("/intake/organisations", &json!({"id": "B1", "name": "B1"}));
    for (place, days) in DAYS.iter().enumerate() {
        let id = format!("r{place}");
        let rule = json!({"id": id, "name": {"zh": "r", "en": "r"}, "events": [format!("buy{place}")],
            "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
            "expiry": {"rolling": {"amount": days, "unit": "days"}}, "return_policy": "debt"});
        desk.post("/points/rules", &rule);
        desk.post(&format!("/points/rules/{id}/activate"), &json!({}));
    }
    desk
}

fn seed() -> u64 {
    let given = std::env::var("KEZHI_SEED").ok().map(|text| text.parse().expect("KEZHI_SEED is a number"));
    given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs())
}

fn runner(seed: u64, cases: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Sequences of one bank, whose clock goes on by some days with each.
const OF_ONE_BANK: u64 = 2_000;

/// What the bank says of itself at the end; its entries.
fn audited(desk: &mut Desk, now_ms: i64) -> i64 {
    let audit = desk.done_at(now_ms, Method::Get, "/points/audit", "");
    assert_eq!(audit["ok"], true, "{audit}");
    let liability = desk.done_at(now_ms, Method::Get, "/points/liability", "");
    assert_eq!(liability["balanced"], true, "{liability}");
    audit["entries"].as_i64().expect("a number")
}

#[test]
fn any_sequence_leaves_the_ledger_and_its_model_with_the_same_points() {
    let (bank, clock) = (RefCell::new((desk(), 0_u64, 0_i64)), Cell::new(START_MS));
    let (seed, cases) = (seed(), scaled(1_500, 100_000));
    println!("KEZHI_SEED={seed}, {cases} sequences");
    runner(seed, cases)
        .run(&proptest::collection::vec(step(), 1..14), |steps| {
            let (bank, number, entries) = &mut *bank.borrow_mut();
            *number += 1;
            if *number % OF_ONE_BANK == 0 {
                *entries += audited(bank, clock.get());
                *bank = desk();
                clock.set(START_MS);
            }
            for who in 0..PEOPLE {
                let id = format!("S{number}-{who}");
                bank.post("/intake/customers", &json!({"id": id, "organisation_id": "B1", "name": "x"}));
            }
            let model = Model { now_ms: clock.get(), ..Model::default() };
            let mut play = Play { desk: bank, model, clock: &clock, number: *number, steps: 0 };
            steps.iter().for_each(|step| play.step(step));
            Ok(())
        })
        .expect("the ledger and the model agree");
    let (bank, number, entries) = &mut *bank.borrow_mut();
    *entries += audited(bank, clock.get());
    println!("{number} sequences, {entries} entries");
}
