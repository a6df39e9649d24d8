//! Rules on the wire.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::id::Id;
use serde::{Deserialize, Serialize};
use store::points_rule::{CapDefinition, EarnDefinition, ExpiryDefinition, RuleDefinition};
use web::Problem;
use web::field::{Date, IdText, Money, StrictMap, Text};

/// A name in both languages.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleNameWire {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// What a rule gives.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EarnWire {
    /// So many points for each so much of the event's amount.
    PerAmount {
        /// Points, above zero.
        points: i64,
        /// An amount above zero.
        per: Money,
        /// floor | half_up | ceiling, once at the end.
        rounding: String,
    },
    /// The same for every event.
    Fixed {
        /// Points, above zero.
        points: i64,
    },
    /// Points for two, once in the life of who was referred.
    Referral {
        /// To who was referred.
        customer: i64,
        /// To who referred.
        referrer: i64,
    },
}

/// A cap of what the rule gives one customer.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CapWire {
    /// transaction | day | month | campaign (as long as the rule lives).
    pub per: String,
    /// At most so many, above zero.
    pub points: i64,
}

/// When the points end; what they count from is the first day on which they can be spent.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpiryWire {
    /// They do not.
    Never {},
    /// So long after.
    Rolling {
        /// How many.
        amount: u16,
        /// days | months | years.
        unit: String,
    },
    /// At the end of the month so many months later.
    MonthEnd {
        /// 0: the same month.
        months: u16,
    },
    /// At the end of the year so many years later.
    YearEnd {
        /// 0: the same year.
        years: u16,
    },
    /// On the next of these dates.
    Dates {
        /// Each as MM-DD.
        dates: Vec<String>,
        /// Days that there are at least.
        at_least_days: u16,
    },
    /// So long after the customer's last activity.
    Inactivity {
        /// Months.
        months: u16,
    },
}

/// A rule.
#[derive(Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsRuleWire {
    /// The bank's id.
    pub id: IdText,
    /// Its name.
    pub name: RuleNameWire,
    /// Types of events that it is about.
    pub events: Vec<IdText>,
    /// What has to hold, in CEL over `event` and `customer`; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What it gives.
    pub earn: EarnWire,
    /// Factor by code of the tier, in basis points; 10 000 for tiers that are not named.
    #[serde(default = "no_multipliers")]
    pub multipliers_bp: StrictMap<u32>,
    /// Caps; none when absent.
    #[serde(default)]
    pub caps: Vec<CapWire>,
    /// truncate (give what fits) | reject (give nothing).
    #[serde(default = "truncate")]
    pub over_cap: String,
    /// The campaign whose budget it uses; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<IdText>,
    /// When its points end.
    #[serde(default = "never")]
    pub expiry: ExpiryWire,
    /// Days from the event until its points can be spent.
    #[serde(default)]
    pub pending_days: u16,
    /// additive | exclusive (of those that apply, the one of the highest priority alone).
    #[serde(default = "additive")]
    pub stacking: String,
    /// The higher goes first.
    #[serde(default)]
    pub priority: i32,
    /// First day of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// only_pending | within_balance | debt: what a return takes.
    #[serde(default = "within_balance")]
    pub return_policy: String,
}

fn no_multipliers() -> StrictMap<u32> {
    StrictMap(BTreeMap::new())
}

fn truncate() -> String {
    "truncate".to_owned()
}

fn never() -> ExpiryWire {
    ExpiryWire::Never {}
}

fn additive() -> String {
    "additive".to_owned()
}

fn within_balance() -> String {
    "within_balance".to_owned()
}

impl PointsRuleWire {
    /// The rule's id and what is stored of the rest.
    pub fn definition(self) -> Result<(Id, RuleDefinition), Problem> {
        let day = |date: Option<Date>| date.map(|Date(day)| day.number());
        let definition = RuleDefinition {
            name_zh: self.name.zh.0,
            name_en: self.name.en.0,
            events: self.events.iter().map(|event| event.0.as_str().to_owned()).collect(),
            condition: self.condition,
            earn: match self.earn {
                EarnWire::PerAmount { points, per: Money(per), rounding } => {
                    EarnDefinition::PerAmount { points, per, rounding }
                }
                EarnWire::Fixed { points } => EarnDefinition::Fixed { points },
                EarnWire::Referral { customer, referrer } => EarnDefinition::Referral { customer, referrer },
            },
            multipliers_bp: self.multipliers_bp.0,
            caps: self
                .caps
                .into_iter()
                .map(|CapWire { per, points }| CapDefinition { per, points })
                .collect(),
            over_cap: self.over_cap,
            campaign_id: self.campaign_id.map(|id| id.0.as_str().to_owned()),
            expiry: self.expiry.definition()?,
            pending_days: self.pending_days,
            stacking: self.stacking,
            priority: self.priority,
            from: day(self.from),
            to: day(self.to),
            return_policy: self.return_policy,
            issued: None,
        };
        Ok((self.id.0, definition))
    }

