//! Rights: the matrix of every route and every kind of caller, made from the route list.

use serde_json::{Value, json};
use store::native::NativeConnection;
use tests::{As, Bank};
use web::{Method, Route, Scope};

#[path = "rights/bodies.rs"]
mod bodies;
#[path = "rights/points.rs"]
mod points;
#[path = "rights/sales.rs"]
mod sales;
#[path = "rights/sales_bodies.rs"]
mod sales_bodies;

type Routes = Vec<Route<NativeConnection>>;

fn routes() -> Routes {
    let mut routes: Routes = administration::routes();
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
    routes
}

fn bank() -> Bank {
    let bank = Bank::start();
    bank.take_in(
        "organisations",
        "{\"id\":\"HQ\",\"name\":\"HQ\"}\n{\"id\":\"B1\",\"parent_id\":\"HQ\",\"name\":\"B1\"}\n{\"id\":\"B2\",\"parent_id\":\"HQ\",\"name\":\"B2\"}\n",
    );
    bank.take_in(
        "customers",
        "{\"id\":\"own\",\"organisation_id\":\"B1\",\"name\":\"x\"}\n{\"id\":\"foreign\",\"organisation_id\":\"B2\",\"name\":\"y\"}\n",
    );
    bank.take_in("accounts", "{\"id\":\"A-foreign\",\"customer_id\":\"foreign\",\"class\":\"deposit\"}\n");
    bank
}

fn key(bank: &Bank, body: &Value) -> String {
    let answer = bank.post("/api-clients", As::Administrator, &body.to_string());
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["key"].as_str().expect("a key").to_owned()
}

fn ask(bank: &Bank, who: As<'_>, method: Method, path: &str, body: &str) -> (u16, String) {
    let headers = &[("content-type", "application/json")];
    let body = (method != Method::Get).then_some(body.as_bytes());
    let answer = bank.ask(who, xtask::client::Ask { method: method.name(), path, headers, body });
    (answer.status, answer.text)
}

/// A path of the route about a customer, or about something else that exists.
fn fill(path: &str, customer: &str) -> String {
    let id = if path.starts_with("/customers/") { customer } else { "seed-2023" };
    path.replace("{id}", id)
        .replace("{employee_id}", "m1")
        .replace("{kind}", "customers")
        .replace("{number}", "1")
        .replace("{transition}", "contact")
        .replace("{source}", "core")
        .replace("{step}", "cancel")
        .replace("{month}", "2026-10")
}

#[test]
fn nothing_but_the_public_paths_answers_without_a_key_or_beyond_its_scopes() {
    let bank = bank();
    let powerless = key(&bank, &json!({"name": "partner", "scopes": ["jobs:read"]}));
    let (mut open, mut signed, mut checked) = (Vec::new(), 0, 0);
    for route in routes() {
        let path = fill(route.path, "own");
        let (nobody, text) = ask(&bank, As::Nobody, route.method, &path, "{}");
        if path.starts_with("/partner/v1/") {
            // A partner's signature stands for a key, and no key for a signature.
            for who in [As::Nobody, As::Key("kz_wrong"), As::Key(&powerless), As::Administrator] {
                let (status, text) = ask(&bank, who, route.method, &path, "{}");
                assert_eq!(status, 401, "{path} {who:?}: {text}");
                assert!(text.contains("/problems/bad-signature"), "{path}: {text}");
            }
            signed += 1;
            continue;
        }
        if route.scope == Scope::Public {
            assert_eq!(nobody, 200, "{path}: {text}");
            open.push(path);
            continue;
        }
        assert_eq!(nobody, 401, "{} {path}: {text}", route.method.name());
        let (wrong, _) = ask(&bank, As::Key("kz_wrong"), route.method, &path, "{}");
        assert_eq!(wrong, 401, "{path}");
        if route.scope != Scope::JobsRead {
            let (beyond, text) = ask(&bank, As::Key(&powerless), route.method, &path, "{}");
            assert_eq!(beyond, 403, "{} {path}: {text}", route.method.name());
        }
        checked += 1;
    }
    assert_eq!(open, ["/healthz", "/openapi.json"]);
    assert_eq!(signed, 10, "requests of partners");
    println!("{checked} routes refuse strangers and keys without their scope");
}

