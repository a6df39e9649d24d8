//! The status of key customers, as JSON or CSV.

use std::fmt::Write;

use app::churn::{self, KeyCustomers, Standing};
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Problem};

use crate::problem::problem;
use crate::report::as_of;

/// Customers of a tier on a date.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StandingAnswer {
    /// Who hold it.
    pub customers: u64,
    /// Of them: at or above the tier's threshold.
    pub normal: u64,
    /// Below it for the first months.
    pub observed: u64,
    /// For longer.
    pub attention: u64,
    /// Held by an override alone.
    pub churned: u64,
    /// Who have lost the tier and not reached it again.
    pub lost: u64,
    /// Assets of those who hold it, at the end of the date's month.
    pub assets: Money,
}

impl From<Standing> for StandingAnswer {
    fn from(Standing { customers, by_status, lost, assets }: Standing) -> Self {
        let [normal, observed, attention, churned] = by_status;
        let assets = Money(i64::try_from(assets).unwrap_or(i64::MAX));
        Self { customers, normal, observed, attention, churned, lost, assets }
    }
}

/// One tier of one organisation and those below it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyLineAnswer {
    /// The organisation.
    pub organisation_id: String,
    /// The one above, if the key sees it.
    pub parent_id: Option<String>,
    /// The tier.
    pub tier: String,
    /// On the date.
    pub now: StandingAnswer,
    /// At the end of the month before.
    pub before: StandingAnswer,
    /// Customers who hold the tier now and held another or none before.
    pub joined: u64,
    /// Customers who held the tier before and hold another now.
    pub left: u64,
}

/// The status of key customers.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyCustomersAnswer {
    /// Date.
    pub as_of: Date,
    /// End of the month before.
    pub before: Date,
    /// Date of the review whose tiers are counted.
    pub reviewed_on: Date,
    /// Date of the review whose tiers are those before; null when there was none.
    pub before_reviewed_on: Option<Date>,
    /// By organisation and tier, all but the lowest; each counts itself and all below it.
    pub lines: Vec<KeyLineAnswer>,
}

/// `GET /churn/key-customers`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let as_of = as_of(connection, call)?;
    let tier = call.query.id("tier")?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let tier = tier.as_ref().map(|tier| tier.as_str());
    let found =
        churn::key_customers(connection, as_of, tier, reach.organisations.as_deref()).map_err(problem)?;
    if call.wants_csv() {
        return Ok(Answer::csv("key-customers.csv", csv(&found)));
    }
    let lines = found
        .lines
        .into_iter()
        .map(|line| KeyLineAnswer {
            organisation_id: line.organisation_id,
            parent_id: line.parent_id,
            tier: line.tier,
            now: line.now.into(),
            before: line.before.into(),
            joined: line.joined,
            left: line.left,
        })
        .collect();
    Answer::json(&KeyCustomersAnswer {
        as_of: Date(found.as_of),
        before: Date(found.before),
        reviewed_on: Date(found.reviewed_on),
        before_reviewed_on: found.before_reviewed_on.map(Date),
        lines,
    })
}

/// Ids have no commas, quotes or line ends, so no cell needs quoting.
fn csv(found: &KeyCustomers) -> String {
    let names = "customers,normal,observed,attention,churned,lost,assets";
    let before = names.replace(',', "_before,");
    let mut text = format!("organisation_id,parent_id,tier,{names},{before}_before,joined,left\r\n");
    for line in &found.lines {
        let parent = line.parent_id.as_deref().unwrap_or_default();
        let _infallible = write!(text, "{},{parent},{}", line.organisation_id, line.tier);
        for standing in [line.now, line.before].map(StandingAnswer::from) {
            let StandingAnswer { customers, normal, observed, attention, churned, lost, assets } = standing;
            let _infallible =
                write!(text, ",{customers},{normal},{observed},{attention},{churned},{lost},{assets}");
        }
        let _infallible = write!(text, ",{},{}\r\n", line.joined, line.left);
    }
    text
}
