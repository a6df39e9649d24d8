//! An explanation of a tier in plain words, Chinese or English, each sentence from one fact of the decision.

use super::decision::{Decision, Facts, Outcome, OverrideKind, Status};
use super::scheme::{Criterion, Measure, Scheme, Tier};
use crate::date::Day;

/// Language of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub struct Explained<'a> {
    /// The parameters.
    pub scheme: &'a Scheme,
    /// Their id.
    pub scheme_id: &'a str,
    /// Date.
    pub as_of: Day,
    /// What the decision looked at.
    pub facts: Facts<'a>,
    /// The decision.
    pub decision: &'a Decision,
    /// Position of the held tier; `None` before the first decision.
    pub held: Option<usize>,
    /// Position of the criterion that holds for the decided tier.
    pub criterion: Option<usize>,
    /// The override's reason and last day, when one decides.
    pub overridden: Option<(&'a str, Option<Day>)>,
    /// Name of the lost tier, the day, and the months below.
    pub lost: Option<(&'a str, Day, u8)>,
}

/// The next higher tier and what is missing for it, by its first criterion on an amount.
pub fn next_step(scheme: &Scheme, tier: usize, facts: &Facts<'_>) -> Option<(usize, Measure, i64)> {
    let next = tier.checked_sub(1)?;
    scheme.tiers()[next].any_of.iter().find_map(|criterion| match criterion {
        Criterion::Amount { measure, at_least, .. } => {
            Some((next, *measure, (at_least - amount(facts, *measure)).max(0)))
        }
        Criterion::Card(_) => None,
    })
}

/// What keeps a tier: its first criterion on an amount.
pub fn keep(tier: &Tier) -> Option<(Measure, i64)> {
    tier.any_of.iter().find_map(|criterion| match criterion {
        Criterion::Amount { measure, at_least, .. } => Some((*measure, *at_least)),
        Criterion::Card(_) => None,
    })
}

/// The present figure of a measure.
pub fn amount(facts: &Facts<'_>, measure: Measure) -> i64 {
    match measure {
        Measure::Assets => facts.assets.first().copied().unwrap_or(0),
        Measure::CardSpend => facts.card_spend,
        Measure::SecuredLoans => facts.secured_loans,
        Measure::UnsecuredLoans => facts.unsecured_loans,
    }
}

/// Minor units as people read them: 1,234,567.80.
pub fn money(minor: i64) -> String {
    let (major, cents) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
    let digits = major.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}{grouped}.{cents:02}", if minor < 0 { "-" } else { "" })
}

/// The sentences of an explanation.
pub fn explain(of: &Explained<'_>, language: Language) -> Vec<String> {
    let zh = language == Language::Chinese;
    let tiers = of.scheme.tiers();
    let name = |position: usize| if zh { &tiers[position].name_zh } else { &tiers[position].name_en };
    let tier = of.decision.tier;
    let mut said = vec![if zh {
        format!("按方案{},截至{},客户等级为{}。", of.scheme_id, of.as_of, name(tier))
    } else {
        format!("Under scheme {}, as of {}, the customer's tier is {}.", of.scheme_id, of.as_of, name(tier))
    }];
    match (of.overridden, of.decision.overridden) {
        (Some((reason, until)), Some(kind)) => said.push(override_sentence(kind, reason, until, zh)),
        _ => said.push(criterion_sentence(of, tier, zh)),
    }
    if let Some(held) = of.held.filter(|held| *held != tier) {
        said.push(move_sentence(of, name(held), name(tier), zh));
    }
    if let (Some(status), below) = (of.decision.status, of.decision.months_below) {
        said.push(if below == 0 {
            if zh { "状态为正常。".to_owned() } else { "The status is normal.".to_owned() }
        } else if zh {
            format!("状态为{},资产连续{below}个月低于门槛。", status_name(status, true))
        } else {
            format!("The status is {}: {} below the threshold.", status_name(status, false), months(below))
        });
    }
    if let Some((lost, on, below)) = of.lost {
        said.push(if zh {
            format!("{on}因连续{below}个月未达标而失去{lost}。")
        } else {
            format!("{lost} was lost on {on} after {} below its threshold.", months(below))
        });
    }
    said.extend(distance_sentences(of, tier, zh));
    said
}

fn months(count: u8) -> String {
    if count == 1 { "1 month".to_owned() } else { format!("{count} months") }
}

/// The name of a status.
pub fn status_name(status: Status, zh: bool) -> &'static str {
    match (status, zh) {
        (Status::Normal, true) => "正常",
        (Status::Observed, true) => "观测",
        (Status::Attention, true) => "关注",
        (Status::Churned, true) => "流失",
        (Status::Normal, false) => "normal",
        (Status::Observed, false) => "observed",
        (Status::Attention, false) => "attention",
        (Status::Churned, false) => "churned",
    }
}

