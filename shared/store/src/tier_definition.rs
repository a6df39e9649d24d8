//! The definition of a tier scheme as its row holds it: JSON, amounts in minor units.

use domain::tier::scheme::{
    AssetBasis, CardLevel, Coefficients, Criterion, Measure, Scheme, SchemeParts, StatusLimits, Tier,
};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A scheme and its zone as text.
pub(crate) fn write(scheme: &Scheme, zone: &str) -> Result<String, StoreError> {
    serde_json::to_string(&definition(scheme, zone)).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// A scheme and its zone from text; `None` when the text does not have the form.
pub(crate) fn read(text: &str) -> Option<(Scheme, String)> {
    serde_json::from_str(text).ok().and_then(scheme)
}

/// A scheme as its row holds it; amounts in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    zone: String,
    asset_basis: String,
    deposits_bp: u32,
    investments_bp: u32,
    confirm: bool,
    tiers: Vec<TierDefinition>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TierDefinition {
    code: String,
    zh: String,
    en: String,
    window_months: u8,
    any_of: Vec<CriterionDefinition>,
    status: Option<(u8, u8)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionDefinition {
    measure: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<String>,
}

const MEASURES: [(Measure, &str); 4] = [
    (Measure::Assets, "assets"),
    (Measure::CardSpend, "card_spend"),
    (Measure::SecuredLoans, "secured_loans"),
    (Measure::UnsecuredLoans, "unsecured_loans"),
];

fn definition(scheme: &Scheme, zone: &str) -> Definition {
    let criterion = |criterion: &Criterion| match criterion {
        Criterion::Card(level) => CriterionDefinition {
            measure: "card_level".to_owned(),
            at_least: None,
            below: None,
            is: Some(level.code().to_owned()),
        },
        Criterion::Amount { measure, at_least, below } => CriterionDefinition {
            measure: MEASURES.iter().find(|(of, _)| of == measure).map_or("", |(_, name)| name).to_owned(),
            at_least: Some(*at_least),
            below: *below,
            is: None,
        },
    };
    Definition {
        zone: zone.to_owned(),
        asset_basis: match scheme.basis() {
            AssetBasis::MonthEnd => "month_end".to_owned(),
            AssetBasis::DailyAverage => "daily_average".to_owned(),
        },
        deposits_bp: scheme.coefficients().deposits_bp,
        investments_bp: scheme.coefficients().investments_bp,
        confirm: scheme.confirm(),
        tiers: scheme
            .tiers()
            .iter()
            .map(|tier| TierDefinition {
                code: tier.code.clone(),
                zh: tier.name_zh.clone(),
                en: tier.name_en.clone(),
                window_months: tier.window_months,
                any_of: tier.any_of.iter().map(criterion).collect(),
                status: tier.status.map(|limits| (limits.observed_to, limits.attention_to)),
            })
            .collect(),
    }
}

fn scheme(definition: Definition) -> Option<(Scheme, String)> {
    let criterion = |stored: CriterionDefinition| {
        let level = |name: &str| CardLevel::ALL.into_iter().find(|level| level.code() == name);
        match stored.is {
            Some(name) => level(&name).map(Criterion::Card),
            None => Some(Criterion::Amount {
                measure: MEASURES.iter().find(|(_, name)| *name == stored.measure)?.0,
                at_least: stored.at_least?,
                below: stored.below,
            }),
        }
    };
    let tiers: Option<Vec<Tier>> = definition
        .tiers
        .into_iter()
        .map(|tier| {
            Some(Tier {
                code: tier.code,
                name_zh: tier.zh,
                name_en: tier.en,
                window_months: tier.window_months,
                any_of: tier.any_of.into_iter().map(criterion).collect::<Option<_>>()?,
                status: tier
                    .status
                    .map(|(observed_to, attention_to)| StatusLimits { observed_to, attention_to }),
            })
        })
        .collect();
    let parts = SchemeParts {
        basis: match definition.asset_basis.as_str() {
            "month_end" => AssetBasis::MonthEnd,
            "daily_average" => AssetBasis::DailyAverage,
            _ => return None,
        },
        coefficients: Coefficients {
            deposits_bp: definition.deposits_bp,
            investments_bp: definition.investments_bp,
        },
        confirm: definition.confirm,
        tiers: tiers?,
    };
    Some((Scheme::parse(parts).ok()?, definition.zone))
}
