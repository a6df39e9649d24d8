//! Nonsense over HTTP: ten thousand malformed bodies change nothing, and none is answered as our mistake.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use store::Connection;
use store::native::NativeConnection;
use tests::{As, Bank};
use web::signature::Secret;

const BODIES: usize = 10_000;

/// Good bodies by path; every one is damaged in ways that leave no good record.
fn good() -> Vec<(&'static str, String)> {
    vec![
        ("/intake/organisations", json!({"id": "B9", "parent_id": "HQ", "name": "支行"}).to_string()),
        ("/intake/employees", json!({"id": "E9", "organisation_id": "HQ", "name": "李", "role": "teller"}).to_string()),
        ("/intake/customers", json!({"id": "C9", "organisation_id": "HQ", "name": "王芳", "birth_date": "1980-01-01"}).to_string()),
        ("/intake/accounts", json!({"id": "A9", "customer_id": "C1", "class": "deposit"}).to_string()),
        ("/intake/balances", json!({"account_id": "A1", "date": "2026-10-01", "amount": "1.00"}).to_string()),
        ("/intake/assets", json!({"customer_id": "C1", "month": "2026-10", "deposits": "1.00"}).to_string()),
        (
            "/intake/transactions",
            json!({"source": "core", "id": "T9", "occurred_at": "2026-10-01T00:00:00Z", "customer_id": "C1",
                   "kind": "deposit", "amount": "1.00"})
            .to_string(),
        ),
        (
            "/tiers/schemes",
            json!({"id": "S9", "asset_basis": "month_end", "tiers": [{"code": "a", "name": {"zh": "甲", "en": "A"},
                   "window_months": 1, "any_of": [{"measure": "assets", "at_least": "5.00"}]}]})
            .to_string(),
        ),
        ("/tiers/schemes/seed-2023/what-if", json!({"as_of": "2026-10-31"}).to_string()),
        ("/tiers/reviews", json!({"as_of": "2026-10-31"}).to_string()),
        ("/api-clients", json!({"name": "x", "scopes": ["jobs:read"]}).to_string()),
        (
            "/points/events",
            json!({"source": "core", "id": "e9", "occurred_at": "2026-10-01T00:00:00Z", "customer_id": "C1",
                   "type": "purchase", "amount": "1.00", "attributes": {"country": "JP"}})
            .to_string(),
        ),
        (
            "/points/returns",
            json!({"source": "core", "id": "r9", "of": {"source": "core", "id": "e9"}, "amount": "1.00"}).to_string(),
        ),
        (
            "/points/rules",
            json!({"id": "R9", "name": {"zh": "甲", "en": "A"}, "events": ["purchase"], "earn": {"fixed": {"points": 1}},
                   "condition": "event.month == 1"})
            .to_string(),
        ),
        ("/redemptions", json!({"customer_id": "C1", "reward_id": "W9", "quantity": 1}).to_string()),
        ("/partner/v1/earn", json!({"customer_id": "C1", "points": 1}).to_string()),
        ("/customers/C1/tier/overrides", json!({"kind": "floor", "tier": "gold", "reason": "x", "until": "2027-01-01"}).to_string()),
    ]
}

/// A sequence that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// One damaged body: never JSON of the right form.
fn damage(body: &str, dice: &mut Dice) -> Vec<u8> {
    let first = body.find(':').unwrap_or(1);
    let value_end = body[first..].find([',', '}']).map_or(body.len() - 1, |at| first + at);
    let with_value =
        |value: &str| [&body.as_bytes()[..=first], value.as_bytes(), &body.as_bytes()[value_end..]].concat();
    match dice.below(14) {
        0 => body.as_bytes()[..1 + dice.below(body.len() - 2)].to_vec(),
        1 => with_value(["1", "true", "[]", "{}", "1e400", "-0.5"][dice.below(6)]),
        2 => with_value(&"[".repeat(1 + dice.below(100_000))),
        3 => with_value(&format!("{}1{}", "[".repeat(64), "]".repeat(64))),
        4 => with_value("9223372036854775808"),
        5 => with_value("\"\\u0000\""),
        6 => with_value("\"\\ud800\""),
        7 => with_value("\"\u{1}\""),
        8 => {
            let mut bytes = body.as_bytes().to_vec();
            bytes[first + 2] = 0xff;
            bytes
        }
        9 => body.replacen('{', "{\"points\":1,", 1).into_bytes(),
        10 => {
            let member = &body[1..value_end];
            body.replacen('{', &format!("{{{member},"), 1).into_bytes()
        }
        11 => format!("{body}}}").into_bytes(),
        12 => body.replace(':', ";").into_bytes(),
        _ => vec![[0_u8, b'"', b'-', b'{', 0xef, b'n'][dice.below(6)]; 1 + dice.below(2000)],
    }
}

