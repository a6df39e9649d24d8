//! Delivering on a database of its own, with a gateway and a clock made of closures.

use std::cell::Cell;

use store::native::NativeConnection;
use store::outbox::{MessageFilter, NewMessage};

use super::*;

const NOW_MS: i64 = 1_795_320_000_000;
const BOTH: &[&str] = &["sms", "mail"];
const DELIVERED: Outcome = Outcome::Delivered;
const FAILED: Outcome = Outcome::Failed { retry_after: None };

fn message(id: &str, channel: &'static str, due_at: i64) -> NewMessage {
    NewMessage {
        message_id: id.to_owned(),
        channel,
        topic: "churn.alert",
        organisation_ref: 0,
        recipient: "m1".to_owned(),
        subject: None,
        body: format!("{{\"id\":\"{id}\"}}"),
        created_at: NOW_MS,
        due_at,
        send_from: None,
    }
}

fn bank(messages: impl IntoIterator<Item = NewMessage>) -> NativeConnection {
    let mut connection = NativeConnection::in_memory().expect("a database");
    let sql = "insert into organisation (organisation_ref, organisation_id, name) values (0, 'B1', 'x')";
    connection.execute(sql, &[]).expect("written");
    store::outbox::add(&mut connection, messages).expect("written");
    connection
}

/// Delivers at `now` on a clock that stands; each message ends as `outcome` says of its id.
fn at(connection: &mut NativeConnection, now: i64, outcome: impl Fn(&str) -> Outcome) -> Delivery {
    let send = |batch: &[ClaimedMessage], _: i64| {
        let sent = |message: &ClaimedMessage| Sent { outcome: outcome(&message.message_id), error: None };
        batch.iter().map(sent).collect()
    };
    deliver(connection, BOTH, now, || 0, 1, send).expect("delivered")
}

fn view(connection: &mut NativeConnection, number: i64) -> MessageView {
    store::outbox::by_ref(connection, number).expect("read").expect("a message")
}

#[test]
fn a_known_message_is_not_added_again() {
    let mut connection = bank([message("a", "sms", 0)]);
    let again = [message("a", "mail", 5), message("b", "sms", 0), message("b", "sms", 0)];
    assert_eq!(store::outbox::add(&mut connection, again).expect("written"), 1);
    assert_eq!(view(&mut connection, 1).channel, "sms");
    assert_eq!(at(&mut connection, NOW_MS, |_| DELIVERED).delivered, 2);
}

#[test]
fn what_is_due_is_delivered_once_and_what_is_not_waits() {
    let later = NOW_MS + 1;
    let mut connection = bank(
        (0..40).map(|n| message(&format!("m{n}"), "sms", NOW_MS)).chain([message("later", "mail", later)]),
    );
    let first = at(&mut connection, NOW_MS, |_| DELIVERED);
    assert_eq!(first, Delivery { delivered: 40, waiting: 1, done: true, ..Delivery::default() });
    let seen = view(&mut connection, 7);
    assert_eq!((seen.state, seen.attempts, seen.delivered_at), (MessageState::Delivered, 1, Some(NOW_MS)));
    let second = at(&mut connection, later, |_| DELIVERED);
    assert_eq!(second, Delivery { delivered: 1, done: true, ..Delivery::default() });
    assert!(at(&mut connection, later, |_| DELIVERED).is_idle());
}

#[test]
fn a_failed_message_waits_longer_each_time_and_is_given_up_after_the_last_attempt() {
    let mut connection = bank([message("a", "sms", NOW_MS)]);
    let (mut now, mut before) = (NOW_MS, 0);
    for attempt in 1..ATTEMPTS {
        let delivery = at(&mut connection, now, |_| FAILED);
        assert_eq!((delivery.failed, delivery.waiting), (1, 1), "{attempt}");
        let seen = view(&mut connection, 1);
        assert_eq!((seen.state, seen.attempts), (MessageState::Waiting, attempt));
        let wait = seen.due_at - now;
        assert!(wait > before, "{attempt}: {wait}");
        assert!(at(&mut connection, seen.due_at - 1, |_| DELIVERED).is_idle(), "{attempt}: not before");
        (now, before) = (seen.due_at, wait);
    }
    let last = at(&mut connection, now, |_| FAILED);
    assert_eq!((last.dead, last.waiting), (1, 0));
    assert_eq!(view(&mut connection, 1).state, MessageState::Dead);
}

