//! Strategies: who is told what when an alert opens.

use app::churn::{self, StrategiesError, StrategyVersion};
use domain::strategy::{Action, Addressee, Strategy, StrategyError, TimeOfDay};
use domain::tier::Status;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Instant};
use web::{Answer, Call, Problem, Slug};

/// The status whose alerts a strategy is about.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusName {
    /// Below the threshold for the first months.
    Observed,
    /// For longer.
    Attention,
    /// The tier is lost.
    Churned,
}

/// What is done.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActionName {
    /// A short message by the gateway.
    Sms,
    /// A mail by the gateway.
    Mail,
    /// A task at the workbench.
    Task,
    /// A retention case without an owner.
    Case,
    /// One mail a check with counts and customers of all that the recipient has to know of.
    Report,
}

/// Who is told; where no employee is found, the organisation itself.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddresseeName {
    /// The owner of the customer's retention case, or else the branch manager.
    Manager,
    /// Branch managers of the customer's organisation, or else of the nearest above that has one.
    BranchManager,
    /// Branch managers of the organisation above the customer's, or else of the nearest above that.
    Supervisor,
}

/// One strategy.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StrategyWire {
    /// The bank's id, without '.' and ':'; each once.
    pub id: IdText,
    /// The status whose alerts it is about.
    pub status: StatusName,
    /// Codes of the tiers that it is about; all when absent.
    #[serde(default)]
    pub tiers: Option<Vec<IdText>>,
    /// What is done.
    pub action: ActionName,
    /// Who is told; absent for a case, which is opened without an owner.
    #[serde(default)]
    pub to: Option<AddresseeName>,
    /// Days from the one on which people are told until it has to be dealt with, 0 to 90.
    pub due_days: u16,
    /// HH:MM in Shanghai, before which no sms or mail is sent; at any time when absent.
    #[serde(default)]
    pub send_from: Option<String>,
}

/// The whole list.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StrategiesBody {
    /// At most 50; none: nobody is told anything.
    pub strategies: Vec<StrategyWire>,
}

/// A version of the list.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StrategiesAnswer {
    /// Its number, from 1.
    pub version: u32,
    /// Who wrote it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// The list.
    pub strategies: Vec<StrategyWire>,
}

/// The strategy that a record of the body describes.
fn read(place: usize, wire: StrategyWire) -> Result<Strategy, Problem> {
    let send_from = wire.send_from.map(|text| TimeOfDay::parse(&text)).transpose();
    Ok(Strategy {
        id: wire.id.0,
        status: match wire.status {
            StatusName::Observed => Status::Observed,
            StatusName::Attention => Status::Attention,
            StatusName::Churned => Status::Churned,
        },
        tiers: wire.tiers.map(|tiers| tiers.iter().map(|tier| tier.0.as_str().to_owned()).collect()),
        action: match wire.action {
            ActionName::Sms => Action::Sms,
            ActionName::Mail => Action::Mail,
            ActionName::Task => Action::Task,
            ActionName::Case => Action::Case,
            ActionName::Report => Action::Report,
        },
        to: wire.to.map(|to| match to {
            AddresseeName::Manager => Addressee::Manager,
            AddresseeName::BranchManager => Addressee::BranchManager,
            AddresseeName::Supervisor => Addressee::Supervisor,
        }),
        due_days: wire.due_days,
        send_from: send_from
            .map_err(|error| Problem::rule(format!("/strategies/{place}/send_from"), error.to_string()))?,
    })
}

fn write(strategy: &Strategy) -> Result<StrategyWire, Problem> {
    let tier = |code: &String| domain::id::Id::parse(code).map(IdText);
    let tiers: Option<Result<Vec<IdText>, _>> =
        strategy.tiers.as_ref().map(|tiers| tiers.iter().map(tier).collect());
    Ok(StrategyWire {
        id: IdText(strategy.id.clone()),
        status: match strategy.status {
            Status::Observed => StatusName::Observed,
            Status::Attention => StatusName::Attention,
            Status::Churned => StatusName::Churned,
            Status::Normal => return Err(Problem::internal("a strategy about a status without alerts")),
        },
        tiers: tiers.transpose().map_err(|error| Problem::internal(error.to_string()))?,
        action: match strategy.action {
            Action::Sms => ActionName::Sms,
            Action::Mail => ActionName::Mail,
            Action::Task => ActionName::Task,
            Action::Case => ActionName::Case,
            Action::Report => ActionName::Report,
        },
        to: strategy.to.map(|to| match to {
            Addressee::Manager => AddresseeName::Manager,
            Addressee::BranchManager => AddresseeName::BranchManager,
            Addressee::Supervisor => AddresseeName::Supervisor,
        }),
        due_days: strategy.due_days,
        send_from: strategy.send_from.map(|time| time.to_string()),
    })
}

fn answer(found: &StrategyVersion) -> Result<Answer, Problem> {
    Answer::json(&StrategiesAnswer {
        version: found.version,
        created_by: found.created_by.clone(),
        created_at: Instant(found.created_at),
        strategies: found.list.strategies().iter().map(write).collect::<Result<_, _>>()?,
    })
}

/// The problem of an error.
fn problem(error: StrategiesError) -> Problem {
    match error {
        StrategiesError::UnknownVersion => Problem::not_found(Slug::UnknownStrategies),
        StrategiesError::Broken(error) => Problem::rule(pointer(error), error.to_string()),
        StrategiesError::Store(error) => error.into(),
    }
}

fn pointer(error: StrategyError) -> String {
    let at = |strategy: usize, member: &str| format!("/strategies/{strategy}/{member}");
    match error {
        StrategyError::TooMany => "/strategies".to_owned(),
        StrategyError::IdTwice { strategy } | StrategyError::Id { strategy } => at(strategy, "id"),
        StrategyError::Status { strategy } => at(strategy, "status"),
        StrategyError::NoTiers { strategy } => at(strategy, "tiers"),
        StrategyError::UnknownTier { strategy, tier } | StrategyError::TierTwice { strategy, tier } => {
            format!("/strategies/{strategy}/tiers/{tier}")
        }
        StrategyError::NoAddressee { strategy } | StrategyError::CaseWithAddressee { strategy } => {
            at(strategy, "to")
        }
        StrategyError::DueDays { strategy } => at(strategy, "due_days"),
        StrategyError::SendFrom { strategy } => at(strategy, "send_from"),
    }
}

/// `GET /churn/strategies`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let version = call.query.read("version", |text| {
        text.parse::<u32>().ok().filter(|version| *version > 0).ok_or("a version is a number from 1 on")
    })?;
    answer(&churn::strategies(connection, version).map_err(problem)?)
}

/// `PUT /churn/strategies`
pub fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("strategies are the whole bank's, and the key sees a part of it"));
    }
    let body: StrategiesBody = call.body()?;
    let strategies: Vec<Strategy> = body
        .strategies
        .into_iter()
        .enumerate()
        .map(|(place, wire)| read(place, wire))
        .collect::<Result<_, _>>()?;
    let (person, now_ms) = (&call.caller.person, call.now_ms);
    let replaced = call
        .atomically(connection, |connection| {
            churn::replace_strategies(connection, strategies, person, now_ms)
        })
        .map_err(problem)?;
    answer(&replaced)
}