/// What a request has besides its body: a partner's is signed, so that the body itself is looked at.
fn headers(path: &str, air: &Secret, number: usize, body: &[u8]) -> Vec<(&'static str, String)> {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if path.starts_with("/partner/") {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs() as i64;
        let id = format!("m{number}");
        headers.push(("webhook-signature", air.sign(&id, seconds, body)));
        headers.push(("webhook-timestamp", seconds.to_string()));
        headers.push(("webhook-id", id));
        headers.push(("kezhi-partner", "air".to_owned()));
    }
    headers
}

/// How many rows tables have; without the ids of signed requests, which are bound to a body whatever becomes of it.
fn rows(bank: &Bank) -> BTreeMap<String, i64> {
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let tables = connection
        .execute(
            "select name from sqlite_schema where type = 'table' and name <> 'partner_webhook' order by name",
            &[],
        )
        .and_then(|rows| rows.read("tables", |row| row.text()))
        .expect("tables");
    tables
        .into_iter()
        .map(|table| {
            let count = connection
                .execute(&format!("select count(*) from {table}"), &[])
                .and_then(|rows| rows.read_one("count", |row| row.integer()))
                .expect("a count");
            (table, count)
        })
        .collect()
}

#[test]
fn ten_thousand_malformed_bodies_change_nothing() {
    let bank = Bank::start();
    bank.take_in("organisations", "{\"id\":\"HQ\",\"name\":\"HQ\"}\n");
    bank.take_in("customers", "{\"id\":\"C1\",\"organisation_id\":\"HQ\",\"name\":\"x\"}\n");
    bank.take_in("accounts", "{\"id\":\"A1\",\"customer_id\":\"C1\",\"class\":\"deposit\"}\n");
    let partner = bank.post("/partners", As::Administrator, "{\"id\":\"air\",\"name\":\"Air\"}");
    let air = Secret::parse(partner.json()["secret"].as_str().expect("a secret")).expect("a secret");
    let before = rows(&bank);
    let (good, mut dice) = (good(), Dice(2023));
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for number in 0..BODIES {
        let (path, body) = &good[number % good.len()];
        let damaged = damage(body, &mut dice);
        let headers = headers(path, &air, number, &damaged);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ask = xtask::client::Ask { method: "POST", path, headers: &headers, body: Some(&damaged) };
        let answer = bank.ask(As::Administrator, ask);
        let shown = String::from_utf8_lossy(&damaged[..damaged.len().min(200)]).into_owned();
        assert!((400..500).contains(&answer.status), "{path} {}: {shown}\n{}", answer.status, answer.text);
        assert!(
            answer.header("content-type").is_some_and(|is| is.starts_with("application/problem+json")),
            "{path}"
        );
        assert!(
            answer.json()["errors"].as_array().is_some_and(|of| !of.is_empty()),
            "{path} {shown}: {}",
            answer.text
        );
        *statuses.entry(answer.status).or_insert(0) += 1;
    }
    assert_eq!(rows(&bank), before, "nothing was written");
    assert_eq!(bank.get("/healthz", As::Nobody).status, 200);
    println!("{BODIES} malformed bodies: {statuses:?}, no row written");
}

