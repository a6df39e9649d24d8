//! The members of tiers.

use app::tier::{self, MemberFilter};
use serde::Serialize;
use store::Connection;
use web::field::Date;
use web::{Answer, Call, Problem};

use crate::answer::{status, status_name};
use crate::problem::problem;

/// A member.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MemberAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Held tier.
    pub tier: String,
    /// Its status; null where the tier has none.
    pub status: Option<&'static str>,
    /// Months below at the latest review.
    pub months_below: u8,
    /// Day since which the tier is held.
    pub since: Date,
}

/// `GET /tiers/members`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let filter = MemberFilter {
        tier: call.query.text("tier").map(str::to_owned),
        status: call.query.read("status", |text| {
            status(text).ok_or("normal, observed, attention or churned is asked for")
        })?,
        lost: call.query.flag("lost")?,
        organisations: reach.organisations,
    };
    let start = tier::cursor_place(page.after_integer()?.unwrap_or(0)).map_err(problem)?;
    let (rows, next) =
        tier::members(connection, &filter, start, page.limit as usize).map_err(|error| match error {
            // In a query the tier is a parameter and not a field of a body.
            tier::TierError::UnknownTier => Problem::query("tier", "no scheme has this tier"),
            other => problem(other),
        })?;
    let items: Vec<MemberAnswer> = rows
        .into_iter()
        .map(|row| MemberAnswer {
            customer_id: row.member.customer_id,
            organisation_id: row.member.organisation_id,
            tier: row.tier,
            status: row.status.map(status_name),
            months_below: row.months_below,
            since: Date(row.since),
        })
        .collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}
