//! What an event earns.
//!
//! Known: the rules of the event's type, the facts, and what rules gave before. Promised: no cap and no budget is ever
//! exceeded, the same event after the same past earns the same, and every rule says why it gave what it gave.

use super::condition::Facts;
use super::rule::{Earning, MOST_POINTS, ONCE_BP, Over, Per, Rounding, Rule, RuleSet, Stacking};

/// What rules gave before, as seen by one event: its customer, its day and the month of that day.
pub trait Usage {
    /// Points that the rule gave the customer in that time. Never asked of a transaction.
    fn used(&self, rule: usize, per: Per) -> i64;

    /// What the campaign of the rule may still give to anybody; none when no budget limits it.
    fn budget_left(&self, rule: usize) -> Option<i64>;

    /// The rule gives the customer so many points: they count in all of its caps and in its budget.
    fn use_up(&mut self, rule: usize, points: i64);

    /// True when the customer was referred before.
    fn is_referred(&self) -> bool;

    /// The rule gives so many points to the one who referred the customer: they count in the budget.
    ///
    /// That they count in caps too unless this is written out holds nobody back: who was referred once earns nothing
    /// more by such a rule.
    fn use_up_for_referrer(&mut self, rule: usize, points: i64) {
        self.use_up(rule, points);
    }
}

/// What a rule says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Place of the rule in its set.
    pub rule: usize,
    /// Points for the event's customer; above zero exactly when the reason is that they are earned or truncated.
    pub points: i64,
    /// Points for the one who referred the customer.
    pub referrer_points: i64,
    /// Why.
    pub reason: Reason,
}

/// What can stand in the way of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The cap of an event.
    Transaction,
    /// The cap of a day.
    Day,
    /// The cap of a month.
    Month,
    /// The cap of the rule's life.
    Campaign,
    /// The budget of the campaign.
    Budget,
}

impl Limit {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Limit; 5] =
        [Limit::Transaction, Limit::Day, Limit::Month, Limit::Campaign, Limit::Budget];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Limit::Transaction => "transaction",
            Limit::Day => "day",
            Limit::Month => "month",
            Limit::Campaign => "campaign",
            Limit::Budget => "budget",
        }
    }

    const fn of(per: Per) -> Self {
        match per {
            Per::Transaction => Limit::Transaction,
            Per::Day => Limit::Day,
            Per::Month => Limit::Month,
            Per::Campaign => Limit::Campaign,
        }
    }
}

/// Why a rule gave what it gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// All that it promises.
    Earned,
    /// What this limit had left.
    Truncated(Limit),
    /// Nothing, because this limit has nothing left, or less than was asked of a rule that rejects.
    Refused(Limit),
    /// Nothing: its condition does not hold.
    ConditionNotMet,
    /// Nothing: its condition asks for what is not known of this event or customer.
    Unanswered,
    /// Nothing: the event's day is outside of the rule's time.
    NotInForce,
    /// Nothing: it is exclusive and another exclusive rule gives.
    Outranked,
    /// Nothing: the amount, or the multiplier, makes less than a point.
    Nothing,
    /// Nothing: the customer was referred before.
    AlreadyReferred,
}

impl Reason {
    /// The stable name; of a limit with its own.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Earned => "earned",
            Reason::Truncated(Limit::Transaction) => "truncated_by_transaction",
            Reason::Truncated(Limit::Day) => "truncated_by_day",
            Reason::Truncated(Limit::Month) => "truncated_by_month",
            Reason::Truncated(Limit::Campaign) => "truncated_by_campaign",
            Reason::Truncated(Limit::Budget) => "truncated_by_budget",
            Reason::Refused(Limit::Transaction) => "refused_by_transaction",
            Reason::Refused(Limit::Day) => "refused_by_day",
            Reason::Refused(Limit::Month) => "refused_by_month",
            Reason::Refused(Limit::Campaign) => "refused_by_campaign",
            Reason::Refused(Limit::Budget) => "refused_by_budget",
            Reason::ConditionNotMet => "condition_not_met",
            Reason::Unanswered => "unanswered",
            Reason::NotInForce => "not_in_force",
            Reason::Outranked => "outranked",
            Reason::Nothing => "nothing",
            Reason::AlreadyReferred => "already_referred",
        }
    }
}

/// Adds what each rule of the event's type says: the highest priority first, then by id.
pub fn decide(set: &RuleSet, facts: &Facts<'_>, usage: &mut impl Usage, out: &mut Vec<Decided>) {
    let rules = set.rules();
    let first = out.len();
    out.extend(set.of(facts.event.kind).iter().map(|&rule| wanted(rule, &rules[rule], facts)));
    let mut settling = Settling { rules, is_referred: usage.is_referred(), usage, is_exclusive_given: false };
    let is_one_rank = |one: &Decided, next: &Decided| rules[one.rule].priority == rules[next.rule].priority;
    out[first..].chunk_by_mut(is_one_rank).for_each(|rank| settling.settle(rank));
}

