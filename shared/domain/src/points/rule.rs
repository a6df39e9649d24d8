//! Rules by which points are earned. Business people change them as data; each change is a new version.
//!
//! Known: nothing of a customer or an event. Promised: a rule that was checked makes sense as a whole, and the rules of
//! an event's type are found without looking at the others.

use std::collections::BTreeMap;

use super::condition::{Condition, Reads};
use super::expiry::Expiry;
use super::lot::ReturnPolicy;
use crate::date::Day;

mod check;

pub use check::RuleError;

/// The type of event by which somebody new names who brought them.
pub const REFERRAL: &str = "referral";

/// Most types of events of a rule.
pub const MOST_EVENTS: usize = 50;

/// Most tiers with a multiplier of their own.
pub const MOST_MULTIPLIERS: usize = 50;

/// The highest multiplier: a hundred times.
pub const MOST_MULTIPLIER_BP: u32 = 1_000_000;

/// The multiplier of a tier that a rule does not name: once.
pub const ONCE_BP: u32 = 10_000;

/// Most points that a rule names, and the most that it gives for one event, whatever it names.
pub const MOST_POINTS: i64 = 1_000_000_000_000;

/// Longest time until points can be spent, in days.
pub const MOST_PENDING_DAYS: u16 = 3_660;

/// One version of a rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its number.
    pub points_rule_ref: i64,
    /// The bank's id, the same in all versions.
    pub id: String,
    /// From 1.
    pub version: u32,
    /// Types of the events that it is about.
    pub events: Vec<String>,
    /// What must hold; none: every event of these types earns.
    pub condition: Option<Condition>,
    /// What is earned.
    pub earning: Earning,
    /// Basis points by code of tier; other tiers, and customers without one, earn once.
    pub multipliers: Vec<(String, u32)>,
    /// What is earned at most; at most one of each period.
    pub caps: Vec<Cap>,
    /// What happens to an event that would exceed a cap.
    pub over: Over,
    /// Id of the campaign whose budget pays.
    pub campaign: Option<String>,
    /// Until when the points can be spent.
    pub expiry: Expiry,
    /// Days from the event until the points can be spent.
    pub pending_days: u16,
    /// Whether it gives beside others.
    pub stacking: Stacking,
    /// The higher one goes first.
    pub priority: i32,
    /// First day on which an event earns.
    pub from: Option<Day>,
    /// Last day on which an event earns.
    pub to: Option<Day>,
    /// What the return of the event does.
    pub return_policy: ReturnPolicy,
}

/// What is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earning {
    /// A share of the event's amount.
    PerAmount {
        /// So many points.
        points: i64,
        /// For so much, in minor units.
        per: i64,
        /// What becomes of a part of a point.
        rounding: Rounding,
    },
    /// The same for every event.
    Fixed {
        /// Points.
        points: i64,
    },
    /// Both sides of a referral, once in the life of the customer who was brought. No multiplier applies. Who brought
    /// may be a customer of another organisation than the sender's.
    Referral {
        /// Points of the customer who was brought.
        customer: i64,
        /// Points of the one who brought.
        referrer: i64,
    },
}

/// What becomes of a part of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// It is lost.
    Floor,
    /// A half and more is a whole.
    HalfUp,
    /// It is a whole.
    Ceiling,
}

impl Rounding {
    /// Every rounding with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("floor", Self::Floor), ("half_up", Self::HalfUp), ("ceiling", Self::Ceiling)];

    /// A quotient in whole numbers. The numerator is zero or above, the denominator above zero.
    pub fn divide(self, numerator: i128, denominator: i128) -> i128 {
        // Almost all quotients are of numbers that the machine divides by itself.
        let (whole, rest) = match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => {
                (i128::from(numerator / denominator), i128::from(numerator % denominator))
            }
            _ => (numerator / denominator, numerator % denominator),
        };
        let is_up = match self {
            Rounding::Floor => false,
            Rounding::HalfUp => rest >= denominator - rest,
            Rounding::Ceiling => rest > 0,
        };
        whole + i128::from(is_up)
    }
}

