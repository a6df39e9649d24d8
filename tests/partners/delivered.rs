//! Rewards that a partner delivers: it hears of a redemption, and confirms or refuses it.

use serde_json::{Value, json};
use tests::desk::NOW_MS;

use super::air::{Air, register, signed, slug};
use super::points;

/// An airline that delivers a reward for 100 points, and a customer with 500.
fn offering(terms: &Value) -> Air {
    let mut air = Air::new(terms);
    air.done("earn", "e0", &points("c1", 500));
    let reward = json!({"id": "seat", "name": {"zh": "升舱", "en": "Upgrade"}, "price": {"points": 100},
        "stock": 9, "fulfilment": "partner", "partner_id": "air", "confirm_within_seconds": 60});
    air.desk.post("/rewards", &reward);
    air
}

/// A customer redeems: the body in which the partner answers it.
fn redeem(air: &mut Air) -> Value {
    let made = air.desk.post("/redemptions", &json!({"customer_id": "c1", "reward_id": "seat"}));
    assert_eq!(made["state"], "reserved");
    json!({"redemption_id": made["id"]})
}

fn state(air: &mut Air, body: &Value) -> Value {
    let id = body["redemption_id"].as_str().expect("an id");
    air.desk.get(&format!("/redemptions/{id}"))["state"].clone()
}

#[test]
fn a_partner_confirms_or_refuses_what_it_delivers() {
    let mut air = offering(&json!({}));
    let first = redeem(&mut air);
    let sea = register(&mut air.desk, "sea", &json!({}));
    for operation in ["redemptions/confirm", "redemptions/refuse"] {
        let id = operation.replace('/', "-");
        let foreign = signed(("sea", &sea), operation, &id, NOW_MS / 1_000, &first.to_string());
        let (status, problem) = air.desk.ask_at(NOW_MS, foreign);
        assert_eq!((status, slug(&problem).0.as_str()), (404, "unknown-redemption"), "another's reward");
        for unknown in ["99", "x"] {
            let refused =
                air.refused(operation, &format!("{id}-{unknown}"), &json!({"redemption_id": unknown}));
            assert_eq!((refused.0, refused.1.as_str()), (404, "unknown-redemption"));
        }
    }
    let done = air.done("redemptions/confirm", "c1", &first);
    let expected = json!({"request": "c1", "redemption_id": first["redemption_id"], "state": "confirmed",
        "points": 100});
    assert_eq!(done, expected);
    assert_eq!(air.done("redemptions/confirm", "c1", &first), expected, "answered from the store");
    assert_eq!((state(&mut air, &first), air.active("c1")), (json!("confirmed"), 400));
    assert_eq!(air.refused("redemptions/confirm", "c2", &first).1, "wrong-state");
    assert_eq!(air.refused("redemptions/refuse", "c3", &first).1, "wrong-state", "it was delivered");

    let second = redeem(&mut air);
    assert_eq!((air.active("c1"), &air.desk.get("/rewards/seat")["stock"]), (300, &json!(7)));
    assert_eq!(air.done("redemptions/refuse", "c4", &second)["state"], "void");
    assert_eq!((state(&mut air, &second), air.active("c1")), (json!("void"), 400));
    assert_eq!(air.desk.get("/rewards/seat")["stock"], 8);

    let third = redeem(&mut air);
    air.now_ms += 60_000;
    assert_eq!(air.refused("redemptions/confirm", "c5", &third).1, "wrong-state", "its time is over");
    assert_eq!(air.desk.get("/points/audit")["ok"], true, "the ledger adds up");
}

#[test]
fn who_was_asked_to_deliver_answers_although_the_reward_went_to_another_partner() {
    let mut air = offering(&json!({}));
    let body = redeem(&mut air);
    let sea = register(&mut air.desk, "sea", &json!({}));
    let moved = json!({"name": {"zh": "升舱", "en": "Upgrade"}, "price": {"points": 100},
        "fulfilment": "partner", "partner_id": "sea"});
    let (status, answer) =
        air.desk.ask(web::Method::Put, "/rewards/seat", tests::desk::KEY, &moved.to_string());
    assert_eq!(status, 200, "{answer}");
    let foreign = signed(("sea", &sea), "redemptions/confirm", "s1", NOW_MS / 1_000, &body.to_string());
    assert_eq!(air.desk.ask_at(NOW_MS, foreign).0, 404, "it was never asked");
    assert_eq!(air.done("redemptions/confirm", "c1", &body)["state"], "confirmed");
}

#[test]
fn what_a_partner_says_to_redemptions_is_no_part_of_its_settlement() {
    let mut air = offering(&json!({}));
    let body = redeem(&mut air);
    air.done("redemptions/confirm", "c1", &body);
    air.now_ms = NOW_MS + 31 * 86_400_000;
    let month = json!({"month": "2026-11"}).to_string();
    let path = "/partners/air/settlements";
    let settled = air.desk.done_at(air.now_ms, web::Method::Post, path, &month);
    assert_eq!((&settled["payable"], &settled["receivable"]), (&json!(0), &json!(500)));
    let lines = air.desk.get("/partners/air/settlements/2026-11/lines");
    assert_eq!(lines["items"].as_array().map(Vec::len), Some(1), "{lines}");
}

#[test]
fn a_partner_hears_of_a_redemption_that_waits_for_it_when_it_wants_to() {
    let mut air = offering(&json!({"notify": true, "endpoint": "/air/hook"}));
    let body = redeem(&mut air);
    let messages = air.desk.get("/outbox?channel=partner");
    let [message] = messages["items"].as_array().expect("items").as_slice() else { panic!("{messages}") };
    assert_eq!((&message["topic"], &message["recipient"]), (&json!("partner.redemption"), &json!("air")));
    let rows = store::Connection::execute(&mut air.desk.connection, "select body from outbox", &[]);
    let text = rows.expect("read").read_one("body", |row| row.text()).expect("a body");
    let told: Value = serde_json::from_str(&text).expect("JSON");
    let data = &told["data"];
    assert_eq!((&data["redemption_id"], &data["customer_id"]), (&body["redemption_id"], &json!("c1")));
    assert_eq!((&data["reward_id"], &data["endpoint"]), (&json!("seat"), &json!("/air/hook")));
    assert_eq!(data["confirm_by"], "2026-11-22T04:01:00Z");

    let mut quiet = offering(&json!({}));
    redeem(&mut quiet);
    assert_eq!(quiet.desk.get("/outbox?channel=partner")["items"], json!([]));
}
