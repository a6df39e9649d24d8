//! Schemes in answers, and names of the domain's values.

use domain::tier::scheme::Measure;
use domain::tier::{Criterion, Outcome, Scheme, Status};
use serde::Serialize;
use web::field::Money;

use crate::wire::StatusWire;

/// A criterion as the scheme's answer has it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CriterionAnswer {
    /// What is measured.
    pub measure: &'static str,
    /// Lowest amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Money>,
    /// First amount past it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Money>,
    /// Level of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<&'static str>,
}

impl From<&Criterion> for CriterionAnswer {
    fn from(criterion: &Criterion) -> Self {
        match criterion {
            Criterion::Card(level) => {
                Self { measure: "card_level", at_least: None, below: None, is: Some(level.code()) }
            }
            Criterion::Amount { measure, at_least, below } => Self {
                measure: measure_name(*measure),
                at_least: Some(Money(*at_least)),
                below: below.map(Money),
                is: None,
            },
        }
    }
}

/// A measure's name.
pub fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Assets => "assets",
        Measure::CardSpend => "card_spend",
        Measure::SecuredLoans => "secured_loans",
        Measure::UnsecuredLoans => "unsecured_loans",
    }
}

/// A status's name.
pub fn status_name(status: Status) -> &'static str {
    domain::tier::explanation::status_name(status, false)
}

/// The status of a name.
pub fn status(name: &str) -> Option<Status> {
    [Status::Normal, Status::Observed, Status::Attention, Status::Churned]
        .into_iter()
        .find(|status| status_name(*status) == name)
}

/// An outcome's name.
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::First => "first",
        Outcome::Upgraded => "upgraded",
        Outcome::Downgraded => "downgraded",
        Outcome::Churned => "churned",
        Outcome::Unchanged => "unchanged",
        Outcome::Reassigned => "reassigned",
    }
}

/// The tiers of a scheme as the answer has them.
pub fn tiers_answer(scheme: &Scheme) -> Vec<TierAnswer> {
    scheme
        .tiers()
        .iter()
        .map(|tier| TierAnswer {
            code: tier.code.clone(),
            name: NameAnswer { zh: tier.name_zh.clone(), en: tier.name_en.clone() },
            window_months: tier.window_months,
            any_of: tier.any_of.iter().map(CriterionAnswer::from).collect(),
            status: tier.status.map(|limits| StatusWire {
                observed_to: limits.observed_to,
                attention_to: limits.attention_to,
            }),
        })
        .collect()
}

/// A tier's name in an answer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct NameAnswer {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A tier in an answer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TierAnswer {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: NameAnswer,
    /// The current month and this many before it count.
    pub window_months: u8,
    /// Any of these meets the tier.
    pub any_of: Vec<CriterionAnswer>,
    /// Limits of the statuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusWire>,
}
