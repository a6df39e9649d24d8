//! Rules of points and their life: draft, list, show, activate, retire.

use app::points::Moment;
use app::points::rule::{self, Activation, GRANDFATHER, PointsRuleError};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::points_rule::RuleRow;
use web::field::Instant;
use web::page::{Part, foreign};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

mod wire;

pub use wire::PointsRuleWire;

/// A version of a rule with its life.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsRuleAnswer {
    /// The rule.
    #[serde(flatten)]
    pub rule: PointsRuleWire,
    /// Number of the version, from 1.
    pub version: u32,
    /// draft | active | retired.
    pub state: String,
    /// Who wrote it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Who made it active.
    pub activated_by: Option<String>,
    /// When.
    pub activated_at: Option<Instant>,
    /// Who ended it, or made the next version active.
    pub retired_by: Option<String>,
    /// When.
    pub retired_at: Option<Instant>,
    /// grandfather, where that was said when the version became active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
}

fn shape(row: RuleRow) -> Result<PointsRuleAnswer, Problem> {
    let issued = row.definition.issued.clone();
    Ok(PointsRuleAnswer {
        rule: PointsRuleWire::of(&row.points_rule_id, row.definition)?,
        version: row.version,
        state: row.state,
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        activated_by: row.activated_by,
        activated_at: row.activated_at.map(Instant),
        retired_by: row.retired_by,
        retired_at: row.retired_at.map(Instant),
        issued,
    })
}

/// What becomes of points that were issued before a change that is worse for them.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IssuedName {
    /// They keep their terms.
    Grandfather,
}

/// How a version becomes active.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivateRuleBody {
    /// The version; the latest when absent, and asked for with `four_eyes` of the programme.
    #[serde(default)]
    pub version: Option<u32>,
    /// `grandfather`: the version may be worse for customers than the one before, and points that were issued keep
    /// their terms.
    #[serde(default)]
    pub issued: Option<IssuedName>,
}

/// The problem of an error.
pub(crate) fn problem(error: PointsRuleError) -> Problem {
    let text = error.to_string();
    match error {
        PointsRuleError::UnknownRule => Problem::not_found(Slug::UnknownRule),
        PointsRuleError::Broken { pointer, reason } => Problem::rule(pointer, reason),
        PointsRuleError::State { .. } => Problem::conflict(Slug::WrongState, text),
        PointsRuleError::SamePerson => Problem::conflict(Slug::SamePerson, text),
        PointsRuleError::WouldDevalue { pointer, points } => Problem::conflict(Slug::WouldDevalue, text)
            .at(
                pointer,
                format!("worse than before; \"issued\": \"{GRANDFATHER}\" leaves issued points alone"),
            )
            .with("points", &points),
        PointsRuleError::Store(error) => error.into(),
    }
}

/// Rules, budgets and settings hold for the whole bank, so a key that sees a part of it does not decide about them.
pub(crate) fn whole_bank(call: &Call) -> Result<(), Problem> {
    if call.caller.organisation.is_some() || call.caller.own.is_some() {
        return Err(Problem::forbidden(
            "rules of points are the whole bank's, and the key sees a part of it",
        ));
    }
    Ok(())
}

/// When something is written, and by whom.
pub(crate) fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

/// The body, or its default when there is none.
pub(crate) fn optional_body<T: serde::de::DeserializeOwned + Default>(call: &Call) -> Result<T, Problem> {
    if call.bytes().is_empty() { Ok(T::default()) } else { call.body() }
}

/// `POST /points/rules`
fn draft<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let (id, definition) = call.body::<PointsRuleWire>()?.definition()?;
    let row = call
        .atomically(connection, |connection| rule::draft(connection, id.as_str(), definition, moment(call)))
        .map_err(problem)?;
    Answer::created(&shape(row)?)
}

