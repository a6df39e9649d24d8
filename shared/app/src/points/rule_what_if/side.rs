//! One set of rules, and what it has given in the span so far.

use std::collections::{HashMap, HashSet};

use domain::date::Day;
use domain::points::condition::Facts;
use domain::points::earning::{Decided, Usage, decide};
use domain::points::rule::{Earning, Per, Rule, RuleSet};
use store::points_campaign::CampaignRow;

/// Rules, and what they used of their limits.
pub(super) struct Side {
    pub rules: RuleSet,
    used: Used,
    /// Points by place of the rule.
    given: Vec<i64>,
    decided: Vec<Decided>,
}

/// What was used since the beginning of the span.
struct Used {
    /// By customer, place of the rule, and period.
    caps: HashMap<(u32, usize, Per, i32), i64>,
    /// What budgets have left, by id of the campaign.
    budgets: HashMap<String, i64>,
    /// Who was referred in the span.
    referred: HashSet<u32>,
}

/// One event's look at what was used.
struct Turn<'s> {
    rules: &'s [Rule],
    used: &'s mut Used,
    customer_ref: u32,
    on: Day,
    may_be_referred: bool,
}

impl Side {
    /// Rules that have given nothing yet.
    pub fn new(rules: RuleSet, campaigns: &[CampaignRow]) -> Self {
        let budgets = campaigns.iter().map(|row| (row.points_campaign_id.clone(), row.budget)).collect();
        let given = vec![0; rules.rules().len()];
        let used = Used { caps: HashMap::new(), budgets, referred: HashSet::new() };
        Self { rules, used, given, decided: Vec::new() }
    }

    /// Points that the rules give for an event.
    pub fn decide(&mut self, customer_ref: u32, facts: &Facts<'_>, may_be_referred: bool) -> i64 {
        let Self { rules, used, given, decided } = self;
        let on = facts.event.on;
        let mut turn = Turn { rules: rules.rules(), used, customer_ref, on, may_be_referred };
        decided.clear();
        decide(rules, facts, &mut turn, decided);
        let mut sum = 0;
        for said in decided.iter() {
            let points = said.points + said.referrer_points;
            given[said.rule] += points;
            sum += points;
        }
        sum
    }

    /// Every rule's id and points.
    pub fn by_rule(&self) -> impl Iterator<Item = (&str, i64)> {
        self.rules.rules().iter().map(|rule| rule.id.as_str()).zip(self.given.iter().copied())
    }
}

impl Turn<'_> {
    fn key(&self, rule: usize, per: Per) -> (u32, usize, Per, i32) {
        let period = match per {
            Per::Day => self.on.number(),
            Per::Month => self.on.month().number(),
            Per::Transaction | Per::Campaign => 0,
        };
        (self.customer_ref, rule, per, period)
    }
}

impl Usage for Turn<'_> {
    fn used(&self, rule: usize, per: Per) -> i64 {
        self.used.caps.get(&self.key(rule, per)).copied().unwrap_or(0)
    }

    fn budget_left(&self, rule: usize) -> Option<i64> {
        let campaign = self.rules[rule].campaign.as_ref()?;
        Some(self.used.budgets.get(campaign).copied().unwrap_or(0))
    }

    fn use_up(&mut self, rule: usize, points: i64) {
        let of = &self.rules[rule];
        for cap in of.caps.iter().filter(|cap| cap.per != Per::Transaction) {
            let key = self.key(rule, cap.per);
            *self.used.caps.entry(key).or_default() += points;
        }
        if let Some(campaign) = &of.campaign
            && let Some(left) = self.used.budgets.get_mut(campaign)
        {
            *left -= points;
        }
        if matches!(of.earning, Earning::Referral { .. }) {
            self.used.referred.insert(self.customer_ref);
        }
    }

    fn is_referred(&self) -> bool {
        !self.may_be_referred || self.used.referred.contains(&self.customer_ref)
    }
}
