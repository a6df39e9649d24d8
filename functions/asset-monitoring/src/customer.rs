//! One customer's months.

use app::book::customer_months;
use domain::book::Measure;
use serde::Serialize;
use store::Connection;
use web::field::{Money, MonthText};
use web::{Answer, Call, Problem};

use crate::span::months;

/// Months of one answer at most; a series is read page by page through `from` and `to`.
const MOST_MONTHS: i32 = 120;

/// One month of a customer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MonthAnswer {
    /// The month.
    pub month: MonthText,
    /// none: nothing known; rolled_up: added up from accounts; delivered: by a warehouse.
    pub origin: &'static str,
    /// Deposits and investments at the month's end.
    pub assets: Money,
    /// Deposits at the month's end.
    pub deposits: Money,
    /// Investments at the month's end.
    pub investments: Money,
    /// Deposits and investments, average of the daily closing balances.
    pub assets_average: Money,
    /// Deposits, daily average.
    pub deposits_average: Money,
    /// Investments, daily average.
    pub investments_average: Money,
    /// Secured loans at the month's end.
    pub secured_loans: Money,
    /// Unsecured loans at the month's end.
    pub unsecured_loans: Money,
    /// Card spend of the month.
    pub card_spend: Money,
}

/// A customer's months.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AssetsAnswer {
    /// Who.
    pub customer_id: String,
    /// Oldest first.
    pub months: Vec<MonthAnswer>,
}

/// `GET /customers/{id}/assets`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let (from, to) = months(connection, call, 12)?;
    if to.number() - from.number() >= MOST_MONTHS {
        return Err(Problem::query("from", "at most 120 months are answered at once"));
    }
    let rows = customer_months(connection, customer.customer_ref, from, to)?;
    let months = rows
        .into_iter()
        .enumerate()
        .map(|(at, row)| {
            let figure = |measure: Measure| row[measure as usize];
            MonthAnswer {
                month: MonthText(from.plus(at as i32)),
                origin: match figure(Measure::Origin) {
                    1 => "rolled_up",
                    2 => "delivered",
                    _ => "none",
                },
                assets: Money(figure(Measure::AssetsEnd)),
                deposits: Money(figure(Measure::AssetsEnd) - figure(Measure::InvestmentsEnd)),
                investments: Money(figure(Measure::InvestmentsEnd)),
                assets_average: Money(figure(Measure::AssetsAverage)),
                deposits_average: Money(figure(Measure::AssetsAverage) - figure(Measure::InvestmentsAverage)),
                investments_average: Money(figure(Measure::InvestmentsAverage)),
                secured_loans: Money(figure(Measure::SecuredLoans)),
                unsecured_loans: Money(figure(Measure::UnsecuredLoans)),
                card_spend: Money(figure(Measure::CardSpend)),
            }
        })
        .collect();
    Answer::json(&AssetsAnswer { customer_id: customer.customer_id, months })
}
