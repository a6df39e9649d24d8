//! Reconciliation of a settled month with the partner's list and the payment.

use app::partner::reconcile::{Difference, Differences, Side, reconcile};
use app::partner::{Settlement, TheirLine};
use domain::name::meaning;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::partner_request::RequestKind;
use web::body::record;
use web::field::{IdText, Money};
use web::{Answer, Call, Problem};

use crate::partners::found;
use crate::settlements::{SettlementAnswer, shape};
use crate::{csv, problem, signed};

/// What a request was.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// Points were given.
    Earn,
    /// Points were taken, also those that were held before.
    Burn,
    /// Points were given for units.
    ExchangeIn,
    /// Points were taken for units.
    ExchangeOut,
    /// A burn was cancelled.
    GiveBack,
}

/// A request as the partner has it.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TheirLineBody {
    /// Its webhook-id.
    pub reference: IdText,
    /// What it was.
    pub kind: KindName,
    /// Points that moved.
    pub points: i64,
}

/// A request as one side has it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SideAnswer {
    /// earn | burn | exchange_in | exchange_out | give_back.
    pub kind: &'static str,
    /// Points that moved.
    pub points: i64,
}

/// A request that only one side has, or that both have differently.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DifferenceAnswer {
    /// Its webhook-id.
    pub reference: String,
    /// As it is here.
    pub ours: Option<SideAnswer>,
    /// As the partner has it.
    pub theirs: Option<SideAnswer>,
}

/// Differences of a kind.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DifferencesAnswer {
    /// How many.
    pub count: u64,
    /// The first 1 000.
    pub items: Vec<DifferenceAnswer>,
}

/// What was paid, and what should have been.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PaymentAnswer {
    /// What the bank has to pay; below zero what the partner has to.
    pub expected: Money,
    /// What the bank paid; below zero what the partner did. Null while nobody said.
    pub paid: Option<Money>,
    /// What was paid less what should have been.
    pub difference: Option<Money>,
}

/// What a reconciliation found.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReconciledAnswer {
    /// The month as it stands now.
    pub settlement: SettlementAnswer,
    /// Requests that both sides have alike.
    pub matched: u64,
    /// Requests that differ, and whose dispute was resolved.
    pub settled: u64,
    /// The partner's, and not ours.
    pub missing_here: DifferencesAnswer,
    /// Ours, and not the partner's.
    pub missing_there: DifferencesAnswer,
    /// Both sides', and not alike.
    pub different: DifferencesAnswer,
    /// The payment; null while no value of points was agreed.
    pub payment: Option<PaymentAnswer>,
}

/// A settled kind of that name.
pub fn kind(name: &str) -> Option<RequestKind> {
    meaning(&RequestKind::NAMES, name).filter(|kind| Settlement::KINDS.contains(kind))
}

fn side((kind, points): Side) -> SideAnswer {
    SideAnswer { kind: kind.name(), points }
}

fn differences(found: Differences) -> DifferencesAnswer {
    let items = found.told.into_iter().map(|Difference { reference, ours, theirs }| DifferenceAnswer {
        reference,
        ours: ours.map(side),
        theirs: theirs.map(side),
    });
    DifferencesAnswer { count: found.count, items: items.collect() }
}

/// The partner's list: CSV, or JSON lines, or a JSON array. An empty body is a list without requests.
fn list(call: &Call) -> Result<Vec<TheirLine>, Problem> {
    if call.bytes().is_empty() {
        return Ok(Vec::new());
    }
    if call.header("content-type").is_some_and(|content_type| content_type.starts_with("text/csv")) {
        return csv::lines(call.bytes());
    }
    let records = call.records()?;
    let read = |(place, (_, bytes)): (usize, (u32, &[u8]))| -> Result<TheirLine, Problem> {
        let line: TheirLineBody = record(bytes)
            .map_err(|error| Problem::rule(format!("/{place}{}", error.pointer), error.detail))?;
        Ok(TheirLine {
            reference: line.reference.0.as_str().to_owned(),
            kind: match line.kind {
                KindName::Earn => RequestKind::Earn,
                KindName::Burn => RequestKind::Burn,
                KindName::ExchangeIn => RequestKind::ExchangeIn,
                KindName::ExchangeOut => RequestKind::ExchangeOut,
                KindName::GiveBack => RequestKind::GiveBack,
            },
            points: line.points,
        })
    };
    records.into_iter().enumerate().map(read).collect()
}

/// `POST /partners/{id}/reconcile?month=&paid=`
pub fn run<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let month = call.query.required("month", call.query.month("month")?)?;
    let paid = call.query.money("paid")?;
    let theirs = list(call)?;
    let moment = signed::moment(call, &call.caller.person);
    let found = call
        .atomically(connection, |connection| reconcile(connection, &partner, month, &theirs, paid, moment))
        .map_err(problem::reconcile)?;
    Answer::json(&ReconciledAnswer {
        settlement: shape(&partner, &found.settlement),
        matched: found.matched,
        settled: found.settled,
        payment: found.expected.map(|expected| PaymentAnswer {
            expected: Money(expected),
            paid: found.paid.map(Money),
            difference: found.paid.map(|paid| Money(paid.saturating_sub(expected))),
        }),
        missing_here: differences(found.missing_here),
        missing_there: differences(found.missing_there),
        different: differences(found.different),
    })
}
