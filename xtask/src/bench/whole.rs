//! P7: a what-if over the whole book.

use std::time::{Duration, Instant};

use domain::date::Day;
use store::native::NativeConnection;

use super::bank::{Bank, People, customers};
use super::pair::{Pairs, seconds};
use super::sample::{TIMES, median};
use super::{Figure, Row};
use crate::client::{Client, JSON};
use crate::demo::review::review;
use crate::failure::{Failure, OrAdvise};
use crate::up::reviews;

/// What-if over a million customers.
pub const WHAT_IF: Row = Row {
    id: "P7",
    what: "what-if over 1 M customers × 13 months",
    target: "≤ 0.25 s; ≤ 2 (stretch 0.15; 1.3)",
    run: what_if,
};

/// The scheme that every bank starts with.
pub const SCHEME: &str = "seed-2023";

const SECONDS: f64 = 0.25;
const RATIO: f64 = 2.0;

fn what_if() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("what-if", customers(), People::All)?;
    let [first, last] = reviews(&bank.plan);
    review(&bank.client, first)?;
    let mut native = bank.native_copy("native.db")?;
    let as_of = Day::from_date(last);
    let mut told = Vec::new();
    // Warm: compiled code, the page cache, the connection's pages.
    asked(&bank.client, last, &mut told)?;
    natively(&mut native, as_of)?;
    told.clear();
    let pairs = Pairs::of(TIMES, |_| natively(&mut native, as_of), |_| asked(&bank.client, last, &mut told))?;
    let (wall, ratio) = (pairs.system(), pairs.ratio());
    Ok(vec![
        Figure::against("time of the request", seconds(wall), wall <= SECONDS),
        Figure::plain("duration_ms of the answer", format!("{:.0} ms", median(told.into_iter()))),
        Figure::plain("app::tier::what_if natively on a copy of the file", seconds(pairs.baseline())),
        Figure::against("request ÷ natively", format!("{ratio:.2}"), ratio <= RATIO),
    ])
}

fn natively(native: &mut NativeConnection, as_of: Day) -> Result<Duration, Failure> {
    let advice = "remove target/bench and run the row again";
    let began = Instant::now();
    let scheme = app::tier::scheme(native, SCHEME).or_advise("reading the scheme", advice)?;
    let found = app::tier::what_if(native, &scheme, as_of, None).or_advise("the native what-if", advice)?;
    let took = began.elapsed();
    if found.effect.moves.customers < customers() {
        return Err(Failure::new("the native what-if did not see every customer", advice));
    }
    Ok(took)
}

fn asked(client: &Client, as_of: chrono::NaiveDate, told: &mut Vec<f64>) -> Result<Duration, Failure> {
    let (took, answer) = ask_what_if(client, as_of)?;
    told.push(answer["duration_ms"].as_f64().unwrap_or(0.0));
    Ok(took)
}

/// Asks for the effect of the scheme on the whole book.
pub fn ask_what_if(
    client: &Client,
    as_of: chrono::NaiveDate,
) -> Result<(Duration, serde_json::Value), Failure> {
    let body = format!("{{\"as_of\":\"{as_of}\"}}");
    let began = Instant::now();
    let answer = client.post(&format!("/tiers/schemes/{SCHEME}/what-if"), JSON, body.as_bytes())?;
    let took = began.elapsed();
    if answer.status != 200 {
        let text: String = answer.text.chars().take(300).collect();
        return Err(Failure::new(
            format!("the what-if answered {}: {text}", answer.status),
            "read the runtime's log",
        ));
    }
    Ok((took, answer.json()))
}
