//! What is kept of an event as JSON: the facts that rules saw and what each rule said, so that it can be decided again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::points::condition::Fact;
use domain::points::earning::Reason;
use serde::{Deserialize, Serialize};
use store::StoreError;

/// `points_event.details`: the event's own facts that have no column. Absent members were not given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details<'a> {
    /// By which channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Cow<'a, str>>,
    /// The merchant's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_category: Option<Cow<'a, str>>,
    /// The bank's product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<Cow<'a, str>>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<Cow<'a, str>>,
    /// The bank on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterparty_bank: Option<Cow<'a, str>>,
    /// The sender's free facts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, StoredFact>,
}

/// `points_event.facts`: facts of the customer that some rule in force reads. Absent members were not read, or are not
/// known of the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerSeen {
    /// Code of the held tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Id of the unit that keeps the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<String>,
    /// As the bank writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// Date of birth, days since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<i32>,
    /// Customer since, days since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_on: Option<i32>,
    /// Ids of segments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    /// The bank's own facts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, StoredFact>,
}

/// `points_event.decision` of an earning: what each rule of the event's type said, in the order in which they were
/// asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDecision {
    /// One a rule.
    pub rules: Vec<StoredRule>,
    /// Why a referral could not be rewarded, whatever the rules; absent: it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
}

/// What stands in the way of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Referral {
    /// The customer was referred before.
    Known,
    /// The event names no referrer, an unknown one, or the customer.
    NoReferrer,
}

/// What a rule said. A rule has three forms, from short to long, because most rules say nothing of most events: a bare
/// number of the rule's version whose condition was not met; `[version, points, referrer_points, reason]`; and the same
/// with what its limits were at: `[…, [day, month, campaign] used before, budget left before or null]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StoredRule {
    /// The condition was not met.
    Unmet(i64),
    /// It has limits: number, points, points of the referrer, name of the reason, points it had given the customer in
    /// the event's day, month and for as long as it lives, and what its budget had left.
    Limited(i64, i64, i64, Cow<'static, str>, [i64; 3], Option<i64>),
    /// It has none: number, points, points of the referrer, name of the reason.
    Said(i64, i64, i64, Cow<'static, str>),
}

impl StoredRule {
    /// Number of the rule's version (`points_rule_ref`).
    pub fn rule_ref(&self) -> i64 {
        match self {
            Self::Unmet(number) | Self::Limited(number, ..) | Self::Said(number, ..) => *number,
        }
    }

    /// Points for the customer; above zero only when the rule gave.
    pub fn points(&self) -> i64 {
        match self {
            Self::Unmet(_) => 0,
            Self::Limited(_, points, ..) | Self::Said(_, points, ..) => *points,
        }
    }

    /// Points for the referrer.
    pub fn referrer_points(&self) -> i64 {
        match self {
            Self::Unmet(_) => 0,
            Self::Limited(_, _, points, ..) | Self::Said(_, _, points, _) => *points,
        }
    }

    /// Name of the reason.
    pub fn reason(&self) -> &str {
        match self {
            Self::Unmet(_) => Reason::ConditionNotMet.name(),
            Self::Limited(_, _, _, reason, ..) | Self::Said(_, _, _, reason) => reason,
        }
    }
}

/// A free fact as JSON has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StoredFact {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(String),
}

impl From<&Fact> for StoredFact {
    fn from(fact: &Fact) -> Self {
        match fact {
            Fact::Text(text) => Self::Text(text.clone()),
            Fact::Whole(number) => Self::Whole(*number),
            Fact::Flag(flag) => Self::Flag(*flag),
        }
    }
}

impl From<StoredFact> for Fact {
    fn from(fact: StoredFact) -> Self {
        match fact {
            StoredFact::Text(text) => Self::Text(text),
            StoredFact::Whole(number) => Self::Whole(number),
            StoredFact::Flag(flag) => Self::Flag(flag),
        }
    }
}

/// Free facts as rules see them.
pub fn facts_of(attributes: BTreeMap<String, StoredFact>) -> Vec<(String, Fact)> {
    attributes.into_iter().map(|(name, fact)| (name, fact.into())).collect()
}

/// Reads a kept text.
pub fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("an event's JSON: {error}")))
}

/// Writes what is to be kept.
pub fn write<T: Serialize>(kept: &T) -> Result<String, StoreError> {
    serde_json::to_string(kept).map_err(|error| StoreError::Damaged(error.to_string()))
}
