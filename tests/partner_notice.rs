//! A partner hears of its settlement: the built components, and a bank's gateway that checks signatures.

use gateway::Gateway;
use serde_json::json;
use tests::falling::{deliver, post};
use tests::{As, Bank};
use web::signature::{Secret, Signed, TOLERANCE_SECONDS, verify};

#[test]
fn a_settlement_reaches_the_gateway_signed_and_once() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_gateway(&gateway);
    bank.take_in("organisations", &json!({"id": "HQ", "name": "HQ"}).to_string());
    let endpoint = "/air/hook";
    let mut secrets = Vec::new();
    for (id, notify) in [("air", true), ("quiet", false)] {
        let partner = json!({"id": id, "name": "x", "notify": notify, "endpoint": endpoint}).to_string();
        let answer = bank.post("/partners", As::Administrator, &partner);
        assert_eq!(answer.status, 201, "{}", answer.text);
        secrets.push(answer.json()["secret"].as_str().expect("a secret").to_owned());
    }
    assert_eq!(post(&bank, "/partners/settlements", "")["settled"], 2);
    let done = deliver(&bank);
    assert_eq!((&done["delivered"], &done["failed"]), (&json!(1), &json!(0)), "{done}");
    assert_eq!(post(&bank, "/partners/settlements", "")["settled"], 0);
    assert_eq!(deliver(&bank)["delivered"], 0);

    let messages = gateway.messages();
    let [message] = messages.as_slice() else { panic!("{} messages", messages.len()) };
    let body = message.json();
    assert_eq!((message.channel, &body["type"]), ("partner", &json!("partner.settlement")));
    let data = &body["data"];
    assert_eq!((&data["partner_id"], &data["endpoint"]), (&json!("air"), &json!(endpoint)));
    assert_eq!((&data["net"], data["month"].as_str().map(str::len)), (&json!(0), Some(7)));
    assert_eq!((gateway.receptions(&message.id), gateway.look(|seen| seen.forged())), (1, 0));

    // The partner needs to trust neither the bank's gateway nor the way to it.
    let (timestamp, signature) = &message.for_partner;
    let now_ms = timestamp.parse::<i64>().expect("seconds") * 1_000;
    let signed = || Signed { id: &message.id, timestamp, signature };
    let judged = |secret: &String| {
        let secret = Secret::parse(secret).expect("a secret");
        verify(&[secret], signed(), message.body.as_bytes(), now_ms, TOLERANCE_SECONDS).is_ok()
    };
    assert_eq!(secrets.iter().map(judged).collect::<Vec<bool>>(), [true, false]);
}
