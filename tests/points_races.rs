//! Many at once: one effect a key, one winner of the last piece, a budget that is filled and never passed, returns that
//! count once. The numbers are smaller than `cargo xtask soak` has them.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tests::programme::{active, customers, insist, one_for_each, proven, purchase, rule};
use tests::{Answer, As, Bank, scaled};

/// Clients that ask at the same moment.
const CLIENTS: usize = 64;

fn bank(people: u32) -> Bank {
    let bank = Bank::start();
    customers(&bank, people);
    rule(&bank, &one_for_each());
    bank
}

/// Everybody asks at once; the answers in no order.
fn at_once(clients: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let start = Barrier::new(clients);
    let ask = |client: usize| {
        start.wait();
        ask(client)
    };
    let ask = &ask;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|client| scope.spawn(move || ask(client))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a client ends")).collect()
    })
}

#[test]
fn one_key_from_many_clients_at_once_has_one_effect_and_one_answer() {
    let keys = scaled(40, 1_000);
    let bank = bank(keys);
    for key in 0..keys {
        let body = purchase("race", &format!("e{key}"), &format!("P{key}"), "12.00").to_string();
        let answers = at_once(CLIENTS, |_| bank.post("/points/events", As::Administrator, &body));
        let hits = answers.iter().filter(|answer| answer.header("idempotency-hit").is_some()).count();
        assert_eq!(hits, CLIENTS - 1, "key {key}: one client was first");
        for answer in &answers {
            assert_eq!((answer.status, &answer.text), (200, &answers[0].text), "key {key}");
        }
        assert_eq!(active(&bank, &format!("P{key}")), 12, "key {key}");
    }
    println!("{keys} keys from {CLIENTS} clients: {keys} effects");
    proven(&bank);
}

#[test]
fn the_same_key_with_another_body_is_refused_and_changes_nothing() {
    let bank = bank(1);
    let send = |amount: &str| {
        let body = purchase("race", "e1", "P0", amount).to_string();
        bank.post("/points/events", As::Administrator, &body)
    };
    insist(send("12.00"));
    let answers = at_once(16, |client| send(&format!("{}.00", client + 13)));
    for answer in &answers {
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.json()["type"], "/problems/key-reused");
    }
    assert_eq!(active(&bank, "P0"), 12);
    println!("{} other bodies under one key at once: all refused, nothing changed", answers.len());
    proven(&bank);
}

/// Sends a request and hangs up without waiting for the answer.
fn cut_off(bank: &Bank, body: &str) {
    let address = bank.base().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the bank listens");
    let head = format!(
        "POST /points/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        bank.admin_key(),
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("is sent");
    // Half of them hang up when the first byte of the answer is there, half at once.
    if body.len().is_multiple_of(2) {
        let _cut = stream.read(&mut [0; 1]);
    }
}

#[test]
fn events_sent_several_times_in_any_order_over_broken_connections_count_once() {
    let (events, people) = (scaled(3_000, 100_000), 200);
    let bank = bank(people);
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut sends: Vec<(u64, String, bool)> = Vec::new();
    for event in 0..events {
        let (customer, amount) = (format!("P{}", next(people.into())), 1 + next(500));
        *expected.entry(customer.clone()).or_default() += amount as i64;
        let body = purchase("shuffled", &format!("e{event}"), &customer, &format!("{amount}.00")).to_string();
        for _ in 0..=next(5) {
            sends.push((next(u64::MAX), body.clone(), next(5) == 0));
        }
        // The sender goes on until it has an answer.
        sends.push((u64::MAX, body, false));
    }
    sends.sort();
    let position = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((_, body, cut)) = sends.get(position.fetch_add(1, Ordering::Relaxed) as usize)
                {
                    if *cut {
                        cut_off(&bank, body);
                    } else {
                        insist(bank.post("/points/events", As::Administrator, body));
                    }
                }
            });
        }
    });
    for (customer, points) in expected {
        assert_eq!(active(&bank, &customer), points, "{customer}");
    }
    println!("{events} events in {} requests", sends.len());
    assert_eq!(proven(&bank), u64::from(events));
}

