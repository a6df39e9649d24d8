//! What bodies of requests about assignments and sales may not say: what is foreign, and members that are the bank's
//! own to set.

use serde_json::{Value, json};
use tests::desk::KEY;
use web::Method;

use super::points::{CLASSES, key, unchanged};
use super::sales::{TODAY, alone, ask, bank, body, is_owned, routes, rows, wanted};

/// A body of each writing route that names what lies outside the branch B1, or is the whole bank's.
fn foreign_bodies() -> Vec<(Method, &'static str, Value)> {
    let (post, put) = (Method::Post, Method::Put);
    let of_branch = json!({"organisation_id": "B2"});
    let plan = |whose: &str, id: &str| json!({"items": [{"month": "2026-11", whose: id, "amount": "1.00"}]});
    vec![
        (post, "/assignments", wanted("of-b2", &alone("m3"), TODAY)),
        (post, "/assignments", wanted("of-b1", &alone("m3"), TODAY)),
        (post, "/assignments/adjust", wanted("of-b2", &alone("m3"), TODAY)),
        (post, "/assignments/recall", json!({"customer_id": "of-b2", "reason": "x"})),
        (post, "/assignments/recall", json!({"items": ["of-b2"], "reason": "x"})),
        (post, "/assignments/batch", json!({"items": [wanted("of-b2", &alone("m3"), TODAY)]})),
        (
            post,
            "/assignments/batch",
            json!({"filter": of_branch, "managers": alone("m3"), "from": TODAY, "reason": "x"}),
        ),
        (post, "/assignments/absences", json!({"employee_id": "m3", "from": TODAY, "to": TODAY})),
        (post, "/assignments/absences/remove", json!({"employee_id": "m3", "from": TODAY})),
        (post, "/assignments/proposals", json!({"organisation_id": "B2", "scope": "waiting"})),
        (put, "/assignments/settings", json!({"manager_tiers": [], "capacity": {}})),
        (post, "/sales/default-runs", of_branch),
        (
            post,
            "/sales/products",
            json!({"id": "Q", "name": {"zh": "基金", "en": "Fund"}, "category": "fund"}),
        ),
        (put, "/sales/products/{id}", json!({"rule": {}})),
        (put, "/sales/plans", plan("organisation_id", "B2")),
        (put, "/sales/plans", plan("employee_id", "m3")),
    ]
}

#[test]
fn a_body_that_names_what_is_foreign_is_refused_and_changes_nothing() {
    for (owner, id, _) in CLASSES {
        let (mut desk, _) = bank();
        let key = key(&mut desk, owner, id);
        let mut bodies = foreign_bodies();
        if owner == "employee_id" {
            // A colleague's customer of the own branch.
            bodies.push((Method::Post, "/assignments", wanted("of-k1", &alone("m1"), TODAY)));
            let recall = json!({"customer_id": "of-k1", "reason": "x"});
            bodies.push((Method::Post, "/assignments/recall", recall));
        }
        for (method, path) in routes(&desk) {
            let is_named = bodies.iter().any(|(of, route, _)| (*of, *route) == (method, path));
            assert!(method == Method::Get || is_owned(path) || is_named, "{} {path}: a body", method.name());
        }
        let before = rows(&mut desk);
        for (method, path, body) in &bodies {
            let (status, answer) = ask(&mut desk, &key, *method, &path.replace("{id}", "P"), body);
            // A batch says what it refused.
            let is_refused = [403, 404, 422].contains(&status) || status == 200 && answer["accepted"] == 0;
            assert!(is_refused, "{path} {body}: {status} {answer}");
        }
        unchanged(&before, &rows(&mut desk));
    }
}

/// Members that are the bank's own to set.
const MEMBERS: [&str; 7] =
    ["state", "kind", "customer_ref", "organisation_ref", "created_by", "decided_by", "version"];

#[test]
fn a_member_that_a_caller_may_not_set_is_refused_by_every_writing_route() {
    let (mut desk, things) = bank();
    let before = rows(&mut desk);
    let owned = routes(&desk).into_iter().filter(|(method, path)| *method != Method::Get && is_owned(path));
    let mut bodies: Vec<(Method, String, Value)> =
        owned.map(|(method, path)| (method, things[0].path(path), body(path))).collect();
    bodies.retain(|(.., body)| body.is_object());
    let foreign = foreign_bodies().into_iter();
    bodies.extend(foreign.map(|(method, path, body)| (method, path.replace("{id}", "P"), body)));
    for (method, target, good) in &bodies {
        for member in MEMBERS {
            let mut body = good.clone();
            body[member] = json!(1);
            let (status, problem) = ask(&mut desk, KEY, *method, target, &body);
            assert!([400, 422].contains(&status), "{target} with {member}: {status} {problem}");
            let errors = problem["errors"].as_array().expect("errors");
            let is_named = |error: &Value| error["pointer"] == format!("/{member}");
            assert!(errors.iter().any(is_named), "{target} with {member}: {problem}");
        }
    }
    assert!(bodies.len() >= 19, "{}", bodies.len());
    unchanged(&before, &rows(&mut desk));
}
