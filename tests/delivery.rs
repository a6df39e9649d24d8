//! Alerts reach the bank's message gateway: signed, without personal data, and again after a failure.

use std::collections::BTreeSet;
use std::time::Instant;

use gateway::{Gateway, Turn};
use serde_json::{Value, json};
use store::Connection;
use store::native::NativeConnection;
use tests::falling::{PERSONAL, by_message, by_message_and_mail, deliver, fall, furnish, post};
use tests::{As, Bank};
use xtask::gateway::{ORIGIN_VARIABLE, SECRET_VARIABLE};

/// Lets the time pass that a message still has to wait.
fn make_due(bank: &Bank) {
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    connection.execute("update outbox set due_at = 1 where state = 'waiting'", &[]).expect("due");
}

/// The message of a bank that has one: as it is listed, and how many milliseconds after it was written it is due.
fn only_message(bank: &Bank, state: &str) -> (Value, i64) {
    let answer = bank.get(&format!("/outbox?state={state}"), As::Administrator);
    let listing = answer.json();
    let [message] = listing["items"].as_array().expect("items").as_slice() else {
        panic!("one message is {state}: {listing}");
    };
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let rows = connection.execute("select due_at - created_at from outbox", &[]).expect("reads");
    (message.clone(), rows.read_one("wait", |row| row.integer()).expect("a row"))
}

#[test]
fn alerts_become_messages_that_a_gateway_accepts_and_that_name_no_person() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_gateway(&gateway);
    furnish(&bank, &by_message_and_mail());
    fall(&bank, |customer| customer < 3);
    let done = deliver(&bank);
    assert_eq!((&done["delivered"], &done["failed"], &done["waiting"]), (&json!(6), &json!(0), &json!(0)));

    let mut told = BTreeSet::new();
    for message in gateway.messages() {
        let body = message.json();
        let data = &body["data"];
        assert_eq!(body["type"], "churn.alert", "{body}");
        assert_eq!((&data["channel"], &data["to"]["employee_id"]), (&json!(message.channel), &json!("head")));
        assert_eq!((&data["tier"], &data["status"]), (&json!("core"), &json!("observed")));
        assert_eq!((&data["spell_from"], &data["opened_on"]), (&json!("2025-11"), &json!("2025-11-30")));
        let customer = data["customer_id"].as_str().expect("a customer").to_owned();
        for language in ["zh", "en"] {
            assert!(data["text"][language].as_str().is_some_and(|text| text.contains(&customer)), "{body}");
        }
        for personal in PERSONAL {
            assert!(!message.body.contains(personal), "{personal}: {}", message.body);
        }
        assert_eq!(gateway.receptions(&message.id), 1);
        told.insert((customer, message.channel));
    }
    let expected = ["C0", "C1", "C2"].map(|id| [(id.to_owned(), "mail"), (id.to_owned(), "sms")]);
    assert_eq!(told, expected.into_iter().flatten().collect::<BTreeSet<_>>());
    assert_eq!(gateway.look(|seen| (seen.forged(), seen.messages().len())), (0, 6));
    assert_eq!(deliver(&bank)["delivered"], 0, "what was delivered is not sent again");
}

#[test]
fn a_failed_delivery_waits_and_is_made_again_under_the_same_id() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_gateway(&gateway);
    furnish(&bank, &by_message());
    fall(&bank, |customer| customer == 0);
    let refused = |status, retry_after_s| Turn::Refuse { status, retry_after_s };
    let turns =
        [(refused(500, None), 5_000), (refused(429, Some(3_600)), 3_600_000), (Turn::Close, 1_800_000)];
    for (at, (turn, shortest_wait)) in turns.into_iter().enumerate() {
        gateway.script([turn]);
        let done = deliver(&bank);
        assert_eq!((&done["delivered"], &done["failed"]), (&json!(0), &json!(1)), "{turn:?}: {done}");
        let (message, wait) = only_message(&bank, "waiting");
        assert_eq!(message["attempts"], at + 1, "{turn:?}");
        assert!(message["last_error"].as_str().is_some_and(|error| !error.is_empty()), "{message}");
        assert!(wait >= shortest_wait, "{turn:?}: {wait}");
        make_due(&bank);
    }
    assert_eq!(deliver(&bank)["delivered"], 1);
    let id = only_message(&bank, "delivered").0["message_id"].as_str().expect("an id").to_owned();
    assert_eq!((gateway.messages().len(), gateway.receptions(&id)), (1, 4));
}

