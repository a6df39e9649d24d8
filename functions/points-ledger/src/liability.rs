//! What the programme owes, as JSON or CSV.

use std::fmt::Write;

use app::points::liability::{self, Accounts, Grouping, LiabilityQuestion};
use app::points::programme;
use serde::Serialize;
use store::Connection;
use web::field::{Date, Money};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

/// The ledger's accounts, in points.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AccountsAnswer {
    /// Owed to customers, pending and reserved points too.
    pub liability: i64,
    /// Of it: cannot be spent yet.
    pub pending: i64,
    /// Of it: held by open reservations; known of today only.
    pub reserved: i64,
    /// Ended unspent.
    pub breakage: i64,
    /// Given, less what was returned.
    pub programme_cost: i64,
    /// Spent on rewards, less what was cancelled.
    pub reward_cost: i64,
    /// Owed to partners.
    pub partner_payable: i64,
    /// Owed by partners.
    pub partner_receivable: i64,
    /// Owed by customers. It is counted where the lots were issued that it came from and that paid it off, so that of a
    /// group alone it may be below zero.
    pub customer_debt: i64,
}

/// The accounts of a group.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct GroupAnswer {
    /// Id of the organisation or partner, or the tier's code; null: no tier, or no partner.
    pub key: Option<String>,
    /// Its accounts.
    #[serde(flatten)]
    pub accounts: AccountsAnswer,
}

/// What the programme owes.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LiabilityAnswer {
    /// At the end of this day.
    pub as_of: Date,
    /// Everything.
    #[serde(flatten)]
    pub total: AccountsAnswer,
    /// True when both sides of the ledger are equal.
    pub balanced: bool,
    /// What the liability costs the bank, by the programme's point cost, rounded down.
    pub cost: Money,
    /// organisation | tier | partner.
    pub by: &'static str,
    /// By key.
    pub groups: Vec<GroupAnswer>,
}

const GROUPINGS: [(&str, Grouping); 3] =
    [("organisation", Grouping::Organisation), ("tier", Grouping::Tier), ("partner", Grouping::Partner)];

/// By what the query tells sums apart.
pub(crate) fn grouping(call: &Call) -> Result<(&'static str, Grouping), Problem> {
    let asked = call.query.read("by", |name| {
        let found = GROUPINGS.into_iter().find(|(known, _)| *known == name);
        found.ok_or("organisation, tier or partner is asked for")
    })?;
    Ok(asked.unwrap_or(GROUPINGS[0]))
}

/// The routes of the liability.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Get,
        path: "/points/liability",
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query: &["as_of", "by", "organisation_id"],
        handler: show,
    }]
}

/// The operations of the liability, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    vec![
        web::openapi::Operation::new(
            Method::Get,
            "/points/liability",
            Scope::PointsRead,
            Repeat::Read,
            "Show what the programme owes",
        )
        .description(
            "Double entry: programme cost, receivable and debt equal liability, breakage, reward cost and payable. Lots are \
             counted where they were issued. CSV with `Accept: text/csv`.",
        )
        .query::<String>("as_of", "At the end of this date, which has begun; today when absent.")
        .query::<String>("by", "organisation (default), tier or partner.")
        .query::<String>("organisation_id", "Lots that this organisation and those below it issued.")
        .answer::<LiabilityAnswer>(200, "The accounts."),
    ]
}

/// `GET /points/liability`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (name, by) = grouping(call)?;
    let today = call.today("Asia/Shanghai");
    let as_of = call.past_date("as_of")?.unwrap_or(today);
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let organisations = reach.organisations.as_deref();
    let question = LiabilityQuestion { as_of, by, organisations, today, now_ms: call.now_ms };
    let found = liability::liability(connection, &question)?;
    if call.wants_csv() {
        return Ok(Answer::csv("points-liability.csv", csv(&found.groups)));
    }
    let cost = programme::programme(connection)?.cost(found.total.liability);
    Answer::json(&LiabilityAnswer {
        as_of: Date(as_of),
        balanced: found.total.is_balanced(),
        total: shape(&found.total),
        cost: Money(cost),
        by: name,
        groups: found
            .groups
            .into_iter()
            .map(|(key, accounts)| GroupAnswer { key, accounts: shape(&accounts) })
            .collect(),
    })
}

fn shape(accounts: &Accounts) -> AccountsAnswer {
    AccountsAnswer {
        liability: accounts.liability,
        pending: accounts.pending,
        reserved: accounts.reserved,
        breakage: accounts.breakage,
        programme_cost: accounts.programme_cost,
        reward_cost: accounts.reward_cost,
        partner_payable: accounts.partner_payable,
        partner_receivable: accounts.partner_receivable,
        customer_debt: accounts.customer_debt,
    }
}

/// Keys have no commas, quotes or line ends, so no cell needs quoting.
fn csv(groups: &[(Option<String>, Accounts)]) -> String {
    let mut text = String::from(
        "key,liability,pending,reserved,breakage,programme_cost,reward_cost,partner_payable,partner_receivable,\
         customer_debt\r\n",
    );
    for (key, accounts) in groups {
        let _infallible = write!(
            text,
            "{},{},{},{},{},{},{},{},{},{}\r\n",
            key.as_deref().unwrap_or_default(),
            accounts.liability,
            accounts.pending,
            accounts.reserved,
            accounts.breakage,
            accounts.programme_cost,
            accounts.reward_cost,
            accounts.partner_payable,
            accounts.partner_receivable,
            accounts.customer_debt,
        );
    }
    text
}
