//! Golden cases of redemptions (`tests/golden/points-redemption/*.json`, the file's name is the sentence).
//!
//! `given`: `reward`, members of the reward R beside its id and name. `when`, each `on` a date (noon in Shanghai) or an
//! instant: `earn` so many points, which end twelve months later; `redeem` R, with members of the request; a `step` of
//! the latest redemption, with its `body`; a new `price` of R, with `issued`. `expect`, one each: members of the answer,
//! of a refusal its `type`; a list is as long as written. Lots count from 1 in the order in which they are earned.

use domain::date::Day;
use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use tests::golden::{run_all, tells};
use web::field::Instant;
use web::{Method, Request};

const DAY_MS: i64 = 86_400_000;
const NOON_IN_SHANGHAI_MS: i64 = 4 * 3_600_000;

fn instant(on: &str) -> i64 {
    match Day::parse(on) {
        Ok(day) => i64::from(day.number()) * DAY_MS + NOON_IN_SHANGHAI_MS,
        Err(_) => Instant::parse(on).unwrap_or_else(|error| panic!("{on}: {error}")).0,
    }
}

struct Case {
    desk: Desk,
    reward: Value,
    events: usize,
    latest: String,
}

impl Case {
    fn new(given: &Value) -> Self {
        let mut desk = Desk::new();
        desk.post("/intake/organisations", &json!({"id": "HQ", "name": "总行"}));
        desk.post("/intake/customers", &json!({"id": "C", "organisation_id": "HQ", "name": "王芳"}));
        let rule = json!({"id": "spend", "name": {"zh": "消费", "en": "spend"}, "events": ["purchase"],
            "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
            "expiry": {"rolling": {"amount": 12, "unit": "months"}}});
        desk.post("/points/rules", &rule);
        desk.post("/points/rules/spend/activate", &json!({}));
        let mut reward = json!({"name": {"zh": "咖啡", "en": "coffee"}});
        for (name, value) in given["reward"].as_object().into_iter().flatten() {
            reward[name] = value.clone();
        }
        let mut made = reward.clone();
        made["id"] = json!("R");
        let first = instant("2026-01-01");
        desk.done_at(first, Method::Post, "/rewards", &made.to_string());
        reward.as_object_mut().and_then(|reward| reward.remove("stock"));
        Self { desk, reward, events: 0, latest: String::new() }
    }

    fn ask(&mut self, now_ms: i64, method: Method, target: &str, body: &Value) -> Value {
        let request = Request::new(method, target).key(KEY).body(body.to_string());
        self.desk.ask_at(now_ms, request).1
    }

    fn act(&mut self, entry: &Value) -> Value {
        let on = entry["on"].as_str().unwrap_or_else(|| panic!("on of {entry}"));
        let now_ms = instant(on);
        if let Some(points) = entry["earn"].as_i64() {
            self.events += 1;
            let event = json!({"source": "core", "id": format!("E{}", self.events), "customer_id": "C",
                "type": "purchase", "occurred_at": Instant(now_ms).to_string(),
                "amount": format!("{points}.00")});
            return self.ask(now_ms, Method::Post, "/points/events", &event);
        }
        if let Some(members) = entry["redeem"].as_object() {
            let mut body = json!({"customer_id": "C", "reward_id": "R"});
            for (name, value) in members {
                body[name] = value.clone();
            }
            let answer = self.ask(now_ms, Method::Post, "/redemptions", &body);
            if let Some(id) = answer["id"].as_str() {
                self.latest = id.to_owned();
            }
            return answer;
        }
        if let Some(step) = entry["step"].as_str() {
            let target = format!("/redemptions/{}/{step}", self.latest);
            let body = entry.get("body").cloned().unwrap_or_else(|| json!({}));
            return self.ask(now_ms, Method::Post, &target, &body);
        }
        assert!(entry["price"].is_object(), "earn, redeem, step or price is asked for: {entry}");
        let mut body = self.reward.clone();
        for member in ["price", "issued"].into_iter().filter(|member| entry.get(member).is_some()) {
            body[member] = entry[member].clone();
        }
        self.ask(now_ms, Method::Put, "/rewards/R", &body)
    }
}

fn run(name: &str, case: &Value) {
    let list = |name: &str| case[name].as_array().cloned().unwrap_or_default();
    let (when, expect) = (list("when"), list("expect"));
    assert!(!when.is_empty() && when.len() == expect.len(), "{name}: one expectation each");
    let mut running = Case::new(&case["given"]);
    for (entry, expected) in when.iter().zip(&expect) {
        assert!(expected.as_object().is_some_and(|expected| !expected.is_empty()), "{name}: expect");
        let answer = running.act(entry);
        assert!(tells(expected, &answer), "{name}: {entry}\nshould be {expected}\nand is {answer}");
    }
}

#[test]
fn every_redemption_is_paid_and_undone_as_the_analysts_wrote() {
    run_all("points-redemption", 12, run);
}