/// The most that a rule gives one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// In what time.
    pub per: Per,
    /// Above zero.
    pub points: i64,
}

/// Times of caps, in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Per {
    /// One event.
    Transaction = 0,
    /// The event's day.
    Day = 1,
    /// The event's month.
    Month = 2,
    /// As long as the rule lives, in all of its versions.
    Campaign = 3,
}

impl Per {
    /// Every time with its name.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("transaction", Self::Transaction),
        ("day", Self::Day),
        ("month", Self::Month),
        ("campaign", Self::Campaign),
    ];
}

/// What happens to an event that would exceed a cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Over {
    /// It earns what is left.
    Truncate,
    /// It earns nothing.
    Reject,
}

impl Over {
    /// Both with their names.
    pub const NAMES: [(&'static str, Self); 2] = [("truncate", Self::Truncate), ("reject", Self::Reject)];
}

/// Whether a rule gives beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stacking {
    /// Beside all others.
    Additive,
    /// Of several exclusive ones one alone gives, beside the additive ones.
    Exclusive,
}

impl Stacking {
    /// Both with their names.
    pub const NAMES: [(&'static str, Self); 2] =
        [("additive", Self::Additive), ("exclusive", Self::Exclusive)];
}

impl Rule {
    /// True when an event of that day can earn.
    pub fn is_in_force(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }

    /// The multiplier of a tier, in basis points.
    pub fn multiplier_bp(&self, tier: Option<&str>) -> u32 {
        let Some(tier) = tier else { return ONCE_BP };
        self.multipliers.iter().find(|(code, _)| code == tier).map_or(ONCE_BP, |(_, bp)| *bp)
    }

    /// What it needs to know of a customer.
    pub fn reads(&self) -> Reads {
        let of_condition = self.condition.as_ref().map(Condition::reads).unwrap_or_default();
        Reads { tier: of_condition.tier || !self.multipliers.is_empty(), ..of_condition }
    }
}

/// The rules in force, found by the type of an event.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// In the order of types, so that one is found by halving.
    by_event: Vec<(String, Vec<usize>)>,
    reads: Reads,
    has_inactivity: bool,
}

impl RuleSet {
    /// A set of rules that were checked. A place in the list stands for its rule from here on.
    pub fn new(mut rules: Vec<Rule>) -> Self {
        // Limits are looked at in the order of times.
        rules.iter_mut().for_each(|rule| rule.caps.sort_unstable_by_key(|cap| cap.per));
        let mut order: Vec<usize> = (0..rules.len()).collect();
        order.sort_by(|one, other| {
            let (one, other) = (&rules[*one], &rules[*other]);
            other.priority.cmp(&one.priority).then_with(|| one.id.cmp(&other.id))
        });
        let mut by_event: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &place in &order {
            for event in &rules[place].events {
                by_event.entry(event).or_default().push(place);
            }
        }
        let by_event = by_event.into_iter().map(|(event, places)| (event.to_owned(), places)).collect();
        let reads = rules.iter().fold(Reads::default(), |reads, rule| reads.union(rule.reads()));
        let has_inactivity = rules.iter().any(|rule| rule.expiry.inactivity_months().is_some());
        Self { rules, by_event, reads, has_inactivity }
    }

    /// The same set, when lots of rules that are no longer in force may end by inactivity.
    pub fn with_inactivity(self) -> Self {
        Self { has_inactivity: true, ..self }
    }

    /// All of them, in the order given.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Places of the rules about a type of event: the highest priority first, then by id.
    pub fn of(&self, event_type: &str) -> &[usize] {
        let found = self.by_event.binary_search_by(|(known, _)| known.as_str().cmp(event_type));
        match found {
            Ok(place) => &self.by_event[place].1,
            Err(_) => &[],
        }
    }

    /// What they need to know of a customer.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// True when the lots of some rule end by inactivity, so that activity has to be noticed.
    pub fn has_inactivity(&self) -> bool {
        self.has_inactivity
    }

    /// True when nothing is in force.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests;
