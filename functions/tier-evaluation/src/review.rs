//! Reviews: run or continue one, confirm its proposals, replay its decisions.

use app::tier::{self, ReviewRequest, TierError};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{Date, IdText};
use web::{Answer, Call, Problem};

use crate::problem::problem;
use crate::scheme::optional_body;

/// A request ends in time for any proxy; a longer review continues with the next call.
const BUDGET_MS: i64 = 20_000;

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewBody {
    /// Date of the decisions; the latest date that the book knows when absent.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// Only this organisation and those below it.
    #[serde(default)]
    pub organisation_id: Option<IdText>,
    /// Count only; nothing is written.
    #[serde(default)]
    pub dry_run: bool,
}

/// How a review stands.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReviewAnswer {
    /// Id of the run; null for a dry run.
    pub job: Option<String>,
    /// The scheme.
    pub scheme_id: String,
    /// Date.
    pub as_of: Date,
    /// False: call again with the same body to continue.
    pub done: bool,
    /// The results wait for confirmation.
    pub proposed: bool,
    /// Customers looked at.
    pub customers: u64,
    /// Decided for the first time.
    pub first: u64,
    /// To a higher tier.
    pub upgraded: u64,
    /// To a lower tier, the churned ones included.
    pub downgraded: u64,
    /// Lost a tier with status.
    pub churned: u64,
    /// In the tier they held.
    pub unchanged: u64,
    /// From a tier that the scheme no longer has.
    pub reassigned: u64,
    /// Decisions written.
    pub decisions: u64,
    /// Time spent over all calls.
    pub duration_ms: i64,
}

/// `POST /tiers/reviews`
pub fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let body: ReviewBody = optional_body(call)?;
    let today = call.today("Asia/Shanghai");
    let as_of = match body.as_of {
        Some(Date(day)) if day > today => return Err(problem(TierError::Future)),
        Some(Date(day)) => day,
        None => tier::default_date(connection, today).map_err(problem)?,
    };
    let reach = call.reach(connection, body.organisation_id.as_ref().map(|id| &id.0))?;
    if body.dry_run {
        let row = store::tier::scheme_in_force(connection, as_of.number())?
            .ok_or_else(|| problem(TierError::NothingInForce))?;
        let found =
            tier::what_if(connection, &row, as_of, reach.organisations.as_deref()).map_err(problem)?;
        return Answer::json(&shape(None, row.tier_scheme_id, as_of, found.effect.moves, true, elapsed()));
    }
    let request = ReviewRequest {
        as_of,
        organisation: reach.top.map(|(_, id)| id).zip(reach.organisations),
        person: call.caller.person.clone(),
        now: call.now_ms,
        today,
    };
    let review = tier::review(connection, &request, BUDGET_MS, elapsed).map_err(problem)?;
    let mut answer =
        shape(Some(review.job_id), review.tier_scheme_id, as_of, review.moves, review.done, review.busy_ms);
    (answer.proposed, answer.decisions) = (review.proposed, review.decisions);
    Answer::json(&answer)
}

fn shape(
    job: Option<String>,
    scheme_id: String,
    as_of: domain::date::Day,
    moves: domain::tier::effect::Moves,
    done: bool,
    duration_ms: i64,
) -> ReviewAnswer {
    ReviewAnswer {
        job,
        scheme_id,
        as_of: Date(as_of),
        done,
        proposed: false,
        customers: moves.customers,
        first: moves.first,
        upgraded: moves.upgraded,
        downgraded: moves.downgraded,
        churned: moves.churned,
        unchanged: moves.unchanged,
        reassigned: moves.reassigned,
        decisions: 0,
        duration_ms,
    }
}

/// Whose proposals are confirmed.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// This organisation and those below it; all that the key sees when absent.
    #[serde(default)]
    pub organisation_id: Option<IdText>,
}

/// What a confirmation did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ConfirmAnswer {
    /// The review.
    pub job: String,
    /// The organisation; null for the whole bank.
    pub organisation_id: Option<String>,
    /// Customers whose proposal is now in force.
    pub customers: u64,
    /// Proposals that no longer fit and were dropped.
    pub stale: u64,
    /// Proposals of other organisations that still wait.
    pub waiting: u64,
}

/// `POST /tiers/reviews/{id}/confirm`
pub fn confirm<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: ConfirmBody = optional_body(call)?;
    let job = call.id("id")?;
    let reach = call.reach(connection, body.organisation_id.as_ref().map(|id| &id.0))?;
    let top = reach.top.as_ref().map_or(0, |(number, _)| *number);
    let done = call
        .atomically(connection, |connection| {
            let organisations = (top, reach.organisations.as_deref());
            tier::confirm(connection, job.as_str(), organisations, &call.caller.person, call.now_ms)
        })
        .map_err(problem)?;
    Answer::json(&ConfirmAnswer {
        job: job.as_str().to_owned(),
        organisation_id: reach.top.map(|(_, id)| id),
        customers: done.customers,
        stale: done.stale,
        waiting: done.waiting,
    })
}

/// What a replay found.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReplayAnswer {
    /// The review.
    pub job: String,
    /// Decisions made again.
    pub decisions: u64,
    /// Those with another answer; anything but 0 is a fault of the system.
    pub different: u64,
}

/// `POST /tiers/reviews/{id}/replay`
pub fn replay<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let job = call.id("id")?;
    let found = tier::replay(connection, job.as_str()).map_err(problem)?;
    Answer::json(&ReplayAnswer {
        job: job.as_str().to_owned(),
        decisions: found.decisions,
        different: found.different,
    })
}
