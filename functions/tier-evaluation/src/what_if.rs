//! What-if, and the people who would move.

use app::tier::{self, ChangeFilter, Direction, WhatIf};
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::tier::SchemeRow;
use web::field::{Date, IdText};
use web::{Answer, Call, Problem};

use crate::answer::{measure_name, outcome_name, status_name};
use crate::problem::problem;
use crate::scheme::optional_body;

/// What is asked.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WhatIfBody {
    /// Date; the latest date that the book knows when absent.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// Only this organisation and those below it.
    #[serde(default)]
    pub organisation_id: Option<IdText>,
}

/// One cell of the matrix.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CellAnswer {
    /// Tier held now; null before the first review.
    pub from: Option<String>,
    /// New tier.
    pub to: String,
    /// Customers.
    pub customers: u64,
    /// Their assets of the current month, in major units.
    pub assets: String,
}

/// Customers of a tier in a status.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StatusAnswer {
    /// The tier; a lost tier stands here with status churned.
    pub tier: String,
    /// Its status.
    pub status: &'static str,
    /// Customers.
    pub customers: u64,
}

/// How many of an organisation's customers go where.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OrganisationAnswer {
    /// The organisation itself, without those below it.
    pub organisation_id: String,
    /// Its customers.
    pub customers: u64,
    /// To a higher tier.
    pub upgraded: u64,
    /// To a lower tier.
    pub downgraded: u64,
    /// Lost a tier with status.
    pub churned: u64,
    /// Customers by new tier.
    pub tiers: Vec<TierCount>,
}

/// Customers of a tier.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TierCount {
    /// The tier.
    pub tier: String,
    /// Customers.
    pub customers: u64,
}

/// Customers within a tenth of a threshold.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct NearAnswer {
    /// The tier.
    pub tier: String,
    /// What is measured.
    pub measure: &'static str,
    /// The threshold.
    pub at_least: web::field::Money,
    /// From a tenth below the threshold up to it.
    pub below: u64,
    /// From the threshold to a tenth above it.
    pub above: u64,
}

/// The effect of a scheme.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct WhatIfAnswer {
    /// The scheme.
    pub scheme_id: String,
    /// Date.
    pub as_of: Date,
    /// Customers looked at.
    pub customers: u64,
    /// First tier, to a higher one, to a lower one, churned among these, unchanged.
    pub first: u64,
    /// To a higher tier.
    pub upgraded: u64,
    /// To a lower tier.
    pub downgraded: u64,
    /// Lost a tier with status.
    pub churned: u64,
    /// In the tier they hold.
    pub unchanged: u64,
    /// From a tier that the scheme does not have.
    pub reassigned: u64,
    /// Tier held now × new tier.
    pub matrix: Vec<CellAnswer>,
    /// Statuses.
    pub statuses: Vec<StatusAnswer>,
    /// By organisation.
    pub by_organisation: Vec<OrganisationAnswer>,
    /// People near the thresholds.
    pub near_threshold: Vec<NearAnswer>,
    /// Time taken.
    pub duration_ms: u64,
}

/// `POST /tiers/schemes/{id}/what-if`
pub fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let started = std::time::Instant::now();
    let body: WhatIfBody = optional_body(call)?;
    let row = tier::scheme(connection, call.id("id")?.as_str()).map_err(problem)?;
    let as_of = date(connection, call, &row, body.as_of)?;
    let reach = call.reach(connection, body.organisation_id.as_ref().map(|id| &id.0))?;
    let found = tier::what_if(connection, &row, as_of, reach.organisations.as_deref()).map_err(problem)?;
    let mut answer = shape(&row, &found);
    let ids = store::member::organisation_ids(connection)?;
    answer.by_organisation = by_organisation(&row, &found, &ids);
    answer.duration_ms = started.elapsed().as_millis() as u64;
    Answer::json(&answer)
}

/// The date of a question: as asked, not in the future, or the latest that the book knows.
pub fn date<C: Connection>(
    connection: &mut C,
    call: &Call,
    row: &SchemeRow,
    asked: Option<Date>,
) -> Result<Day, Problem> {
    let today = call.today(&row.zone);
    match asked {
        Some(Date(day)) if day > today => Err(Problem::rule("/as_of", "the date is in the future")),
        Some(Date(day)) => Ok(day),
        None => tier::default_date(connection, today).map_err(problem),
    }
}

