//! Partners: registered, listed, changed, suspended.

use app::partner;
use domain::points::rule::Rounding;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::partner::{ExchangeRow, PartnerRow, TermsRow, rounding_name};
use web::field::{IdText, Instant, Money, Text};
use web::{Answer, Call, Problem};

use crate::{problem, secret};

/// What becomes of a part of a point that a customer gets; of points that a customer pays, the other way. All exchanges of
/// a customer in a direction are rounded together.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundingName {
    /// It is lost.
    Floor,
    /// A half and more is a whole.
    HalfUp,
    /// It is a whole.
    Ceiling,
}

/// So many units are worth so many points.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeBody {
    /// Units of the partner, 1 to 1 000 000 000.
    pub units: i64,
    /// Points, 1 to 1 000 000 000.
    pub points: i64,
    /// The published rounding.
    pub rounding: RoundingName,
}

/// Limits in points; those that a partner gives and those that it takes have each the whole limit.
#[derive(Default, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitsWire {
    /// Of one request.
    #[serde(default)]
    pub per_request: Option<i64>,
    /// Of a customer's day.
    #[serde(default)]
    pub per_customer_day: Option<i64>,
    /// Of a month.
    #[serde(default)]
    pub per_month: Option<i64>,
}

/// What points are settled with.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointValueWire {
    /// So many points.
    pub points: i64,
    /// Cost so much.
    pub amount: Money,
}

/// A partner and what was agreed with it.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerBody {
    /// The bank's id; may be left out where the path names it.
    #[serde(default)]
    pub id: Option<IdText>,
    /// What people call it.
    pub name: Text,
    /// How its units become points; absent: nothing is exchanged.
    #[serde(default)]
    pub exchange: Option<ExchangeBody>,
    /// How much it may move.
    #[serde(default)]
    pub limits: LimitsWire,
    /// Points that it may ever give; without end when absent.
    #[serde(default)]
    pub budget: Option<i64>,
    /// What it gives ends so many months later, 1 to 1 200; never when absent.
    #[serde(default)]
    pub expiry_months: Option<u16>,
    /// What points are settled with; settlements are in points alone when absent.
    #[serde(default)]
    pub point_value: Option<PointValueWire>,
    /// True: the bank's gateway is told of its settlements.
    #[serde(default)]
    pub notify: bool,
    /// Where the gateway finds it: a path, told with each message.
    #[serde(default)]
    pub endpoint: Option<String>,
}

/// A rate, as it was agreed.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExchangeAnswer {
    /// Units of the partner.
    pub units: i64,
    /// Points.
    pub points: i64,
    /// floor | half_up | ceiling.
    pub rounding: &'static str,
}

/// A partner.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PartnerAnswer {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// active | suspended.
    pub state: &'static str,
    /// How its units become points.
    pub exchange: Option<ExchangeAnswer>,
    /// How much it may move.
    pub limits: LimitsWire,
    /// Points that it may ever give.
    pub budget: Option<i64>,
    /// Points that it has given.
    pub budget_used: i64,
    /// What it gives ends so many months later.
    pub expiry_months: Option<u16>,
    /// What points are settled with.
    pub point_value: Option<PointValueWire>,
    /// True: the bank's gateway is told of its settlements.
    pub notify: bool,
    /// Where the gateway finds it.
    pub endpoint: Option<String>,
    /// Who registered it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Instant,
}

/// A partner as it was registered.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RegisteredAnswer {
    /// The partner.
    #[serde(flatten)]
    pub partner: PartnerAnswer,
    /// What it signs with, shown this once: a repeat with the same Idempotency-Key answers null here.
    pub secret: Option<String>,
}

fn terms(body: &PartnerBody) -> TermsRow {
    let rounding = |name| match name {
        RoundingName::Floor => Rounding::Floor,
        RoundingName::HalfUp => Rounding::HalfUp,
        RoundingName::Ceiling => Rounding::Ceiling,
    };
    TermsRow {
        name: body.name.0.clone(),
        exchange: body.exchange.as_ref().map(|exchange| ExchangeRow {
            units: exchange.units,
            points: exchange.points,
            rounding: rounding(exchange.rounding),
        }),
        limit_request: body.limits.per_request,
        limit_customer_day: body.limits.per_customer_day,
        limit_month: body.limits.per_month,
        budget: body.budget,
        expiry_months: body.expiry_months,
        value: body.point_value.as_ref().map(|value| (value.points, value.amount.0)),
        notify: body.notify,
        endpoint: body.endpoint.clone(),
    }
}