#[test]
fn the_last_piece_goes_to_one_of_many_buyers() {
    let (rounds, buyers) = (scaled(8, 200), scaled(64, 200));
    let bank = bank(buyers);
    let lines: String = (0..buyers)
        .map(|buyer| {
            format!("{}\n", purchase("salary", &format!("s{buyer}"), &format!("P{buyer}"), "100000.00"))
        })
        .collect();
    let ask = xtask::client::Ask {
        method: "POST",
        path: "/points/events",
        headers: &[("content-type", xtask::client::NDJSON)],
        body: Some(lines.as_bytes()),
    };
    insist(bank.ask(As::Administrator, ask));
    let reward = json!({"id": "last", "name": {"zh": "杯", "en": "Cup"}, "price": {"points": 10}, "stock": 0,
        "fulfilment": "none"});
    insist(bank.post("/rewards", As::Administrator, &reward.to_string()));
    for round in 0..rounds {
        insist(bank.post("/rewards/last/stock", As::Administrator, "{\"add\":1}"));
        let answers = at_once(buyers as usize, |buyer| {
            let body = json!({"customer_id": format!("P{buyer}"), "reward_id": "last", "quantity": 1});
            bank.post("/redemptions", As::Administrator, &body.to_string())
        });
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 1, "round {round}");
        for lost in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(lost.json()["type"], "/problems/out-of-stock", "{}", lost.text);
        }
        let reward = insist(bank.get("/rewards/last", As::Administrator));
        assert_eq!(reward["stock"], 0, "round {round}");
    }
    println!("{rounds} rounds of {buyers} buyers: one winner each");
    proven(&bank);
}

#[test]
fn a_budget_is_filled_and_never_passed_by_many_at_once() {
    let bank = Bank::start();
    customers(&bank, CLIENTS as u32);
    let budget = 1_000;
    let body = json!({"budget": budget}).to_string();
    insist(bank.put("/points/campaigns/spring", As::Administrator, &body));
    let gift = json!({"id": "gift", "name": {"zh": "礼", "en": "Gift"}, "events": ["visit"],
        "earn": {"fixed": {"points": 7}}, "campaign_id": "spring"});
    rule(&bank, &gift);
    let mut given = 0;
    for round in 0..4 {
        let answers = at_once(CLIENTS, |client| {
            let event = json!({"source": "door", "id": format!("{round}-{client}"), "type": "visit",
                "occurred_at": tests::programme::HAPPENED, "customer_id": format!("P{client}")});
            bank.post("/points/events", As::Administrator, &event.to_string())
        });
        let earned = |answer: Answer| insist(answer)["earned"].as_i64().expect("points");
        given += answers.into_iter().map(earned).sum::<i64>();
        assert!(given <= budget, "{given} after round {round}");
    }
    assert_eq!(given, budget, "there were more takers than points");
    let campaign: Value = insist(bank.get("/points/campaigns/spring", As::Administrator));
    assert_eq!((&campaign["used"], &campaign["left"]), (&json!(budget), &json!(0)));
    println!("{} events at once for 7 points each: {given} of a budget of {budget}", 4 * CLIENTS);
    proven(&bank);
}

#[test]
fn returns_sent_four_times_at_once_count_once_each() {
    let returns = scaled(60, 500);
    let bank = bank(1);
    insist(bank.post(
        "/points/events",
        As::Administrator,
        &purchase("shop", "sale", "P0", "1000.00").to_string(),
    ));
    let (mut first, mut repeats) = (0, 0);
    for number in 0..returns {
        let body = json!({"source": "shop", "id": format!("r{number}"), "amount": "1.99",
            "of": {"source": "shop", "id": "sale"}});
        let answers = at_once(4, |_| bank.post("/points/returns", As::Administrator, &body.to_string()));
        for answer in answers {
            if answer.header("idempotency-hit").is_some() {
                repeats += 1
            } else {
                first += 1
            }
            insist(answer);
        }
    }
    assert_eq!((first, repeats), (returns, returns * 3));
    // 1 000 points for 1 000.00: what is left is the whole less the floor of what came back.
    let back = i64::from(returns) * 199;
    assert_eq!(active(&bank, "P0"), 1_000 - back * 1_000 / 100_000);
    println!("{returns} returns, {repeats} repeats");
    proven(&bank);
}