/// The refusals that a bank's people meet, each with the field that is wrong.
#[test]
fn what_breaks_a_rule_is_refused_with_its_field_and_nothing_is_half_done() {
    let bank = Bank::start();
    bank.take_in(
        "organisations",
        "{\"id\":\"HQ\",\"name\":\"HQ\"}\n{\"id\":\"B1\",\"parent_id\":\"HQ\",\"name\":\"B1\"}\n",
    );
    bank.take_in("customers", "{\"id\":\"C1\",\"organisation_id\":\"B1\",\"name\":\"x\"}\n");
    bank.take_in("accounts", "{\"id\":\"A1\",\"customer_id\":\"C1\",\"class\":\"deposit\"}\n");
    let before = rows(&bank);
    let tier = |code: &str, window: u8, at_least: &str| {
        json!({"code": code, "name": {"zh": code, "en": code}, "window_months": window,
               "any_of": [{"measure": "assets", "at_least": at_least}]})
    };
    let scheme = |tiers: serde_json::Value| json!({"id": "S", "asset_basis": "month_end", "tiers": tiers});
    let mut nobody = tier("a", 1, "5.00");
    nobody["any_of"][0]["below"] = json!("5.00");
    let assets = |figure: serde_json::Value| {
        let mut record = json!({"customer_id": "C1", "month": "2026-10"});
        figure.as_object().into_iter().flatten().for_each(|(name, value)| record[name] = value.clone());
        record
    };
    let cases = [
        (
            "/intake/customers",
            json!({"id": "C2", "organisation_id": "nowhere", "name": "x"}),
            422,
            "/organisation_id",
        ),
        ("/intake/organisations", json!({"id": "HQ", "parent_id": "B1", "name": "HQ"}), 422, "/parent_id"),
        (
            "/intake/balances",
            json!({"account_id": "A9", "date": "2026-10-01", "amount": "1.00"}),
            422,
            "/account_id",
        ),
        ("/intake/assets", assets(json!({"card_spend": "-1.00"})), 422, "/card_spend"),
        ("/intake/assets", assets(json!({"deposits": "99999999999999999999.00"})), 422, "/deposits"),
        ("/intake/assets", assets(json!({"deposits": "1.001"})), 422, "/deposits"),
        (
            "/intake/assets",
            json!({"customer_id": "C1", "month": "2026-13", "deposits": "1.00"}),
            422,
            "/month",
        ),
        (
            "/tiers/schemes",
            scheme(json!([tier("a", 1, "5.00"), tier("b", 1, "5.00")])),
            422,
            "/tiers/0/any_of/0/at_least",
        ),
        ("/tiers/schemes", scheme(json!([nobody])), 422, "/tiers/0/any_of/0/below"),
        ("/tiers/schemes", scheme(json!([tier("a", 99, "5.00")])), 422, "/tiers/0/window_months"),
        ("/tiers/schemes", scheme(json!([])), 422, "/tiers"),
        ("/tiers/reviews", json!({"as_of": "2099-01-01"}), 422, "/as_of"),
        ("/tiers/schemes/seed-2023/what-if", json!({"as_of": "2099-01-01"}), 422, "/as_of"),
    ];
    for (path, body, status, pointer) in cases {
        let answer = bank.post(path, As::Administrator, &body.to_string());
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
        let errors = answer.json()["errors"].clone();
        let named = errors.as_array().into_iter().flatten().any(|error| error["pointer"] == pointer);
        assert!(named, "{path} {body} should name {pointer}: {}", answer.text);
    }
    assert_eq!(rows(&bank), before);
}

#[test]
fn a_transaction_twice_in_a_batch_counts_once_and_another_under_its_id_is_refused() {
    let bank = Bank::start();
    bank.take_in("organisations", "{\"id\":\"HQ\",\"name\":\"HQ\"}\n");
    bank.take_in("customers", "{\"id\":\"C1\",\"organisation_id\":\"HQ\",\"name\":\"x\"}\n");
    let twice = "{\"source\":\"s\",\"id\":\"T\",\"occurred_at\":\"2026-10-01T00:00:00Z\",\"customer_id\":\"C1\",\"kind\":\"deposit\",\"amount\":\"1.00\"}\n";
    let other = twice.replace("1.00", "2.00");
    let answer = bank.post("/intake/transactions", As::Administrator, &format!("{twice}{twice}{other}"));
    let counts =
        ["accepted", "duplicates", "rejected"].map(|name| answer.json()[name].as_u64().unwrap_or(99));
    assert_eq!((answer.status, counts), (200, [1, 1, 1]), "{}", answer.text);
    assert_eq!(answer.json()["errors"][0]["line"], 3);
    assert_eq!(answer.json()["errors"][0]["pointer"], "/id");
}
