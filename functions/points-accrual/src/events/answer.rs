//! What the sender of an event is told.

use app::points::accrual::{DryRun, Earned, EarnedLot, RefundSaid, RuleSaid};
use serde::Serialize;
use web::PointsBalance;
use web::field::{Date, Instant};

use super::reason::{Language, sentence};

/// An event by the sender's id.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsEventId {
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub id: String,
}

/// A lot that an event gave.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EarnedLotAnswer {
    /// Its id; a dry run has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whose; a referrer's too.
    pub customer_id: String,
    /// Points.
    pub points: i64,
    /// The first day on which they can be spent.
    pub available_on: Date,
    /// The last day on which they can be spent; null: they do not end.
    pub expires_on: Option<Date>,
}

/// What a rule said.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RuleSaidAnswer {
    /// The rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// Points for the event's customer.
    pub points: i64,
    /// Stable name of the reason.
    pub reason: String,
    /// The reason as a sentence, where the event is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// What a refund took back.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RefundAnswer {
    /// Points that were taken.
    pub returned: i64,
    /// Points that were due and not there, and are forgiven.
    pub forgiven: i64,
    /// Points that were due and not there, and are owed.
    pub debt: i64,
    /// True while its original has not arrived.
    pub waiting: bool,
}

/// What an event gave.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsEventAnswer {
    /// The event.
    pub event: PointsEventId,
    /// Points for its customer; of a refund zero or below.
    pub earned: i64,
    /// Its lots. Those of a referrer are told when the event is asked for, with a key that sees the referrer.
    pub lots: Vec<EarnedLotAnswer>,
    /// Rules of its type, the highest priority first.
    pub rules: Vec<RuleSaidAnswer>,
    /// What it took back, when it is a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundAnswer>,
    /// The customer's points afterwards. Null: the customer is not known yet, or was merged into one whom the key, or
    /// another key that gets the same answer again, need not see.
    pub balance: Option<PointsBalance>,
}

/// An event that was taken, with sentences.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsEventView {
    /// The customer; null while a refund waits for its original.
    pub customer_id: Option<String>,
    /// Its type.
    pub r#type: String,
    /// When.
    pub occurred_at: Instant,
    /// What it gave; the balance is that of now.
    #[serde(flatten)]
    pub given: PointsEventAnswer,
}

/// What an event would earn.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DryRunAnswer {
    /// True when the event was taken before; the rest is what it gave then.
    pub known: bool,
    /// Points for its customer.
    pub earned: i64,
    /// Its lots, without ids unless it was taken; a referrer's to a key that sees the referrer.
    pub lots: Vec<EarnedLotAnswer>,
    /// Rules of its type, the highest priority first.
    pub rules: Vec<RuleSaidAnswer>,
}

fn lots(lots: Vec<EarnedLot>) -> Vec<EarnedLotAnswer> {
    let lots = lots.into_iter().map(|lot| EarnedLotAnswer {
        id: lot.points_lot_ref.map(|number| number.to_string()),
        customer_id: lot.customer_id,
        points: lot.points,
        available_on: Date(lot.available_on),
        expires_on: lot.expires_on.map(Date),
    });
    lots.collect()
}

fn rules(rules: Vec<RuleSaid>, language: Option<Language>) -> Vec<RuleSaidAnswer> {
    let rules = rules.into_iter().map(|said| RuleSaidAnswer {
        rule: said.rule,
        version: said.version,
        points: said.points,
        explanation: language.map(|language| sentence(&said.reason, language)),
        reason: said.reason,
    });
    rules.collect()
}

fn refund(said: RefundSaid) -> RefundAnswer {
    let RefundSaid { returned, forgiven, debt, is_waiting } = said;
    RefundAnswer { returned, forgiven, debt, waiting: is_waiting }
}

/// What an event gave; with sentences in a language.
pub fn given(earned: Earned, language: Option<Language>) -> PointsEventAnswer {
    PointsEventAnswer {
        event: PointsEventId { source: earned.source, id: earned.id },
        earned: earned.earned,
        lots: lots(earned.lots),
        rules: rules(earned.rules, language),
        refund: earned.refund.map(refund),
        balance: earned.balance.map(PointsBalance::from),
    }
}

/// An event that was taken, explained.
pub fn explained(mut earned: Earned, language: Language) -> PointsEventView {
    PointsEventView {
        customer_id: earned.customer_id.take(),
        r#type: std::mem::take(&mut earned.kind),
        occurred_at: Instant(earned.occurred_at),
        given: given(earned, Some(language)),
    }
}

/// What an event would earn.
pub fn tried(tried: DryRun) -> DryRunAnswer {
    DryRunAnswer {
        known: tried.is_known,
        earned: tried.earned,
        lots: lots(tried.lots),
        rules: rules(tried.rules, None),
    }
}
