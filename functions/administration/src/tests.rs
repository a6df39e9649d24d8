use serde_json::Value;
use store::native::NativeConnection;
use web::{Answer, Method, Request, openapi, serve};

use super::*;

const ADMIN_KEY: &str = "the administrator's key";
const NOW_MS: i64 = 1_709_195_400_000;

struct House(NativeConnection);

impl House {
    /// head office ← branch ← counter; far office apart. Li works at the counter, Wang left in January 2024.
    fn new() -> Self {
        let mut connection = NativeConnection::in_memory().expect("a database");
        for sql in [
            "insert into organisation (organisation_ref, organisation_id, parent_ref, name) values
               (1, 'head', null, 'Head'), (2, 'branch', 1, 'Branch'), (3, 'counter', 2, 'Counter'), (4, 'far', 1, 'Far')",
            "insert into employee (employee_ref, employee_id, organisation_ref, name, role, active_to) values
               (1, 'li', 3, 'Li', 'manager', null), (2, 'wang', 3, 'Wang', 'manager', 19753)",
            "insert into job (job_ref, job_id, kind, request, as_of, state, position, counts, started_by, started_at,
               finished_at, busy_ms) values
               (1, 'tier-review-1', 'tier-review', '{}', 19782, 'done', 0, '{\"customers\":7}', 'li', 0, 1500, 1500)",
        ] {
            connection.execute(sql, &[]).expect(sql);
        }
        Self(connection)
    }

    fn send(&mut self, request: Request) -> (u16, Value, Answer) {
        let answer = serve(&routes(), &mut self.0, request, ADMIN_KEY, NOW_MS);
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        (answer.status, body, answer)
    }

    fn make_key(&mut self, maker: &str, body: &str) -> Result<(String, String), (u16, String)> {
        let (status, body, _) = self.send(Request::new(Method::Post, "/api-clients").key(maker).body(body));
        let text = |member: &str| body[member].as_str().unwrap_or_default().to_owned();
        if status == 201 { Ok((text("id"), text("key"))) } else { Err((status, text("type"))) }
    }

    fn clients(&mut self, key: &str) -> Vec<String> {
        let (_, body, _) = self.send(Request::new(Method::Get, "/api-clients").key(key));
        let items = body["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| Some(item["name"].as_str()?.to_owned())).collect()
    }
}

#[test]
fn health_and_the_document_answer_without_a_key() {
    let mut house = House::new();
    let (status, body, answer) = house.send(Request::new(Method::Get, "/healthz"));
    assert_eq!((status, body["status"].as_str()), (200, Some("ok")));
    assert_eq!(body["migration"].as_u64(), Some(store::migration::MIGRATIONS.len() as u64));
    assert_eq!(answer.find_header("cache-control"), Some("no-store"));
    let (status, body, _) = house.send(Request::new(Method::Get, "/openapi.json"));
    assert_eq!((status, body["openapi"].as_str()), (200, Some("3.1.0")));
}

