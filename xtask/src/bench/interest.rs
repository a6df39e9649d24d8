//! P17: interest day. A new balance for every account, while others ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::bank::{Bank, People, customers};
use super::bodies::{Kind, RECORDS, body, open_month};
use super::intake::sent;
use super::pair::percentile;
use super::whole::ask_what_if;
use super::{Figure, Row};
use crate::client::Client;
use crate::demo::random::Random;
use crate::demo::review::review;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::up::reviews;

/// Interest day.
pub const INTEREST_DAY: Row = Row {
    id: "P17",
    what: "interest day: 1 M new balances beside queries and what-ifs",
    target: "feed ÷ P1 ≥ 0.8; p99 ÷ idle ≤ 5 (stretch 0.9; 2)",
    run: interest_day,
};

const RATIO: f64 = 0.8;
const TAIL: f64 = 5.0;
const CLIENTS: u64 = 2;

/// A person looks at a customer now and then; a client that never pauses would be a load test of its own.
const PAUSE: Duration = Duration::from_millis(20);
const WHAT_IF_EVERY: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(5);

fn interest_day() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("interest", customers(), People::All)?;
    let [first, last] = reviews(&bank.plan);
    review(&bank.client, first)?;
    let day = open_month(&bank.plan).first_day();
    let requests = bank.plan.customers / RECORDS;
    // The first day makes the month's rows, which the days after it only change.
    feed(&bank, day, requests, "balances, first day")?;
    // P1's way of the same records, the day before: nobody else asks.
    let day = day + chrono::TimeDelta::days(1);
    let quiet = feed(&bank, day, requests, "balances, undisturbed")?;
    let ask = |running: &AtomicBool, asker| queries(&bank, asker, running);
    let mut idle = alongside(&ask, || {
        std::thread::sleep(IDLE);
        Ok(())
    })?
    .1;
    let running = AtomicBool::new(true);
    let ((busy_feed, mut busy), what_ifs) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| what_ifs(&bank.client, last, &running));
        let fed = alongside(&ask, || {
            feed(&bank, day + chrono::TimeDelta::days(1), requests, "balances, interest day")
        });
        running.store(false, Ordering::Relaxed);
        let asked = asking.join().unwrap_or_else(|_| Err(Failure::new("the what-ifs panicked", "run again")));
        Ok::<_, Failure>((fed?, asked?))
    })?;
    idle.sort_unstable();
    busy.sort_unstable();
    let records = (requests * RECORDS) as f64;
    let (quiet, busy_rate) = (records / quiet.as_secs_f64(), records / busy_feed.as_secs_f64());
    let (ratio, tail) = (busy_rate / quiet, percentile(&busy, 990) / percentile(&idle, 990));
    let ms = |sorted: &[Duration]| format!("{:.1} ms", percentile(sorted, 990) * 1e3);
    Ok(vec![
        Figure::plain("feed undisturbed, beside queries", format!("{quiet:.0}/s, {busy_rate:.0}/s")),
        Figure::against("feed ÷ undisturbed", format!("{ratio:.2}"), ratio >= RATIO),
        Figure::plain(
            format!("p99 of {} queries idle, of {} beside the feed", idle.len(), busy.len()),
            format!("{}, {}", ms(&idle), ms(&busy)),
        ),
        Figure::against("p99 ÷ idle", format!("{tail:.1}"), tail <= TAIL),
        Figure::plain("what-ifs meanwhile", what_ifs.to_string()),
    ])
}

fn feed(bank: &Bank, day: chrono::NaiveDate, requests: u64, what: &str) -> Result<Duration, Failure> {
    let mut progress = Progress::over(what, requests, "requests");
    let mut took = Duration::ZERO;
    for number in 0..requests {
        let body = body(&bank.plan, Kind::Balances, day, number);
        took += sent(&bank.client, Kind::Balances, &[body])?;
        progress.advance(1);
    }
    progress.finish();
    Ok(took)
}

/// Runs `work` while the clients ask; says what it gave and how long each question took.
fn alongside<T>(
    ask: &(impl Fn(&AtomicBool, u64) -> Result<Vec<Duration>, Failure> + Sync),
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<(T, Vec<Duration>), Failure> {
    let running = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let running = &running;
        let clients: Vec<_> = (0..CLIENTS).map(|asker| scope.spawn(move || ask(running, asker))).collect();
        let done = work();
        running.store(false, Ordering::Relaxed);
        let mut latencies = Vec::new();
        for client in clients {
            let asked = client.join().unwrap_or_else(|_| Err(Failure::new("a client panicked", "run again")));
            latencies.extend(asked?);
        }
        Ok((done?, latencies))
    })
}

fn queries(bank: &Bank, asker: u64, running: &AtomicBool) -> Result<Vec<Duration>, Failure> {
    let client = Client::new(bank.client.base(), Some(&bank.key));
    let mut random = Random::of(bank.plan.seed, 14, asker);
    let mut latencies = Vec::new();
    while running.load(Ordering::Relaxed) {
        let path = format!("/customers/C{:08}/tier", random.below(bank.plan.customers));
        let began = Instant::now();
        let answer = client.get(&path)?;
        latencies.push(began.elapsed());
        if answer.status != 200 {
            return Err(Failure::new(format!("{path} answered {}", answer.status), "read the runtime's log"));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(latencies)
}

fn what_ifs(client: &Client, as_of: chrono::NaiveDate, running: &AtomicBool) -> Result<u64, Failure> {
    let (mut asked, mut next) = (0, Instant::now());
    while running.load(Ordering::Relaxed) {
        if Instant::now() < next {
            std::thread::sleep(Duration::from_millis(10));
            continue;
        }
        next = Instant::now() + WHAT_IF_EVERY;
        ask_what_if(client, as_of)?;
        asked += 1;
    }
    Ok(asked)
}
