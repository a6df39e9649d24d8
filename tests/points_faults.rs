//! Power cuts: what was acknowledged is there once after every kill, and an expiry run that is killed anywhere and called
//! again ends like one that was left alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock, mpsc};
use std::time::{Duration, Instant};

use serde_json::json;
use store::native::NativeConnection;
use store::{Connection, Value};
use tests::programme::{customers, insist, one_for_each, proven, purchase, rule};
use tests::{As, Bank, kills, scaled};
use xtask::client::{Ask, Client, JSON, NDJSON};

/// Clients that ask again until they are answered.
const CLIENTS: u64 = 8;
const PEOPLE: u64 = 100;

/// Sends events until told to stop; each is sent again until it is acknowledged.
fn send(bank: &RwLock<Client>, next: &AtomicU64, stop: &AtomicBool, sent: &Mutex<BTreeSet<u64>>) {
    while !stop.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let body = purchase("kills", &format!("e{number}"), &format!("P{}", number % PEOPLE), "3.00");
        let body = body.to_string();
        loop {
            let asked = bank.read().expect("a client").clone();
            match asked.post("/points/events", JSON, body.as_bytes()) {
                Ok(answer) if answer.status == 200 => {
                    sent.lock().expect("the list").insert(number);
                    break;
                }
                // Nobody is there, or the answer was cut off: the same event again.
                _ if stop.load(Ordering::Relaxed) => break,
                _ => std::thread::yield_now(),
            }
        }
    }
}

#[test]
fn what_was_acknowledged_is_there_once_after_every_power_cut() {
    let kills = kills(scaled(8, 200));
    let mut bank = Bank::start();
    customers(&bank, PEOPLE as u32);
    rule(&bank, &one_for_each());
    let client = RwLock::new(bank.client());
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let sent = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| send(&client, &next, &stop, &sent));
        }
        for kill in 0..kills {
            // A cut falls after some more were acknowledged, whatever the machine's speed.
            let before = sent.lock().expect("the list").len();
            let deadline = Instant::now() + Duration::from_secs(60);
            while sent.lock().expect("the list").len() < before + 20 + (kill as usize * 37 % 60) {
                assert!(Instant::now() < deadline, "nothing is acknowledged any more");
                std::thread::yield_now();
            }
            bank.kill();
            bank.restart();
            *client.write().expect("a client") = bank.client();
        }
        stop.store(true, Ordering::Relaxed);
    });
    let sent = sent.into_inner().expect("the list");
    proven(&bank);
    bank.stop();
    let mut connection = NativeConnection::open(&bank.database()).expect("the database");
    let kept: Vec<String> = connection
        .execute("select event_id from points_event", &[])
        .and_then(|rows| rows.read("events", |row| row.text()))
        .expect("reads");
    let distinct: BTreeSet<u64> = kept.iter().map(|id| id[1..].parse().expect("a number")).collect();
    assert_eq!(distinct.len(), kept.len(), "none is there twice");
    let lost: Vec<_> = sent.difference(&distinct).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let sums = connection
        .execute(
            "select (select sum(points) from points_entry), (select sum(points_left) from points_open_lot),
               (select sum(points) from points_lot)",
            &[],
        )
        .and_then(|rows| rows.read_one("sums", |row| Ok([row.integer()?, row.integer()?, row.integer()?])))
        .expect("reads");
    assert_eq!(sums, [kept.len() as i64 * 3; 3]);
    let integrity = connection.execute("pragma integrity_check", &[]).expect("checks");
    assert_eq!(integrity.read_one("integrity", |row| row.text()).expect("a row"), "ok");
    println!("{kills} kills, {} acknowledged, 0 lost, 0 double", sent.len());
}

/// Everything that an expiry run writes, without the times it was written at and the hashes that seal them.
fn outcome(database: &Path) -> Vec<String> {
    let mut connection = NativeConnection::open(database).expect("the database");
    let mut lines = Vec::new();
    for sql in [
        "select customer_ref, points_lot_ref, kind, points, debit, credit, on_day from points_entry
         order by points_lot_ref, kind",
        "select * from points_open_lot order by points_lot_ref",
        "select * from points_day order by on_day, kind, organisation_ref, tier_ref, partner_ref",
    ] {
        for row in connection.execute(sql, &[]).expect("reads").rows {
            let row: &[Value] = &row;
            lines.push(format!("{row:?}"));
        }
    }
    lines
}

fn expire(client: &Client) -> Option<serde_json::Value> {
    let body = json!({"as_of": "2026-11-20"}).to_string();
    client.post("/points/expiry-runs", JSON, body.as_bytes()).ok().map(|answer| answer.json())
}

/// A bank with lots that have ended and others that have not; stopped.
fn template() -> Bank {
    let mut bank = Bank::start();
    let people = scaled(4_000, 20_000);
    customers(&bank, people);
    let year = json!({"id": "year", "name": {"zh": "一年", "en": "A year"}, "events": ["purchase"],
        "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
        "expiry": {"rolling": {"amount": 1, "unit": "years"}}});
    rule(&bank, &year);
    for (source, at) in
        [("old", "2025-06-01T04:00:00Z"), ("older", "2025-03-01T04:00:00Z"), ("new", "2026-06-01T04:00:00Z")]
    {
        let lines: String = (0..people)
            .map(|number| {
                let mut event = purchase(source, &format!("e{number}"), &format!("P{number}"), "5.00");
                event["occurred_at"] = json!(at);
                format!("{event}\n")
            })
            .collect();
        let headers = &[("content-type", NDJSON)];
        let ask = Ask { method: "POST", path: "/points/events", headers, body: Some(lines.as_bytes()) };
        insist(bank.ask(As::Administrator, ask));
    }
    bank.stop();
    bank
}

#[test]
fn an_expiry_run_killed_anywhere_and_called_again_ends_like_one_left_alone() {
    let kills = kills(scaled(12, 50));
    let template = template();
    let mut undisturbed = Bank::start();
    undisturbed.take_over(&template);
    undisturbed.restart();
    let started = Instant::now();
    let run = expire(&undisturbed.client()).expect("an answer");
    let whole = started.elapsed();
    assert_eq!(run["done"], true, "{run}");
    undisturbed.stop();
    let expected = outcome(&undisturbed.database());
    assert!(expected.len() > 1_000, "a run that writes nothing shows nothing");

    let mut cut_short = 0;
    let mut bank = Bank::start();
    for kill in 0..kills {
        bank.take_over(&template);
        bank.restart();
        // The last part is left out: a quick moment of the machine would have ended the run by then.
        let point = whole.mul_f64(0.7 * f64::from(kill * 37 % kills) / f64::from(kills));
        let (sender, receiver) = mpsc::channel();
        let client = bank.client();
        let asking = std::thread::spawn(move || {
            let _gone_when_killed = sender.send(expire(&client).is_some());
        });
        let finished = receiver.recv_timeout(point).unwrap_or(false);
        bank.kill();
        asking.join().expect("the asking thread ends");
        cut_short += u32::from(!finished);
        bank.restart();
        assert_eq!(expire(&bank.client()).expect("an answer")["done"], true, "after kill {kill}");
        proven(&bank);
        bank.stop();
        assert!(outcome(&bank.database()) == expected, "after kill {kill} at {point:?}");
    }
    println!(
        "{kills} kills, {cut_short} of them during the run ({whole:?}); {} rows identical",
        expected.len()
    );
    assert!(cut_short * 2 >= kills, "most kills have to fall into the run: {cut_short}");
}