#[test]
fn a_key_works_from_its_making_until_it_is_revoked() {
    let mut house = House::new();
    let (id, key) =
        house.make_key(ADMIN_KEY, r#"{"name": "batch", "scopes": ["jobs:read"]}"#).expect("a key");
    assert!(key.starts_with("kz_") && key.len() == 46, "{key}");
    let job = || Request::new(Method::Get, "/jobs/tier-review-1");
    let (status, body, _) = house.send(job().key(&key));
    assert_eq!(status, 200);
    assert_eq!((body["counts"]["customers"].as_i64(), body["as_of"].as_str()), (Some(7), Some("2024-02-29")));
    assert_eq!(
        (body["done"].as_bool(), body["finished_at"].as_str()),
        (Some(true), Some("1970-01-01T00:00:01.500Z"))
    );
    for _ in 0..2 {
        let (status, ..) =
            house.send(Request::new(Method::Delete, &format!("/api-clients/{id}")).key(ADMIN_KEY));
        assert_eq!(status, 204);
    }
    assert_eq!(house.send(job().key(&key)).0, 401);
    let (status, body, _) = house.send(Request::new(Method::Get, "/api-clients").key(ADMIN_KEY));
    assert_eq!(status, 200);
    assert_eq!(body["items"][0]["revoked_at"].as_str(), Some("2024-02-29T08:30:00Z"));
}

#[test]
fn a_key_is_nowhere_in_the_store() {
    let mut house = House::new();
    let request = || {
        Request::new(Method::Post, "/api-clients")
            .key(ADMIN_KEY)
            .header("Idempotency-Key", "once")
            .body(r#"{"name": "batch", "scopes": ["jobs:read"]}"#)
    };
    let (status, first, _) = house.send(request());
    let key = first["key"].as_str().expect("a key").to_owned();
    assert_eq!(status, 201);
    let (status, again, answer) = house.send(request());
    assert_eq!((status, answer.find_header("idempotency-hit")), (201, Some("true")));
    assert_eq!((&again["id"], &again["key"]), (&first["id"], &Value::Null));
    assert_eq!(house.clients(ADMIN_KEY), ["batch"]);
    for table in ["api_client", "idempotency"] {
        let rows = house.0.execute(&format!("select * from {table}"), &[]).expect("rows");
        assert_eq!(rows.rows.len(), 1);
        assert!(!format!("{rows:?}").contains(&key), "{table}");
    }
}

#[test]
fn a_limited_administrator_stays_in_the_own_subtree() {
    let mut house = House::new();
    let (_, limited) = house
        .make_key(ADMIN_KEY, r#"{"name": "branch admin", "scopes": ["admin"], "organisation_id": "branch"}"#)
        .expect("a key");
    let (far, _) = house
        .make_key(ADMIN_KEY, r#"{"name": "far", "scopes": ["jobs:read"], "organisation_id": "far"}"#)
        .expect("a key");
    for beyond in [
        r#"{"name": "x", "scopes": ["jobs:read"]}"#,
        r#"{"name": "x", "scopes": ["jobs:read"], "organisation_id": "head"}"#,
        r#"{"name": "x", "scopes": ["jobs:read"], "organisation_id": "far"}"#,
    ] {
        assert_eq!(
            house.make_key(&limited, beyond),
            Err((403, "/problems/not-allowed".to_owned())),
            "{beyond}"
        );
    }
    assert!(
        house.make_key(&limited, r#"{"name": "li", "scopes": ["jobs:read"], "employee_id": "li"}"#).is_ok()
    );
    let mut seen = house.clients(&limited);
    seen.sort();
    assert_eq!(seen, ["branch admin", "li"]);
    let foreign = Request::new(Method::Delete, &format!("/api-clients/{far}")).key(&limited);
    assert_eq!(house.send(foreign).0, 404);
}

#[test]
fn only_an_administrator_makes_keys() {
    let mut house = House::new();
    let all = r#"{"name": "all but admin", "scopes": ["intake:write", "customers:read", "assets:read", "tiers:read",
        "tiers:write", "tiers:approve", "tiers:review", "overrides:write", "jobs:read"]}"#;
    let (_, key) = house.make_key(ADMIN_KEY, all).expect("a key");
    let refused = house.make_key(&key, r#"{"name": "x", "scopes": ["jobs:read"]}"#);
    assert_eq!(refused, Err((403, "/problems/not-allowed".to_owned())));
    assert_eq!(house.clients(ADMIN_KEY), ["all but admin"]);
}

#[test]
fn a_key_of_someone_who_left_does_not_work() {
    let mut house = House::new();
    let (_, key) = house
        .make_key(ADMIN_KEY, r#"{"name": "wang", "scopes": ["jobs:read"], "employee_id": "wang"}"#)
        .expect("a key");
    assert_eq!(house.send(Request::new(Method::Get, "/jobs/tier-review-1").key(&key)).0, 401);
}

#[test]
fn a_client_that_cannot_be_made_says_why() {
    let mut house = House::new();
    for (body, status, pointer) in [
        (r#"{"name": "x", "scopes": []}"#, 422, "/scopes"),
        (r#"{"name": "x", "scopes": ["jobs:read", "points:mint"]}"#, 422, "/scopes/1"),
        (r#"{"name": "x", "scopes": ["public"]}"#, 422, "/scopes/0"),
        (r#"{"name": "x", "scopes": ["admin"], "organisation_id": "nowhere"}"#, 422, "/organisation_id"),
        (r#"{"name": "x", "scopes": ["admin"], "employee_id": "nobody"}"#, 422, "/employee_id"),
        (r#"{"name": "x", "scopes": ["admin"], "key": "mine"}"#, 422, "/key"),
        (r#"{"scopes": ["admin"]}"#, 422, "/name"),
        (r#"{"name": "x", "scopes": ["admin"]"#, 400, "/scopes"),
    ] {
        let request = Request::new(Method::Post, "/api-clients").key(ADMIN_KEY).body(body);
        let (found, problem, _) = house.send(request);
        assert_eq!((found, problem["errors"][0]["pointer"].as_str()), (status, Some(pointer)), "{body}");
    }
    assert!(house.clients(ADMIN_KEY).is_empty());
}

#[test]
fn clients_are_listed_in_pages() {
    let mut house = House::new();
    for number in 0..5 {
        let body = format!(r#"{{"name": "c{number}", "scopes": ["jobs:read"]}}"#);
        house.make_key(ADMIN_KEY, &body).expect("a key");
    }
    let (mut names, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let target = format!("/api-clients?limit=2&cursor={cursor}");
        let (status, body, _) = house.send(Request::new(Method::Get, &target).key(ADMIN_KEY));
        assert_eq!(status, 200);
        let items = body["items"].as_array().expect("items").clone();
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()));
        pages += 1;
        match body["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    names.sort();
    assert_eq!((pages, names), (3, ["c0", "c1", "c2", "c3", "c4"].map(str::to_owned).to_vec()));
}

#[test]
fn every_route_is_described_as_it_is() {
    let differences = openapi::check(&routes::<NativeConnection>(), &describe());
    assert!(differences.is_empty(), "{differences:#?}");
}

/// The committed document holds every function, and tests/openapi.rs compares all of it; this looks for our paths.
#[test]
fn the_committed_document_describes_this_function() {
    let committed: Value = serde_json::from_str(OPENAPI).expect("JSON");
    for route in routes::<NativeConnection>() {
        let operation = &committed["paths"][route.path][route.method.name().to_ascii_lowercase()];
        assert!(operation["summary"].is_string(), "{} {}", route.method.name(), route.path);
    }
}
