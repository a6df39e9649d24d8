//! An airline at a desk: registered with the bank, and asking with signed requests.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::{Desk, NOW_MS};
use web::Request;

pub use tests::partner::{register, signed};

/// A bank with two customers, and an airline.
pub struct Air {
    pub desk: Desk,
    pub secret: String,
    /// The clock of both.
    pub now_ms: i64,
    /// Balances that were asked for.
    questions: u32,
}

/// The slug of a problem, and where it is.
pub fn slug(problem: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&problem["type"]).trim_start_matches("/problems/").to_owned(),
        text(&problem["errors"][0]["pointer"]),
    )
}

impl Air {
    /// With these terms.
    pub fn new(terms: &Value) -> Self {
        let mut desk = Desk::new();
        desk.post("/intake/organisations", &json!({"id": "HQ", "name": "HQ"}));
        for id in ["c1", "c2"] {
            desk.post("/intake/customers", &json!({"id": id, "organisation_id": "HQ", "name": "x"}));
        }
        let secret = register(&mut desk, "air", terms);
        Self { desk, secret, now_ms: NOW_MS, questions: 0 }
    }

    /// A request that is signed now.
    pub fn request(&self, operation: &str, id: &str, body: &Value) -> Request {
        let seconds = self.now_ms.div_euclid(1_000);
        signed(("air", &self.secret), operation, id, seconds, &body.to_string())
    }

    /// Asks: status and JSON.
    pub fn ask(&mut self, operation: &str, id: &str, body: &Value) -> (u16, Value) {
        let request = self.request(operation, id, body);
        self.desk.ask_at(self.now_ms, request)
    }

    /// Asks for what must be done.
    pub fn done(&mut self, operation: &str, id: &str, body: &Value) -> Value {
        let (status, json) = self.ask(operation, id, body);
        assert_eq!(status, 200, "{operation} {body}: {json}");
        json
    }

    /// Asks for what must be refused: status, slug and pointer.
    pub fn refused(&mut self, operation: &str, id: &str, body: &Value) -> (u16, String, String) {
        let (status, json) = self.ask(operation, id, body);
        assert!((400..500).contains(&status), "{operation} {body}: {status} {json}");
        let (slug, pointer) = slug(&json);
        (status, slug, pointer)
    }

    /// A number that the store has.
    pub fn stored(&mut self, sql: &str) -> i64 {
        let rows = self.desk.connection.execute(sql, &[]).expect("read");
        rows.read_one("stored", |row| row.integer()).expect("a number")
    }

    /// What a customer can spend.
    pub fn active(&mut self, customer: &str) -> i64 {
        self.questions += 1;
        let id = format!("question-{}", self.questions);
        let balance = self.done("balance", &id, &json!({"customer_id": customer}));
        balance["active"].as_i64().expect("points")
    }
}
