//! The churn check over the whole book, and the report.

use std::time::Instant;

use super::bank::{Bank, People, customers};
use super::pair::seconds;
use super::reviews::{forget, reviewed};
use super::{Figure, Row};
use crate::demo::review::check;
use crate::failure::Failure;
use crate::up::reviews;

/// The check beside the review that it follows, and the report of the bank.
pub const CHECK: Row = Row {
    id: "CHURN",
    what: "churn check of 1 M customers ÷ the review before it; the report",
    target: "≤ 1.5; ≤ 1 s",
    run,
};

const RATIO: f64 = 1.5;
const REPORT_SECONDS: f64 = 1.0;

fn run() -> Result<Vec<Figure>, Failure> {
    let bank = Bank::start("churn", customers(), People::All)?;
    forget(&mut bank.connect()?)?;
    let mut figures = Vec::new();
    for (as_of, of) in reviews(&bank.plan).into_iter().zip(["first", "next month's"]) {
        let (review, _) = reviewed(&bank.client, as_of)?;
        let began = Instant::now();
        let answer = check(&bank.client, as_of)?;
        let took = began.elapsed();
        figures.push(Figure::plain(
            format!("{of} review, check"),
            format!(
                "{}, {}: {} alerts opened",
                seconds(review.as_secs_f64()),
                seconds(took.as_secs_f64()),
                answer["alerts_opened"]
            ),
        ));
        let ratio = took.as_secs_f64() / review.as_secs_f64();
        figures.push(Figure::against(format!("{of} check ÷ review"), format!("{ratio:.2}"), ratio <= RATIO));
        let began = Instant::now();
        let report = bank.client.get(&format!("/churn/report?as_of={as_of}"))?;
        let took = began.elapsed();
        let lines = report.json()["lines"].as_array().map_or(0, Vec::len);
        figures.push(Figure::against(
            format!("report of {lines} lines"),
            seconds(took.as_secs_f64()),
            took.as_secs_f64() <= REPORT_SECONDS,
        ));
    }
    figures.extend(back_dated(&bank)?);
    Ok(figures)
}

/// A check of a year ago, after which the checks of all months since are brought into line; and key customers then.
fn back_dated(bank: &Bank) -> Result<Vec<Figure>, Failure> {
    forget(&mut bank.connect()?)?;
    let dates: Vec<_> = (0..12).rev().map(|ago| bank.plan.last_month.plus(-ago).last_day()).collect();
    for as_of in &dates {
        reviewed(&bank.client, *as_of)?;
        check(&bank.client, *as_of)?;
    }
    let began = Instant::now();
    check(&bank.client, dates[0])?;
    let again = began.elapsed();
    let began = Instant::now();
    let path = format!("/churn/key-customers?as_of={}", dates[11]);
    let lines = bank.client.get(&path)?.json()["lines"].as_array().map_or(0, Vec::len);
    let took = began.elapsed();
    Ok(vec![
        Figure::plain(
            "a check eleven months back, all since in line".to_owned(),
            seconds(again.as_secs_f64()),
        ),
        Figure::against(
            format!("key customers, {lines} lines"),
            seconds(took.as_secs_f64()),
            took.as_secs_f64() <= REPORT_SECONDS,
        ),
    ])
}
