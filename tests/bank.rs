//! The bank that tests start: it is private, it survives a power cut, and it answers nobody without a key.

use tests::{As, Bank};

#[test]
fn what_was_taken_in_survives_a_power_cut() {
    let mut bank = Bank::start();
    bank.take_in("organisations", r#"{"id":"o1","name":"First branch"}"#);
    bank.take_in(
        "customers",
        r#"{"id":"c1","organisation_id":"o1","name":"王小明","opened_on":"2020-01-01"}"#,
    );
    bank.take_in("assets", r#"{"customer_id":"c1","month":"2026-09","deposits":"12000.50"}"#);
    let before = bank.get("/customers/c1/assets", As::Administrator);
    assert_eq!(before.status, 200, "{}", before.text);
    assert!(before.text.contains("12000.50"), "{}", before.text);
    bank.kill();
    assert!(bank.pid().is_none() && bank.database().exists());
    bank.restart();
    assert_eq!(bank.get("/customers/c1/assets", As::Administrator).json(), before.json());
}

#[test]
fn two_banks_know_nothing_of_each_other() {
    let (one, other) = (Bank::start(), Bank::start());
    one.take_in("organisations", r#"{"id":"o1","name":"First branch"}"#);
    one.take_in("customers", r#"{"id":"c1","organisation_id":"o1","name":"王小明"}"#);
    assert_eq!(one.get("/customers/c1/assets", As::Administrator).status, 200);
    assert_eq!(other.get("/customers/c1/assets", As::Administrator).status, 404);
    assert_eq!(other.get("/customers/c1/assets", As::Key(one.admin_key())).status, 401);
}

#[test]
fn nobody_without_a_key_is_answered_but_for_health_and_contract() {
    let bank = Bank::start();
    assert_eq!(bank.get("/healthz", As::Nobody).status, 200);
    assert_eq!(bank.get("/openapi.json", As::Nobody).status, 200);
    for path in
        ["/tiers/schemes", "/customers/c1/tier", "/customers/c1/assets", "/assets/movements", "/jobs/j1"]
    {
        assert_eq!(bank.get(path, As::Nobody).status, 401, "{path}");
    }
    assert_eq!(bank.post("/intake/customers", As::Nobody, "{}").status, 401);
    assert_eq!(bank.delete("/api-clients/a1", As::Nobody).status, 401);
}

#[test]
fn the_demo_bank_and_its_reviews_are_taken_in_without_a_refusal() {
    let bank = Bank::start();
    let as_of = xtask::month::parse_date("2026-10-31").unwrap();
    let plan = tests::demo::plan::Plan::new(3_000, 7, as_of).unwrap();
    let delivered = tests::demo::load(&bank.client(), &plan, 10_000).unwrap();
    assert_eq!(delivered.records(), tests::demo::count(&plan));
    for as_of in xtask::up::reviews(&plan) {
        tests::demo::review::review(&bank.client(), as_of).unwrap();
    }
    let members = bank.get("/tiers/members?tier=gold&limit=5", As::Administrator);
    assert_eq!(members.json()["items"].as_array().map(Vec::len), Some(5), "{}", members.text);
}
