//! P4, P5, P6 and P15: points for events.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::bank::{Bank, People, customers};
use super::bodies::RECORDS;
use super::pair::Pairs;
use super::sample::{TIMES, median};
use super::{Figure, Row};
use crate::client::{Client, JSON, NDJSON};
use crate::demo::random::Random;
use crate::demo::write::Line;
use crate::failure::Failure;
use crate::progress::Progress;

/// A batch sent again.
pub const DUPLICATES: Row = Row {
    id: "P4",
    what: "batch of events sent again ÷ first apply",
    target: "≥ 3 (stretch 5)",
    run: duplicates,
};

/// Many rules.
pub const ACCRUALS: Row = Row {
    id: "P5",
    what: "accruals/s with 50 active rules ÷ 2 125/s (Siebel Loyalty)",
    target: "≥ 20 (stretch 100)",
    run: accruals,
};

/// One budget for everybody.
pub const ONE_BUDGET: Row = Row {
    id: "P6",
    what: "every event on one campaign's budget ÷ spread over 50",
    target: "≥ 0.90 (stretch 1)",
    run: one_budget,
};

/// One customer for everybody.
pub const ONE_CUSTOMER: Row = Row {
    id: "P15",
    what: "64 parallel requests for one customer: share of 409 and 5xx",
    target: "0",
    run: one_customer,
};

/// Requests of one measurement.
const REQUESTS: u64 = 4;
const RULES: u64 = 50;
/// The published batch benchmark of Siebel Loyalty, 24 million members.
const PUBLISHED_PER_SECOND: f64 = 2_125.0;
const CLIENTS: usize = 64;
const ADVICE: &str = "read the runtime's log";

fn duplicates() -> Result<Vec<Figure>, Failure> {
    let bank = furnished("duplicates")?;
    let mut pairs = Pairs::default();
    let mut progress = Progress::over("batches and their repeats", TIMES as u64 + 1, "pairs");
    for pair in 0..=TIMES as u64 {
        let bodies = bodies(&bank, pair, |_| "purchase".to_owned());
        let first = sent(&bank.client, &bodies, "accepted")?;
        let again = sent(&bank.client, &bodies, "duplicates")?;
        if pair > 0 {
            pairs.add(again, first);
        }
        progress.advance(1);
    }
    progress.finish();
    let rate = |seconds: f64| (REQUESTS * RECORDS) as f64 / seconds;
    Ok(vec![
        Figure::plain(
            "first, again",
            format!("{:.0}/s, {:.0}/s", rate(pairs.system()), rate(pairs.baseline())),
        ),
        Figure::against("ratio", format!("{:.1}", pairs.ratio()), pairs.ratio() >= 3.0),
    ])
}

fn accruals() -> Result<Vec<Figure>, Failure> {
    let bank = furnished("accruals")?;
    let mut progress = Progress::over("batches under 50 rules", TIMES as u64 + 1, "batches");
    let mut rates = Vec::new();
    for batch in 0..=TIMES as u64 {
        let bodies = bodies(&bank, batch, |_| "purchase".to_owned());
        let took = sent(&bank.client, &bodies, "accepted")?;
        if batch > 0 {
            rates.push((REQUESTS * RECORDS) as f64 / took.as_secs_f64());
        }
        progress.advance(1);
    }
    progress.finish();
    let liability = asked(bank.client.get("/points/liability")?)?["liability"].as_i64().unwrap_or(0);
    let rate = median(rates.into_iter());
    let ratio = rate / PUBLISHED_PER_SECOND;
    Ok(vec![
        Figure::plain("accruals", format!("{rate:.0}/s, {liability} points given")),
        Figure::against("ratio", format!("{ratio:.1}"), ratio >= 20.0),
    ])
}

fn one_budget() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("budget", customers(), People::All)?;
    for number in 0..=RULES {
        let body = json!({"budget": 1_000_000_000_000_i64}).to_string();
        let path = format!("/points/campaigns/c{number}");
        let headers = &[("content-type", JSON)];
        let ask = crate::client::Ask { method: "PUT", path: &path, headers, body: Some(body.as_bytes()) };
        asked(bank.client.ask(ask)?)?;
        put_in_force(
            &bank.client,
            &json!({"id": format!("r{number}"), "name": {"zh": "r", "en": "r"}, "events": [format!("visit{number}")],
                "earn": {"fixed": {"points": 3}}, "campaign_id": format!("c{number}")}),
        )?;
    }
    let mut pairs = Pairs::default();
    let mut progress = Progress::over("one budget and many", TIMES as u64 + 1, "pairs");
    for pair in 0..=TIMES as u64 {
        let spread = bodies(&bank, 2 * pair, |record| format!("visit{}", record % RULES));
        let one = bodies(&bank, 2 * pair + 1, |_| format!("visit{RULES}"));
        let spread = sent(&bank.client, &spread, "accepted")?;
        let one = sent(&bank.client, &one, "accepted")?;
        if pair > 0 {
            pairs.add(one, spread);
        }
        progress.advance(1);
    }
    progress.finish();
    let ratio = pairs.ratio();
    Ok(vec![Figure::against("ratio", format!("{ratio:.2}"), ratio >= 0.90)])
}

