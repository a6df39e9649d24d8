//! P1: batches through the functions, beside rusqlite by hand.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use rusqlite::Connection;

use super::bank::{self, Bank, People, customers};
use super::bodies::{Kind, RECORDS, body, open_month};
use super::pair::Pairs;
use super::sample::TIMES;
use super::{Figure, Row, by_hand};
use crate::client::{Client, NDJSON};
use crate::failure::Failure;
use crate::progress::Progress;

/// Batches of ten thousand records.
pub const BATCHES: Row = Row {
    id: "P1",
    what: "batch intake, 10 000 records a request ÷ rusqlite by hand",
    target: "≥ 0.80 (stretch 0.95)",
    run: batches,
};

/// Requests of one measurement.
const REQUESTS: u64 = 8;

const RATIO: f64 = 0.80;

fn batches() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("intake", customers(), People::All)?;
    let mut own = bank.native_copy("by-hand.db")?;
    let day = open_month(&bank.plan).first_day();
    let mut figures = vec![Figure::plain(
        "by hand",
        "serde_json a line, select by id, insert or upsert of the same rows, prepared, row by row, a commit a batch",
    )];
    // Balances before assets, and other customers: a delivered month would hide what balances add up to.
    for (kind, first) in [(Kind::Transactions, 0), (Kind::Balances, 0), (Kind::Assets, 50)] {
        let pairs = measure(&bank, own.inner(), kind, day, first)?;
        bank::empty_log(&mut own)?;
        let records = (REQUESTS * RECORDS) as f64;
        let (ours, by_hand) = (records / pairs.system(), records / pairs.baseline());
        let ratio = 1.0 / pairs.ratio();
        figures.push(Figure::plain(
            format!("{} by the functions, by hand", kind.name()),
            format!("{ours:.0}/s, {by_hand:.0}/s"),
        ));
        figures.push(Figure::against(
            format!("{} ratio", kind.name()),
            format!("{ratio:.2}"),
            ratio >= RATIO,
        ));
    }
    Ok(figures)
}

fn measure(
    bank: &Bank,
    own: &mut Connection,
    kind: Kind,
    day: NaiveDate,
    first: u64,
) -> Result<Pairs, Failure> {
    let mut progress = Progress::over(&format!("batches of {}", kind.name()), TIMES as u64 + 1, "pairs");
    // The first pair warms both sides and does not count.
    let mut pairs = Pairs::default();
    for pair in 0..=TIMES as u64 {
        let from = first + pair * REQUESTS;
        let bodies: Vec<Vec<u8>> =
            (from..from + REQUESTS).map(|number| body(&bank.plan, kind, day, number)).collect();
        let by_hand = by_hand_of(own, kind, &bodies)?;
        let ours = sent(&bank.client, kind, &bodies)?;
        if pair > 0 {
            pairs.add(by_hand, ours);
        }
        progress.advance(1);
    }
    progress.finish();
    Ok(pairs)
}

fn by_hand_of(own: &mut Connection, kind: Kind, bodies: &[Vec<u8>]) -> Result<Duration, Failure> {
    let began = Instant::now();
    bodies.iter().try_for_each(|body| by_hand::take(own, kind, body))?;
    Ok(began.elapsed())
}

/// Sends the bodies one after the other; every record must be new.
pub fn sent(client: &Client, kind: Kind, bodies: &[Vec<u8>]) -> Result<Duration, Failure> {
    let path = format!("/intake/{}", kind.name());
    let began = Instant::now();
    for body in bodies {
        let answer = client.post(&path, NDJSON, body)?;
        if answer.status != 200 || answer.json()["accepted"].as_u64() != Some(RECORDS) {
            let text: String = answer.text.chars().take(300).collect();
            return Err(Failure::new(
                format!("POST {path} answered {}: {text}", answer.status),
                "read the runtime's log, and remove target/bench",
            ));
        }
    }
    Ok(began.elapsed())
}