#[test]
fn a_message_that_is_refused_for_good_is_given_up_at_once_and_may_be_sent_again() {
    let mut connection = bank([message("a", "sms", NOW_MS), message("b", "sms", NOW_MS)]);
    let outcome = |id: &str| if id == "a" { Outcome::Refused } else { DELIVERED };
    let delivery = at(&mut connection, NOW_MS, outcome);
    assert_eq!((delivery.delivered, delivery.dead), (1, 1));
    let (dead, delivered) = (view(&mut connection, 1), view(&mut connection, 2));
    let refused = replay(&mut connection, &delivered, NOW_MS);
    assert!(matches!(refused, Err(ReplayError::NotDead(MessageState::Delivered))));
    let again = replay(&mut connection, &dead, NOW_MS + 5).expect("waits again");
    assert_eq!((again.state, again.attempts, again.due_at), (MessageState::Waiting, 0, NOW_MS + 5));
    assert_eq!((again.message_id.as_str(), &again.body), ("a", &dead.body));
    assert_eq!(at(&mut connection, NOW_MS + 5, |_| DELIVERED).delivered, 1);
}

#[test]
fn what_a_killed_deliverer_had_is_due_again_when_its_lease_ends() {
    let mut connection = bank([message("a", "sms", NOW_MS)]);
    let nothing = |_: &[ClaimedMessage], _: i64| Vec::new();
    deliver(&mut connection, BOTH, NOW_MS, || 0, 1, nothing).expect("killed before it saved");
    assert!(at(&mut connection, NOW_MS + LEASE_MS, |_| DELIVERED).is_idle(), "still leased");
    let after = at(&mut connection, NOW_MS + LEASE_MS + 1, |_| DELIVERED);
    assert_eq!(after.delivered, 1);
    assert_eq!(view(&mut connection, 1).attempts, 2, "the attempt that was cut off counts");
}

#[test]
fn a_message_that_ends_its_deliverer_each_time_is_given_up_after_the_last_attempt() {
    let mut connection = bank([message("a", "sms", NOW_MS), message("b", "sms", NOW_MS)]);
    let killed = |_: &[ClaimedMessage], _: i64| Vec::new();
    let mut now = NOW_MS;
    for _ in 0..ATTEMPTS {
        deliver(&mut connection, &["sms"], now, || 0, 1, killed).expect("killed before it saved");
        now += LEASE_MS + 1;
    }
    let sql = "update outbox set attempts = 1 where message_id = 'b'";
    connection.execute(sql, &[]).expect("written");
    assert!(at(&mut connection, now - 1, |_| DELIVERED).is_idle(), "still leased");
    let delivery = at(&mut connection, now, |_| DELIVERED);
    assert_eq!(delivery, Delivery { dead: 1, delivered: 1, done: true, ..Delivery::default() });
    let dead = view(&mut connection, 1);
    assert_eq!((dead.state, dead.attempts), (MessageState::Dead, ATTEMPTS));
    assert_eq!(dead.last_error.as_deref(), Some("the delivering component ended while sending"));
    assert!(at(&mut connection, now + LEASE_MS + 1, |_| DELIVERED).is_idle());
}

#[test]
fn a_channel_on_which_a_message_is_refused_for_good_is_closed_for_the_rest_of_the_run() {
    let sms = (0..40).map(|n| message(&format!("m{n}"), "sms", NOW_MS - 1));
    let mut connection = bank(sms.chain([message("mail", "mail", NOW_MS)]));
    let tried = Cell::new(0);
    let outcome = |id: &str| {
        tried.set(tried.get() + 1);
        if id == "mail" { DELIVERED } else { Outcome::Refused }
    };
    let delivery = at(&mut connection, NOW_MS, outcome);
    assert_eq!(
        delivery,
        Delivery { delivered: 1, dead: 1, waiting: 39, done: true, ..Delivery::default() },
        "one has learned it for all"
    );
    assert_eq!(tried.get(), 17, "the batch that was on its way, and the mail");
    for number in 2..=40 {
        let seen = view(&mut connection, number);
        assert_eq!((seen.state, seen.attempts), (MessageState::Waiting, 0), "{number}");
    }
    assert_eq!(at(&mut connection, NOW_MS, |_| DELIVERED).delivered, 39, "the next run tries again");
}

#[test]
fn another_attempt_waits_for_its_time_of_the_day_too() {
    // Noon in Shanghai; with 08:30 as its time a message that fails at night waits for the morning.
    let night = NOW_MS + 13 * 3_600_000;
    let morning = NOW_MS + (20 * 60 + 30) * 60_000;
    let early = NewMessage { send_from: Some(8 * 60 + 30), ..message("early", "sms", NOW_MS) };
    let mut connection = bank([early, message("any", "sms", NOW_MS)]);
    assert_eq!(at(&mut connection, NOW_MS, |_| FAILED).failed, 2);
    let [first, second] = [1, 2].map(|number| view(&mut connection, number).due_at - NOW_MS);
    assert!((5_000..=5_500).contains(&first) && (5_000..=5_500).contains(&second), "it is day");
    assert_eq!(at(&mut connection, night, |_| FAILED).failed, 2);
    let [first, second] = [1, 2].map(|number| view(&mut connection, number).due_at);
    assert_eq!(first, morning);
    assert!(second < night + 3_600_000, "{second}");
}

