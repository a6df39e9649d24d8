//! Schemes and their life: draft, list, show, submit, approve, activate, retire.

use app::tier::{self, TierError};
use domain::tier::Scheme;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::tier::SchemeRow;
use web::field::Date;
use web::{Answer, Call, Problem, Slug};

use crate::answer::{TierAnswer, tiers_answer};
use crate::problem::problem;
use crate::what_if;
use crate::wire::SchemeWire;

/// A scheme with its life.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SchemeAnswer {
    /// Its id.
    pub id: String,
    /// draft | submitted | approved | active | retired.
    pub state: String,
    /// Time zone of its dates.
    pub zone: String,
    /// month_end | daily_average.
    pub asset_basis: &'static str,
    /// Results wait for confirmation.
    pub confirm: bool,
    /// How much of deposits and investments counts, in basis points.
    pub coefficients_bp: (u32, u32),
    /// Tiers, highest first.
    pub tiers: Vec<TierAnswer>,
    /// Who drafted it.
    pub created_by: String,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// First day in force.
    pub active_from: Option<Date>,
    /// First day no longer in force.
    pub active_to: Option<Date>,
    /// The effect that the approver was shown, as what-if answers it.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        schemars(with = "Option<std::collections::BTreeMap<String, serde_json::Value>>")
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulation: Option<Box<serde_json::value::RawValue>>,
}

fn answer(call: &Call, row: SchemeRow) -> SchemeAnswer {
    let day = |number: Option<i32>| number.map(|number| Date(domain::date::Day::from_number(number)));
    let coefficients = row.scheme.coefficients();
    SchemeAnswer {
        state: tier::state_on(&row, call.today(&row.zone)).to_owned(),
        asset_basis: match row.scheme.basis() {
            domain::tier::scheme::AssetBasis::MonthEnd => "month_end",
            domain::tier::scheme::AssetBasis::DailyAverage => "daily_average",
        },
        confirm: row.scheme.confirm(),
        coefficients_bp: (coefficients.deposits_bp, coefficients.investments_bp),
        tiers: tiers_answer(&row.scheme),
        active_from: day(row.active_from),
        active_to: day(row.active_to),
        simulation: row.simulation.and_then(|text| serde_json::value::RawValue::from_string(text).ok()),
        id: row.tier_scheme_id,
        zone: row.zone,
        created_by: row.created_by,
        submitted_by: row.submitted_by,
        approved_by: row.approved_by,
    }
}

/// `POST /tiers/schemes`
pub fn draft<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let wire: SchemeWire = call.body()?;
    let parts = wire.parts().map_err(|misfit| {
        Problem::rule(format!("/tiers/{}/any_of/{}/{}", misfit.0, misfit.1, misfit.2), misfit.3)
    })?;
    let scheme = Scheme::parse(parts).map_err(|error| problem(error.into()))?;
    let zone = wire.zone.map_or_else(|| "Asia/Shanghai".to_owned(), |zone| zone.0);
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte))
    };
    if zone.len() > 64 || !zone.split('/').all(plain) {
        return Err(Problem::rule("/zone", "an IANA time zone is asked for, Asia/Shanghai"));
    }
    let id = wire.id.0;
    let row = call
        .atomically(connection, |connection| {
            tier::draft(connection, id.as_str(), &zone, scheme, &call.caller.person, call.now_ms)
        })
        .map_err(problem)?;
    Answer::created(&answer(call, row))
}

/// `GET /tiers/schemes`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let after = page.after_text()?.unwrap_or("").to_owned();
    let rows = tier::list(connection, &after, page.fetch()).map_err(problem)?;
    let items: Vec<SchemeAnswer> = rows.into_iter().map(|row| answer(call, row)).collect();
    Answer::json(&page.list(items, |last| vec![last.id.as_str().into()]))
}

/// `GET /tiers/schemes/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let row = tier::scheme(connection, call.id("id")?.as_str()).map_err(problem)?;
    Answer::json(&answer(call, row))
}

/// What a submission may say.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitBody {
    /// Date of the simulated effect; the latest date that the book knows when absent.
    #[serde(default)]
    pub as_of: Option<Date>,
}

/// `POST /tiers/schemes/{id}/submit`
pub fn submit<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let body: SubmitBody = optional_body(call)?;
    let row = tier::scheme(connection, id.as_str()).map_err(problem)?;
    let as_of = what_if::date(connection, call, &row, body.as_of)?;
    let effect = tier::what_if(connection, &row, as_of, None).map_err(problem)?;
    let simulation = what_if::simulation(&row, &effect)?;
    let row = call
        .atomically(connection, |connection| {
            tier::submit(connection, id.as_str(), simulation, &call.caller.person)
        })
        .map_err(problem)?;
    Answer::json(&answer(call, row))
}

/// `POST /tiers/schemes/{id}/approve`
pub fn approve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    step(connection, call, |connection, id| tier::approve(connection, id, &call.caller.person))
}

/// From when a scheme is to be in force.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivateBody {
    /// First day in force.
    pub from: Date,
}

/// `POST /tiers/schemes/{id}/activate`
pub fn activate<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: ActivateBody = call.body()?;
    step(connection, call, |connection, id| tier::activate(connection, id, body.from.0, &call.caller.person))
}

/// `POST /tiers/schemes/{id}/retire`
pub fn retire<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    step(connection, call, |connection, id| {
        let zone = tier::scheme(connection, id)?.zone;
        tier::retire(connection, id, call.today(&zone), &call.caller.person)
    })
}

fn step<C: Connection>(
    connection: &mut C,
    call: &Call,
    work: impl FnOnce(&mut C, &str) -> Result<SchemeRow, TierError>,
) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let row = call.atomically(connection, |connection| work(connection, id.as_str())).map_err(problem)?;
    Answer::json(&answer(call, row))
}

/// A scheme holds for the whole bank, so a key that sees a part of it does not decide about schemes.
fn whole_bank(call: &Call) -> Result<(), Problem> {
    match call.caller.organisation {
        None => Ok(()),
        Some(_) => Err(Problem::new(
            Slug::NotAllowed,
            "a scheme holds for the whole bank; the key sees a part of it",
        )),
    }
}

/// The body, or its default when there is none.
pub fn optional_body<T: serde::de::DeserializeOwned + Default>(call: &Call) -> Result<T, Problem> {
    if call.bytes().is_empty() { Ok(T::default()) } else { call.body() }
}
