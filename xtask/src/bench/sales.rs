//! A year of sales: the default run over all of them, and what the year's ranking and performance take.

use std::time::{Duration, Instant};

use domain::date::Day;
use serde_json::{Value, json};
use store::native::NativeConnection;
use store::{Connection, StoreError, in_transaction};

use super::bank::{Bank, People, customers, empty_log};
use super::pair::seconds;
use super::sample::{TIMES, median};
use super::{Figure, Row};
use crate::client::{Answer, Client, JSON};
use crate::failure::{Failure, OrAdvise};
use crate::month::today;
use crate::progress::Progress;

/// A sale a customer, in a year.
pub const SALES: Row = Row {
    id: "SALES",
    what: "1 000 000 sales: default run; a year's ranking and performance",
    target: "ranking, performance ≤ 2 s each",
    run,
};

const ANSWER_SECONDS: f64 = 2.0;
const PRODUCTS: u64 = 12;
const EMPLOYEES_A_BRANCH: u64 = 10;
/// Days of the year of sales, which ends when every window is over.
const DAYS: i32 = 365;
const WINDOW_DAYS: i32 = 5;
const ADVICE: &str = "read the runtime's log";

/// Sales of one statement of the making.
const AT_ONCE: u64 = 100_000;

fn run() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("sales", customers(), People::All)?;
    let last = Day::from_date(today()).plus(-WINDOW_DAYS - 1);
    let first = last.plus(1 - DAYS);
    products(&bank.client, first)?;
    let sales = bank.plan.customers;
    let mut connection = bank.connect()?;
    fill(&mut connection, sales, bank.plan.branches(), first).or_advise("making sales", ADVICE)?;
    empty_log(&mut connection)?;
    drop(connection);
    let (took, defaulted) = default_run(&bank.client)?;
    if defaulted != sales {
        return Err(Failure::new(format!("{defaulted} of {sales} sales were decided"), ADVICE));
    }
    let rate = sales as f64 / took.as_secs_f64();
    let mut figures = vec![Figure::plain(
        format!("default run of {sales} sales"),
        format!("{}, {rate:.0}/s", seconds(took.as_secs_f64())),
    )];
    for (what, path) in [
        ("ranking of employees", "/sales/ranking?limit=1000&"),
        ("performance by employee", "/sales/performance?by=employee&"),
        ("performance by organisation", "/sales/performance?by=organisation&"),
        ("performance by product", "/sales/performance?by=product&"),
        ("performance by month", "/sales/performance?by=month&"),
    ] {
        let (took, lines) = asked(&bank.client, &format!("{path}from={first}&to={last}"))?;
        let name = format!("{what}, {lines} lines");
        figures.push(Figure::against(name, seconds(took), took <= ANSWER_SECONDS));
    }
    Ok(figures)
}

/// Products whose sales nobody is credited for before the window is over.
fn products(client: &Client, from: Day) -> Result<(), Failure> {
    for product in 0..PRODUCTS {
        let name = json!({"zh": "产品", "en": "Product"});
        let rule = json!({"automatic": "never", "window_days": WINDOW_DAYS});
        let body = json!({"id": format!("P{product}"), "name": name, "category": "fund", "from": from.to_string(),
            "rule": rule});
        good(client.post("/sales/products", JSON, body.to_string().as_bytes())?)?;
    }
    Ok(())
}

/// Writes what intake would have written: transactions, and sales that wait.
fn fill(connection: &mut NativeConnection, sales: u64, branches: u64, first: Day) -> Result<(), StoreError> {
    // Sale n is of customer n, at branch n modulo branches, on the days in order; its teller works there.
    const NUMBERS: &str =
        "with recursive number (n) as (select ?1 union all select n + 1 from number where n + 1 < ?2)";
    connection.execute(
        "with recursive number (n) as (select 0 union all select n + 1 from number where n + 1 < ?1)
         insert into employee (employee_ref, employee_id, organisation_ref, name, role)
         select n, 'E' || n, n % ?2 + 1, '李雷', 'teller' from number",
        &[((branches * EMPLOYEES_A_BRANCH) as i64).into(), (branches as i64).into()],
    )?;
    let mut progress = Progress::over("making sales", sales, "sales");
    for from in (0..sales).step_by(AT_ONCE as usize) {
        let to = sales.min(from + AT_ONCE);
        let figures = [
            from as i64,
            to as i64,
            i64::from(first.number()),
            i64::from(DAYS),
            sales as i64,
            PRODUCTS as i64,
            branches as i64,
            EMPLOYEES_A_BRANCH as i64,
            i64::from(WINDOW_DAYS),
        ]
        .map(store::Value::from);
        in_transaction(connection, |connection| {
            connection.execute(
                &format!(
                    "{NUMBERS} insert into bank_transaction (bank_transaction_ref, source, transaction_id, occurred_at,
                       customer_ref, kind, amount, product_id, organisation_ref, teller_id, channel, payload_hash)
                     select n + 1, 'bench', 'S' || n, (?3 + n * ?4 / ?5) * 86400000 + 14400000, n, 'sale',
                       1000 + n * 7919 % 10000000, 'P' || n % ?6, n % ?7 + 1, 'E' || (n % ?7 + ?7 * (n / ?7 % ?8)),
                       'counter', n
                     from number"
                ),
                &figures[..8],
            )?;
            connection.execute(
                &format!(
                    "{NUMBERS} insert into sale (sale_ref, customer_ref, sale_product_ref, sale_rule_ref,
                       organisation_ref, teller_ref, channel, sold_on, due_on, closes_on, booked_on, amount, refunded,
                       state)
                     select n + 1, n, n % ?6 + 1, n % ?6 + 1, n % ?7 + 1, n % ?7 + ?7 * (n / ?7 % ?8), 'counter',
                       ?3 + n * ?4 / ?5, ?3 + n * ?4 / ?5 + ?9, ?3 + n * ?4 / ?5 + 30,
                       ?3 + n * ?4 / ?5, 1000 + n * 7919 % 10000000, 0, 'waiting'
                     from number"
                ),
                &figures,
            )?;
            Ok::<_, StoreError>(())
        })?;
        progress.advance(to - from);
    }
    progress.finish();
    Ok(())
}

/// Runs the default to its end: how long it took, and how many sales it decided.
fn default_run(client: &Client) -> Result<(Duration, u64), Failure> {
    let began = Instant::now();
    loop {
        let answer = good(client.post("/sales/default-runs", JSON, b"{}")?)?;
        if answer["done"] != Value::Bool(false) {
            return Ok((began.elapsed(), answer["defaulted"].as_u64().unwrap_or(0)));
        }
    }
}

/// Median of the times that a question takes, in seconds, and the lines of its answer.
fn asked(client: &Client, path: &str) -> Result<(f64, usize), Failure> {
    let (mut times, mut lines) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let began = Instant::now();
        let answer = client.get(path)?;
        times.push(began.elapsed().as_secs_f64());
        lines = good(answer)?["items"].as_array().map_or(0, Vec::len);
    }
    Ok((median(times.into_iter()), lines))
}

fn good(answer: Answer) -> Result<Value, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.json());
    }
    let text: String = answer.text.chars().take(400).collect();
    Err(Failure::new(format!("answered {}: {text}", answer.status), ADVICE))
}
