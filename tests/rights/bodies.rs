//! What bodies of requests about points, rewards and partners may not say: a foreign customer, and members that are the
//! bank's own to set.

use serde_json::{Value, json};
use tests::desk::{Desk, KEY};
use web::Method;

use super::points::{CLASSES, bank, key, purchase, reward, routes, rows, rule, unchanged};

#[test]
fn a_body_that_names_a_foreign_customer_is_refused_and_changes_nothing() {
    for (owner, id, foreign) in CLASSES {
        let (mut desk, _) = bank();
        let key = key(&mut desk, owner, id);
        let before = rows(&mut desk);
        for stranger in foreign.iter().map(|place| ["own", "colleague", "foreign"][*place]) {
            let of = json!({"source": "core", "id": stranger});
            for (method, path, body) in [
                (Method::Post, "/points/events", purchase("new", stranger)),
                (Method::Post, "/points/events", json!([purchase("new", stranger)])),
                (Method::Post, "/points/events/dry-run", purchase("new", stranger)),
                (
                    Method::Post,
                    "/points/returns",
                    json!({"source": "core", "id": "r", "of": of, "amount": "1.00"}),
                ),
                (
                    Method::Post,
                    "/points/reservations",
                    json!({"customer_id": stranger, "points": 1, "ttl_seconds": 9}),
                ),
                (Method::Post, "/points/transfers", json!({"from": stranger, "to": "own", "points": 1})),
                (Method::Post, "/points/transfers", json!({"from": "own", "to": stranger, "points": 1})),
                (Method::Post, "/points/merges", json!({"from": stranger, "into": "own", "reason": "x"})),
                (Method::Post, "/points/merges", json!({"from": "own", "into": stranger, "reason": "x"})),
                (
                    Method::Post,
                    "/points/adjustments",
                    json!({"customer_id": stranger, "points": 1, "reason": "x"}),
                ),
                (Method::Post, "/points/blocks", json!({"customer_id": stranger, "reason": "other"})),
                (Method::Put, "/points/pools/new", json!({"members": ["own", stranger]})),
                (Method::Post, "/redemptions", json!({"customer_id": stranger, "reward_id": "cup"})),
            ] {
                let (status, answer) = desk.ask(method, path, &key, &body.to_string());
                // Feeds are told which record is wrong; a manager's key sends no events at all.
                let expected: &[u16] = if path.starts_with("/points/events") { &[403, 422] } else { &[404] };
                assert!(expected.contains(&status), "{path} {body}: {status} {answer}");
            }
            let list = format!("/redemptions?customer_id={stranger}");
            assert_eq!(desk.ask(Method::Get, &list, &key, "").0, 404);
            let (status, listing) = desk.ask(Method::Get, "/redemptions", &key, "");
            assert_eq!(status, 200, "{listing}");
            let told = listing.to_string();
            assert!(told.contains("own") && !told.contains(stranger), "{told}");
        }
        unchanged(&before, &rows(&mut desk));
    }
}

/// Members that would give a caller more than it has.
const MEMBERS: [&str; 6] = ["points", "tier", "partner_id", "state", "customer_ref", "budget_used"];

/// Writing routes that take no body, or another one than an object.
const WITHOUT_BODY: [&str; 12] = [
    "/partners/{id}/keys/{number}",
    "/partners/{id}/reconcile",
    "/partners/{id}/resume",
    "/partners/{id}/suspend",
    "/points/adjustments/{id}/approve",
    "/points/adjustments/{id}/reject",
    "/points/blocks/{id}/release",
    "/points/merges/{id}/undo",
    "/points/reservations/{id}/void",
    "/points/rules/{id}/retire",
    "/rewards/{id}/retire",
    "DELETE /points/pools/{id}",
];

