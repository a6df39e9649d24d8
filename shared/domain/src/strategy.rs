//! Strategies: who is told what when an alert opens. Business people change them as data.
//!
//! Known: the status and tier of an alert, who works where, and which employee owns the customer's retention case.
//! Promised: a list that exists makes sense as a whole, and every alert that a strategy is about reaches somebody: an
//! employee, or else an organisation.

use std::collections::BTreeSet;

use crate::date::{Day, Month};
use crate::id::Id;
use crate::tier::Status;
use crate::tier::explanation::status_name;

mod error;
mod recipient;
mod time;

pub use error::StrategyError;
pub use recipient::{Recipient, Staff};
pub use time::{NotATime, TimeOfDay, due_at};

/// Most strategies of a list: each of them writes something for each alert that it is about.
pub const MOST_STRATEGIES: usize = 50;

/// Longest time that a strategy gives, in days.
pub const MOST_DUE_DAYS: u16 = 90;

/// What is done about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A short message by the gateway.
    Sms,
    /// A mail by the gateway.
    Mail,
    /// A task at the workbench.
    Task,
    /// A retention case without an owner.
    Case,
    /// One mail a check with all that the recipient has to know of: counts and customers.
    Report,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 5] = [Action::Sms, Action::Mail, Action::Task, Action::Case, Action::Report];

    /// The stable name; of a message also that of its channel.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Sms => "sms",
            Action::Mail => "mail",
            Action::Task => "task",
            Action::Case => "case",
            Action::Report => "report",
        }
    }

    /// The action of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// True when a gateway delivers it.
    pub const fn is_message(self) -> bool {
        matches!(self, Action::Sms | Action::Mail | Action::Report)
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// The owner of the customer's retention case, or else the branch manager.
    Manager,
    /// Those who head the customer's organisation, or else the nearest above that somebody heads.
    BranchManager,
    /// Those who head the organisation above the customer's, or else the nearest above that.
    Supervisor,
}

impl Addressee {
    /// All of them.
    pub const ALL: [Addressee; 3] = [Addressee::Manager, Addressee::BranchManager, Addressee::Supervisor];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Addressee::Manager => "manager",
            Addressee::BranchManager => "branch_manager",
            Addressee::Supervisor => "supervisor",
        }
    }

    /// The addressee of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|addressee| addressee.name() == name)
    }
}

/// One strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// The bank's id, without '.' and ':'.
    pub id: Id,
    /// The status whose alerts it is about.
    pub status: Status,
    /// Codes of the tiers that it is about; `None`: all.
    pub tiers: Option<Vec<String>>,
    /// What is done.
    pub action: Action,
    /// Who is told; nobody for a case.
    pub to: Option<Addressee>,
    /// Days from the one on which people are told until it has to be dealt with.
    pub due_days: u16,
    /// When messages may be sent; at any time when absent.
    pub send_from: Option<TimeOfDay>,
}

impl Strategy {
    /// True when it is about alerts of that status and tier.
    pub fn is_about(&self, status: Status, tier_code: &str) -> bool {
        self.status == status
            && self.tiers.as_ref().is_none_or(|tiers| tiers.iter().any(|code| code == tier_code))
    }

    fn check(&self, strategy: usize, known_tiers: &BTreeSet<&str>) -> Result<(), StrategyError> {
        // It becomes a part of messages' ids, in which the Standard Webhooks specification allows no '.'; many systems
        // that keep such ids part them by ':'.
        if self.id.as_str().contains(['.', ':']) {
            return Err(StrategyError::Id { strategy });
        }
        if self.status == Status::Normal {
            return Err(StrategyError::Status { strategy });
        }
        let mut named = BTreeSet::new();
        for (tier, code) in self.tiers.iter().flatten().enumerate() {
            if !known_tiers.contains(code.as_str()) {
                return Err(StrategyError::UnknownTier { strategy, tier });
            }
            if !named.insert(code) {
                return Err(StrategyError::TierTwice { strategy, tier });
            }
        }
        if self.tiers.as_ref().is_some_and(Vec::is_empty) {
            return Err(StrategyError::NoTiers { strategy });
        }
        match (self.action, self.to) {
            (Action::Case, Some(_)) => return Err(StrategyError::CaseWithAddressee { strategy }),
            (Action::Sms | Action::Mail | Action::Task | Action::Report, None) => {
                return Err(StrategyError::NoAddressee { strategy });
            }
            _ => {}
        }
        if self.due_days > MOST_DUE_DAYS {
            return Err(StrategyError::DueDays { strategy });
        }
        if self.send_from.is_some() && !self.action.is_message() {
            return Err(StrategyError::SendFrom { strategy });
        }
        Ok(())
    }
}

/// A list that makes sense as a whole; an empty one tells nobody anything.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct StrategyList(Vec<Strategy>);

impl StrategyList {
    /// The only door: checks each strategy and the ids among each other.
    pub fn parse<'a>(
        strategies: Vec<Strategy>,
        known_tiers: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, StrategyError> {
        if strategies.len() > MOST_STRATEGIES {
            return Err(StrategyError::TooMany);
        }
        let known_tiers: BTreeSet<&str> = known_tiers.into_iter().collect();
        let mut ids = BTreeSet::new();
        for (place, strategy) in strategies.iter().enumerate() {
            strategy.check(place, &known_tiers)?;
            if !ids.insert(&strategy.id) {
                return Err(StrategyError::IdTwice { strategy: place });
            }
        }
        Ok(Self(strategies))
    }

    /// The strategies in the bank's order.
    pub fn strategies(&self) -> &[Strategy] {
        &self.0
    }
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// What people are told of an alert: the customer by id alone, because texts leave the bank's systems.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Whose.
    pub customer_id: &'a str,
    /// Chinese and English name of the tier.
    pub tier: (&'a str, &'a str),
    /// What was entered.
    pub status: Status,
    /// First month below the tier's threshold.
    pub first_month: Month,
    /// Last day in time.
    pub due_on: Day,
}

impl Told<'_> {
    /// The sentence.
    pub fn words(&self) -> Words {
        let Told { customer_id: id, tier: (zh, en), status, first_month: since, due_on } = *self;
        let (status_zh, status_en) = (status_name(status, true), status_name(status, false));
        Words {
            zh: format!("客户{id}自{since}起低于{zh}的门槛,状态为{status_zh},请在{due_on}或之前跟进。"),
            en: format!(
                "Customer {id} has been below the threshold of {en} since {since}; the status is {status_en}. \
                 Please follow up by {due_on}."
            ),
        }
    }
}

/// What the head of an organisation is told of all alerts of a status that one check found.
pub fn report_words(status: Status, as_of: Day, customers: usize) -> Words {
    let (status_zh, status_en) = (status_name(status, true), status_name(status, false));
    Words {
        zh: format!("{as_of}的流失检查发现{customers}位客户状态变为{status_zh}。"),
        en: format!(
            "The churn check of {as_of} found {customers} customers whose status is now {status_en}."
        ),
    }
}

/// What people are told of a retention case that is overdue.
pub fn overdue_words(customer_id: &str, case: i64, due_on: Day) -> Words {
    Words {
        zh: format!("客户{customer_id}的挽留个案{case}已逾期,请在{due_on}或之前处理。"),
        en: format!(
            "Retention case {case} of customer {customer_id} is overdue. Please see to it by {due_on}."
        ),
    }
}

#[cfg(test)]
mod tests;
