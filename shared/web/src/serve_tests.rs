use serde::{Deserialize, Serialize};
use store::native::NativeConnection;

use super::*;

#[path = "serve_key_tests.rs"]
mod keys;

const ADMIN_KEY: &str = "the administrator's key";
const NOW_MS: i64 = 1_709_195_400_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    amount: i64,
}

#[derive(Serialize)]
struct Done {
    total: i64,
    person: String,
}

/// Adds to the only counter that the schema offers a test: the position of a job.
fn add(connection: &mut NativeConnection, call: &Call) -> Result<Answer, Problem> {
    let order: Order = call.body()?;
    let total = call.atomically(connection, |connection| {
        connection
            .execute(
                "update job set position = position + ?1 where job_id = 'counter' returning position",
                &[order.amount.into()],
            )?
            .read_one("test.add", |row| row.integer())
    })?;
    if total > 1000 {
        // The effect above is undone: a refusal leaves nothing behind.
        return Err(Problem::conflict(Slug::WrongState, "the counter is full"));
    }
    if let Some(answer) = call.minimal() {
        return Ok(answer);
    }
    Answer::created(&Done { total, person: call.caller.person.clone() })
}

fn total(connection: &mut NativeConnection, call: &Call) -> Result<Answer, Problem> {
    let total = connection
        .execute("select position from job where job_id = 'counter'", &[])?
        .read_one("test.total", |row| row.integer())?;
    Answer::json(&Done { total, person: call.caller.person.clone() })
}

fn fixed(_: &mut NativeConnection, _: &Call) -> Result<Answer, Problem> {
    Ok(Answer::json_text("\"fixed\""))
}

fn echo(_: &mut NativeConnection, call: &Call) -> Result<Answer, Problem> {
    Answer::json(&call.parameter("id"))
}

fn fail(connection: &mut NativeConnection, _: &Call) -> Result<Answer, Problem> {
    connection.execute("select secret_of_zhang_san from nowhere", &[])?;
    Ok(Answer::no_content())
}

fn routes() -> Vec<Route<NativeConnection>> {
    let route =
        |method, path, scope, repeat, handler| Route { method, path, scope, repeat, query: &[], handler };
    vec![
        route(Method::Post, "/counter", Scope::TiersWrite, Repeat::Keyed, add),
        route(Method::Get, "/counter", Scope::TiersRead, Repeat::Read, total),
        route(Method::Get, "/counter/{id}", Scope::Public, Repeat::Read, echo),
        route(Method::Get, "/counter/fixed", Scope::Public, Repeat::Read, fixed),
        route(Method::Get, "/failure", Scope::Public, Repeat::Read, fail),
    ]
}

fn house() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().expect("a database");
    let key = |key: &str| store::Value::Blob(key::hash(key).to_vec());
    for sql in [
        "insert into job (job_ref, job_id, kind, request, as_of, state, position, counts, started_by, started_at,
           busy_ms) values (1, 'counter', 'test', '', 0, 'running', 0, '{}', '', 0, 0)",
        "insert into organisation (organisation_ref, organisation_id, parent_ref, name) values
           (1, 'head', null, 'Head'), (2, 'branch', 1, 'Branch'), (3, 'counter', 2, 'Counter'), (4, 'far', 1, 'Far')",
        "insert into employee (employee_ref, employee_id, organisation_ref, name, role) values
           (1, 'li', 2, 'Li', 'manager')",
    ] {
        connection.execute(sql, &[]).expect(sql);
    }
    let clients = [
        ("reader", "tiers:read", store::Value::Null, store::Value::Null, store::Value::Null),
        (
            "writer",
            "tiers:write tiers:read",
            store::Value::Null,
            store::Value::Integer(1),
            store::Value::Null,
        ),
        ("writer-2", "tiers:write tiers:read", 3.into(), store::Value::Integer(1), store::Value::Null),
        ("everything", "admin", store::Value::Null, store::Value::Null, store::Value::Null),
        ("revoked", "admin", store::Value::Null, store::Value::Null, 1.into()),
    ];
    for (name, scopes, organisation, employee, revoked) in clients {
        connection
            .execute(
                "insert into api_client values (?1, ?1, ?2, ?3, ?4, ?5, 'admin', 0, ?6)",
                &[name.into(), key(name), scopes.into(), organisation, employee, revoked],
            )
            .expect("a client");
    }
    connection
}

