use serde_json::{Value, json};
use store::native::NativeConnection;
use web::{Answer, Method, Request};

/// 2026-03-15T04:00:00Z.
const NOW_MS: i64 = 1_773_547_200_000;
const NDJSON: &str = "application/x-ndjson";

fn post(connection: &mut NativeConnection, kind: &str, content_type: &str, body: &str) -> Answer {
    let request = Request::new(Method::Post, &format!("/intake/{kind}"))
        .key("secret")
        .header("content-type", content_type)
        .body(body);
    web::serve(&super::routes(), connection, request, "secret", NOW_MS)
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn counts(answer: &Answer) -> (i64, i64, i64) {
    let body = json_of(answer);
    let count = |name: &str| body[name].as_i64().unwrap();
    (count("accepted"), count("duplicates"), count("rejected"))
}

fn send(connection: &mut NativeConnection, kind: &str, records: Value) -> Answer {
    post(connection, kind, "application/json", &records.to_string())
}

fn bank() -> NativeConnection {
    let mut connection = NativeConnection::in_memory().unwrap();
    send(&mut connection, "organisations", json!({"id": "north", "name": "North", "parent_id": null}));
    send(&mut connection, "customers", json!([{"id": "c1", "organisation_id": "north", "name": "王芳"}]));
    send(&mut connection, "accounts", json!([{"id": "k1", "customer_id": "c1", "class": "credit_card"}]));
    connection
}

fn purchase(id: &str, amount: &str) -> Value {
    json!({"source": "core", "id": id, "occurred_at": "2026-03-15T12:00:00+08:00", "customer_id": "c1",
        "account_id": "k1", "kind": "purchase", "amount": amount})
}

#[test]
fn every_route_is_described_as_it_is() {
    let differences = web::openapi::check(&super::routes::<NativeConnection>(), &super::describe());
    assert_eq!(differences, Vec::<String>::new());
    let document = web::openapi::document(super::describe());
    assert!(
        ["/intake/transactions", "\"AccountClass\"", "credit_card"]
            .iter()
            .all(|text| document.contains(text))
    );
}

#[test]
fn every_kind_takes_a_full_record_and_knows_it_again() {
    let mut connection = NativeConnection::in_memory().unwrap();
    let records = [
        ("organisations", json!({"id": "north", "name": "North", "level": "branch"})),
        (
            "employees",
            json!({"id": "e1", "organisation_id": "north", "name": "Li", "role": "branch_manager",
            "active_from": "2020-01-01", "active_to": "2030-01-01", "seller_share_bp": 7000,
            "referrer_share_bp": 3000}),
        ),
        (
            "customers",
            json!({"id": "c1", "organisation_id": "north", "name": "王芳", "phone": "+86 1", "email":
            "a@b.cn", "birth_date": "1980-02-29", "gender": "f", "opened_on": "2019-01-01", "household_id": "h1",
            "time_zone": "Asia/Shanghai", "consents": {"sms": true, "push": false},
            "attributes": {"vip": true, "a\"b": "x\\y", "n": -5}}),
        ),
        (
            "accounts",
            json!({"id": "k1", "customer_id": "c1", "class": "credit_card", "product_id": "p",
            "opened_on": "2020-01-01", "closed_on": null, "card_level": "diamond", "valid_to": "2027-01-01"}),
        ),
        ("balances", json!({"account_id": "k1", "date": "2026-03-14", "amount": "-12.5"})),
        (
            "transactions",
            json!({"source": "core", "id": "t1", "occurred_at": "2026-03-15T04:00:00Z",
            "customer_id": "c1", "account_id": "k1", "product_id": "p", "kind": "refund", "amount": "1.00",
            "organisation_id": "north", "teller_id": "e1", "channel": "counter", "counterparty_bank": "B",
            "merchant_category": "5411", "refund_of": "t0"}),
        ),
    ];
    for (kind, record) in &records {
        let answer = send(&mut connection, kind, record.clone());
        assert_eq!((answer.status, counts(&answer)), (200, (1, 0, 0)), "{kind}");
        let answer = send(&mut connection, kind, json!([record]));
        assert_eq!((answer.status, counts(&answer)), (200, (0, 1, 0)), "{kind}");
    }
    let month = json!({"customer_id": "c1", "month": "2026-02", "deposits": "1.00", "card_spend": "3"});
    for _ in 0..2 {
        assert_eq!(counts(&send(&mut connection, "assets", month.clone())), (1, 0, 0));
    }
}

#[test]
fn good_lines_are_kept_and_bad_ones_are_named() {
    let mut connection = bank();
    let body = [
        purchase("t1", "5.00").to_string(),
        String::new(),
        "{\"source\":".to_owned(),
        purchase("t2", "-5.00").to_string(),
        purchase("t1", "5.00").to_string(),
        purchase("t3", "1.234").to_string(),
        purchase("t1", "6.00").to_string(),
    ];
    let answer = post(&mut connection, "transactions", NDJSON, &body.join("\n"));
    assert_eq!((answer.status, counts(&answer)), (200, (1, 1, 4)));
    let errors = json_of(&answer)["errors"].clone();
    let told: Vec<(i64, &str)> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["line"].as_i64().unwrap(), error["pointer"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(3, "/source"), (4, "/amount"), (6, "/amount"), (7, "/id")]);
}