    /// The rule of an id as it is stored.
    pub fn of(id: &str, definition: RuleDefinition) -> Result<Self, Problem> {
        let date = |number: Option<i32>| number.map(|number| Date(Day::from_number(number)));
        Ok(Self {
            id: stored_id(id)?,
            name: RuleNameWire { zh: Text(definition.name_zh), en: Text(definition.name_en) },
            events: definition.events.iter().map(|event| stored_id(event)).collect::<Result<_, _>>()?,
            condition: definition.condition,
            earn: match definition.earn {
                EarnDefinition::PerAmount { points, per, rounding } => {
                    EarnWire::PerAmount { points, per: Money(per), rounding }
                }
                EarnDefinition::Fixed { points } => EarnWire::Fixed { points },
                EarnDefinition::Referral { customer, referrer } => EarnWire::Referral { customer, referrer },
            },
            multipliers_bp: StrictMap(definition.multipliers_bp),
            caps: definition
                .caps
                .into_iter()
                .map(|CapDefinition { per, points }| CapWire { per, points })
                .collect(),
            over_cap: definition.over_cap,
            campaign_id: definition.campaign_id.as_deref().map(stored_id).transpose()?,
            expiry: ExpiryWire::of(definition.expiry),
            pending_days: definition.pending_days,
            stacking: definition.stacking,
            priority: definition.priority,
            from: date(definition.from),
            to: date(definition.to),
            return_policy: definition.return_policy,
        })
    }
}

fn stored_id(id: &str) -> Result<IdText, Problem> {
    Id::parse(id).map(IdText).map_err(|error| Problem::internal(error.to_string()))
}

impl ExpiryWire {
    fn definition(self) -> Result<ExpiryDefinition, Problem> {
        Ok(match self {
            Self::Never {} => ExpiryDefinition::Never {},
            Self::Rolling { amount, unit } => ExpiryDefinition::Rolling { amount, unit },
            Self::MonthEnd { months } => ExpiryDefinition::MonthEnd { months },
            Self::YearEnd { years } => ExpiryDefinition::YearEnd { years },
            Self::Dates { dates, at_least_days } => {
                let read = |(place, text): (usize, &String)| {
                    month_and_day(text).ok_or_else(|| {
                        let pointer = format!("/expiry/dates/dates/{place}");
                        Problem::rule(pointer, "a date is MM-DD and exists in the calendar")
                    })
                };
                let dates = dates.iter().enumerate().map(read).collect::<Result<_, _>>()?;
                ExpiryDefinition::Dates { dates, at_least_days }
            }
            Self::Inactivity { months } => ExpiryDefinition::Inactivity { months },
        })
    }

    fn of(definition: ExpiryDefinition) -> Self {
        match definition {
            ExpiryDefinition::Never {} => Self::Never {},
            ExpiryDefinition::Rolling { amount, unit } => Self::Rolling { amount, unit },
            ExpiryDefinition::MonthEnd { months } => Self::MonthEnd { months },
            ExpiryDefinition::YearEnd { years } => Self::YearEnd { years },
            ExpiryDefinition::Dates { dates, at_least_days } => {
                let dates = dates.iter().map(|(month, day)| format!("{month:02}-{day:02}")).collect();
                Self::Dates { dates, at_least_days }
            }
            ExpiryDefinition::Inactivity { months } => Self::Inactivity { months },
        }
    }
}

/// The two figures of MM-DD; whether the calendar has them is the rule's question.
fn month_and_day(text: &str) -> Option<(u8, u8)> {
    let [m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let figure = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
    };
    Some((figure(m1, m2)?, figure(d1, d2)?))
}