fn send(connection: &mut NativeConnection, request: Request) -> Answer {
    serve(&routes(), connection, request, ADMIN_KEY, NOW_MS)
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn order(idempotency_key: &str, amount: i64) -> Request {
    Request::new(Method::Post, "/counter")
        .key("writer")
        .header("Idempotency-Key", idempotency_key)
        .body(format!("{{\"amount\":{amount}}}"))
}

fn counter(connection: &mut NativeConnection) -> String {
    text(&send(connection, Request::new(Method::Get, "/counter").key(ADMIN_KEY)))
}

#[test]
fn the_same_key_and_request_is_done_once() {
    let mut connection = house();
    let first = send(&mut connection, order("k1", 5));
    let again = send(&mut connection, order("k1", 5));
    assert_eq!((first.status, first.find_header("idempotency-hit")), (201, None));
    assert_eq!((again.status, again.find_header("idempotency-hit")), (201, Some("true")));
    assert_eq!((text(&again), again.content_type), (text(&first), first.content_type));
    assert!(counter(&mut connection).contains("\"total\":5"));
}

#[test]
fn the_same_key_with_another_body_is_refused_and_has_no_effect() {
    let mut connection = house();
    send(&mut connection, order("k1", 5));
    for _ in 0..3 {
        let other = send(&mut connection, order("k1", 6));
        assert_eq!(other.status, 422);
        assert!(text(&other).contains("/problems/key-reused"));
    }
    assert!(counter(&mut connection).contains("\"total\":5"));
    assert_eq!(text(&send(&mut connection, order("k1", 5))), "{\"total\":5,\"person\":\"li\"}");
}

#[test]
fn a_key_belongs_to_its_client() {
    let mut connection = house();
    send(&mut connection, order("k1", 5));
    let mut other = order("k1", 7);
    other.headers.retain(|(name, _)| name != "authorization");
    assert_eq!(send(&mut connection, other.key("everything")).status, 201);
    assert!(counter(&mut connection).contains("\"total\":12"));
}

#[test]
fn a_refusal_is_not_kept_and_leaves_nothing_behind() {
    let mut connection = house();
    assert_eq!(send(&mut connection, order("k1", 5000)).status, 409);
    assert!(counter(&mut connection).contains("\"total\":0"));
    assert_eq!(send(&mut connection, order("k1", 7)).status, 201);
    for key in ["", "é", "a\u{7f}", &"x".repeat(256)] {
        assert_eq!(send(&mut connection, order(key, 1)).status, 400, "{key}");
    }
    assert_eq!(send(&mut connection, order("k2", 1).header("idempotency-key", "k3")).status, 400);
    assert!(counter(&mut connection).contains("\"total\":7"));
}

#[test]
fn an_empty_answer_is_given_to_who_prefers_it_and_repeats_as_such() {
    let mut connection = house();
    for hit in [None, Some("true")] {
        let answer = send(&mut connection, order("k1", 5).header("Prefer", "respond-async, return=minimal"));
        assert_eq!((answer.status, answer.body.len(), answer.content_type), (204, 0, ""));
        assert_eq!(answer.find_header("idempotency-hit"), hit);
    }
}

#[test]
fn paths_and_methods_are_told_apart() {
    let mut connection = house();
    let mut get = |target: &str| send(&mut connection, Request::new(Method::Get, target));
    assert_eq!(text(&get("/counter/a%2Fb")), "\"a/b\"");
    assert_eq!(text(&get("/counter/fixed")), "\"fixed\"");
    for unknown in ["/", "", "/counters", "/counter/", "/counter/a/b", "/COUNTER/x", "//counter/x"] {
        assert_eq!(get(unknown).status, 404, "{unknown}");
    }
    for malformed in ["/counter/%", "/counter/%00", "/counter/%ff", "/counter/a?x=1"] {
        assert_eq!(get(malformed).status, 400, "{malformed}");
    }
    let refused = send(&mut connection, Request::new(Method::Delete, "/counter"));
    assert_eq!((refused.status, refused.find_header("allow")), (405, Some("POST, GET, HEAD, OPTIONS")));
    let options = send(&mut connection, Request::new(Method::Options, "/counter"));
    assert_eq!((options.status, options.find_header("allow")), (204, Some("POST, GET, HEAD, OPTIONS")));
    let head = send(&mut connection, Request::new(Method::Head, "/counter/x"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(send(&mut connection, Request::new(Method::Other, "/counter")).status, 405);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let mut connection = house();
    let request = Request::new(Method::Post, "/counter").key("writer");
    let answer = send(&mut connection, request.body(vec![b' '; body::GREATEST_BODY_BYTES + 1]));
    assert_eq!(answer.status, 413);
}

#[test]
fn malformed_bodies_are_refused_without_effect() {
    let mut connection = house();
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{\"amount\":",
        b"{\"amount\":\"1\"}",
        b"{\"amount\":1e400}",
        b"{\"amount\":9223372036854775808}",
        b"{\"amount\":1,\"amount\":2}",
        b"{\"amount\":1,\"tier\":\"core\"}",
        b"{\"amount\":1}\xff",
        b"{\"am\\u0000ount\":1}",
        b"{\"am\\ud800ount\":1}",
        b"\0",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = send(&mut connection, Request::new(Method::Post, "/counter").key("writer").body(body));
        assert!(matches!(answer.status, 400 | 422), "{}", String::from_utf8_lossy(body));
        assert_eq!(answer.content_type, "application/problem+json");
    }
    assert!(counter(&mut connection).contains("\"total\":0"));
}

#[test]
fn a_failure_on_our_side_tells_the_caller_nothing() {
    let mut connection = house();
    let answer = send(&mut connection, Request::new(Method::Get, "/failure"));
    assert_eq!(answer.status, 500);
    assert!(text(&answer).contains("/problems/internal"));
    assert!(!text(&answer).contains("zhang_san"));
}