/// The name of a measure.
pub fn measure_name(measure: Measure, zh: bool) -> &'static str {
    match (measure, zh) {
        (Measure::Assets, true) => "资产",
        (Measure::CardSpend, true) => "近十二个月信用卡消费",
        (Measure::SecuredLoans, true) => "抵押贷款余额",
        (Measure::UnsecuredLoans, true) => "信用贷款余额",
        (Measure::Assets, false) => "assets",
        (Measure::CardSpend, false) => "card spend of twelve months",
        (Measure::SecuredLoans, false) => "secured loans",
        (Measure::UnsecuredLoans, false) => "unsecured loans",
    }
}

fn override_sentence(kind: OverrideKind, reason: &str, until: Option<Day>, zh: bool) -> String {
    let end = match (until, zh) {
        (Some(day), true) => format!("至{day}"),
        (None, true) => "长期有效".to_owned(),
        (Some(day), false) => format!("until {day}"),
        (None, false) => "without an end".to_owned(),
    };
    match (kind, zh) {
        (OverrideKind::Risk, true) => format!("风险限制决定等级({reason},{end})。"),
        (OverrideKind::Lock, true) => format!("人工锁定决定等级({reason},{end})。"),
        (OverrideKind::Floor, true) => format!("保底等级决定等级({reason},{end})。"),
        (OverrideKind::Risk, false) => format!("A risk override decides it ({reason}, {end})."),
        (OverrideKind::Lock, false) => format!("A lock decides it ({reason}, {end})."),
        (OverrideKind::Floor, false) => format!("A floor decides it ({reason}, {end})."),
    }
}

fn criterion_sentence(of: &Explained<'_>, tier: usize, zh: bool) -> String {
    let tiers = of.scheme.tiers();
    let Some(criterion) = of.criterion.and_then(|at| tiers[tier].any_of.get(at)) else {
        return if zh {
            "未达到任何更高等级的标准。".to_owned()
        } else {
            "No criterion of a higher tier is met.".to_owned()
        };
    };
    match criterion {
        Criterion::Card(level) if zh => format!("持有有效的{}信用卡。", card_name(level.code())),
        Criterion::Card(level) => format!("A valid {} card is held.", level.code()),
        Criterion::Amount { measure: Measure::Assets, at_least, .. } => {
            let best = of.facts.assets.iter().position(|assets| criterion.month_meets(*assets)).unwrap_or(0);
            let (month, figure) = (of.as_of.month().plus(-(best as i32)), money(of.facts.assets[best]));
            let (at_least, window) = (money(*at_least), tiers[tier].window_months);
            if zh {
                format!("{month}的资产为{figure},达到门槛{at_least}(本月及之前{window}个月内)。")
            } else {
                format!(
                    "Assets of {month} were {figure}, at least {at_least}, within this month and the {window} before it."
                )
            }
        }
        Criterion::Amount { measure, at_least, .. } => {
            let (figure, at_least) = (money(amount(&of.facts, *measure)), money(*at_least));
            if zh {
                format!("{}为{figure},达到门槛{at_least}。", measure_name(*measure, true))
            } else {
                format!("The {} are {figure}, at least {at_least}.", measure_name(*measure, false))
            }
        }
    }
}

fn card_name(code: &str) -> &'static str {
    match code {
        "diamond" => "钻石",
        "platinum" => "白金",
        "gold" => "金",
        _ => "普",
    }
}

fn move_sentence(of: &Explained<'_>, held: &str, tier: &str, zh: bool) -> String {
    let below = of.decision.held_months_below;
    match (of.decision.outcome, zh) {
        (Outcome::Upgraded, true) => format!("由{held}升至{tier}。"),
        (Outcome::Upgraded, false) => format!("It rises from {held} to {tier}."),
        (Outcome::Churned, true) => format!("{held}因连续{below}个月低于门槛而流失,降至{tier}。"),
        (Outcome::Churned, false) => {
            format!("{held} is lost after {} below its threshold; {tier} follows.", months(below))
        }
        (_, true) => format!("由{held}调整为{tier}。"),
        (_, false) => format!("It changes from {held} to {tier}."),
    }
}

fn distance_sentences(of: &Explained<'_>, tier: usize, zh: bool) -> Vec<String> {
    let tiers = of.scheme.tiers();
    let mut said = Vec::new();
    if let Some((next, measure, missing)) = next_step(of.scheme, tier, &of.facts) {
        let (name, missing) = (if zh { &tiers[next].name_zh } else { &tiers[next].name_en }, money(missing));
        said.push(if zh {
            format!("距离{name}还差{}{missing}。", measure_name(measure, true))
        } else {
            format!("For {name}, {missing} of {} are missing.", measure_name(measure, false))
        });
    }
    if let Some((measure, at_least)) = keep(&tiers[tier]) {
        let at_least = money(at_least);
        said.push(if zh {
            format!("保持本级需要{}不低于{at_least}。", measure_name(measure, true))
        } else {
            format!("To keep this tier, {} of at least {at_least} are needed.", measure_name(measure, false))
        });
    }
    said
}
