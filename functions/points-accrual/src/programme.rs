//! The settings of the points programme.

use app::points::programme::{self, Changes, Programme, ProgrammeError};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{Instant, Money, Text};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

use crate::rules::{IssuedName, moment, whole_bank};

/// The one zone in which days of the programme are counted.
const ZONE: &str = "Asia/Shanghai";

/// What points cost the bank.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointCostWire {
    /// So many points, 1 to 1 000 000 000 …
    pub points: i64,
    /// … cost so much, 0.00 to 1 000 000 000.00.
    pub amount: Money,
}

/// Settings; what is absent stays as it is.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProgrammeBody {
    /// Zone of the programme's days: Asia/Shanghai.
    #[serde(default)]
    pub zone: Option<Text>,
    /// A rule is activated by somebody else than its author; switched off by somebody else than who switched it on.
    #[serde(default)]
    pub four_eyes: Option<bool>,
    /// Days for which points of a cancelled redemption come back when their lot has ended, 1 to 366; 30 at first.
    #[serde(default)]
    pub reinstate_days: Option<u16>,
    /// What points cost the bank, for measures; 1 000 points 10.00 at first.
    #[serde(default)]
    pub point_cost: Option<PointCostWire>,
    /// Days of notice before a reward costs more points, 0 to 366; 0 at first.
    #[serde(default)]
    pub price_notice_days: Option<u16>,
    /// `grandfather`: `reinstate_days` may be fewer, and points that were issued keep theirs.
    #[serde(default)]
    pub issued: Option<IssuedName>,
}

/// The settings in force.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ProgrammeAnswer {
    /// How often they were changed; 0: never.
    pub version: u32,
    /// Zone of the programme's days.
    pub zone: &'static str,
    /// A rule is activated by somebody else than its author.
    pub four_eyes: bool,
    /// Days for which points of a cancelled redemption come back when their lot has ended.
    pub reinstate_days: u16,
    /// What points cost the bank.
    pub point_cost: PointCostWire,
    /// Days of notice before a reward costs more points.
    pub price_notice_days: u16,
    /// Who changed them last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<Instant>,
}

fn answer(programme: Programme) -> Result<Answer, Problem> {
    let settings = programme.settings();
    let (changed_by, changed_at) = programme.changed.unzip();
    Answer::json(&ProgrammeAnswer {
        version: programme.version,
        zone: ZONE,
        four_eyes: settings.four_eyes,
        reinstate_days: settings.reinstate_days,
        point_cost: PointCostWire { points: settings.cost_points, amount: Money(settings.cost_minor) },
        price_notice_days: settings.price_notice_days,
        changed_by,
        changed_at: changed_at.map(Instant),
    })
}

fn problem(error: ProgrammeError) -> Problem {
    let text = error.to_string();
    match error {
        ProgrammeError::Range { pointer, detail } => Problem::rule(pointer, detail),
        ProgrammeError::WouldDevalue { points } => Problem::conflict(Slug::WouldDevalue, text)
            .at(
                "/reinstate_days",
                "fewer than before; \"issued\": \"grandfather\" leaves issued points alone",
            )
            .with("points", &points),
        ProgrammeError::SamePerson => {
            Problem::conflict(Slug::SamePerson, text).at("/four_eyes", "another person switches it off")
        }
        ProgrammeError::Store(error) => error.into(),
    }
}

/// `GET /points/programme`
fn show<C: Connection>(connection: &mut C, _: &Call) -> Result<Answer, Problem> {
    answer(programme::programme(connection)?)
}

/// `PUT /points/programme`
fn change<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank(call)?;
    let body: ProgrammeBody = call.body()?;
    if body.zone.is_some_and(|zone| zone.0 != ZONE) {
        return Err(Problem::rule("/zone", "days are counted in Asia/Shanghai; no other zone is known yet"));
    }
    let changes = Changes {
        four_eyes: body.four_eyes,
        reinstate_days: body.reinstate_days,
        cost: body.point_cost.map(|cost| (cost.points, cost.amount.0)),
        price_notice_days: body.price_notice_days,
    };
    let changed = call
        .atomically(connection, |connection| {
            programme::change(connection, changes, body.issued.is_some(), moment(call))
        })
        .map_err(problem)?;
    answer(changed)
}

/// Routes of the settings.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let path = "/points/programme";
    vec![
        Route {
            method: Method::Get,
            path,
            scope: Scope::PointsRead,
            repeat: Repeat::Read,
            query: &[],
            handler: show,
        },
        Route {
            method: Method::Put,
            path,
            scope: Scope::PointsRules,
            repeat: Repeat::Natural,
            query: &[],
            handler: change,
        },
    ]
}

/// The operations of the settings, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    use web::openapi::Operation;

    let path = "/points/programme";
    vec![
        Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, "Show the programme's settings")
            .answer::<ProgrammeAnswer>(200, "The settings in force."),
        Operation::new(
            Method::Put,
            path,
            Scope::PointsRules,
            Repeat::Natural,
            "Change the programme's settings",
        )
        .description(
            "What is absent stays as it is. `four_eyes` is switched off by somebody else than who switched it on \
             (`same-person`). Fewer `reinstate_days` are refused (`would-devalue`) while customers hold points, \
             unless `issued` says `grandfather`. The settings in force, sent again, stay the version they are.",
        )
        .body::<ProgrammeBody>()
        .answer::<ProgrammeAnswer>(200, "The settings in force from now on."),
    ]
}
