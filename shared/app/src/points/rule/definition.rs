//! From what a version of a rule says, as it is stored, to the rule.

use domain::name::meaning;
use domain::points::ReturnPolicy;
use domain::points::condition::Condition;
use domain::points::expiry::{Expiry, Unit};
use domain::points::rule::{Cap, Earning, Over, Per, Rounding, Rule, Stacking};
use store::StoreError;
use store::points_rule::{EarnDefinition, ExpiryDefinition, RuleRow};

use super::PointsRuleError;

/// The rule of a version.
pub(super) fn compile(row: &RuleRow) -> Result<Rule, PointsRuleError> {
    let definition = &row.definition;
    let condition = definition.condition.as_deref().map(Condition::parse).transpose();
    let rule = Rule {
        points_rule_ref: row.points_rule_ref,
        id: row.points_rule_id.clone(),
        version: row.version,
        events: definition.events.clone(),
        condition: condition.map_err(|error| broken("/condition", error.to_string()))?,
        earning: earning(&definition.earn)?,
        multipliers: definition.multipliers_bp.iter().map(|(tier, share)| (tier.clone(), *share)).collect(),
        caps: definition
            .caps
            .iter()
            .enumerate()
            .map(|(place, cap)| {
                let per = named(&Per::NAMES, &cap.per, &format!("/caps/{place}/per"))?;
                Ok(Cap { per, points: cap.points })
            })
            .collect::<Result<_, PointsRuleError>>()?,
        over: named(&Over::NAMES, &definition.over_cap, "/over_cap")?,
        campaign: definition.campaign_id.clone(),
        expiry: expiry(&definition.expiry)?,
        pending_days: definition.pending_days,
        stacking: named(&Stacking::NAMES, &definition.stacking, "/stacking")?,
        priority: definition.priority,
        from: definition.from.map(domain::date::Day::from_number),
        to: definition.to.map(domain::date::Day::from_number),
        return_policy: named(&ReturnPolicy::NAMES, &definition.return_policy, "/return_policy")?,
    };
    rule.check().map_err(|error| broken(error.pointer, error.reason))?;
    Ok(rule)
}

/// The rule of a version that was looked at when it was written.
pub(in crate::points) fn stored(row: &RuleRow) -> Result<Rule, StoreError> {
    compile(row).map_err(|_| {
        let (id, version) = (&row.points_rule_id, row.version);
        StoreError::Damaged(format!("version {version} of rule {id} does not have its form"))
    })
}

fn broken(pointer: impl Into<String>, reason: impl Into<String>) -> PointsRuleError {
    PointsRuleError::Broken { pointer: pointer.into(), reason: reason.into() }
}

fn named<T: Copy>(names: &[(&'static str, T)], name: &str, pointer: &str) -> Result<T, PointsRuleError> {
    meaning(names, name).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(known, _)| *known).collect();
        broken(pointer, format!("one of {}", known.join(", ")))
    })
}

fn earning(definition: &EarnDefinition) -> Result<Earning, PointsRuleError> {
    Ok(match definition {
        EarnDefinition::PerAmount { points, per, rounding } => Earning::PerAmount {
            points: *points,
            per: *per,
            rounding: named(&Rounding::NAMES, rounding, "/earn/per_amount/rounding")?,
        },
        EarnDefinition::Fixed { points } => Earning::Fixed { points: *points },
        EarnDefinition::Referral { customer, referrer } => {
            Earning::Referral { customer: *customer, referrer: *referrer }
        }
    })
}

fn expiry(definition: &ExpiryDefinition) -> Result<Expiry, PointsRuleError> {
    Ok(match definition {
        ExpiryDefinition::Never {} => Expiry::Never,
        ExpiryDefinition::Rolling { amount, unit } => {
            Expiry::Rolling { amount: *amount, unit: named(&Unit::NAMES, unit, "/expiry/rolling/unit")? }
        }
        ExpiryDefinition::MonthEnd { months } => Expiry::MonthEnd { months: *months },
        ExpiryDefinition::YearEnd { years } => Expiry::YearEnd { years: *years },
        ExpiryDefinition::Dates { dates, at_least_days } => {
            Expiry::Dates { dates: dates.clone(), at_least_days: *at_least_days }
        }
        ExpiryDefinition::Inactivity { months } => Expiry::Inactivity { months: *months },
    })
}
