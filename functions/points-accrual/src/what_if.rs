//! What a version of a rule would have given.

use app::points::rule_what_if::{self, Effect, Sums, WhatIfError};
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

use crate::rules::{optional_body, problem as rule_problem, whole_bank};

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleWhatIfBody {
    /// First day of events; that of the month before today when absent.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day of events, at most 399 days later; that of the month before today when absent.
    #[serde(default)]
    pub to: Option<Date>,
    /// The version; the latest when absent.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Points of both sides.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsAnswer {
    /// By the rules in force.
    pub points_now: i64,
    /// With the version.
    pub points_then: i64,
}

impl From<Sums> for PointsAnswer {
    fn from(sums: Sums) -> Self {
        Self { points_now: sums.now, points_then: sums.then }
    }
}

/// Points that one rule gives.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RulePointsAnswer {
    /// Id of the rule.
    pub rule: String,
    /// Its points.
    #[serde(flatten)]
    pub points: PointsAnswer,
}

/// Points of customers who held a tier.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TierPointsAnswer {
    /// Code of the tier that the customer held then; null: none.
    pub tier: Option<String>,
    /// Their points.
    #[serde(flatten)]
    pub points: PointsAnswer,
}

/// Points of customers of an organisation.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OrganisationPointsAnswer {
    /// The customer's organisation at that time, without those below it.
    pub organisation_id: String,
    /// Their points.
    #[serde(flatten)]
    pub points: PointsAnswer,
}

/// What a version would have changed.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RuleEffectAnswer {
    /// The rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Events of the span.
    pub events: u64,
    /// Customers that they are about.
    pub customers: u64,
    /// All points, of referrers too.
    #[serde(flatten)]
    pub points: PointsAnswer,
    /// `points_then` less `points_now`.
    pub difference: i64,
    /// What the points of now cost the bank.
    pub cost_now: Money,
    /// What the points of then would have cost.
    pub cost_then: Money,
    /// By rule.
    pub by_rule: Vec<RulePointsAnswer>,
    /// By tier.
    pub by_tier: Vec<TierPointsAnswer>,
    /// By organisation.
    pub by_organisation: Vec<OrganisationPointsAnswer>,
}

fn shape(rule: &str, (from, to): (Day, Day), effect: Effect) -> RuleEffectAnswer {
    RuleEffectAnswer {
        rule: rule.to_owned(),
        version: effect.version,
        from: Date(from),
        to: Date(to),
        events: effect.events,
        customers: effect.customers,
        points: effect.points.into(),
        difference: effect.points.then.saturating_sub(effect.points.now),
        cost_now: Money(effect.cost.now),
        cost_then: Money(effect.cost.then),
        by_rule: effect
            .by_rule
            .into_iter()
            .map(|(rule, sums)| RulePointsAnswer { rule, points: sums.into() })
            .collect(),
        by_tier: effect
            .by_tier
            .into_iter()
            .map(|(tier, sums)| TierPointsAnswer { tier, points: sums.into() })
            .collect(),
        by_organisation: effect
            .by_organisation
            .into_iter()
            .map(|(organisation_id, sums)| OrganisationPointsAnswer { organisation_id, points: sums.into() })
            .collect(),
    }
}

fn problem(error: WhatIfError) -> Problem {
    let text = error.to_string();
    match error {
        WhatIfError::Rule(error) => rule_problem(error),
        WhatIfError::Span | WhatIfError::TooManyEvents => Problem::rule("/to", text),
        WhatIfError::Store(error) => error.into(),
    }
}

/// `POST /points/rules/{id}/what-if`
fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let body: RuleWhatIfBody = optional_body(call)?;
    let month = call.today("Asia/Shanghai").month().plus(-1);
    let from = body.from.map_or(month.first_day(), |Date(day)| day);
    let to = body.to.map_or(month.last_day(), |Date(day)| day);
    let effect = rule_what_if::what_if(connection, id.as_str(), body.version, (from, to)).map_err(problem)?;
    Answer::json(&shape(id.as_str(), (from, to), effect))
}

/// The route.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Post,
        path: "/points/rules/{id}/what-if",
        scope: Scope::PointsRead,
        repeat: Repeat::Natural,
        query: &[],
        handler: run,
    }]
}

/// The operation.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;

    vec![
        Operation::new(
            Method::Post,
            "/points/rules/{id}/what-if",
            Scope::PointsRead,
            Repeat::Natural,
            "Show what a version of a rule would have given",
        )
        .description(
            "Events of the span are decided twice: by the rules in force, and with the version in place of the active \
             one, or beside the others. Caps and budgets start with nothing used. A span has at most 400 days and \
             500 000 events. Nothing is changed.",
        )
        .body::<RuleWhatIfBody>()
        .answer::<RuleEffectAnswer>(200, "Points and costs of both sides."),
    ]
}
