//! Totals over time, as JSON or CSV.

use std::fmt::Write;

use app::asset::{Grouping, TotalFilter, TotalLine};
use app::tier::TierError;
use serde::Serialize;
use store::Connection;
use web::field::{Money, MonthText};
use web::{Answer, Call, Problem};

use crate::span::{months, sight};

/// Months of one answer at most.
const MOST_MONTHS: i32 = 24;

/// The total of a month and key.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TotalAnswer {
    /// The month.
    pub month: MonthText,
    /// The organisation's id, the tier's code or the class; null for customers who hold no tier.
    pub key: Option<String>,
    /// Customers opened by the month's end or with assets in it; of a class those with a figure.
    pub customers: u64,
    /// Assets, or the class's figure, at the month's end; card spend is that of the month.
    pub amount: Money,
}

/// Totals over time.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TotalsAnswer {
    /// First month.
    pub from: MonthText,
    /// Last month.
    pub to: MonthText,
    /// organisation | tier | class.
    pub by: &'static str,
    /// Oldest month first.
    pub lines: Vec<TotalAnswer>,
}

const GROUPINGS: [(&str, Grouping); 3] =
    [("organisation", Grouping::Organisation), ("tier", Grouping::Tier), ("class", Grouping::Class)];

/// `GET /assets/totals`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let grouping = call.query.read("by", |name| {
        let found = GROUPINGS.into_iter().find(|(known, _)| *known == name);
        found.ok_or("organisation, tier or class is asked for")
    })?;
    let (name, by) = grouping.unwrap_or(GROUPINGS[0]);
    let months = months(connection, call, 12)?;
    if months.1.number() - months.0.number() >= MOST_MONTHS {
        return Err(Problem::query("from", "at most 24 months are answered at once"));
    }
    let filter = TotalFilter { by, months, sight: sight(connection, call, None)? };
    let lines = app::asset::totals(connection, &filter).map_err(|error| match error {
        // Held tiers are read here, never changed: what goes wrong is on our side.
        TierError::Store(error) => Problem::from(error),
        other => Problem::internal(other.to_string()),
    })?;
    if call.wants_csv() {
        return Ok(Answer::csv("asset-totals.csv", csv(&lines)));
    }
    let lines = lines
        .into_iter()
        .map(|line| TotalAnswer {
            month: MonthText(line.month),
            key: line.key,
            customers: line.customers,
            amount: Money(line.amount),
        })
        .collect();
    let (from, to) = (MonthText(months.0), MonthText(months.1));
    Answer::json(&TotalsAnswer { from, to, by: name, lines })
}

/// Keys have no commas, quotes or line ends, so no cell needs quoting.
fn csv(lines: &[TotalLine]) -> String {
    let mut text = String::from("month,key,customers,amount\r\n");
    for line in lines {
        let key = line.key.as_deref().unwrap_or_default();
        let _infallible = write!(text, "{},{key},{},{}\r\n", line.month, line.customers, Money(line.amount));
    }
    text
}
