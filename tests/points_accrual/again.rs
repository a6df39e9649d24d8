//! What is taken back, and decisions that are made again.

use serde_json::{Value, json};
use store::Connection;
use tests::desk::KEY;
use web::Method;

use super::{bank, purchase, rule};

#[test]
fn a_refund_takes_back_its_share_whether_it_comes_before_or_after_its_original() {
    let mut desk = bank();
    rule(&mut desk, "base", &json!({}));
    let refund = |id: &str, of: &str, amount: &str| {
        let mut event = purchase(id, "c1", amount);
        event["type"] = json!("refund");
        event["refund_of"] = json!(of);
        event
    };
    let early = desk.post("/points/events", &refund("r1", "e1", "25.00"));
    assert_eq!(early["refund"]["waiting"], true);
    desk.post("/points/events", &purchase("e1", "c1", "100.00"));
    let shown = desk.get("/points/events/core/r1");
    assert_eq!((&shown["refund"]["returned"], &shown["balance"]["active"]), (&json!(25), &json!(75)));
    let batch =
        json!([refund("r3", "e2", "10.00"), purchase("e2", "c1", "40.00"), refund("r2", "e1", "75.00")]);
    desk.post("/points/events", &batch);
    assert_eq!(desk.get("/points/events/core/e2")["balance"]["active"], 30);
    let more = refund("r4", "e2", "31.00").to_string();
    let (status, problem) = desk.ask(Method::Post, "/points/events", KEY, &more);
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/amount")));
    let mut of_another = refund("r5", "e2", "1.00");
    of_another["customer_id"] = json!("c2");
    let (status, problem) = desk.ask(Method::Post, "/points/events", KEY, &of_another.to_string());
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/customer_id")));
    // One that came before its original takes from neither of the two either.
    let mut too_early = refund("r6", "e3", "10.00");
    too_early["customer_id"] = json!("c2");
    assert_eq!(desk.post("/points/events", &too_early)["refund"]["waiting"], true);
    desk.post("/points/events", &purchase("e3", "c1", "20.00"));
    assert_eq!(desk.get("/points/events/core/e3")["balance"]["active"], 50);
    assert_eq!(desk.get("/points/accounts/c2")["debt"], 0);
}

#[test]
fn every_decision_comes_out_the_same_when_it_is_made_again() {
    let mut desk = bank();
    let (status, _) = desk.ask(Method::Put, "/points/campaigns/spring", KEY, "{\"budget\": 90}");
    assert_eq!(status, 200);
    let staff =
        "customer.gender == \"f\" && !customer.attributes.staff && event.attributes.shop == \"north\"";
    rule(&mut desk, "base", &json!({"caps": [{"per": "day", "points": 40}], "condition": staff}));
    rule(&mut desk, "gift", &json!({"earn": {"fixed": {"points": 9}}, "campaign_id": "spring"}));
    let more = json!({"earn": {"fixed": {"points": 4}}, "campaign_id": "spring", "priority": 3,
        "stacking": "exclusive", "over_cap": "reject", "caps": [{"per": "campaign", "points": 10}]});
    rule(&mut desk, "first", &more);
    let batch: Vec<Value> = (0..30)
        .map(|event| {
            let mut one = purchase(&format!("e{event}"), &format!("c{}", event % 4 + 1), "11.00");
            if event % 3 > 0 {
                one["attributes"] = json!({"shop": if event % 2 == 0 { "north" } else { "south" }});
            }
            one
        })
        .collect();
    for part in batch.chunks(13) {
        desk.post("/points/events", &json!(part));
    }
    // Rules of today do not matter to what was decided by those of yesterday.
    rule(&mut desk, "gift", &json!({"earn": {"fixed": {"points": 10}}, "campaign_id": "spring"}));
    let report = desk.post("/points/replays", &json!({"limit": 20}));
    assert_eq!((&report["checked"], &report["differences"]), (&json!(20), &json!(0)), "{report}");
    let rest = desk.post("/points/replays", &json!({"after": report["last"]}));
    assert_eq!((&rest["checked"], &rest["differences"]), (&json!(10), &json!(0)), "{rest}");

    let forged = "update points_event set amount = 1000 where event_id = 'e4'";
    desk.connection.execute(forged, &[]).expect("forged");
    let found = desk.post("/points/replays", &json!({}));
    assert_eq!(found["differing"], json!([{"source": "core", "id": "e4"}]));
}