#[test]
fn a_single_bad_object_is_a_problem_with_its_pointer() {
    let mut connection = bank();
    let table = [
        ("transactions", purchase("t1", "0").to_string(), 422, "/amount"),
        ("transactions", "{\"source\":nil}".to_owned(), 400, "/source"),
        ("transactions", "{\"source\":1".to_owned(), 400, ""),
        ("transactions", "{}".to_owned(), 422, "/source"),
        (
            "balances",
            json!({"account_id": "k1", "date": "2026-02-30", "amount": "1"}).to_string(),
            422,
            "/date",
        ),
        (
            "balances",
            json!({"account_id": "k1", "date": "2026-03-17", "amount": "1"}).to_string(),
            422,
            "/date",
        ),
        ("balances", r#"{"account_id":"k1","date":"2026-03-01","amount":1e400}"#.to_owned(), 400, "/amount"),
        (
            "balances",
            json!({"account_id": "x", "date": "2026-03-01", "amount": "1"}).to_string(),
            422,
            "/account_id",
        ),
        ("assets", json!({"customer_id": "c1", "month": "2026-13"}).to_string(), 422, "/month"),
        (
            "assets",
            json!({"customer_id": "c1", "month": "2026-01", "tier": "gold"}).to_string(),
            422,
            "/tier",
        ),
        ("accounts", json!({"id": "a", "customer_id": "c1", "class": "loan"}).to_string(), 422, "/class"),
        ("customers", json!({"id": "客", "organisation_id": "north", "name": "x"}).to_string(), 422, "/id"),
        (
            "customers",
            json!({"id": "c", "organisation_id": "north", "name": "x", "attributes":
            {"a": "x".repeat(9_000)}})
            .to_string(),
            422,
            "/attributes",
        ),
        ("organisations", json!({"id": "a", "name": "x", "parent_id": "a"}).to_string(), 422, "/parent_id"),
    ];
    for (kind, body, status, pointer) in table {
        let answer = post(&mut connection, kind, "application/json", &body);
        assert_eq!(
            (answer.status, answer.content_type),
            (status, "application/problem+json"),
            "{kind} {body}"
        );
        assert_eq!(json_of(&answer)["errors"][0]["pointer"], pointer, "{kind} {body}");
    }
}

#[test]
fn a_batch_of_which_nothing_is_kept_is_a_problem_with_counts_and_lines() {
    let mut connection = bank();
    let records: Vec<Value> = (0..150).map(|number| purchase(&format!("t{number}"), "0")).collect();
    let answer = send(&mut connection, "transactions", json!(records));
    assert_eq!(
        (answer.status, answer.content_type, counts(&answer)),
        (422, "application/problem+json", (0, 0, 150))
    );
    let body = json_of(&answer);
    assert_eq!(body["type"], "/problems/broken-rule");
    assert_eq!(body["errors"].as_array().unwrap().len(), 100);
    assert_eq!(body["errors"][99]["line"], 100);
}

#[test]
fn who_prefers_little_gets_nothing_unless_something_was_rejected() {
    let mut connection = bank();
    let mut minimal = |records: Value| {
        let request = Request::new(Method::Post, "/intake/transactions")
            .key("secret")
            .header("prefer", "return=minimal")
            .body(records.to_string());
        web::serve(&super::routes(), &mut connection, request, "secret", NOW_MS)
    };
    assert_eq!(minimal(purchase("t1", "5")).status, 204);
    assert_eq!(minimal(purchase("t1", "5")).status, 204);
    assert_eq!(minimal(json!([purchase("t1", "5"), purchase("t1", "6")])).status, 200);
    assert_eq!(minimal(purchase("t1", "6")).status, 422);
}

#[test]
fn an_empty_batch_is_no_mistake_and_an_unknown_kind_is() {
    let mut connection = bank();
    assert_eq!(counts(&send(&mut connection, "transactions", json!([]))), (0, 0, 0));
    assert_eq!(send(&mut connection, "wishes", json!([])).status, 404);
}
