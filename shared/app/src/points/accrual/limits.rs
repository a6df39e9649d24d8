//! What caps and budgets have left: loaded for a whole batch, used up in memory, written back at its end.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::date::Day;
use domain::points::condition::Facts;
use domain::points::earning::Usage;
use domain::points::rule::{Earning, Per, RuleSet};
use store::points_cap_use::CapUse;
use store::{Connection, StoreError};

use super::stored::Referral;

/// A customer's use of a rule's cap in a period.
type CapKey = (u32, usize, i64, i32);

/// Periods whose use is kept, in the order in which decisions keep them.
const KEPT: [Per; 3] = [Per::Day, Per::Month, Per::Campaign];

/// Points before the batch, and those that it adds.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    before: i64,
    added: i64,
}

struct Budget {
    id: String,
    left: i64,
    added: i64,
}

/// What limits a rule.
#[derive(Clone, Debug, Default)]
struct Limit {
    /// Places in [`KEPT`] of its caps.
    caps: Vec<usize>,
    budget: Option<usize>,
}

/// Limits of all rules in force, for the customers of a batch.
pub(super) struct Limits {
    /// One a rule of the set.
    of_rule: Vec<Limit>,
    caps: HashMap<CapKey, Used>,
    budgets: Vec<Budget>,
    referred: HashSet<u32>,
}

/// One event's look at limits.
pub(super) struct Turn<'l> {
    limits: &'l mut Limits,
    customer_ref: u32,
    on: Day,
    referral: Option<Referral>,
    /// What its rules used of caps and budgets, and for referrers of budgets alone.
    uses: Vec<(usize, i64)>,
    referrer_uses: Vec<(usize, i64)>,
}

/// Whose accounts were merged into whose: what they used and who was referred counts for the account that is left.
struct Merged(HashMap<u32, Vec<u32>>);

impl Merged {
    fn load<C: Connection>(
        connection: &mut C,
        customers: impl Iterator<Item = u32>,
    ) -> Result<Self, StoreError> {
        let customers: Vec<u32> = customers.collect::<BTreeSet<u32>>().into_iter().collect();
        let mut merged: HashMap<u32, Vec<u32>> = HashMap::new();
        if !customers.is_empty() {
            for (holder, customer_ref) in store::points_account::merged_into(connection, &customers)? {
                merged.entry(holder).or_default().push(customer_ref);
            }
        }
        Ok(Self(merged))
    }

    /// The customer, and everybody whose account was merged into the customer's.
    fn with(&self, customer_ref: u32) -> impl Iterator<Item = u32> {
        let others = self.0.get(&customer_ref).into_iter().flatten().copied();
        std::iter::once(customer_ref).chain(others)
    }
}

fn per_number(per: Per) -> i64 {
    per as i64
}

fn period(per: Per, on: Day) -> i32 {
    match per {
        Per::Day => on.number(),
        Per::Month => on.month().number(),
        Per::Transaction | Per::Campaign => 0,
    }
}

impl Limits {
    /// Limits of these rules with nothing used: budgets and caps are set by [`Limits::load`] or [`Limits::start_at`].
    pub fn new(rules: &RuleSet) -> Self {
        let mut budgets: Vec<Budget> = Vec::new();
        let of_rule = rules.rules().iter().map(|rule| {
            let is_kept = |at: &usize| rule.caps.iter().any(|cap| cap.per == KEPT[*at]);
            let budget = rule.campaign.as_ref().map(|id| {
                budgets.iter().position(|budget| budget.id == *id).unwrap_or_else(|| {
                    budgets.push(Budget { id: id.clone(), left: 0, added: 0 });
                    budgets.len() - 1
                })
            });
            Limit { caps: (0..KEPT.len()).filter(is_kept).collect(), budget }
        });
        let of_rule = of_rule.collect();
        Self { of_rule, caps: HashMap::new(), budgets, referred: HashSet::new() }
    }

