//! What is refused, where it stands, and to whom.

use serde_json::json;
use web::Method;

use super::bank::{bank, ids, key, offer, order, refused, reward};

#[test]
fn terms_that_break_a_rule_are_refused_where_they_stand() {
    let mut desk = bank();
    for (members, pointer) in [
        (json!({"price": {"points": 0}}), "/price/points"),
        (json!({"price": {"points": 1, "cash": "0.00"}}), "/price/cash"),
        (json!({"price": {"points": 1, "cash": "-1.00"}}), "/price/cash"),
        (json!({"price": {"points": 1.5}}), "/price/points"),
        (json!({"name": {"zh": "x"}}), "/name/en"),
        (json!({"stock": -1}), "/stock"),
        (json!({"limit": {"per_customer": 0}}), "/limit/per_customer"),
        (json!({"limit": {"per_customer": 1, "per": "week"}}), "/limit/per"),
        (json!({"tiers": []}), "/tiers"),
        (json!({"tiers": ["gold", "brass"]}), "/tiers/1"),
        (json!({"tiers": ["gold", "gold"]}), "/tiers/1"),
        (json!({"from": "2026-12-02", "to": "2026-12-01"}), "/to"),
        (json!({"fulfilment": "code"}), "/codes"),
        (json!({"codes": "pool"}), "/codes"),
        (json!({"partner_id": "P"}), "/partner_id"),
        (json!({"fulfilment": "partner", "partner_id": "P"}), "/partner_id"),
        (json!({"confirm_within_seconds": 60}), "/confirm_within_seconds"),
        (json!({"fulfilment": "partner", "confirm_within_seconds": 59}), "/confirm_within_seconds"),
        (json!({"issued": "grandfather"}), "/issued"),
        (json!({"points": 1}), "/points"),
    ] {
        let is = refused(&mut desk, Method::Post, "/rewards", &reward("R", &members));
        assert_eq!(is, (422, "broken-rule".to_owned(), pointer.to_owned()), "{members}");
    }
    assert_eq!(desk.get("/rewards")["items"], json!([]), "nothing was written");
    offer(&mut desk, "R", &json!({}));
    let twice = refused(&mut desk, Method::Post, "/rewards", &reward("R", &json!({})));
    assert_eq!(twice, (409, "already-exists".to_owned(), "/id".to_owned()));
    let with_stock = refused(&mut desk, Method::Put, "/rewards/R", &reward("R", &json!({"stock": 1})));
    assert_eq!((with_stock.0, with_stock.2.as_str()), (422, "/stock"));
    assert_eq!(refused(&mut desk, Method::Put, "/rewards/S", &reward("R", &json!({}))).2, "/id");
    assert_eq!(refused(&mut desk, Method::Put, "/rewards/S", &reward("S", &json!({}))).1, "unknown-reward");
    assert_eq!(refused(&mut desk, Method::Post, "/rewards/R/stock", &json!({"add": 1})).1, "wrong-state");
    for target in ["/rewards/S/stock", "/rewards/S/codes", "/rewards/S/retire"] {
        let body = if target.ends_with("stock") { json!({"add": 1}) } else { json!({"code": "K"}) };
        assert_eq!(refused(&mut desk, Method::Post, target, &body).1, "unknown-reward", "{target}");
    }
}