/// What a rule would give if nothing limited it.
fn wanted(rule: usize, of: &Rule, facts: &Facts<'_>) -> Decided {
    let said = |reason| Decided { rule, points: 0, referrer_points: 0, reason };
    if !of.is_in_force(facts.event.on) {
        return said(Reason::NotInForce);
    }
    match of.condition.as_ref().map_or(Ok(true), |condition| condition.holds(facts)) {
        Ok(true) => {}
        Ok(false) => return said(Reason::ConditionNotMet),
        Err(_) => return said(Reason::Unanswered),
    }
    let (points, referrer_points) = match of.earning {
        Earning::Referral { customer, referrer } => (customer, referrer),
        earning => (worth(earning, facts.event.amount, of.multiplier_bp(facts.customer.tier)), 0),
    };
    let reason = if points == 0 { Reason::Nothing } else { Reason::Earned };
    Decided { rule, points, referrer_points, reason }
}

/// Points of an event. The multiplier counts before a part of a point is rounded, which happens once.
fn worth(earning: Earning, amount: Option<i64>, multiplier_bp: u32) -> i64 {
    let (numerator, denominator, rounding) = match earning {
        Earning::PerAmount { points, per, rounding } => {
            let amount = amount.unwrap_or_default().max(0);
            (i128::from(amount) * i128::from(points), i128::from(per), rounding)
        }
        Earning::Fixed { points } | Earning::Referral { customer: points, .. } => {
            (i128::from(points), 1, Rounding::Floor)
        }
    };
    let points = rounding.divide(numerator * i128::from(multiplier_bp), denominator * i128::from(ONCE_BP));
    i64::try_from(points).unwrap_or(i64::MAX)
}

/// Limits and exclusive rules, applied to what the rules of one event want.
struct Settling<'a, U> {
    rules: &'a [Rule],
    usage: &'a mut U,
    is_referred: bool,
    is_exclusive_given: bool,
}

impl<U: Usage> Settling<'_, U> {
    /// The rules of one priority: the exclusive ones compete first, then the additive ones give.
    fn settle(&mut self, rank: &mut [Decided]) {
        self.settle_exclusive(rank);
        for decided in rank.iter_mut() {
            if decided.reason == Reason::Earned && self.rules[decided.rule].stacking == Stacking::Additive {
                *decided = self.within_limits(*decided);
                self.use_up(decided);
            }
        }
    }

    /// One exclusive rule gives: the one that gives most after limits, the first of several by id. One that would give
    /// nothing leaves the place to others.
    fn settle_exclusive(&mut self, rank: &mut [Decided]) {
        let mut best: Option<(usize, Decided)> = None;
        for (place, decided) in rank.iter_mut().enumerate() {
            if decided.reason != Reason::Earned || self.rules[decided.rule].stacking == Stacking::Additive {
                continue;
            }
            let given = self.within_limits(*decided);
            *decided = refused(*decided, Reason::Outranked);
            if given.points == 0 {
                *decided = given;
            } else if !self.is_exclusive_given && best.is_none_or(|(_, best)| given.points > best.points) {
                best = Some((place, given));
            }
        }
        if let Some((place, given)) = best {
            rank[place] = given;
            self.use_up(&given);
            self.is_exclusive_given = true;
        }
    }

    /// What is left of what a rule wants.
    fn within_limits(&self, wanted: Decided) -> Decided {
        let rule = &self.rules[wanted.rule];
        if self.is_referred && matches!(rule.earning, Earning::Referral { .. }) {
            return refused(wanted, Reason::AlreadyReferred);
        }
        let mut given = within(wanted, rule.over, Limit::Transaction, MOST_POINTS);
        for cap in &rule.caps {
            let used = if cap.per == Per::Transaction { 0 } else { self.usage.used(wanted.rule, cap.per) };
            given = within(given, rule.over, Limit::of(cap.per), cap.points.saturating_sub(used));
        }
        match self.usage.budget_left(wanted.rule) {
            Some(left) => within_budget(given, rule.over, left),
            None => given,
        }
    }

    fn use_up(&mut self, given: &Decided) {
        if given.points > 0 {
            self.usage.use_up(given.rule, given.points);
            self.is_referred |= matches!(self.rules[given.rule].earning, Earning::Referral { .. });
        }
        if given.referrer_points > 0 {
            self.usage.use_up_for_referrer(given.rule, given.referrer_points);
        }
    }
}

fn refused(wanted: Decided, reason: Reason) -> Decided {
    Decided { points: 0, referrer_points: 0, reason, ..wanted }
}

/// Within a cap, which concerns the customer's points alone.
fn within(wanted: Decided, over: Over, limit: Limit, left: i64) -> Decided {
    if wanted.points <= left.max(0) {
        wanted
    } else if left <= 0 || over == Over::Reject {
        refused(wanted, Reason::Refused(limit))
    } else {
        Decided { points: left, reason: Reason::Truncated(limit), ..wanted }
    }
}

/// Within a budget, which pays both sides of a referral, the customer first.
fn within_budget(wanted: Decided, over: Over, left: i64) -> Decided {
    if wanted.points.saturating_add(wanted.referrer_points) <= left.max(0) {
        wanted
    } else if left <= 0 || over == Over::Reject {
        refused(wanted, Reason::Refused(Limit::Budget))
    } else {
        let points = wanted.points.min(left);
        let referrer_points = wanted.referrer_points.min(left - points);
        Decided { points, referrer_points, reason: Reason::Truncated(Limit::Budget), ..wanted }
    }
}

#[cfg(test)]
mod tests;
