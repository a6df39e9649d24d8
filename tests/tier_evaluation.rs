//! The tier function as built: what-if, review, single evaluation and members agree on one demo bank.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::tier::{Held, decide};
use serde_json::{Value, json};
use store::native::NativeConnection;
use tests::{As, Bank, demo};

const CUSTOMERS: u64 = 100_000;
const LAST: &str = "2026-10-31";
const EARLIER: &str = "2026-09-30";

fn demo_bank() -> Bank {
    let bank = Bank::start();
    let today = "2026-11-22".parse().expect("a date");
    let plan = demo::plan::Plan::new(CUSTOMERS, 7, today).expect("a plan");
    demo::load(&bank.client(), &plan, 10_000).expect("the demo bank loads");
    bank
}

fn post(bank: &Bank, path: &str, who: As<'_>, body: &Value) -> Value {
    let answer = bank.post(path, who, &body.to_string());
    assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
    answer.json()
}

/// Customers by (held, new) tier.
fn matrix(effect: &Value) -> BTreeMap<(String, String), u64> {
    let text = |cell: &Value, member: &str| cell[member].as_str().unwrap_or("-").to_owned();
    let cells = effect["matrix"].as_array().expect("a matrix");
    cells
        .iter()
        .map(|cell| ((text(cell, "from"), text(cell, "to")), cell["customers"].as_u64().expect("a count")))
        .collect()
}

fn by_new_tier(matrix: &BTreeMap<(String, String), u64>) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for ((_, to), customers) in matrix {
        *sums.entry(to.clone()).or_insert(0) += customers;
    }
    sums
}

fn members_by_tier(bank: &Bank) -> BTreeMap<String, u64> {
    let (mut counts, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let path = format!("/tiers/members?limit=1000{cursor}");
        let page = bank.get(&path, As::Administrator).json();
        for item in page["items"].as_array().expect("items") {
            *counts.entry(item["tier"].as_str().expect("a tier").to_owned()).or_insert(0) += 1;
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return counts,
        }
    }
}

/// A scheme that moves many people: other thresholds, shorter windows, averages.
fn draft(basis: &str) -> Value {
    json!({"id": "draft-1", "asset_basis": basis, "tiers": [
        {"code": "core", "name": {"zh": "核心级", "en": "Core"}, "window_months": 3,
         "any_of": [{"measure": "assets", "at_least": "3000000.00"}], "status": {"observed_to": 1, "attention_to": 3}},
        {"code": "gold", "name": {"zh": "金级", "en": "Gold"}, "window_months": 2,
         "any_of": [{"measure": "assets", "at_least": "150000.00"}, {"measure": "card_spend", "at_least": "60000.00"},
                    {"measure": "card_level", "is": "gold"}], "status": {"observed_to": 1, "attention_to": 2}},
        {"code": "silver", "name": {"zh": "银级", "en": "Silver"}, "window_months": 1,
         "any_of": [{"measure": "assets", "at_least": "40000.00"}, {"measure": "unsecured_loans", "at_least": "50000.00"}]},
        {"code": "ordinary", "name": {"zh": "普通", "en": "Ordinary"}, "window_months": 0, "any_of": []}]})
}

