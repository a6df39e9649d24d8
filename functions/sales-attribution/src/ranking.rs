//! Ranking, as JSON or CSV.

use std::fmt::Write;

use app::sale::performance::By;
use app::sale::ranking::{RankedLine, ranking};
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Problem};

use crate::performance::{Asked, cell, of_report};

const DEFAULT_LIMIT: usize = 100;
const GREATEST_LIMIT: usize = 1_000;

/// Somebody's place.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RankedAnswer {
    /// From 1. Who has as much shares the rank, and the ranks after it are left out: 1, 2, 2, 4.
    rank: usize,
    /// True when somebody else has the same rank.
    tied: bool,
    /// Id of the employee or organisation.
    key: String,
    /// Name.
    name: String,
    /// Sales of the period; of an employee, those that leave a credit on the day of the sale.
    sales: u64,
    /// Credit that counts in the period.
    credited: Money,
}

/// A ranking.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RankingAnswer {
    /// First date.
    from: Date,
    /// Last date.
    to: Date,
    /// What was booked after this date is not counted.
    as_of: Date,
    /// employee | organisation.
    by: &'static str,
    /// How many were ranked.
    ranked: usize,
    /// The first of them; of equal rank by id.
    items: Vec<RankedAnswer>,
}

/// `GET /sales/ranking`
pub(crate) fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let by = call.query.read("by", |name| match name {
        "employee" => Ok(By::Employee),
        "organisation" => Ok(By::Organisation),
        _ => Err("employee or organisation is asked for"),
    })?;
    let by = by.unwrap_or(By::Employee);
    let limit = call.query.read("limit", |text| {
        let limit = text.parse::<usize>().ok().filter(|limit| (1..=GREATEST_LIMIT).contains(limit));
        limit.ok_or("an integer from 1 to 1000 is asked for")
    })?;
    let asked = Asked::read(connection, call, by)?;
    let Asked { from, to, as_of, .. } = asked;
    let found = ranking(connection, &asked.question(), limit.unwrap_or(DEFAULT_LIMIT)).map_err(of_report)?;
    if call.wants_csv() {
        return Ok(Answer::csv("sales-ranking.csv", csv(&found.lines)));
    }
    let items = found.lines.into_iter().map(|line| RankedAnswer {
        rank: line.rank,
        tied: line.tied,
        key: line.id,
        name: line.name,
        sales: line.sales,
        credited: Money(line.credited),
    });
    Answer::json(&RankingAnswer {
        from: Date(from),
        to: Date(to),
        as_of: Date(as_of),
        by: by.name(),
        ranked: found.ranked,
        items: items.collect(),
    })
}

fn csv(lines: &[RankedLine]) -> String {
    let mut text = String::from("rank,tied,key,name,sales,credited\r\n");
    for RankedLine { rank, tied, id, name, sales, credited } in lines {
        let (id, name, credited) = (cell(Some(id)), cell(Some(name)), Money(*credited));
        let _infallible = write!(text, "{rank},{tied},{id},{name},{sales},{credited}\r\n");
    }
    text
}