#[test]
fn a_branch_sees_and_changes_its_own_subtree_only() {
    let bank = bank();
    let scopes = [
        "intake:write",
        "customers:read",
        "assets:read",
        "tiers:read",
        "tiers:write",
        "tiers:approve",
        "tiers:review",
        "overrides:write",
        "assignments:read",
    ];
    let clerk = key(&bank, &json!({"name": "clerk", "scopes": scopes, "organisation_id": "B1"}));
    let who = As::Key(&clerk);
    let mut checked = 0;
    for route in routes().iter().filter(|route| route.path.starts_with("/customers/{id}")) {
        let body = json!({"kind": "floor", "tier": "gold", "reason": "x", "from": "2026-01-01", "until": "2027-01-01"}).to_string();
        let (foreign, text) = ask(&bank, who, route.method, &fill(route.path, "foreign"), &body);
        let (unknown, unknown_text) = ask(&bank, who, route.method, &fill(route.path, "nobody"), &body);
        assert_eq!((foreign, unknown), (404, 404), "{}: {text}", route.path);
        assert_eq!(text, unknown_text, "{} tells nothing apart", route.path);
        let (own, text) = ask(&bank, who, route.method, &fill(route.path, "own"), &body);
        assert!(
            (200..300).contains(&own) || own == 404 && route.path.ends_with("{number}"),
            "{}: {own} {text}",
            route.path
        );
        checked += 1;
    }
    assert!(checked >= 6);
    for path in ["/tiers/members", "/assets/movements", "/tiers/schemes/seed-2023/what-if/changes"] {
        assert_eq!(bank.get(&format!("{path}?organisation_id=B2"), who).status, 403, "{path}");
        assert_eq!(bank.get(&format!("{path}?organisation_id=HQ"), who).status, 403, "{path}");
        let all = bank.get(path, who);
        assert_eq!(all.status, 200, "{path}: {}", all.text);
        assert!(!all.text.contains("foreign"), "{path}: {}", all.text);
    }
    let review = bank.post(
        "/tiers/reviews",
        who,
        &json!({"as_of": "2026-10-31", "organisation_id": "B2"}).to_string(),
    );
    assert_eq!(review.status, 403, "{}", review.text);
    let effect = bank
        .post("/tiers/schemes/seed-2023/what-if", who, &json!({"as_of": "2026-10-31"}).to_string())
        .json();
    assert_eq!(effect["customers"], 1, "the what-if of a branch is about its own customers");
    let scheme = bank.post(
        "/tiers/schemes",
        who,
        &json!({"id": "S", "asset_basis": "month_end", "tiers": []}).to_string(),
    );
    assert_eq!(scheme.status, 403, "a branch drafts no scheme of the whole bank: {}", scheme.text);
    for (kind, body) in [
        ("customers", json!({"id": "new", "organisation_id": "B2", "name": "x"})),
        ("customers", json!({"id": "foreign", "organisation_id": "B1", "name": "taken"})),
        ("assets", json!({"customer_id": "foreign", "month": "2026-10", "deposits": "1.00"})),
        ("balances", json!({"account_id": "A-foreign", "date": "2026-10-01", "amount": "1.00"})),
        ("organisations", json!({"id": "B3", "parent_id": "HQ", "name": "x"})),
    ] {
        let answer = bank.post(&format!("/intake/{kind}"), who, &body.to_string());
        assert!((400..500).contains(&answer.status), "{kind} {body}: {} {}", answer.status, answer.text);
    }
    let foreign = bank.get("/customers/foreign/assets?from=2026-10&to=2026-10", As::Administrator).json();
    assert_eq!(foreign["months"][0]["assets"], "0.00", "nothing was written about a foreign customer");
}

#[test]
fn members_that_a_caller_may_not_set_are_refused() {
    let bank = bank();
    for member in ["points", "tier", "partner_id", "customer_ref", "organisation_ref", "status"] {
        for (path, mut body) in [
            ("/intake/customers", json!({"id": "own", "organisation_id": "B1", "name": "x"})),
            ("/intake/accounts", json!({"id": "A1", "customer_id": "own", "class": "deposit"})),
            ("/intake/assets", json!({"customer_id": "own", "month": "2026-10"})),
            ("/tiers/reviews", json!({"as_of": "2026-10-31"})),
            ("/api-clients", json!({"name": "x", "scopes": ["jobs:read"]})),
        ] {
            body[member] = json!("core");
            let answer = bank.post(path, As::Administrator, &body.to_string());
            assert_eq!(answer.status, 422, "{path} with {member}: {}", answer.text);
        }
    }
}
