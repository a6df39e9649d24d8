//! Reasons of rules as sentences.

/// Languages of explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// From `zh` or `en`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "zh" => Ok(Self::Chinese),
            "en" => Ok(Self::English),
            _ => Err("zh or en"),
        }
    }
}

/// Names of limits, in Chinese and in English.
const LIMITS: [(&str, &str, &str); 5] = [
    ("transaction", "单笔上限", "the cap of one event"),
    ("day", "每日上限", "the cap of the day"),
    ("month", "每月上限", "the cap of the month"),
    ("campaign", "规则总上限", "the cap of the rule"),
    ("budget", "活动预算", "the budget of the campaign"),
];

/// Reasons that concern no limit, in Chinese and in English.
const PLAIN: [(&str, &str, &str); 7] = [
    ("earned", "已按规则发放全部积分。", "All points of the rule were given."),
    ("condition_not_met", "不满足规则条件。", "The condition of the rule was not met."),
    (
        "unanswered",
        "缺少规则所需的信息，无法判断。",
        "Something that the rule asks for is not known of this event or customer.",
    ),
    ("not_in_force", "规则当日不在有效期内。", "The rule was not in force on that day."),
    ("outranked", "另一条排他规则优先。", "Another exclusive rule went first."),
    ("nothing", "金额不足一个积分。", "The amount comes to less than one point."),
    ("already_referred", "该客户此前已被推荐过。", "The customer was referred before."),
];

/// The sentence of a reason's stable name; the name itself when it has none.
pub fn sentence(reason: &str, language: Language) -> String {
    let choose = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    if let Some(&(_, zh, en)) = PLAIN.iter().find(|(name, ..)| *name == reason) {
        return choose(zh, en).to_owned();
    }
    let limit = |name: &str| {
        let found = LIMITS.iter().find(|(known, ..)| *known == name);
        found.map(|&(_, zh, en)| choose(zh, en))
    };
    if let Some(limit) = reason.strip_prefix("truncated_by_").and_then(limit) {
        return match language {
            Language::Chinese => format!("已达到{limit}，只发放剩余部分。"),
            Language::English => format!("Only what {limit} had left was given."),
        };
    }
    if let Some(limit) = reason.strip_prefix("refused_by_").and_then(limit) {
        return match language {
            Language::Chinese => format!("已达到{limit}，未发放积分。"),
            Language::English => format!("Nothing was given, because {limit} had too little left."),
        };
    }
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use domain::points::earning::{Limit, Reason};

    use super::*;

    #[test]
    fn every_reason_has_a_sentence_in_both_languages() {
        let limits =
            Limit::ALL.into_iter().flat_map(|limit| [Reason::Truncated(limit), Reason::Refused(limit)]);
        let plain = [
            Reason::Earned,
            Reason::ConditionNotMet,
            Reason::Unanswered,
            Reason::NotInForce,
            Reason::Outranked,
            Reason::Nothing,
            Reason::AlreadyReferred,
        ];
        for reason in plain.into_iter().chain(limits) {
            for language in [Language::Chinese, Language::English] {
                assert_ne!(sentence(reason.name(), language), reason.name());
            }
        }
    }
}