#[test]
fn a_gateway_that_does_not_answer_is_left_after_ten_seconds() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_gateway(&gateway);
    furnish(&bank, &by_message());
    fall(&bank, |customer| customer == 0);
    gateway.script([Turn::Hold]);
    let asked = Instant::now();
    assert_eq!(deliver(&bank)["failed"], 1);
    assert!((9..25).contains(&asked.elapsed().as_secs()), "{:?}", asked.elapsed());
    assert_eq!(only_message(&bank, "waiting").0["attempts"], 1);
}

#[test]
fn a_message_refused_for_good_is_dead_until_a_person_sends_it_again() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_gateway(&gateway);
    furnish(&bank, &by_message());
    fall(&bank, |customer| customer == 0);
    gateway.script([Turn::Refuse { status: 410, retry_after_s: None }]);
    assert_eq!(deliver(&bank)["dead"], 1);
    let message = only_message(&bank, "dead").0;
    let id = message["message_id"].as_str().expect("an id");
    let path = format!("/outbox/{}", message["id"].as_str().expect("a number"));
    assert_eq!(deliver(&bank)["delivered"], 0, "a dead message is not sent by itself");
    assert_eq!(gateway.receptions(id), 1);

    assert_eq!(post(&bank, &format!("{path}/replay"), "")["state"], "waiting");
    assert_eq!(bank.post(&format!("{path}/replay"), As::Administrator, "").status, 409, "it waits");
    assert_eq!(deliver(&bank)["delivered"], 1);
    assert_eq!(bank.post(&format!("{path}/replay"), As::Administrator, "").status, 409, "it was delivered");
    assert_eq!((gateway.messages()[0].id.as_str(), gateway.receptions(id)), (id, 2));
    let shown = bank.get(&path, As::Administrator).json();
    assert_eq!((&shown["state"], &shown["message_id"]), (&json!("delivered"), &json!(id)), "{shown}");
}

#[test]
fn what_is_signed_with_another_secret_is_not_taken() {
    let (gateway, other) = (Gateway::start().expect("a gateway"), Gateway::start().expect("another"));
    let bank = Bank::start_with_variables(vec![
        (ORIGIN_VARIABLE.to_owned(), gateway.origin()),
        (SECRET_VARIABLE.to_owned(), other.secret().to_owned()),
    ]);
    furnish(&bank, &by_message());
    fall(&bank, |customer| customer == 0);
    let done = deliver(&bank);
    assert_eq!((&done["delivered"], &done["failed"]), (&json!(0), &json!(1)), "{done}");
    assert_eq!(gateway.look(|seen| (seen.forged(), seen.messages().len())), (1, 0));
    only_message(&bank, "waiting");
}

#[test]
fn with_a_secret_and_no_gateway_messages_wait_untried() {
    let gateway = Gateway::start().expect("a gateway");
    let bank = Bank::start_with_variables(vec![(SECRET_VARIABLE.to_owned(), gateway.secret().to_owned())]);
    furnish(&bank, &by_message());
    fall(&bank, |customer| customer == 0);
    let done = deliver(&bank);
    assert_eq!(
        [&done["unconfigured"], &done["failed"], &done["dead"], &done["done"]],
        [&json!(1), &json!(0), &json!(0), &json!(true)]
    );
    assert_eq!(only_message(&bank, "waiting").0["attempts"], 0);
}