/// The effect without organisations, as the approver of a scheme is shown it.
pub fn simulation(row: &SchemeRow, found: &WhatIf) -> Result<String, Problem> {
    serde_json::to_string(&shape(row, found)).map_err(|error| Problem::internal(error.to_string()))
}

fn shape(row: &SchemeRow, found: &WhatIf) -> WhatIfAnswer {
    let code = |position: usize| row.scheme.tiers()[position].code.clone();
    let effect = &found.effect;
    WhatIfAnswer {
        scheme_id: row.tier_scheme_id.clone(),
        as_of: Date(found.as_of),
        customers: effect.moves.customers,
        first: effect.moves.first,
        upgraded: effect.moves.upgraded,
        downgraded: effect.moves.downgraded,
        churned: effect.moves.churned,
        unchanged: effect.moves.unchanged,
        reassigned: effect.moves.reassigned,
        matrix: effect
            .matrix()
            .map(|(held, to, cell)| CellAnswer {
                from: held.map(|held| found.code(held).to_owned()),
                to: code(to),
                customers: cell.customers,
                assets: major(cell.assets),
            })
            .collect(),
        statuses: effect
            .statuses()
            .map(|(tier, status, customers)| StatusAnswer {
                tier: code(tier),
                status: status_name(status),
                customers,
            })
            .collect(),
        by_organisation: Vec::new(),
        near_threshold: effect
            .near
            .iter()
            .map(|near| NearAnswer {
                tier: code(near.tier),
                measure: measure_name(near.measure),
                at_least: web::field::Money(near.at_least),
                below: near.under,
                above: near.over,
            })
            .collect(),
        duration_ms: 0,
    }
}

/// Sums over a bank may be larger than one amount can be, so they are written here.
fn major(minor: i128) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

fn by_organisation(
    row: &SchemeRow,
    found: &WhatIf,
    ids: &std::collections::HashMap<u32, String>,
) -> Vec<OrganisationAnswer> {
    let tiers = row.scheme.tiers();
    found
        .effect
        .organisations()
        .map(|(organisation, moves, counts)| OrganisationAnswer {
            organisation_id: ids.get(&organisation).cloned().unwrap_or_default(),
            customers: moves.customers,
            upgraded: moves.upgraded,
            downgraded: moves.downgraded,
            churned: moves.churned,
            tiers: tiers
                .iter()
                .zip(counts)
                .filter(|(_, customers)| **customers > 0)
                .map(|(tier, customers)| TierCount { tier: tier.code.clone(), customers: *customers })
                .collect(),
        })
        .collect()
}

/// A customer who would move.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ChangeAnswer {
    /// Who.
    pub customer_id: String,
    /// The organisation.
    pub organisation_id: String,
    /// Tier held now.
    pub from: Option<String>,
    /// New tier.
    pub to: String,
    /// first | upgraded | downgraded | churned | reassigned.
    pub outcome: &'static str,
    /// Months below the tier held now.
    pub months_below: u8,
    /// Assets of the current month.
    pub assets: web::field::Money,
}

/// `GET /tiers/schemes/{id}/what-if/changes`
pub fn changes<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let row = tier::scheme(connection, call.id("id")?.as_str()).map_err(problem)?;
    let as_of = date(connection, call, &row, call.query.date("as_of")?.map(Date))?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let direction = call.query.read("direction", |text| match text {
        "up" => Ok(Direction::Up),
        "down" => Ok(Direction::Down),
        "first" => Ok(Direction::First),
        _ => Err("up, down or first is asked for"),
    })?;
    let filter = ChangeFilter {
        from: call.query.text("from").map(str::to_owned),
        to: call.query.text("to").map(str::to_owned),
        direction,
        organisations: reach.organisations,
    };
    let start = tier::cursor_place(page.after_integer()?.unwrap_or(0)).map_err(problem)?;
    let (found, next) =
        tier::changes(connection, &row, as_of, &filter, start, page.limit as usize).map_err(problem)?;
    let items: Vec<ChangeAnswer> = found
        .into_iter()
        .map(|change| ChangeAnswer {
            customer_id: change.member.customer_id,
            organisation_id: change.member.organisation_id,
            from: change.from,
            to: change.to,
            outcome: outcome_name(change.outcome),
            months_below: change.held_months_below,
            assets: web::field::Money(change.assets),
        })
        .collect();
    Answer::json(&page.list_until(items, next.map(|next| vec![next.into()])))
}
