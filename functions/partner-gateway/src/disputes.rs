//! Disputes about requests of settled months.

use app::partner::dispute;
use domain::date::Month;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::partner_settlement::DisputeRow;
use web::field::{IdText, Instant, MonthText, Text};
use web::{Answer, Call, Problem, Slug};

use crate::partners::found;
use crate::problem;

/// What is seen differently.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DisputeBody {
    /// A month that was settled.
    pub month: MonthText,
    /// The request's webhook-id.
    pub reference: IdText,
    /// Why.
    pub reason: Text,
}

/// How it ended.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResolveBody {
    /// In a person's words.
    pub resolution: Text,
    /// Points that the partner is owed on top of the month; below zero when the partner owes them. None when absent.
    #[serde(default)]
    pub adjustment: Option<i64>,
}

/// A dispute.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DisputeAnswer {
    /// Its id.
    pub id: String,
    /// The settled month.
    pub month: MonthText,
    /// The request's webhook-id.
    pub reference: String,
    /// Why.
    pub reason: String,
    /// open | resolved.
    pub state: &'static str,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Instant,
    /// How it ended.
    pub resolution: Option<String>,
    /// Points that the partner is owed on top.
    pub adjustment: Option<i64>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
    /// When.
    pub resolved_at: Option<Instant>,
}

fn shape(row: DisputeRow) -> DisputeAnswer {
    DisputeAnswer {
        id: row.partner_dispute_ref.to_string(),
        month: MonthText(Month::from_number(row.month)),
        reference: row.reference,
        reason: row.reason,
        state: if row.is_open { "open" } else { "resolved" },
        opened_by: row.opened_by,
        opened_at: Instant(row.opened_at),
        resolution: row.resolution,
        adjustment: row.adjustment,
        resolved_by: row.resolved_by,
        resolved_at: row.resolved_at.map(Instant),
    }
}

/// `POST /partners/{id}/disputes`
pub fn open<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let body: DisputeBody = call.body()?;
    let about = (body.reference.0.as_str(), body.reason.0.as_str());
    let opened = call
        .atomically(connection, |connection| {
            let person = &call.caller.person;
            dispute::open(connection, &partner, body.month.0, about, person, call.now_ms)
        })
        .map_err(problem::dispute)?;
    Answer::created(&shape(opened))
}

/// `GET /partners/{id}/disputes`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let page = call.query.page()?;
    let after = page.after_integer()?.unwrap_or(0);
    let rows = dispute::disputes(connection, &partner, after, page.fetch()).map_err(problem::dispute)?;
    let listing = page.list(rows, |last| vec![last.partner_dispute_ref.into()]);
    let items: Vec<DisputeAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&web::page::Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /partners/{id}/disputes/{number}/resolve`
pub fn resolve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let unknown = |_| Problem::not_found(Slug::UnknownDispute);
    let number: i64 = call.parameter("number").parse().map_err(unknown)?;
    let body: ResolveBody = call.body()?;
    let end = (body.resolution.0.as_str(), body.adjustment.unwrap_or(0));
    let resolved = call
        .atomically(connection, |connection| {
            dispute::resolve(connection, &partner, number, end, &call.caller.person, call.now_ms)
        })
        .map_err(problem::dispute)?;
    Answer::json(&shape(resolved))
}
