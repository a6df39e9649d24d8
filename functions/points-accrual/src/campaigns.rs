//! Budgets of campaigns in points.

use app::points::campaign::{self, CampaignError};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::points_campaign::CampaignRow;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

use crate::rules::whole_bank;

/// A budget.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsBudgetBody {
    /// Points that rules of the campaign may give, 0 to 1 000 000 000 000 000.
    pub budget: i64,
}

/// A campaign's budget and what is left of it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsBudgetAnswer {
    /// The campaign.
    pub id: String,
    /// Points that its rules may give.
    pub budget: i64,
    /// Points that they gave.
    pub used: i64,
    /// Points that they still may give.
    pub left: i64,
}

fn shape(row: CampaignRow) -> PointsBudgetAnswer {
    let left = row.budget - row.used;
    PointsBudgetAnswer { id: row.points_campaign_id, budget: row.budget, used: row.used, left }
}

fn problem(error: CampaignError) -> Problem {
    let text = error.to_string();
    match error {
        CampaignError::UnknownCampaign => Problem::not_found(Slug::UnknownCampaign),
        CampaignError::Range => Problem::rule("/budget", text),
        CampaignError::BelowUsed { used } => Problem::conflict(Slug::WrongState, text)
            .at("/budget", "at least what was given already")
            .with("used", &used),
        CampaignError::Store(error) => error.into(),
    }
}

/// `GET /points/campaigns`
fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let after = page.after_text()?.unwrap_or("");
    let rows = campaign::campaigns(connection, after, page.fetch())?;
    let items: Vec<PointsBudgetAnswer> = rows.into_iter().map(shape).collect();
    Answer::json(&page.list(items, |last| vec![last.id.as_str().into()]))
}

/// `GET /points/campaigns/{id}`
fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let row = campaign::campaign(connection, call.id("id")?.as_str()).map_err(problem)?;
    Answer::json(&shape(row))
}

/// `PUT /points/campaigns/{id}`
fn put<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let body: PointsBudgetBody = call.body()?;
    let row = call
        .atomically(connection, |connection| campaign::set_budget(connection, id.as_str(), body.budget))
        .map_err(problem)?;
    Answer::json(&shape(row))
}

/// Routes of budgets.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    vec![
        read("/points/campaigns", &["limit", "cursor"], list),
        read("/points/campaigns/{id}", &[], show),
        Route {
            method: Method::Put,
            path: "/points/campaigns/{id}",
            scope: Scope::PointsRules,
            repeat: Repeat::Natural,
            query: &[],
            handler: put,
        },
    ]
}

/// The operations of budgets, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;
    use web::page::Listing;

    let read = |path, summary| Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary);
    let path = "/points/campaigns/{id}";
    vec![
        read("/points/campaigns", "List budgets of campaigns in points")
            .paged()
            .answer::<Listing<PointsBudgetAnswer>>(200, "A page of campaigns, by id."),
        read(path, "Show a campaign's budget in points").answer::<PointsBudgetAnswer>(200, "The budget."),
        Operation::new(
            Method::Put,
            path,
            Scope::PointsRules,
            Repeat::Natural,
            "Set a campaign's budget in points",
        )
        .body::<PointsBudgetBody>()
        .answer::<PointsBudgetAnswer>(200, "The budget, in force at once."),
    ]
}
