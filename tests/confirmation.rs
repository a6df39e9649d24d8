//! Confirmation (级别确认): proposals come into force organisation by organisation, each once.

use serde_json::json;
use tests::desk::Desk;

#[test]
fn proposals_come_into_force_by_organisation_and_each_once() {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"},
        {"id": "B1", "parent_id": "HQ", "name": "B1"}, {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    for (customer, organisation) in [("one", "B1"), ("two", "B2"), ("three", "B2")] {
        desk.post(
            "/intake/customers",
            &json!({"id": customer, "organisation_id": organisation, "name": "x"}),
        );
        desk.post(
            "/intake/assets",
            &json!({"customer_id": customer, "month": "2026-10", "deposits": "500.00"}),
        );
    }
    let scheme = json!({"id": "S", "asset_basis": "month_end", "confirm": true, "tiers": [
        {"code": "a", "name": {"zh": "甲", "en": "A"}, "window_months": 0,
         "any_of": [{"measure": "assets", "at_least": "100.00"}]}]});
    desk.put_in_force(&scheme);
    let review = desk.post("/tiers/reviews", &json!({"as_of": "2026-10-31"}));
    assert_eq!((&review["proposed"], &review["first"]), (&json!(true), &json!(3)));
    let members = |desk: &mut Desk| desk.get("/tiers/members")["items"].as_array().expect("items").len();
    assert_eq!(members(&mut desk), 0, "a proposal is no decision");

    let confirm = format!("/tiers/reviews/{}/confirm", review["job"].as_str().expect("a job"));
    let counts =
        |answer: serde_json::Value| ["customers", "stale", "waiting"].map(|name| answer[name].as_u64());
    let first = desk.post(&confirm, &json!({"organisation_id": "B1"}));
    assert_eq!(counts(first), [Some(1), Some(0), Some(2)]);
    assert_eq!(members(&mut desk), 1);
    let again = desk.post(&confirm, &json!({"organisation_id": "B1"}));
    assert_eq!(counts(again), [Some(0), Some(0), Some(2)]);
    let rest = desk.post(&confirm, &json!({}));
    assert_eq!(counts(rest), [Some(2), Some(0), Some(0)]);
    assert_eq!(members(&mut desk), 3);
    let history = desk.get("/customers/two/tier/history");
    assert_eq!(history["items"].as_array().map(Vec::len), Some(1), "{history}");
    assert_eq!(history["items"][0]["replays"], true);
    let (status, answer) = desk.ask(web::Method::Post, &confirm, tests::desk::KEY, "{}");
    assert_eq!(status, 409, "nothing waits any more: {answer}");
}
