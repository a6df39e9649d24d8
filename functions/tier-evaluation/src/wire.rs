//! Wire types of schemes as callers send them.

use domain::tier::scheme::{AssetBasis, CardLevel, Coefficients, Measure, SchemeParts, StatusLimits};
use domain::tier::{Criterion, Tier};
use serde::{Deserialize, Serialize};
use web::field::{IdText, Money, Text};

/// A name in both languages.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// What a criterion looks at.
#[derive(Clone, Copy, Deserialize, Serialize, PartialEq, Eq)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MeasureName {
    /// Assets of a month.
    Assets,
    /// Card spend of twelve months.
    CardSpend,
    /// Secured loan balance.
    SecuredLoans,
    /// Unsecured loan balance.
    UnsecuredLoans,
    /// Level of a valid card.
    CardLevel,
}

impl From<Measure> for MeasureName {
    fn from(measure: Measure) -> Self {
        match measure {
            Measure::Assets => Self::Assets,
            Measure::CardSpend => Self::CardSpend,
            Measure::SecuredLoans => Self::SecuredLoans,
            Measure::UnsecuredLoans => Self::UnsecuredLoans,
        }
    }
}

/// Level of a card.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CardLevelName {
    /// 钻石
    Diamond,
    /// 白金
    Platinum,
    /// 金
    Gold,
    /// 普
    Classic,
}

/// One way to meet a tier: an amount (`at_least`, perhaps `below`) or a card (`is`).
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CriterionWire {
    /// What is measured.
    pub measure: MeasureName,
    /// Lowest amount that meets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Money>,
    /// First amount that no longer meets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Money>,
    /// The card's level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<CardLevelName>,
}

/// Months below until which the status is observed, then attention; past that churned.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusWire {
    /// Last month of observed.
    pub observed_to: u8,
    /// Last month of attention; equals the window.
    pub attention_to: u8,
}

/// One tier.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TierWire {
    /// Stable code.
    pub code: IdText,
    /// Name.
    pub name: Name,
    /// The current month and this many before it count.
    pub window_months: u8,
    /// Any of these meets the tier; empty for the lowest: everyone else.
    pub any_of: Vec<CriterionWire>,
    /// Limits of the statuses; absent: the tier has none.
    #[serde(default)]
    pub status: Option<StatusWire>,
}

/// Which figure of a month counts.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssetBasisName {
    /// The balance at the month's end.
    MonthEnd,
    /// The average of the daily balances.
    DailyAverage,
}

/// How much of each class counts as assets, in basis points.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CoefficientsWire {
    /// Deposits; 10 000 is all.
    pub deposits: u32,
    /// Investments; 10 000 is all.
    pub investments: u32,
}

/// A tier scheme.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SchemeWire {
    /// The caller's id.
    pub id: IdText,
    /// IANA time zone of the dates; Asia/Shanghai when absent.
    #[serde(default)]
    pub zone: Option<Text>,
    /// Which figure of a month counts.
    pub asset_basis: AssetBasisName,
    /// How much of each class counts; all when absent.
    #[serde(default)]
    pub coefficients_bp: Option<CoefficientsWire>,
    /// Review results wait for confirmation by each organisation.
    #[serde(default)]
    pub confirm: bool,
    /// Tiers, highest first.
    pub tiers: Vec<TierWire>,
}

/// Where a criterion does not say what its measure needs: tier, criterion, field, what is wrong.
pub struct Misfit(pub usize, pub usize, pub &'static str, pub &'static str);

impl SchemeWire {
    /// The parts for the domain to look at.
    pub fn parts(&self) -> Result<SchemeParts, Misfit> {
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for (position, tier) in self.tiers.iter().enumerate() {
            let any_of: Result<Vec<Criterion>, Misfit> = tier
                .any_of
                .iter()
                .enumerate()
                .map(|(place, of)| {
                    of.criterion().map_err(|(field, detail)| Misfit(position, place, field, detail))
                })
                .collect();
            tiers.push(Tier {
                code: tier.code.0.as_str().to_owned(),
                name_zh: tier.name.zh.0.clone(),
                name_en: tier.name.en.0.clone(),
                window_months: tier.window_months,
                any_of: any_of?,
                status: tier.status.as_ref().map(|status| StatusLimits {
                    observed_to: status.observed_to,
                    attention_to: status.attention_to,
                }),
            });
        }
        Ok(SchemeParts {
            basis: match self.asset_basis {
                AssetBasisName::MonthEnd => AssetBasis::MonthEnd,
                AssetBasisName::DailyAverage => AssetBasis::DailyAverage,
            },
            coefficients: self.coefficients_bp.as_ref().map_or_else(Coefficients::default, |of| {
                Coefficients { deposits_bp: of.deposits, investments_bp: of.investments }
            }),
            confirm: self.confirm,
            tiers,
        })
    }
}

impl CriterionWire {
    fn criterion(&self) -> Result<Criterion, (&'static str, &'static str)> {
        let measure = match self.measure {
            MeasureName::CardLevel => {
                return match (self.is, self.at_least, self.below) {
                    (Some(level), None, None) => Ok(Criterion::Card(level.into())),
                    (None, ..) => Err(("is", "a criterion on card_level says which level it is")),
                    _ => Err(("at_least", "a criterion on card_level has no amounts")),
                };
            }
            MeasureName::Assets => Measure::Assets,
            MeasureName::CardSpend => Measure::CardSpend,
            MeasureName::SecuredLoans => Measure::SecuredLoans,
            MeasureName::UnsecuredLoans => Measure::UnsecuredLoans,
        };
        if self.is.is_some() {
            return Err(("is", "only a criterion on card_level has this"));
        }
        let at_least = self.at_least.ok_or(("at_least", "a criterion on an amount needs this"))?.0;
        Ok(Criterion::Amount { measure, at_least, below: self.below.map(|below| below.0) })
    }
}

impl From<CardLevelName> for CardLevel {
    fn from(name: CardLevelName) -> Self {
        match name {
            CardLevelName::Diamond => Self::Diamond,
            CardLevelName::Platinum => Self::Platinum,
            CardLevelName::Gold => Self::Gold,
            CardLevelName::Classic => Self::Classic,
        }
    }
}