#[test]
fn activating_a_draft_and_reviewing_gives_the_what_ifs_matrix() {
    let bank = demo_bank();
    post(&bank, "/tiers/reviews", As::Administrator, &json!({"as_of": EARLIER}));
    post(&bank, "/tiers/schemes", As::Administrator, &draft("daily_average"));
    let effect = post(&bank, "/tiers/schemes/draft-1/what-if", As::Administrator, &json!({"as_of": LAST}));
    let again = post(&bank, "/tiers/schemes/draft-1/what-if", As::Administrator, &json!({"as_of": LAST}));
    assert_eq!(matrix(&effect), matrix(&again), "a what-if changes nothing");
    let before = members_by_tier(&bank);
    assert!(matrix(&effect).keys().any(|(from, to)| from == "platinum" && to != "platinum"), "people move");

    post(&bank, "/tiers/schemes/draft-1/submit", As::Administrator, &json!({"as_of": LAST}));
    let refused =
        bank.post("/tiers/schemes/draft-1/activate", As::Administrator, &json!({"from": LAST}).to_string());
    assert_eq!(refused.status, 409, "activation without approval: {}", refused.text);
    let own = bank.post("/tiers/schemes/draft-1/approve", As::Administrator, "");
    assert_eq!(own.status, 409, "the submitter may not approve: {}", own.text);
    let other =
        post(&bank, "/api-clients", As::Administrator, &json!({"name": "p", "scopes": ["tiers:approve"]}));
    let key = other["key"].as_str().expect("a key");
    assert_eq!(members_by_tier(&bank), before, "members keep the decision made under the old version");
    post(&bank, "/tiers/schemes/draft-1/approve", As::Key(key), &json!({}));
    post(&bank, "/tiers/schemes/draft-1/activate", As::Key(key), &json!({"from": LAST}));
    let review = post(&bank, "/tiers/reviews", As::Administrator, &json!({"as_of": LAST}));

    for count in ["customers", "first", "upgraded", "downgraded", "churned", "unchanged", "reassigned"] {
        assert_eq!(review[count], effect[count], "{count}");
    }
    assert_eq!(members_by_tier(&bank), by_new_tier(&matrix(&effect)));
    let after = post(&bank, "/tiers/schemes/draft-1/what-if", As::Administrator, &json!({"as_of": LAST}));
    assert_eq!(after["unchanged"], after["customers"], "a second review would change nobody");
    let replay = post(
        &bank,
        &format!("/tiers/reviews/{}/replay", review["job"].as_str().expect("a job")),
        As::Administrator,
        &json!({}),
    );
    assert_eq!(replay["different"], 0);
    assert!(replay["decisions"].as_u64() > Some(1_000), "{replay}");
    println!("{} customers, {} decisions replayed, 0 differ", review["customers"], replay["decisions"]);
}

#[test]
fn the_review_decides_every_customer_like_a_single_evaluation() {
    let bank = demo_bank();
    // Single changes wait in the overlay, so that columns and overlay are both asked.
    let lines: String = (0..100)
        .map(|number| {
            let id = format!("C{:08}", number * 150 + 1);
            format!(
                "{{\"customer_id\":\"{id}\",\"month\":\"2026-10\",\"deposits\":\"{}.00\"}}\n",
                40_000 + number * 2_000
            )
        })
        .collect();
    let answer = bank.post("/intake/assets", As::Administrator, &lines);
    assert_eq!(answer.status, 200, "{}", answer.text);
    post(&bank, "/tiers/schemes", As::Administrator, &draft("month_end"));
    let effect = post(&bank, "/tiers/schemes/seed-2023/what-if", As::Administrator, &json!({"as_of": LAST}));
    post(&bank, "/tiers/reviews", As::Administrator, &json!({"as_of": LAST}));
    assert_eq!(members_by_tier(&bank), by_new_tier(&matrix(&effect)));

    let mut connection = NativeConnection::open(&bank.database()).expect("the bank's database");
    let day = Day::parse(LAST).expect("a day");
    for scheme in ["seed-2023", "draft-1"] {
        let row = store::tier::scheme_by_id(&mut connection, scheme).expect("reads").expect("exists");
        let effect = post(
            &bank,
            &format!("/tiers/schemes/{scheme}/what-if"),
            As::Administrator,
            &json!({"as_of": LAST}),
        );
        let mut singly: BTreeMap<String, u64> = BTreeMap::new();
        for customer_ref in 0..CUSTOMERS as u32 {
            let facts =
                app::book::customer_facts(&mut connection, &row.scheme, customer_ref, day).expect("facts");
            let decision = decide(&row.scheme, &facts.facts(), Held::Nothing, &[]);
            *singly.entry(row.scheme.tiers()[decision.tier].code.clone()).or_insert(0) += 1;
        }
        assert_eq!(singly, by_new_tier(&matrix(&effect)), "{scheme}");
        println!("{scheme}: {singly:?}");
    }
}
