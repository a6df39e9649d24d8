//! The definition of a sale's rule as its row holds it: JSON with the domain's names.

use domain::name::meaning;
use domain::sale::{Automatic, DefaultTo, Ratio, Rule, SellingUnit, Split};
use serde::{Deserialize, Serialize};

use crate::StoreError;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    selling: String,
    automatic: String,
    split: String,
    window_days: u16,
    default: String,
    seller_bp: u32,
    referrer_bp: u32,
    adjustment_days: u16,
    plan_weight_bp: u32,
}

/// A rule as text.
pub(super) fn write(rule: &Rule) -> Result<String, StoreError> {
    let definition = Definition {
        selling: rule.selling.name().to_owned(),
        automatic: rule.automatic.name().to_owned(),
        split: rule.split.name().to_owned(),
        window_days: rule.window_days,
        default: rule.default.name().to_owned(),
        seller_bp: rule.referrer.seller_bp,
        referrer_bp: rule.referrer.referrer_bp,
        adjustment_days: rule.adjustment_days,
        plan_weight_bp: rule.plan_weight_bp,
    };
    serde_json::to_string(&definition).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// A rule from text; `None` when the text does not have the form.
pub(super) fn read(text: &str) -> Option<Rule> {
    let definition: Definition = serde_json::from_str(text).ok()?;
    Some(Rule {
        selling: meaning(&SellingUnit::NAMES, &definition.selling)?,
        automatic: meaning(&Automatic::NAMES, &definition.automatic)?,
        split: meaning(&Split::NAMES, &definition.split)?,
        window_days: definition.window_days,
        default: meaning(&DefaultTo::NAMES, &definition.default)?,
        referrer: Ratio { seller_bp: definition.seller_bp, referrer_bp: definition.referrer_bp },
        adjustment_days: definition.adjustment_days,
        plan_weight_bp: definition.plan_weight_bp,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_as_it_was_written() {
        let seed = Rule::default();
        for rule in [
            seed,
            Rule { selling: SellingUnit::Customer, automatic: Automatic::Never, window_days: 0, ..seed },
            Rule { automatic: Automatic::Assigned, split: Split::Shares, default: DefaultTo::Nobody, ..seed },
            Rule { referrer: Ratio { seller_bp: 1, referrer_bp: 9_999 }, plan_weight_bp: 5, ..seed },
        ] {
            let text = write(&rule).expect("written");
            assert_eq!(read(&text), Some(rule), "{text}");
        }
        assert_eq!(read("{}"), None);
    }
}