#[test]
fn a_refused_redemption_changes_nothing() {
    let mut desk = bank();
    offer(&mut desk, "dear", &json!({"price": {"points": 1001}, "stock": 3}));
    offer(&mut desk, "none", &json!({"stock": 0}));
    offer(&mut desk, "early", &json!({"from": "2026-11-23"}));
    offer(&mut desk, "late", &json!({"to": "2026-11-21"}));
    offer(&mut desk, "gold", &json!({"tiers": ["gold"]}));
    offer(&mut desk, "cash", &json!({"price": {"points": 1, "cash": "1.00"}}));
    offer(&mut desk, "one", &json!({"limit": {"per_customer": 1}}));
    offer(&mut desk, "old", &json!({}));
    desk.post("/rewards/old/retire", &json!({}));
    let of = |customer: &str, reward: &str, quantity: i64| {
        let mut body = order(customer, reward);
        body["quantity"] = json!(quantity);
        body
    };
    for (body, status, slug, pointer) in [
        (of("nobody", "dear", 1), 404, "unknown-customer", "/customer_id"),
        (of("C1", "nothing", 1), 404, "unknown-reward", "/reward_id"),
        (of("C1", "dear", 1), 409, "not-enough-points", ""),
        (of("C1", "dear", 0), 422, "broken-rule", "/quantity"),
        (of("C1", "dear", 1001), 422, "broken-rule", "/quantity"),
        (of("C1", "none", 1), 409, "out-of-stock", "/quantity"),
        (of("C1", "dear", 4), 409, "out-of-stock", "/quantity"),
        (of("C1", "early", 1), 409, "wrong-state", "/reward_id"),
        (of("C1", "late", 1), 409, "wrong-state", "/reward_id"),
        (of("C1", "old", 1), 409, "wrong-state", "/reward_id"),
        (of("C1", "gold", 1), 409, "wrong-state", "/customer_id"),
        (of("C1", "cash", 1), 422, "broken-rule", "/cash_reference"),
        (of("C1", "one", 2), 409, "limit-reached", "/quantity"),
    ] {
        let is = refused(&mut desk, Method::Post, "/redemptions", &body);
        assert_eq!(is, (status, slug.to_owned(), pointer.to_owned()), "{body}");
    }
    assert_eq!(desk.get("/redemptions")["items"], json!([]));
    assert_eq!(desk.get("/rewards/dear")["stock"], 3);
    assert_eq!(desk.post("/redemptions", &order("C1", "one"))["balance"], 900);
    assert_eq!(refused(&mut desk, Method::Post, "/redemptions", &order("C1", "one")).1, "limit-reached");
    assert_eq!(desk.post("/redemptions", &order("D1", "one"))["balance"], 900, "each customer has a limit");
    for (id, step) in [("999", "cancel"), ("x", "ship")] {
        let is = refused(&mut desk, Method::Post, &format!("/redemptions/{id}/{step}"), &json!({}));
        assert_eq!((is.0, is.1.as_str()), (404, "unknown-redemption"));
    }
    assert_eq!(refused(&mut desk, Method::Post, "/redemptions/1/eat", &json!({})).1, "unknown-path");
}

#[test]
fn a_branch_sees_and_redeems_for_its_own_customers_and_leaves_the_catalogue_alone() {
    let mut desk = bank();
    offer(&mut desk, "R", &json!({}));
    let own = desk.post("/redemptions", &order("C1", "R"));
    let foreign = desk.post("/redemptions", &order("D1", "R"));
    let branch = key(&mut desk, &json!({"organisation_id": "B1"}));
    let (_, listing) = desk.ask(Method::Get, "/redemptions", &branch, "");
    assert_eq!(ids(&listing), [own["id"].as_str().expect("an id")]);
    let (status, _) = desk.ask(Method::Get, "/redemptions?customer_id=D1", &branch, "");
    assert_eq!(status, 404);
    let path = format!("/redemptions/{}", foreign["id"].as_str().expect("an id"));
    let unknown = desk.ask(Method::Get, "/redemptions/999", &branch, "");
    assert_eq!((unknown.0, &desk.ask(Method::Get, &path, &branch, "")), (404, &unknown));
    assert_eq!(desk.ask(Method::Post, &format!("{path}/cancel"), &branch, "{}"), unknown);
    let [unseen, nobody] = ["D1", "nobody"]
        .map(|id| desk.ask(Method::Post, "/redemptions", &branch, &order(id, "R").to_string()));
    assert_eq!((unseen.0, &unseen), (404, &nobody));
    assert_eq!(desk.ask(Method::Post, "/redemptions", &branch, &order("C1", "R").to_string()).0, 201);
    assert_eq!(desk.get(&path)["state"], "fulfilled");
    for (method, target, body) in [
        (Method::Post, "/rewards", reward("S", &json!({}))),
        (Method::Put, "/rewards/R", reward("R", &json!({}))),
        (Method::Post, "/rewards/R/stock", json!({"add": 1})),
        (Method::Post, "/rewards/R/codes", json!({"code": "K"})),
        (Method::Post, "/rewards/R/retire", json!({})),
    ] {
        assert_eq!(desk.ask(method, target, &branch, &body.to_string()).0, 403, "{target}");
    }
    assert_eq!(desk.ask(Method::Get, "/rewards/R", &branch, "").0, 200);
    desk.post("/rewards/R/retire", &json!({}));
    assert_eq!(desk.get("/rewards")["items"], json!([]), "what is retired is not listed");
    assert!(desk.get("/rewards/R")["retired_at"].is_string());
    assert_eq!(refused(&mut desk, Method::Post, "/rewards/R/retire", &json!({})).1, "wrong-state");
}
