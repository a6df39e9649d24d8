//! Overrides of one customer's tier: risk, lock, floor.

use app::tier::{self, NewOverride};
use domain::date::Day;
use domain::tier::OverrideKind;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::tier_override::OverrideRow;
use web::field::{Date, IdText, Text};
use web::{Answer, Call, Problem, Slug};

use crate::problem::problem;

/// What an override does.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// Not above the tier.
    Risk,
    /// Exactly the tier.
    Lock,
    /// Not below the tier.
    Floor,
}

/// Where it comes from.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CauseName {
    /// Overdue by more than 90 days.
    Overdue,
    /// Fraud.
    Fraud,
    /// A person's decision.
    Manual,
}

/// A new override.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// What it does.
    pub kind: KindName,
    /// The tier; a risk without one means the lowest.
    #[serde(default)]
    pub tier: Option<IdText>,
    /// Where it comes from; manual when absent.
    #[serde(default)]
    pub cause: Option<CauseName>,
    /// Why, in words.
    pub reason: Text,
    /// First day; today when absent.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day; a lock or a floor must have one.
    #[serde(default)]
    pub until: Option<Date>,
}

/// An override.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OverrideAnswer {
    /// Its number.
    pub number: i64,
    /// risk | lock | floor.
    pub kind: String,
    /// The tier.
    pub tier: String,
    /// overdue | fraud | manual.
    pub cause: String,
    /// Why.
    pub reason: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// Who made it.
    pub created_by: String,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// First day no longer in force.
    pub ended_on: Option<Date>,
}

/// An override as answers show it.
pub fn shape(row: OverrideRow) -> OverrideAnswer {
    let day = |number: i32| Date(Day::from_number(number));
    OverrideAnswer {
        number: row.tier_override_ref,
        kind: row.kind,
        tier: row.tier_code,
        cause: row.cause,
        reason: row.reason,
        from: day(row.from_on),
        until: row.until_on.map(day),
        created_by: row.created_by,
        ended_by: row.ended_by,
        ended_on: row.ended_on.map(day),
    }
}

/// All overrides of a customer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OverridesAnswer {
    /// The latest first.
    pub items: Vec<OverrideAnswer>,
}

/// `GET /customers/{id}/tier/overrides`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let rows = tier::overrides(connection, customer.customer_ref).map_err(problem)?;
    Answer::json(&OverridesAnswer { items: rows.into_iter().map(shape).collect() })
}

/// `POST /customers/{id}/tier/overrides`
pub fn add<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let body: OverrideBody = call.body()?;
    let kind = match body.kind {
        KindName::Risk => OverrideKind::Risk,
        KindName::Lock => OverrideKind::Lock,
        KindName::Floor => OverrideKind::Floor,
    };
    // A risk lasts until it is lifted; a favour must end.
    if body.until.is_none() && kind != OverrideKind::Risk {
        return Err(Problem::rule("/until", "a lock or a floor has a last day"));
    }
    if body.reason.0.trim().is_empty() || body.reason.0.chars().count() > 500 {
        return Err(Problem::rule("/reason", "a reason of 1 to 500 characters is asked for"));
    }
    let cause = match body.cause {
        Some(CauseName::Overdue) => "overdue",
        Some(CauseName::Fraud) => "fraud",
        Some(CauseName::Manual) | None => "manual",
    };
    let new = NewOverride {
        kind,
        tier_code: body.tier.map(|tier| tier.0.as_str().to_owned()),
        cause: cause.to_owned(),
        reason: body.reason.0,
        from: body.from.map_or_else(|| call.today("Asia/Shanghai"), |from| from.0),
        until: body.until.map(|until| until.0),
    };
    let row = call
        .atomically(connection, |connection| {
            tier::add_override(connection, customer.customer_ref, &new, &call.caller.person, call.now_ms)
        })
        .map_err(problem)?;
    Answer::created(&shape(row))
}

/// `DELETE /customers/{id}/tier/overrides/{number}`
pub fn end<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let number: i64 =
        call.parameter("number").parse().map_err(|_| Problem::not_found(Slug::UnknownOverride))?;
    let today = call.today("Asia/Shanghai");
    call.atomically(connection, |connection| {
        tier::end_override(connection, customer.customer_ref, number, &call.caller.person, today)
    })
    .map_err(problem)?;
    Ok(Answer::no_content())
}