fn shape(row: PartnerRow) -> PartnerAnswer {
    let terms = row.terms;
    PartnerAnswer {
        id: row.partner_id,
        name: terms.name,
        state: if row.is_suspended { "suspended" } else { "active" },
        exchange: terms.exchange.map(|exchange| ExchangeAnswer {
            units: exchange.units,
            points: exchange.points,
            rounding: rounding_name(exchange.rounding),
        }),
        limits: LimitsWire {
            per_request: terms.limit_request,
            per_customer_day: terms.limit_customer_day,
            per_month: terms.limit_month,
        },
        budget: terms.budget,
        budget_used: row.budget_used,
        expiry_months: terms.expiry_months,
        point_value: terms.value.map(|(points, amount)| PointValueWire { points, amount: Money(amount) }),
        notify: terms.notify,
        endpoint: terms.endpoint,
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        changed_by: row.changed_by,
        changed_at: Instant(row.changed_at),
    }
}

/// Partners have customers of the whole bank, so a key that sees a part of it has nothing to do with them.
pub fn whole_bank_only(call: &Call) -> Result<(), Problem> {
    call.whole_parts_only()?;
    match call.caller.organisation {
        None => Ok(()),
        Some(_) => Err(Problem::forbidden("partners are the whole bank's, and the key sees a part of it")),
    }
}

/// The partner that the path names, for a key of the whole bank.
pub fn found<C: Connection>(connection: &mut C, call: &Call) -> Result<PartnerRow, Problem> {
    whole_bank_only(call)?;
    partner::partner(connection, call.parameter("id")).map_err(problem::partner)
}

/// `POST /partners`
pub fn register<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: PartnerBody = call.body()?;
    let id = body.id.as_ref().ok_or_else(|| Problem::rule("/id", "the field is missing"))?;
    let (terms, secret, person) = (terms(&body), secret::random()?, &call.caller.person);
    let registered = call
        .atomically(connection, |connection| {
            partner::register(connection, id.0.as_str(), &terms, &secret, person, call.now_ms)
        })
        .map_err(problem::partner)?;
    let mut answer = RegisteredAnswer { partner: shape(registered), secret: Some(secret) };
    let shown = Answer::created(&answer)?;
    answer.secret = None;
    shown.shown_once(&answer)
}

/// `GET /partners`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let page = call.query.page()?;
    let rows = store::partner::page(connection, page.after_text()?.unwrap_or(""), page.fetch())?;
    let items: Vec<PartnerAnswer> = rows.into_iter().map(shape).collect();
    Answer::json(&page.list(items, |last| vec![last.id.as_str().into()]))
}

/// `GET /partners/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    Answer::json(&shape(partner))
}

/// `PUT /partners/{id}`
pub fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let body: PartnerBody = call.body()?;
    let id = call.parameter("id");
    if body.id.as_ref().is_some_and(|named| named.0.as_str() != id) {
        return Err(Problem::rule("/id", "the path names another partner"));
    }
    let (terms, person) = (terms(&body), &call.caller.person);
    let replaced = call
        .atomically(connection, |connection| partner::replace(connection, id, &terms, person, call.now_ms))
        .map_err(problem::partner)?;
    Answer::json(&shape(replaced))
}

/// `POST /partners/{id}/suspend`
pub fn suspend<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    set_suspended(connection, call, true)
}

/// `POST /partners/{id}/resume`
pub fn resume<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    set_suspended(connection, call, false)
}

fn set_suspended<C: Connection>(
    connection: &mut C,
    call: &Call,
    is_suspended: bool,
) -> Result<Answer, Problem> {
    whole_bank_only(call)?;
    let (id, person) = (call.parameter("id"), &call.caller.person);
    let changed = call
        .atomically(connection, |connection| {
            partner::set_suspended(connection, id, is_suspended, person, call.now_ms)
        })
        .map_err(problem::partner)?;
    Answer::json(&shape(changed))
}
