//! What became of retention cases.

use app::churn;
use domain::retention::won_back_bp;
use serde::Serialize;
use store::Connection;
use store::churn_case::{Grouping, OutcomeCounts};
use web::field::Date;
use web::{Answer, Call, Problem};

use super::{problem, today};

/// Groups of one answer at most: reasons are free words, and nobody reads more.
const MOST_GROUPS: usize = 1000;

/// Days before `to` on which the span begins when nobody says otherwise.
const SPAN_DAYS: i32 = 365;

/// Numbers of cases.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CountsAnswer {
    /// All that were opened.
    pub opened: u64,
    /// Closed: the customer stays.
    pub won_back: u64,
    /// Closed: the customer left.
    pub lost: u64,
    /// Closed: there was nothing to win back.
    pub dismissed: u64,
    /// Not closed.
    pub unclosed: u64,
    /// Not closed, and the due date has passed.
    pub overdue: u64,
    /// Won back of those that were won back or lost, in basis points; null when there is none.
    pub won_back_bp: Option<u64>,
}

/// The cases of one organisation, owner or reason.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OutcomeAnswer {
    /// Id of the organisation or the owner, or the reason; null for cases without one.
    pub key: Option<String>,
    /// Their numbers.
    #[serde(flatten)]
    pub counts: CountsAnswer,
}

/// What became of cases.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OutcomesAnswer {
    /// First date of opening.
    pub from: Date,
    /// Last date of opening.
    pub to: Date,
    /// organisation | owner | reason.
    pub by: &'static str,
    /// Over all groups.
    pub total: CountsAnswer,
    /// The largest first.
    pub items: Vec<OutcomeAnswer>,
    /// Groups that are in the total and not among the items, which are 1000 at most.
    pub left_out: usize,
}

fn shape(counts: OutcomeCounts) -> CountsAnswer {
    let OutcomeCounts { opened, won_back, lost, dismissed, unclosed, overdue } = counts;
    let won_back_bp = won_back_bp(won_back, lost);
    CountsAnswer { opened, won_back, lost, dismissed, unclosed, overdue, won_back_bp }
}

/// `GET /churn/cases/outcomes`
pub fn outcomes<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let by = call.query.read("by", |name| match name {
        "organisation" => Ok((Grouping::Organisation, "organisation")),
        "owner" => Ok((Grouping::Owner, "owner")),
        "reason" => Ok((Grouping::Reason, "reason")),
        _ => Err("organisation, owner or reason is asked for"),
    })?;
    let (grouping, by) = by.unwrap_or((Grouping::Organisation, "organisation"));
    let today = today(call);
    let to = call.query.date("to")?.unwrap_or(today);
    let from = call.query.date("from")?.unwrap_or_else(|| to.plus(-SPAN_DAYS));
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let top = reach.top.map(|(number, _)| number);
    let found = churn::outcomes(connection, grouping, (from, to), top, today).map_err(problem)?;
    let left_out = found.groups.len().saturating_sub(MOST_GROUPS);
    let groups = found.groups.into_iter().take(MOST_GROUPS);
    Answer::json(&OutcomesAnswer {
        from: Date(from),
        to: Date(to),
        by,
        total: shape(found.total),
        items: groups.map(|group| OutcomeAnswer { key: group.key, counts: shape(group.counts) }).collect(),
        left_out,
    })
}
