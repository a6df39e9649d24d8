//! The outbox (发件箱) as operators see it: lists, texts, dead letters, and who may look. No network here: what is sent
//! fails as with a gateway that is down.

use serde_json::{Value, json};
use store::outbox::NewMessage;
use tests::desk::{Desk, KEY, NOW_MS};
use web::Method;

/// Two branches, each with a message that is due; the first also has one for tomorrow, by mail.
fn bank() -> Desk {
    let mut desk = Desk::new();
    desk.post(
        "/intake/organisations",
        &json!([{"id": "HQ", "name": "HQ"},
            {"id": "B1", "parent_id": "HQ", "name": "B1"}, {"id": "B2", "parent_id": "HQ", "name": "B2"}]),
    );
    let number = |desk: &mut Desk, id: &str| {
        store::api_client::organisation(&mut desk.connection, id).expect("read").expect("known")
    };
    let (b1, b2) = (number(&mut desk, "B1"), number(&mut desk, "B2"));
    let messages = [
        ("first", "sms", b1, NOW_MS),
        ("second", "sms", b2, NOW_MS),
        ("tomorrow", "mail", b1, NOW_MS + 86_400_000),
    ]
    .map(|(id, channel, organisation_ref, due_at)| NewMessage {
        message_id: id.to_owned(),
        channel,
        topic: "churn.alert",
        organisation_ref,
        recipient: "m1".to_owned(),
        subject: None,
        body: format!("{{\"type\":\"churn.alert\", \"data\":{{\"customer_id\":\"{id}\"}}}}"),
        created_at: NOW_MS,
        due_at,
        send_from: None,
    });
    assert_eq!(store::outbox::add(&mut desk.connection, messages).expect("written"), 3);
    desk
}

fn key(desk: &mut Desk, organisation: &str) -> String {
    let client =
        json!({"name": "x", "scopes": ["outbox:read", "outbox:write"], "organisation_id": organisation});
    desk.post("/api-clients", &client)["key"].as_str().expect("a key").to_owned()
}

fn ids(listing: &Value) -> Vec<&str> {
    let items = listing["items"].as_array().expect("items");
    items.iter().map(|item| item["message_id"].as_str().expect("an id")).collect()
}

/// Gives a message up, as seven attempts in vain would.
fn give_up(desk: &mut Desk, message_id: &str) {
    use store::Connection;
    let sql = "update outbox set state = 'dead', attempts = 7 where message_id = ?1";
    desk.connection.execute(sql, &[message_id.into()]).expect("written");
}

#[test]
fn messages_are_listed_by_state_channel_and_organisation_and_shown_with_their_exact_text() {
    let mut desk = bank();
    assert_eq!(ids(&desk.get("/outbox")), ["first", "second", "tomorrow"]);
    give_up(&mut desk, "second");
    for (query, expected) in [
        ("state=dead", &["second"][..]),
        ("state=waiting", &["first", "tomorrow"]),
        ("state=delivered", &[]),
        ("channel=mail", &["tomorrow"]),
        ("organisation_id=B1&channel=sms", &["first"]),
        ("organisation_id=HQ", &["first", "second", "tomorrow"]),
    ] {
        assert_eq!(ids(&desk.get(&format!("/outbox?{query}"))), expected, "{query}");
    }
    let page = desk.get("/outbox?limit=2");
    assert_eq!(ids(&page), ["first", "second"]);
    let cursor = page["next_cursor"].as_str().expect("more");
    assert_eq!(ids(&desk.get(&format!("/outbox?limit=2&cursor={cursor}"))), ["tomorrow"]);

    let listed = desk.get("/outbox?organisation_id=B1");
    let shown = desk.get(&format!("/outbox/{}", listed["items"][0]["id"].as_str().expect("an id")));
    assert_eq!(shown["body"], json!({"type": "churn.alert", "data": {"customer_id": "first"}}));
    assert_eq!((&shown["state"], &shown["attempts"]), (&json!("waiting"), &json!(0)));
    assert_eq!((&shown["organisation_id"], &shown["recipient"]), (&json!("B1"), &json!("m1")));
    assert_eq!((&shown["delivered_at"], &shown["last_error"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_cannot_be_delivered_waits_for_another_attempt_and_says_why() {
    let mut desk = bank();
    let done = desk.post("/outbox/deliveries", &json!({}));
    assert_eq!((&done["failed"], &done["waiting"], &done["done"]), (&json!(2), &json!(3), &json!(true)));
    assert_eq!((&done["delivered"], &done["dead"], &done["unconfigured"]), (&json!(0), &json!(0), &json!(0)));
    let listing = desk.get("/outbox");
    let first = &listing["items"][0];
    assert_eq!((&first["state"], &first["attempts"]), (&json!("waiting"), &json!(1)));
    assert!(first["last_error"].is_string());
    assert!(first["due_at"].as_str() > first["created_at"].as_str(), "{first}");
    assert_eq!(listing["items"][2]["attempts"], 0, "what is not due is not tried");
    assert_eq!(desk.post("/outbox/deliveries", &json!({}))["failed"], 0, "nothing is due again so soon");
}

#[test]
fn only_a_message_that_was_given_up_is_sent_again_and_keeps_its_id() {
    let mut desk = bank();
    let (status, problem) = desk.ask(Method::Post, "/outbox/1/replay", KEY, "");
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/wrong-state")));
    give_up(&mut desk, "first");
    let again = desk.post("/outbox/1/replay", &json!({}));
    assert_eq!((&again["state"], &again["attempts"]), (&json!("waiting"), &json!(0)));
    assert_eq!(again["message_id"], "first");
    assert_eq!(desk.ask(Method::Post, "/outbox/1/replay", KEY, "").0, 409);
}

#[test]
fn what_is_not_known_is_refused_where_it_stands() {
    let mut desk = bank();
    for (query, pointer) in
        [("state=sent", "state"), ("channel=pigeon", "channel"), ("topic=x", "topic"), ("limit=0", "limit")]
    {
        let (status, problem) = desk.ask(Method::Get, &format!("/outbox?{query}"), KEY, "");
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{query}");
    }
    for path in ["/outbox/99", "/outbox/first", "/outbox/-1"] {
        let (status, problem) = desk.ask(Method::Get, path, KEY, "");
        assert_eq!((status, &problem["type"]), (404, &json!("/problems/unknown-message")), "{path}");
        assert_eq!(desk.ask(Method::Post, &format!("{path}/replay"), KEY, "").0, 404, "{path}");
    }
}

#[test]
fn a_branch_sees_its_own_messages_and_delivers_nothing() {
    let mut desk = bank();
    let branch = key(&mut desk, "B2");
    let (status, listing) = desk.ask(Method::Get, "/outbox", &branch, "");
    assert_eq!((status, ids(&listing)), (200, vec!["second"]));
    let own = listing["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(desk.ask(Method::Get, &format!("/outbox/{own}"), &branch, "").0, 200);
    assert_eq!(desk.ask(Method::Get, "/outbox?organisation_id=B1", &branch, "").0, 403);
    give_up(&mut desk, "first");
    for (method, path) in [(Method::Get, "/outbox/1"), (Method::Post, "/outbox/1/replay")] {
        let (foreign, problem) = desk.ask(method, path, &branch, "");
        let (unknown, _) = desk.ask(method, &path.replace('1', "77"), &branch, "");
        assert_eq!((foreign, unknown), (404, 404), "{path}: {problem}");
    }
    assert_eq!(desk.ask(Method::Post, "/outbox/deliveries", &branch, "").0, 403);
    assert_eq!(desk.get("/outbox/2")["attempts"], 0);
}