    /// Reads what was used before, also by customers whose accounts were merged into these. `asks` are customers with
    /// what is known of their events: of most rules the condition is not met, and their use is not asked for.
    pub fn load<'e, C: Connection>(
        &mut self,
        connection: &mut C,
        rules: &RuleSet,
        asks: impl Iterator<Item = (u32, Facts<'e>)>,
    ) -> Result<(), StoreError> {
        let (mut keys, mut referred): (Vec<CapKey>, Vec<u32>) = Default::default();
        for (customer_ref, facts) in asks {
            let on = facts.event.on;
            for at in rules.of(facts.event.kind) {
                let rule = &rules.rules()[*at];
                if matches!(rule.earning, Earning::Referral { .. }) {
                    referred.push(customer_ref);
                }
                let caps = &self.of_rule[*at].caps;
                let gives =
                    || rule.condition.as_ref().is_none_or(|one| matches!(one.holds(&facts), Ok(true)));
                if !caps.is_empty() && rule.is_in_force(on) && gives() {
                    let periods = caps.iter().map(|place| KEPT[*place]);
                    keys.extend(periods.map(|per| (customer_ref, *at, per_number(per), period(per, on))));
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        referred.sort_unstable();
        referred.dedup();
        let merged = Merged::load(connection, keys.iter().map(|key| key.0).chain(referred.iter().copied()))?;
        let of_each = |key: &CapKey| {
            let key = *key;
            merged.with(key.0).map(move |customer_ref| (key, (customer_ref, key.1, key.2, key.3)))
        };
        let asked: Vec<(CapKey, CapKey)> = keys.iter().flat_map(of_each).collect();
        let of_keys = asked.iter().map(|(_, key)| cap_use(rules, *key, 0));
        for (place, before) in store::points_cap_use::used(connection, of_keys)? {
            self.caps.entry(asked[place].0).or_default().before += before;
        }
        if !self.budgets.is_empty() {
            let ids = self.budgets.iter().map(|budget| budget.id.as_str());
            for (place, left) in store::points_cap_use::budgets(connection, ids)? {
                self.budgets[place].left = left;
            }
        }
        if !referred.is_empty() {
            let all: Vec<u32> = referred.iter().flat_map(|customer_ref| merged.with(*customer_ref)).collect();
            let known = store::points_referral::referred(connection, &all)?;
            let known: HashSet<u32> = known.into_iter().collect();
            let was_referred = |holder: &u32| merged.with(*holder).any(|one| known.contains(&one));
            self.referred = referred.into_iter().filter(was_referred).collect();
        }
        Ok(())
    }

    /// Puts a rule's limits where they were for a customer before an event.
    pub fn start_at(
        &mut self,
        (customer_ref, on): (u32, Day),
        rule: usize,
        used: [i64; 3],
        left: Option<i64>,
    ) {
        for (per, before) in KEPT.into_iter().zip(used) {
            let key = (customer_ref, rule, per_number(per), period(per, on));
            self.caps.insert(key, Used { before, added: 0 });
        }
        if let (Some(budget), Some(left)) = (self.of_rule[rule].budget, left) {
            self.budgets[budget].left = left;
        }
    }

    fn use_budget(&mut self, rule: usize, points: i64) {
        if let Some(budget) = self.of_rule[rule].budget {
            let budget = &mut self.budgets[budget];
            budget.left -= points;
            budget.added += points;
        }
    }

    /// True when the customer was referred before.
    pub fn was_referred(&self, customer_ref: u32) -> bool {
        self.referred.contains(&customer_ref)
    }

    /// Notes that the customer was referred.
    pub fn refer(&mut self, customer_ref: u32) {
        self.referred.insert(customer_ref);
    }

    /// An event's look.
    pub fn turn(&mut self, customer_ref: u32, on: Day, referral: Option<Referral>) -> Turn<'_> {
        Turn { limits: self, customer_ref, on, referral, uses: Vec::new(), referrer_uses: Vec::new() }
    }

    /// Writes back what was used; the caller's transaction has kept everybody else out since it was read.
    pub fn save<C: Connection>(self, connection: &mut C, rules: &RuleSet) -> Result<(), StoreError> {
        let mut added: Vec<(CapKey, i64)> = self
            .caps
            .iter()
            .filter(|(_, used)| used.added != 0)
            .map(|(key, used)| (*key, used.added))
            .collect();
        added.sort_unstable();
        store::points_cap_use::add(
            connection,
            added.iter().map(|(key, points)| cap_use(rules, *key, *points)),
        )?;
        for budget in self.budgets.iter().filter(|budget| budget.added != 0) {
            store::points_cap_use::use_budget(connection, &budget.id, budget.added)?;
        }
        Ok(())
    }
}

fn cap_use(rules: &RuleSet, (customer_ref, rule, per, period): CapKey, points: i64) -> CapUse<'_> {
    CapUse { customer_ref, points_rule_id: &rules.rules()[rule].id, per, period, points }
}

impl Turn<'_> {
    /// Where a rule's limits were before the event; none when it has none.
    pub fn before(&self, rule: usize) -> Option<([i64; 3], Option<i64>)> {
        let limit = &self.limits.of_rule[rule];
        if limit.caps.is_empty() && limit.budget.is_none() {
            return None;
        }
        let own: i64 = self.uses.iter().filter(|(of, _)| *of == rule).map(|(_, points)| points).sum();
        let mut used = [0; 3];
        for at in &limit.caps {
            used[*at] = self.used(rule, KEPT[*at]) - own;
        }
        let left = limit.budget.map(|budget| {
            let uses = self.uses.iter().chain(&self.referrer_uses);
            let shares = uses.filter(|(of, _)| self.limits.of_rule[*of].budget == Some(budget));
            self.limits.budgets[budget].left + shares.map(|(_, points)| points).sum::<i64>()
        });
        Some((used, left))
    }
}

impl Usage for Turn<'_> {
    fn used(&self, rule: usize, per: Per) -> i64 {
        if per == Per::Transaction {
            return 0;
        }
        let key = (self.customer_ref, rule, per_number(per), period(per, self.on));
        self.limits.caps.get(&key).map_or(0, |used| used.before + used.added)
    }

    fn budget_left(&self, rule: usize) -> Option<i64> {
        self.limits.of_rule[rule].budget.map(|budget| self.limits.budgets[budget].left)
    }

    fn use_up(&mut self, rule: usize, points: i64) {
        self.uses.push((rule, points));
        let limit = &self.limits.of_rule[rule];
        for at in &limit.caps {
            let key = (self.customer_ref, rule, per_number(KEPT[*at]), period(KEPT[*at], self.on));
            self.limits.caps.entry(key).or_default().added += points;
        }
        self.limits.use_budget(rule, points);
    }

    fn use_up_for_referrer(&mut self, rule: usize, points: i64) {
        self.referrer_uses.push((rule, points));
        self.limits.use_budget(rule, points);
    }

    /// A referral without a referrer cannot be rewarded either; the reason tells them apart afterwards.
    fn is_referred(&self) -> bool {
        self.referral.is_some()
    }
}
