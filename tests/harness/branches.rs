//! Branches whose customers fall below the threshold of their tier together, without a runtime.

use serde_json::{Value, json};

use crate::desk::Desk;

/// Gold from 100.00: observed in the first month below, attention in the second, lost in the third.
pub fn gold_scheme() -> Value {
    json!({"id": "S", "asset_basis": "month_end", "tiers": [
        {"code": "gold", "name": {"zh": "金级", "en": "Gold"}, "window_months": 2,
         "any_of": [{"measure": "assets", "at_least": "100.00"}],
         "status": {"observed_to": 1, "attention_to": 2}},
        {"code": "ordinary", "name": {"zh": "普通", "en": "Ordinary"}, "window_months": 0, "any_of": []}]})
}

/// A house over the branches B1 (with a head) and B2 (without), a counter under B1; a gold customer in each, who falls
/// below the threshold in August 2026.
///
/// # Panics
/// When something is refused.
pub fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"}, {"id": "B1", "parent_id": "HQ", "name": "B1"},
            {"id": "B2", "parent_id": "HQ", "name": "B2"}, {"id": "K1", "parent_id": "B1", "name": "K1"}]),
    );
    desk.post(
        "/intake/employees",
        &json!([{"id": "boss", "organisation_id": "HQ", "name": "x", "role": "branch_manager"},
            {"id": "head", "organisation_id": "B1", "name": "x", "role": "branch_manager"},
            {"id": "gone", "organisation_id": "B2", "name": "x", "role": "branch_manager", "active_to": "2026-11-21"},
            {"id": "m1", "organisation_id": "B1", "name": "x", "role": "manager"}]),
    );
    for (id, organisation) in [("of-k1", "K1"), ("of-b1", "B1"), ("of-b2", "B2"), ("of-hq", "HQ")] {
        desk.post(
            "/intake/customers",
            &json!({"id": id, "organisation_id": organisation, "name": "王芳", "phone": "13912345678",
                "email": "wang@example.com"}),
        );
        for (month, assets) in
            [("2026-07", "100.00"), ("2026-08", "99.99"), ("2026-09", "99.99"), ("2026-10", "99.99")]
        {
            desk.post("/intake/assets", &json!({"customer_id": id, "month": month, "deposits": assets}));
        }
    }
    desk.put_in_force(&gold_scheme());
    desk.post("/tiers/reviews", &json!({"as_of": "2026-07-31"}));
    desk
}

/// The check that finds everybody observed.
pub const OBSERVED: &str = "2026-08-31";
/// The check that finds everybody in need of attention.
pub const ATTENTION: &str = "2026-09-30";
/// The check that finds the tier lost.
pub const CHURNED: &str = "2026-10-31";

/// Reviews and checks; returns how many alerts were opened.
///
/// # Panics
/// When something is refused.
pub fn check(desk: &mut Desk, as_of: &str) -> u64 {
    desk.post("/tiers/reviews", &json!({"as_of": as_of}));
    check_again(desk, as_of)
}

/// Checks; returns how many alerts were opened.
///
/// # Panics
/// When it is refused.
pub fn check_again(desk: &mut Desk, as_of: &str) -> u64 {
    let check = desk.post("/churn/checks", &json!({"as_of": as_of}));
    assert_eq!(check["done"], true, "{check}");
    check["alerts_opened"].as_u64().expect("a count")
}

/// A key of an organisation that reads and works on alerts.
///
/// # Panics
/// When it is refused.
pub fn branch_key(desk: &mut Desk, organisation: &str) -> String {
    let client =
        json!({"name": "branch", "scopes": ["churn:read", "churn:write"], "organisation_id": organisation});
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}
