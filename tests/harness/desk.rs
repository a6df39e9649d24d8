//! All functions natively on a database in memory: the same routes, statements and rules without a runtime, for cases
//! and laws that need thousands of requests.

use serde_json::{Value, json};
use store::native::NativeConnection;
use web::{Method, Request, Route};

/// 2026-11-22T04:00:00Z: today, for every native test.
pub const NOW_MS: i64 = 1_795_320_000_000;

/// The administrator's key at a desk.
pub const KEY: &str = "desk";

/// A bank without a runtime.
pub struct Desk {
    /// Its database.
    pub connection: NativeConnection,
    routes: Vec<Route<NativeConnection>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

impl Desk {
    /// An empty bank.
    ///
    /// # Panics
    /// When SQLite cannot open a database in memory.
    pub fn new() -> Self {
        let mut routes = administration::routes();
        routes.extend(asset_monitoring::routes());
        routes.extend(churn_check::routes());
        routes.extend(customer_assignment::routes());
        routes.extend(delivery::routes());
        routes.extend(intake::routes());
        routes.extend(partner_gateway::routes());
        routes.extend(points_accrual::routes());
        routes.extend(points_ledger::routes());
        routes.extend(rewards::routes());
        routes.extend(sales_attribution::routes());
        routes.extend(tier_evaluation::routes());
        Self { connection: NativeConnection::in_memory().expect("a database in memory"), routes }
    }

    /// Any request with a key: status and JSON.
    pub fn ask(&mut self, method: Method, target: &str, key: &str, body: &str) -> (u16, Value) {
        self.ask_at(NOW_MS, Request::new(method, target).key(key).body(body))
    }

    /// Any request at an instant, in milliseconds: status and JSON.
    pub fn ask_at(&mut self, now_ms: i64, request: Request) -> (u16, Value) {
        let answer = self.answer_at(now_ms, request);
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }

    /// The whole answer to any request at an instant, in milliseconds.
    pub fn answer_at(&mut self, now_ms: i64, request: Request) -> web::Answer {
        web::serve(&self.routes, &mut self.connection, request, KEY, now_ms)
    }

    /// A request of the administrator at an instant, which must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn done_at(&mut self, now_ms: i64, method: Method, target: &str, body: &str) -> Value {
        let (status, json) = self.ask_at(now_ms, Request::new(method, target).key(KEY).body(body));
        assert!((200..300).contains(&status), "{target}: {status} {json}");
        json
    }

    /// Methods and paths of all routes.
    pub fn routes(&self) -> Vec<(Method, &'static str)> {
        self.routes.iter().map(|route| (route.method, route.path)).collect()
    }

    /// Puts a scheme in force from the first day of 2000: drafted by one person, approved by another.
    ///
    /// # Panics
    /// When it is refused.
    pub fn put_in_force(&mut self, scheme: &Value) {
        let id = scheme["id"].as_str().expect("an id").to_owned();
        self.post("/tiers/schemes", scheme);
        self.post(&format!("/tiers/schemes/{id}/submit"), &json!({}));
        let other = self.post("/api-clients", &json!({"name": "approver", "scopes": ["tiers:approve"]}));
        let key = other["key"].as_str().expect("a key").to_owned();
        for (step, body) in
            [("approve", String::new()), ("activate", json!({"from": "2000-01-01"}).to_string())]
        {
            let (status, answer) =
                self.ask(Method::Post, &format!("/tiers/schemes/{id}/{step}"), &key, &body);
            assert_eq!(status, 200, "{answer}");
        }
    }

    /// `GET` as the administrator, which must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn get(&mut self, target: &str) -> Value {
        let (status, json) = self.ask(Method::Get, target, KEY, "");
        assert_eq!(status, 200, "GET {target}: {json}");
        json
    }

    /// `POST` as the administrator, which must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn post(&mut self, target: &str, body: &Value) -> Value {
        let (status, json) = self.ask(Method::Post, target, KEY, &body.to_string());
        assert!((200..300).contains(&status), "POST {target}: {status} {json}");
        json
    }
}
