//! The rules of large movements.

use domain::intake::TransactionKind;
use domain::movement::{Basis, Direction, Place, Rule, Rules, RulesError};
use domain::name::meaning;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::movement_rule::RuleListRow;
use web::field::{IdText, Instant, Money};
use web::{Answer, Call, Problem, Slug};

/// One rule.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleWire {
    /// The bank's id.
    pub id: IdText,
    /// in | out, seen from the customer's accounts.
    pub direction: String,
    /// any | in_bank (no other bank is named) | out_of_bank (another bank is named).
    pub place: String,
    /// single: each transaction by itself | rolling: the sum of a window of days.
    pub basis: String,
    /// Days of the window, 2 to 31; for rolling rules alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u8>,
    /// The amount that makes a movement large.
    pub at_least: Money,
    /// Kinds of transactions; when absent deposit and transfer_in, or withdrawal and transfer_out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
}

/// The rules that are to be in force.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RulesBody {
    /// All of them, 50 at most.
    pub rules: Vec<RuleWire>,
}

/// A list of rules.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RulesAnswer {
    /// Number of the list; the highest is in force.
    pub version: i64,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// The rules.
    pub rules: Vec<RuleWire>,
}

/// `GET /assets/movement-rules`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let row = match call.query.integer("version")? {
        None => store::movement_rule::in_force(connection)?,
        Some(version) => store::movement_rule::by_version(connection, version)?
            .ok_or_else(|| Problem::not_found(Slug::UnknownMovementRules))?,
    };
    Answer::json(&shape(row))
}

/// `PUT /assets/movement-rules`
pub fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    if call.caller.organisation.is_some() || call.caller.own.is_some() {
        return Err(Problem::forbidden("rules hold for the whole bank; the key sees a part of it"));
    }
    let body: RulesBody = call.body()?;
    let rules = body.rules.into_iter().enumerate().map(|(at, wire)| rule(at, wire));
    let rules = Rules::parse(rules.collect::<Result<_, _>>()?).map_err(problem)?;
    let row = call.atomically(connection, |connection| {
        app::asset::replace_rules(connection, &rules, &call.caller.person, call.now_ms)
    })?;
    Answer::json(&shape(row))
}

fn shape(row: RuleListRow) -> RulesAnswer {
    let wire = |rule: &Rule| RuleWire {
        id: IdText(rule.id.clone()),
        direction: rule.direction.name().to_owned(),
        place: rule.place.name().to_owned(),
        basis: rule.basis.name().to_owned(),
        window_days: match rule.basis {
            Basis::Single => None,
            Basis::Rolling { window_days } => Some(window_days),
        },
        at_least: Money(rule.at_least),
        kinds: rule.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.name().to_owned()).collect()),
    };
    RulesAnswer {
        version: row.version,
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        rules: row.rules.all().iter().map(wire).collect(),
    }
}

/// The rule at a place of the body.
fn rule(at: usize, wire: RuleWire) -> Result<Rule, Problem> {
    let refuse = |field: &str, detail: &'static str| Problem::rule(format!("/rules/{at}/{field}"), detail);
    let basis = match (wire.basis.as_str(), wire.window_days) {
        ("single", None) => Basis::Single,
        ("rolling", Some(window_days)) => Basis::Rolling { window_days },
        ("single", Some(_)) => return Err(refuse("window_days", "a single transaction has no window")),
        ("rolling", None) => return Err(refuse("window_days", "a rolling window has 2 to 31 days")),
        _ => return Err(refuse("basis", "one of single, rolling")),
    };
    let kinds = match wire.kinds {
        None => None,
        Some(names) => {
            let mut kinds = Vec::with_capacity(names.len());
            for (place, name) in names.iter().enumerate() {
                let kind = meaning(&TransactionKind::NAMES, name);
                kinds.push(kind.ok_or_else(|| refuse(&format!("kinds/{place}"), KINDS))?);
            }
            Some(kinds)
        }
    };
    Ok(Rule {
        id: wire.id.0,
        direction: meaning(&Direction::NAMES, &wire.direction)
            .ok_or_else(|| refuse("direction", "one of in, out"))?,
        place: meaning(&Place::NAMES, &wire.place)
            .ok_or_else(|| refuse("place", "one of any, in_bank, out_of_bank"))?,
        basis,
        at_least: wire.at_least.0,
        kinds,
    })
}

const KINDS: &str =
    "one of purchase, deposit, withdrawal, transfer_in, transfer_out, fee, interest, sale, refund";

fn problem(error: RulesError) -> Problem {
    let pointer = match error {
        RulesError::TooMany => "/rules".to_owned(),
        RulesError::IdTwice { rule } => format!("/rules/{rule}/id"),
        RulesError::NotPositive { rule } => format!("/rules/{rule}/at_least"),
        RulesError::Window { rule } => format!("/rules/{rule}/window_days"),
        RulesError::NoKinds { rule } => format!("/rules/{rule}/kinds"),
        RulesError::Kind { rule, kind } => format!("/rules/{rule}/kinds/{kind}"),
    };
    Problem::rule(pointer, error.to_string())
}