/// `GET /points/rules`
fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let state = call.query.read("state", |text| {
        let known = ["draft", "active", "retired"].contains(&text);
        known.then(|| text.to_owned()).ok_or("one of draft, active, retired")
    })?;
    let page = call.query.page()?;
    let after = match page.after.as_deref() {
        None => ("", 0),
        Some([Part::Text(id), Part::Integer(version)]) => (id.as_str(), *version),
        Some(_) => return Err(foreign()),
    };
    let rows = rule::rules(connection, after, state.as_deref(), page.fetch())?;
    let items = rows.into_iter().map(shape).collect::<Result<Vec<_>, _>>()?;
    let place = |last: &PointsRuleAnswer| vec![last.rule.id.0.as_str().into(), last.version.into()];
    Answer::json(&page.list(items, place))
}

/// `GET /points/rules/{id}`
fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let version = call.query.read("version", |text| {
        text.parse::<u32>().ok().filter(|version| *version > 0).ok_or("a version is a number from 1 on")
    })?;
    let row = rule::rule(connection, call.id("id")?.as_str(), version).map_err(problem)?;
    Answer::json(&shape(row)?)
}

/// `POST /points/rules/{id}/activate`
fn activate<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let body: ActivateRuleBody = optional_body(call)?;
    let activation = Activation { version: body.version, grandfather: body.issued.is_some() };
    let row = call
        .atomically(connection, |connection| {
            rule::activate(connection, id.as_str(), activation, moment(call))
        })
        .map_err(problem)?;
    Answer::json(&shape(row)?)
}

/// `POST /points/rules/{id}/retire`
fn retire<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let id = call.id("id")?;
    let row = call
        .atomically(connection, |connection| rule::retire(connection, id.as_str(), moment(call)))
        .map_err(problem)?;
    Answer::json(&shape(row)?)
}

/// Routes of rules.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::PointsRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let step = |repeat, path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::PointsRules,
        repeat,
        query: &[],
        handler,
    };
    vec![
        read("/points/rules", &["state", "limit", "cursor"], list),
        step(Repeat::Keyed, "/points/rules", draft),
        read("/points/rules/{id}", &["version"], show),
        step(Repeat::Natural, "/points/rules/{id}/activate", activate),
        step(Repeat::Natural, "/points/rules/{id}/retire", retire),
    ]
}

/// The operations of rules, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;
    use web::page::Listing;

    let read = |path, summary| Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary);
    let step =
        |repeat, path, summary| Operation::new(Method::Post, path, Scope::PointsRules, repeat, summary);
    vec![
        read("/points/rules", "List rules of points")
            .query::<String>("state", "draft, active or retired; all when absent.")
            .paged()
            .answer::<Listing<PointsRuleAnswer>>(200, "A page of versions, by rule and version."),
        step(Repeat::Keyed, "/points/rules", "Draft a rule of points")
            .description(
                "A new rule is version 1, a known one its next version; a draft that waits is retired, or stays when it \
                 says the same. Nothing is in force before it is activated.",
            )
            .body::<PointsRuleWire>()
            .answer::<PointsRuleAnswer>(201, "The draft."),
        read("/points/rules/{id}", "Show a rule of points")
            .query::<u32>("version", "The active version when absent, or else the latest.")
            .answer::<PointsRuleAnswer>(200, "The version."),
        step(Repeat::Natural, "/points/rules/{id}/activate", "Activate a rule of points")
            .description(
                "At once; the version before is retired. With `four_eyes` somebody else than the author activates, and \
                 names the version. A version with a shorter expiry or a harsher return policy is refused \
                 (`would-devalue`) while customers hold points of the rule, unless `issued` says `grandfather`.",
            )
            .body::<ActivateRuleBody>()
            .answer::<PointsRuleAnswer>(200, "The version, active."),
        step(Repeat::Natural, "/points/rules/{id}/retire", "Retire a rule of points")
            .answer::<PointsRuleAnswer>(200, "The version, retired."),
    ]
}