fn one_customer() -> Result<Vec<Figure>, Failure> {
    let bank = furnished("customer")?;
    let start = Barrier::new(CLIENTS);
    let rounds = 20;
    let send = |client: usize| -> Vec<u16> {
        let own = bank.client.clone();
        start.wait();
        (0..rounds)
            .map(|round| {
                let body = event(&format!("one{client}-{round}"), 0, "purchase", 10_000);
                own.post("/points/events", JSON, &body).map_or(599, |answer| answer.status)
            })
            .collect()
    };
    let send = &send;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || send(client))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let failed = statuses.iter().filter(|status| **status == 409 || **status >= 500).count();
    let whole = statuses.len() == CLIENTS * rounds;
    Ok(vec![Figure::against(
        format!("{} requests", statuses.len()),
        format!("{failed} refused"),
        failed == 0 && whole,
    )])
}

/// A bank with fifty rules in force, all of them for purchases; each event meets two or three of them.
fn furnished(name: &str) -> Result<Bank, Failure> {
    let bank = Bank::start(name, customers(), People::All)?;
    for number in 0..RULES {
        let category = 5_000 + number;
        let condition = match number % 3 {
            0 => format!("event.merchant_category == \"{category}\" && event.amount >= money(\"50.00\")"),
            1 => format!(
                "event.merchant_category in [\"{category}\", \"{}\"] && event.weekday <= 5",
                category + 1
            ),
            _ => format!("event.channel == \"mobile\" && event.merchant_category == \"{category}\""),
        };
        let mut rule = json!({"id": format!("rule-{number}"), "name": {"zh": "规则", "en": "rule"},
            "events": ["purchase"], "condition": condition, "multipliers_bp": {"gold": 15_000},
            "earn": {"per_amount": {"points": 1, "per": "1.00", "rounding": "floor"}},
            "expiry": {"month_end": {"months": 24}}});
        if number % 5 == 0 {
            rule["caps"] = json!([{"per": "day", "points": 5_000}]);
        }
        put_in_force(&bank.client, &rule)?;
    }
    Ok(bank)
}

fn put_in_force(client: &Client, rule: &Value) -> Result<(), Failure> {
    asked(client.post("/points/rules", JSON, rule.to_string().as_bytes())?)?;
    let path = format!("/points/rules/{}/activate", rule["id"].as_str().unwrap_or_default());
    asked(client.post(&path, JSON, b"{}")?)?;
    Ok(())
}

fn asked(answer: crate::client::Answer) -> Result<Value, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.json());
    }
    let text: String = answer.text.chars().take(300).collect();
    Err(Failure::new(format!("the bank answered {}: {text}", answer.status), ADVICE))
}

fn event(id: &str, customer: u64, kind: &str, amount: i64) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    let mut line = Line::new(&mut body);
    line.text("source", "card").text("id", id).text("occurred_at", "2026-11-20T12:00:00+08:00");
    line.id("customer_id", b'C', customer).text("type", kind).money("amount", amount);
    line.text("merchant_category", &(5_000 + amount % RULES as i64).to_string());
    line.text("channel", "mobile").end();
    body
}

/// Bodies of measurement `number`: events of customers all over the bank, none seen before.
fn bodies(bank: &Bank, number: u64, kind: impl Fn(u64) -> String) -> Vec<Vec<u8>> {
    (0..REQUESTS)
        .map(|request| {
            let first = (number * REQUESTS + request) * RECORDS;
            let mut body = Vec::with_capacity(RECORDS as usize * 200);
            for record in first..first + RECORDS {
                let mut random = Random::of(bank.plan.seed, 14, record);
                let customer = random.below(bank.plan.customers);
                let amount = random.between(5_000, 90_000);
                body.extend(event(&format!("e{record:012}"), customer, &kind(record), amount));
            }
            body
        })
        .collect()
}

/// Sends the bodies one after the other; `count` of the answer must be all of them.
fn sent(client: &Client, bodies: &[Vec<u8>], count: &str) -> Result<Duration, Failure> {
    let began = Instant::now();
    for body in bodies {
        let answer = asked(client.post("/points/events", NDJSON, body)?)?;
        if answer[count].as_u64() != Some(RECORDS) {
            return Err(Failure::new(format!("a batch was answered {answer}"), ADVICE));
        }
    }
    Ok(began.elapsed())
}
