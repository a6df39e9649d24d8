//! Alerts reach the bank's message gateway once each, whenever the power is cut between an alert and its delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use domain::date::Month;
use gateway::{Gateway, Turn};
use store::Connection;
use store::native::NativeConnection;
use tests::falling::{CUSTOMERS, as_of, by_message_and_mail, deliver, furnish, live_through, month, post};
use tests::{Bank, kills};
use xtask::client::JSON;

/// Power cuts; `KEZHI_KILLS` asks for others (a soak runs more).
const KILLS: u32 = 100;

/// Checks and delivers while the power is cut: at a point of the whole, or by what the gateway sees. True when both
/// were answered before.
fn cut(bank: &mut Bank, gateway: &Gateway, month: Month, kill: u32, whole: Duration) -> bool {
    let (sender, receiver) = mpsc::channel();
    let (client, body) = (bank.client(), as_of(month));
    let before = gateway.look(|seen| (seen.held(), seen.all_receptions()));
    let is_to_hold = kill % 4 == 1;
    gateway.script(is_to_hold.then_some(Turn::Hold));
    let asking = std::thread::spawn(move || {
        let checked = client.post("/churn/checks", JSON, body.as_bytes());
        let delivered = checked.and_then(|_| client.post("/outbox/deliveries", JSON, b""));
        let _gone_when_killed = sender.send(delivered.is_ok());
    });
    let deadline = Instant::now() + Duration::from_secs(60);
    let finished = match kill % 4 {
        1 => {
            assert!(gateway.wait_until(deadline, |seen| seen.held() > before.0), "an answer is held");
            false
        }
        3 => {
            let received = before.1 + 1 + kill / 4 % CUSTOMERS;
            assert!(gateway.wait_until(deadline, |seen| seen.all_receptions() >= received), "messages come");
            receiver.try_recv().unwrap_or(false)
        }
        _ => {
            // Spread over the whole by a fixed sequence, so that a failure can be repeated.
            let point = whole.mul_f64(f64::from(kill * 37 % kills(KILLS)) / f64::from(kills(KILLS)));
            receiver.recv_timeout(point).unwrap_or(false)
        }
    };
    bank.kill();
    asking.join().expect("the asking thread ends");
    gateway.script(None);
    finished
}

/// After a power cut: the file is whole, and the leases of the deliverer that was killed run out.
fn let_leases_end(bank: &Bank) {
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let integrity = connection.execute("pragma integrity_check", &[]).expect("checks");
    assert_eq!(integrity.read_one("integrity", |row| row.text()).expect("a row"), "ok");
    let sql = "update outbox set leased_until = 1 where leased_until is not null";
    connection.execute(sql, &[]).expect("ended");
}

#[test]
fn alerts_are_told_once_each_through_a_hundred_power_cuts() {
    let gateway = Gateway::start().expect("a gateway");
    let mut bank = Bank::start_with_gateway(&gateway);
    furnish(&bank, &by_message_and_mail());
    // The first rounds are left alone: they start everything up and say how long the whole takes.
    let (undisturbed, rounds) = (2, 2 + kills(KILLS));
    let first = month("2025-12").plus(-(rounds as i32));
    live_through(&bank, first, |_| false);
    let (mut expected, mut whole, mut cut_short) = (BTreeSet::new(), Duration::ZERO, 0);
    for round in 0..rounds {
        let month = first.plus(round as i32 + 1);
        let falls = |customer: u32| (customer + round).is_multiple_of(2);
        live_through(&bank, month, falls);
        for customer in (0..CUSTOMERS).filter(|customer| falls(*customer)) {
            expected
                .extend(["sms", "mail"].map(|channel| (format!("C{customer}"), month.to_string(), channel)));
        }
        if round >= undisturbed {
            cut_short += u32::from(!cut(&mut bank, &gateway, month, round - undisturbed, whole));
            let_leases_end(&bank);
            bank.restart();
        }
        let started = Instant::now();
        assert_eq!(post(&bank, "/churn/checks", &as_of(month))["done"], true);
        assert_eq!(deliver(&bank)["waiting"], 0, "after round {round}");
        if round < undisturbed {
            whole = started.elapsed();
        }
    }

    let mut told = BTreeMap::new();
    for message in gateway.messages() {
        let data = message.json()["data"].clone();
        let text = |name: &str| data[name].as_str().expect("a text").to_owned();
        *told.entry((text("customer_id"), text("spell_from"), message.channel)).or_insert(0) += 1;
    }
    assert!(told.values().all(|times| *times == 1), "an alert was told under two ids");
    assert_eq!(told.into_keys().collect::<BTreeSet<_>>(), expected);
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let rows = connection.execute("select message_id, state from outbox", &[]).expect("reads");
    let written = rows.read("outbox", |row| Ok((row.text()?, row.text()?))).expect("messages");
    assert_eq!(written.len(), expected.len());
    assert!(written.iter().all(|(id, state)| state == "delivered" && gateway.receptions(id) > 0));
    let again = gateway.look(|seen| seen.all_receptions()) as usize - expected.len();
    println!(
        "{} power cuts, {cut_short} of them at work ({whole:?}); {} messages, {again} of them again",
        kills(KILLS),
        expected.len()
    );
    assert!(cut_short * 2 >= kills(KILLS), "most power cuts have to fall into the work: {cut_short}");
}