#[test]
fn a_deliverer_whose_lease_has_ended_does_not_undo_what_another_did() {
    let mut connection = bank([message("a", "sms", NOW_MS)]);
    let slow = store::outbox::claim(&mut connection, BOTH, NOW_MS, NOW_MS + 10, 16).expect("claimed");
    assert_eq!(at(&mut connection, NOW_MS + 11, |_| DELIVERED).delivered, 1);
    let late = Settlement {
        outbox_ref: slow[0].outbox_ref,
        leased_until: slow[0].leased_until,
        state: MessageState::Dead,
        attempts: 1,
        due_at: None,
        delivered_at: None,
        last_error: None,
    };
    assert_eq!(store::outbox::settle(&mut connection, [late]).expect("settled"), 0);
    assert_eq!(view(&mut connection, 1).state, MessageState::Delivered);
}

#[test]
fn a_channel_without_a_gateway_is_left_alone_and_counted() {
    let mut connection = bank([message("a", "sms", NOW_MS), message("b", "mail", NOW_MS)]);
    let sent = |batch: &[ClaimedMessage], _: i64| {
        batch.iter().map(|_| Sent { outcome: DELIVERED, error: None }).collect()
    };
    let none = deliver(&mut connection, &[], NOW_MS, || 0, 1, sent).expect("nothing to do");
    assert_eq!(none, Delivery { unconfigured: 2, done: true, ..Delivery::default() });
    let mail = deliver(&mut connection, &["mail"], NOW_MS, || 0, 1, sent).expect("delivered");
    assert_eq!(mail, Delivery { delivered: 1, unconfigured: 1, done: true, ..Delivery::default() });
    assert_eq!(view(&mut connection, 1).attempts, 0);
}

#[test]
fn a_delivery_ends_with_its_time_and_says_so() {
    let mut connection = bank((0..40).map(|n| message(&format!("m{n}"), "sms", NOW_MS)));
    let spent = Cell::new(0);
    let send = |batch: &[ClaimedMessage], _: i64| {
        spent.set(spent.get() + 1_000);
        batch.iter().map(|_| Sent { outcome: DELIVERED, error: None }).collect()
    };
    let cut = deliver(&mut connection, BOTH, NOW_MS, || spent.get(), 1_500, send).expect("delivered");
    assert_eq!(cut, Delivery { delivered: 32, waiting: 8, done: false, ..Delivery::default() });
    assert!(at(&mut connection, NOW_MS, |_| DELIVERED).done);
}

#[test]
fn lists_show_a_state_a_channel_and_a_part_of_the_bank() {
    let mut connection = bank([message("a", "sms", NOW_MS), message("b", "mail", NOW_MS)]);
    let sql = "insert into organisation (organisation_ref, organisation_id, name) values (1, 'B2', 'x')";
    connection.execute(sql, &[]).expect("written");
    let elsewhere = NewMessage { organisation_ref: 1, ..message("c", "sms", NOW_MS + 9) };
    store::outbox::add(&mut connection, [elsewhere]).expect("written");
    at(&mut connection, NOW_MS, |id| if id == "a" { DELIVERED } else { Outcome::Refused });
    let mut ids = |filter: MessageFilter, after| -> Vec<String> {
        let found = store::outbox::page(&mut connection, &filter, after, 10).expect("a page");
        found.into_iter().map(|message| message.message_id).collect()
    };
    let all = MessageFilter::default();
    assert_eq!(ids(all.clone(), 0), ["a", "b", "c"]);
    assert_eq!(ids(all.clone(), 1), ["b", "c"]);
    for (state, expected) in
        [(MessageState::Delivered, "a"), (MessageState::Dead, "b"), (MessageState::Waiting, "c")]
    {
        assert_eq!(ids(MessageFilter { state: Some(state), ..all.clone() }, 0), [expected]);
    }
    assert_eq!(ids(MessageFilter { channel: Some("sms".to_owned()), ..all.clone() }, 0), ["a", "c"]);
    assert_eq!(ids(MessageFilter { organisation_ref: Some(1), ..all }, 0), ["c"]);
}