/// A good body of each writing route.
fn good() -> Vec<(&'static str, Value)> {
    let of = json!({"source": "core", "id": "own"});
    vec![
        ("POST /partners", json!({"id": "new", "name": "x"})),
        ("POST /partners/{id}/disputes", json!({"month": "2026-10", "reference": "w", "reason": "x"})),
        ("POST /partners/{id}/disputes/{number}/resolve", json!({"resolution": "x"})),
        ("POST /partners/{id}/keys", json!({})),
        ("POST /partners/{id}/settlements", json!({"month": "2026-10"})),
        ("POST /partners/settlements", json!({})),
        ("PUT /partners/{id}", json!({"name": "x"})),
        ("POST /points/adjustments", json!({"customer_id": "own", "points": 1, "reason": "x"})),
        ("POST /points/blocks", json!({"customer_id": "own", "reason": "other"})),
        ("PUT /points/campaigns/{id}", json!({"budget": 1})),
        ("POST /points/events", purchase("new", "own")),
        ("POST /points/events/dry-run", purchase("new", "own")),
        ("POST /points/expiry-runs", json!({})),
        ("POST /points/merges", json!({"from": "own-other", "into": "own", "reason": "x"})),
        ("PUT /points/pools/{id}", json!({"members": ["own"]})),
        ("PUT /points/programme", json!({})),
        ("POST /points/replays", json!({})),
        ("POST /points/reservations", json!({"customer_id": "own", "points": 1, "ttl_seconds": 9})),
        ("POST /points/reservations/{id}/post", json!({"points": 1})),
        ("POST /points/returns", json!({"source": "core", "id": "r", "of": of, "amount": "1.00"})),
        ("POST /points/rules", rule()),
        ("POST /points/rules/{id}/activate", json!({})),
        ("POST /points/rules/{id}/what-if", json!({})),
        ("POST /points/transfers", json!({"from": "own", "to": "own-other", "points": 1})),
        ("POST /redemptions", json!({"customer_id": "own", "reward_id": "cup"})),
        ("POST /redemptions/{id}/{step}", json!({})),
        ("POST /rewards", reward()),
        ("POST /rewards/{id}/codes", json!({"code": "x"})),
        ("POST /rewards/{id}/stock", json!({"add": 1})),
        ("PUT /rewards/{id}", reward()),
    ]
}

fn is_without_body(method: Method, path: &str) -> bool {
    WITHOUT_BODY.contains(&path) || WITHOUT_BODY.contains(&format!("{} {path}", method.name()).as_str())
}

/// A path of the route about something that exists.
fn target(path: &str) -> String {
    let id = match path.split('/').nth(1) {
        Some("partners") => "hotel",
        Some("rewards") => "cup",
        _ if path.starts_with("/points/rules") => "buy",
        _ => "1",
    };
    path.replace("{id}", id).replace("{number}", "1").replace("{step}", "cancel")
}

fn refused(desk: &mut Desk, (method, path): (Method, &str), good: &Value, member: &str) {
    let mut body = good.clone();
    body[member] = json!(1);
    let (status, problem) = desk.ask(method, &target(path), KEY, &body.to_string());
    assert!([400, 422].contains(&status), "{path} with {member}: {status} {problem}");
    let errors = problem["errors"].as_array().expect("errors");
    let is_named = |error: &Value| error["pointer"] == format!("/{member}");
    assert!(errors.iter().any(is_named), "{path} with {member}: {problem}");
}

#[test]
fn a_member_that_a_caller_may_not_set_is_refused_by_every_writing_route() {
    let (mut desk, _) = bank();
    let before = rows(&mut desk);
    let good = good();
    let mut tried = 0;
    for (method, path) in routes(&desk) {
        if method == Method::Get || is_without_body(method, path) {
            continue;
        }
        let name = format!("{} {path}", method.name());
        let (_, body) =
            good.iter().find(|(route, _)| *route == name).unwrap_or_else(|| panic!("{name}: a body"));
        for member in MEMBERS {
            // A reward names the partner who delivers it.
            let is_its_own =
                body.get(member).is_some() || path.starts_with("/rewards") && member == "partner_id";
            if !is_its_own {
                refused(&mut desk, (method, path), body, member);
                tried += 1;
            }
        }
    }
    assert!(tried >= 150, "{tried}");
    unchanged(&before, &rows(&mut desk));
}
