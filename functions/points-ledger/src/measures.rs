//! How the programme does in a span.

use app::points::measure::{self, MeasureQuestion, Measures, share_bp};
use app::points::programme;
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

use crate::liability::grouping;

/// Days of a span when none is given: a year.
const USUAL_DAYS: i32 = 365;

/// Sums of a span, in points and customers; rates in basis points, rounded down, null when there is nothing to divide by.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MeasuresAnswer {
    /// Given: by rules, partners, exchange and adjustment.
    pub issued: i64,
    /// Spent on rewards and at partners, less what was cancelled.
    pub redeemed: i64,
    /// Ended unspent, booked or not.
    pub expired: i64,
    /// Taken back with what had earned them.
    pub returned: i64,
    /// redeemed ÷ issued.
    pub redemption_rate_bp: Option<i64>,
    /// expired ÷ issued.
    pub breakage_rate_bp: Option<i64>,
    /// What the points given cost the bank, by the programme's point cost, rounded down.
    pub cost: Money,
    /// Customers who had points by the end of the span, without those who were merged into another; by organisation
    /// only, the one they belong to now.
    pub members: Option<i64>,
    /// Of them: earned or spent in the span.
    pub active_members: Option<i64>,
    /// active_members ÷ members.
    pub active_member_rate_bp: Option<i64>,
}

/// The measures of a group.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GroupMeasuresAnswer {
    /// Id of the organisation or partner, or the tier's code; null: no tier, or no partner.
    pub key: Option<String>,
    /// Its measures.
    #[serde(flatten)]
    pub measures: MeasuresAnswer,
}

/// The measures of a span.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SpanAnswer {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What so many points cost the bank.
    pub point_cost_points: i64,
    /// The money that they cost.
    pub point_cost_amount: Money,
    /// Everything.
    #[serde(flatten)]
    pub total: MeasuresAnswer,
    /// organisation | tier | partner.
    pub by: &'static str,
    /// By key.
    pub groups: Vec<GroupMeasuresAnswer>,
}

/// The routes of measures.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Get,
        path: "/points/measures",
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query: &["from", "to", "by", "organisation_id"],
        handler: show,
    }]
}

/// The operations of measures, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    vec![
        web::openapi::Operation::new(
            Method::Get,
            "/points/measures",
            Scope::PointsRead,
            Repeat::Read,
            "Show how the programme does in a span",
        )
        .query::<String>("from", "First day; 365 days before the last when absent.")
        .query::<String>("to", "Last day, which has begun; today when absent.")
        .query::<String>("by", "organisation (default), tier or partner.")
        .query::<String>("organisation_id", "This organisation and those below it.")
        .answer::<SpanAnswer>(200, "Sums and rates."),
    ]
}

/// `GET /points/measures`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (name, by) = grouping(call)?;
    let to = call.past_date("to")?.unwrap_or(call.today("Asia/Shanghai"));
    let from = call.query.date("from")?.unwrap_or(to.plus(-USUAL_DAYS));
    if from > to {
        return Err(Problem::query("from", "a span begins before it ends"));
    }
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let organisations = reach.organisations.as_deref();
    let question = MeasureQuestion { days: (from, to), by, organisations, now_ms: call.now_ms };
    let (total, groups) = measure::measures(connection, &question)?;
    let programme = programme::programme(connection)?;
    let by_organisation = name == "organisation";
    let groups = groups.into_iter().map(|(key, measures)| GroupMeasuresAnswer {
        key,
        measures: shape(&measures, programme.cost(measures.issued), by_organisation),
    });
    Answer::json(&SpanAnswer {
        from: Date(from),
        to: Date(to),
        point_cost_points: programme.cost_points,
        point_cost_amount: Money(programme.cost_minor),
        total: shape(&total, programme.cost(total.issued), true),
        by: name,
        groups: groups.collect(),
    })
}

fn shape(measures: &Measures, cost: i64, has_members: bool) -> MeasuresAnswer {
    MeasuresAnswer {
        issued: measures.issued,
        redeemed: measures.redeemed,
        expired: measures.expired,
        returned: measures.returned,
        redemption_rate_bp: share_bp(measures.redeemed, measures.issued),
        breakage_rate_bp: share_bp(measures.expired, measures.issued),
        cost: Money(cost),
        members: has_members.then_some(measures.members),
        active_members: has_members.then_some(measures.active_members),
        active_member_rate_bp: share_bp(measures.active_members, measures.members).filter(|_| has_members),
    }
}
