//! P8 and P9: reviews of a million customers.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use store::native::NativeConnection;
use store::{Connection, StoreError, in_transaction};

use super::bank::{self, Bank, People, customers};
use super::pair::{Pairs, seconds};
use super::sample::{TIMES, median};
use super::whole::ask_what_if;
use super::{Figure, Row};
use crate::client::{Client, NDJSON};
use crate::demo::review::review;
use crate::demo::write::Line;
use crate::failure::{Failure, OrAdvise};
use crate::month::CalendarMonth;
use crate::up::reviews;

/// A review with its history, beside one update of as many rows.
pub const REVIEW: Row = Row {
    id: "P8",
    what: "review of 1 M with commit and history ÷ one SQL update of 1 M rows",
    target: "≤ 2 (stretch 1)",
    run: all_changed,
};

/// A review in which few changed.
pub const FEW_CHANGED: Row = Row {
    id: "P9",
    what: "review with 1 % changed ÷ all changed",
    target: "≤ 0.3 (stretch 0.1)",
    run: few_changed,
};

const RATIO: f64 = 2.0;
const FEW_RATIO: f64 = 0.3;
const ADVICE: &str = "remove target/bench and run the row again";

fn all_changed() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("review", customers(), People::All)?;
    let [first, last] = reviews(&bank.plan);
    let mut own = bank.connect()?;
    let mut table = bank::open(&bank.beside("table.db"))?;
    fill(&mut table, customers()).or_advise("filling the table to compare with", ADVICE)?;
    let (mut second, mut decisions) = (Vec::new(), [0, 0]);
    let pairs = Pairs::of(
        TIMES,
        |_| update(&mut table),
        |_| {
            forget(&mut own)?;
            let (took, decided) = reviewed(&bank.client, first)?;
            let (again, moved) = reviewed(&bank.client, last)?;
            second.push(again.as_secs_f64());
            decisions = [decided, moved];
            Ok(took)
        },
    )?;
    let ratio = pairs.ratio();
    let later = median(second.into_iter());
    let by_baseline = later / pairs.baseline();
    Ok(vec![
        Figure::plain(format!("first review, {} decisions", decisions[0]), seconds(pairs.system())),
        Figure::plain(
            "update of two columns of rows of 100 bytes, commit included",
            seconds(pairs.baseline()),
        ),
        Figure::against("first review ÷ update", format!("{ratio:.2}"), ratio <= RATIO),
        Figure::plain(
            format!("review of the next month, {} decisions", decisions[1]),
            format!("{} ({by_baseline:.2} of the update)", seconds(later)),
        ),
    ])
}

fn few_changed() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("few", customers(), People::All)?;
    let [as_of, _] = reviews(&bank.plan);
    let mut own = bank.connect()?;
    let (mut waiting, mut folded) = (Pairs::default(), Pairs::default());
    let mut decided = 0;
    for pair in 0..TIMES as u64 {
        forget(&mut own)?;
        let (all, _) = reviewed(&bank.client, as_of)?;
        move_one_in_a_hundred(&bank, as_of, 2 * pair)?;
        bank::empty_log(&mut own)?;
        let (took, decisions) = reviewed(&bank.client, as_of)?;
        decided = decisions;
        waiting.add(all, took);
        move_one_in_a_hundred(&bank, as_of, 2 * pair + 1)?;
        // A what-if brings the waiting changes into the columns, as any question about the whole book does.
        ask_what_if(&bank.client, as_of)?;
        bank::empty_log(&mut own)?;
        folded.add(all, reviewed(&bank.client, as_of)?.0);
    }
    let (ratio, settled) = (waiting.ratio(), folded.ratio());
    Ok(vec![
        Figure::plain("all changed", seconds(waiting.baseline())),
        Figure::plain(
            format!("1 % changed all over the book, {decided} decisions"),
            seconds(waiting.system()),
        ),
        Figure::against("1 % ÷ all, new figures still waiting", format!("{ratio:.2}"), ratio <= FEW_RATIO),
        Figure::against(
            "1 % ÷ all, new figures in the columns",
            format!("{settled:.2}"),
            settled <= FEW_RATIO,
        ),
    ])
}

/// Every hundredth customer, from `first` on, becomes rich in the month of the date.
fn move_one_in_a_hundred(bank: &Bank, as_of: NaiveDate, first: u64) -> Result<(), Failure> {
    let month = CalendarMonth::of(as_of).to_string();
    let mut body = Vec::new();
    for number in (first..bank.plan.customers).step_by(100) {
        let mut line = Line::new(&mut body);
        line.id("customer_id", b'C', number).text("month", &month).text("deposits", "700000.00").end();
    }
    let answer = bank.client.post("/intake/assets", NDJSON, &body)?;
    if answer.status != 200 {
        return Err(Failure::new(format!("intake answered {}: {}", answer.status, answer.text), ADVICE));
    }
    Ok(())
}

/// Runs a review to its end: the time, and the decisions that it wrote.
pub fn reviewed(client: &Client, as_of: NaiveDate) -> Result<(Duration, u64), Failure> {
    let began = Instant::now();
    let report = review(client, as_of)?;
    Ok((began.elapsed(), report["decisions"].as_u64().unwrap_or(0)))
}

/// Makes the bank one that was never reviewed.
pub fn forget(connection: &mut NativeConnection) -> Result<(), Failure> {
    let done = in_transaction(connection, |connection| {
        for table in ["tier_state", "tier_decision", "churn_alert", "job"] {
            connection.execute(&format!("delete from {table}"), &[])?;
        }
        Ok::<_, StoreError>(())
    });
    done.or_advise("forgetting the reviews", ADVICE)?;
    bank::empty_log(connection)
}

fn fill(table: &mut NativeConnection, rows: u64) -> Result<(), StoreError> {
    table.execute(
        "create table person (person_ref integer primary key, person_id text not null, name text not null,
           phone text, organisation_ref integer, tier integer, status integer, note text) strict",
        &[],
    )?;
    table.execute(
        "insert into person with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ?1)
         select i, printf('C%08d', i), 'Wang Xiaoming', printf('+86139%08d', i), i % 500, 0, 0,
           'fifty bytes of what a bank writes about a customer' from n",
        &[(rows as i64).into()],
    )?;
    table.execute("pragma wal_checkpoint(truncate)", &[])?;
    Ok(())
}

fn update(table: &mut NativeConnection) -> Result<Duration, Failure> {
    bank::empty_log(table)?;
    let began = Instant::now();
    let done = in_transaction(table, |table| {
        table.execute("update person set tier = (tier + 1) % 6, status = (status + 1) % 4", &[])
    });
    let took = began.elapsed();
    done.map(|_| took).map_err(|error: StoreError| Failure::new(error.to_string(), ADVICE))
}
