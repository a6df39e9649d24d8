//! What changes while a partner's request waits for its turn counts when the turn has come.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::{KEY, NOW_MS};
use tests::overtaken::Overtaken;
use web::{Method, Request};

use super::air::{Air, slug};
use super::points;

/// Status and JSON of a request before whose turn somebody else writes, and the bank's database.
fn overtaken(air: Air, request: Request, by: &'static str) -> (u16, Value, impl Connection) {
    let mut connection = Overtaken { inner: air.desk.connection, by: Some(by) };
    let routes = partner_gateway::routes::<Overtaken>();
    let answer = web::serve(&routes, &mut connection, request, KEY, NOW_MS);
    assert!(connection.by.is_none(), "{by}");
    (answer.status, serde_json::from_slice(&answer.body).expect("JSON"), connection.inner)
}

fn count(connection: &mut impl Connection, table: &str) -> i64 {
    let rows = connection.execute(&format!("select count(*) from {table}"), &[]).expect("rows");
    rows.read_one("count", |row| row.integer()).expect("a number")
}

#[test]
fn a_partner_that_changes_while_its_request_waits_is_taken_as_it_is_then() {
    for (by, status, told) in [
        ("update partner set state = 'suspended'", 401, "bad-signature"),
        ("update partner_key set secret = '', revoked_at = 1", 401, "bad-signature"),
        ("update partner set limit_request = 1", 409, "limit-reached"),
    ] {
        let air = Air::new(&json!({}));
        let request = air.request("earn", "e1", &points("c1", 5));
        let (answered, problem, mut connection) = overtaken(air, request, by);
        assert_eq!((answered, slug(&problem).0.as_str()), (status, told), "{by}: {problem}");
        assert_eq!(count(&mut connection, "partner_request"), 0, "{by}");
        assert_eq!(count(&mut connection, "points_lot"), 0, "{by}");
        assert_eq!(count(&mut connection, "partner_webhook"), 1, "the id is bound: {by}");
    }
}

#[test]
fn a_month_is_settled_with_the_terms_of_its_turn() {
    for path in ["/partners/air/settlements", "/partners/settlements"] {
        let air = Air::new(&json!({"point_value": {"points": 100, "amount": "1.50"}}));
        let body = json!({"month": "2026-10"}).to_string();
        let request = Request::new(Method::Post, path).key(KEY).body(body);
        let by = "update partner set value_points = 7, value_amount = 50";
        let (status, answer, mut connection) = overtaken(air, request, by);
        assert_eq!(status, 200, "{path}: {answer}");
        let settled = "partner_settlement where value_points = 7 and value_amount = 50";
        assert_eq!(count(&mut connection, settled), 1, "{path}");
    }
}
