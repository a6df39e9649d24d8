//! What a version of a rule would have given: events of the past, decided once by the rules in force and once with the
//! version in place of the active one. Caps and budgets start with nothing used. Nothing is changed.

use std::collections::{BTreeMap, HashSet};

use domain::date::Day;
use domain::points::rule::RuleSet;
use store::points_past_event::PastEvent;
use store::{Connection, StoreError, in_snapshot};

use super::programme::programme;
use super::rule::{PointsRuleError, choose, stored};

mod past;
mod side;

use past::Past;
use side::Side;

/// The longest span, in days.
pub const LONGEST_SPAN_DAYS: i32 = 400;

/// The most events of one answer, so that it comes in time for any proxy.
pub const MOST_EVENTS: u32 = 500_000;

/// Events that are read together.
const PAGE: u32 = 4_096;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// There is no such rule, or it cannot be read.
    #[error(transparent)]
    Rule(#[from] PointsRuleError),
    /// The last day is before the first, or too far from it.
    #[error("a span is 1 to 400 days")]
    Span,
    /// The span has more events than one answer can be about.
    #[error("the span has more than 500 000 events; ask for a shorter one")]
    TooManyEvents,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Points of both sides, or what they cost in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// By the rules in force.
    pub now: i64,
    /// With the version.
    pub then: i64,
}

impl Sums {
    fn add(&mut self, [now, then]: [i64; 2]) {
        self.now = self.now.saturating_add(now);
        self.then = self.then.saturating_add(then);
    }
}

/// What the version would have changed. Points are those of customers and of who referred them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Number of the version.
    pub version: u32,
    /// Events of the span.
    pub events: u64,
    /// Customers that they are about.
    pub customers: u64,
    /// All points.
    pub points: Sums,
    /// What they cost, in minor units.
    pub cost: Sums,
    /// By id of the rule; every rule of either side.
    pub by_rule: Vec<(String, Sums)>,
    /// By code of the tier that the customer held then; `None`: none.
    pub by_tier: Vec<(Option<String>, Sums)>,
    /// By the customer's organisation at that time, without those below it.
    pub by_organisation: Vec<(String, Sums)>,
}

/// Decides the events of the days `from..=to` again. The latest version is asked for when none is named.
pub fn what_if<C: Connection>(
    connection: &mut C,
    id: &str,
    version: Option<u32>,
    (from, to): (Day, Day),
) -> Result<Effect, WhatIfError> {
    if !(0..LONGEST_SPAN_DAYS).contains(&(to.number() - from.number())) {
        return Err(WhatIfError::Span);
    }
    in_snapshot(connection, |connection| {
        let versions = store::points_rule::versions(connection, id)?;
        let row = choose(&versions, version)?;
        let days = (from.number(), to.number());
        if store::points_past_event::count(connection, days, MOST_EVENTS + 1)? > MOST_EVENTS {
            return Err(WhatIfError::TooManyEvents);
        }
        let active = store::points_rule::active(connection)?.rules;
        let active = active.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        let others = active.iter().filter(|rule| rule.id != id).cloned();
        let then = RuleSet::new(others.chain([stored(row)?]).collect());
        let campaigns = store::points_campaign::all(connection)?;
        let sides = [RuleSet::new(active), then].map(|rules| Side::new(rules, &campaigns));
        let past = Past::load(connection, sides.each_ref().map(|side| &side.rules), from)?;
        let mut run = Run { sides, past, customers: HashSet::new(), events: 0, sums: Tables::default() };
        run.all(connection, days)?;
        Ok(run.effect(connection, row.version)?)
    })
}

#[derive(Default)]
struct Tables {
    by_rule: BTreeMap<String, Sums>,
    by_tier: BTreeMap<u8, Sums>,
    by_organisation: BTreeMap<u32, Sums>,
}

struct Run {
    sides: [Side; 2],
    past: Past,
    customers: HashSet<u32>,
    events: u64,
    sums: Tables,
}

impl Run {
    /// Reads by day, and decides each day in the order in which its events happened, whenever they came.
    fn all<C: Connection>(&mut self, connection: &mut C, (from, to): (i32, i32)) -> Result<(), StoreError> {
        let mut day: Vec<PastEvent> = Vec::new();
        let mut after = (from, 0);
        loop {
            let page = store::points_past_event::page(connection, after, to, PAGE)?;
            let Some(last) = page.last() else { break };
            after = (last.occurred_on, last.points_event_ref);
            for event in page {
                if day.first().is_some_and(|first| first.occurred_on != event.occurred_on) {
                    self.day(connection, std::mem::take(&mut day))?;
                }
                day.push(event);
            }
        }
        self.day(connection, day)
    }

    fn day<C: Connection>(
        &mut self,
        connection: &mut C,
        mut events: Vec<PastEvent>,
    ) -> Result<(), StoreError> {
        let order = |event: &PastEvent| (event.occurred_at, event.source.clone(), event.event_id.clone());
        events.sort_by_cached_key(order);
        for page in events.chunks(PAGE as usize) {
            self.past.meet(connection, page)?;
            for event in page {
                self.decide(event)?;
            }
        }
        Ok(())
    }

    fn decide(&mut self, event: &PastEvent) -> Result<(), StoreError> {
        let Self { sides, past, customers, events, sums } = self;
        *events += 1;
        customers.insert(event.customer_ref);
        let given = past.with_facts(event, |facts, may_be_referred| {
            let [now, then] = sides;
            [now, then].map(|side| side.decide(event.customer_ref, &facts, may_be_referred))
        })?;
        sums.by_tier.entry(event.tier_ref).or_default().add(given);
        sums.by_organisation.entry(event.organisation_ref).or_default().add(given);
        Ok(())
    }

    fn effect<C: Connection>(mut self, connection: &mut C, version: u32) -> Result<Effect, StoreError> {
        let [now, then] = &self.sides;
        for (id, points) in now.by_rule() {
            self.sums.by_rule.entry(id.to_owned()).or_default().add([points, 0]);
        }
        for (id, points) in then.by_rule() {
            self.sums.by_rule.entry(id.to_owned()).or_default().add([0, points]);
        }
        let mut points = Sums::default();
        self.sums.by_rule.values().for_each(|sums| points.add([sums.now, sums.then]));
        let programme = programme(connection)?;
        let (codes, units) = (&self.past.codes, &self.past.units);
        Ok(Effect {
            version,
            events: self.events,
            customers: self.customers.len() as u64,
            points,
            cost: Sums { now: programme.cost(points.now), then: programme.cost(points.then) },
            by_rule: self.sums.by_rule.into_iter().collect(),
            by_tier: self
                .sums
                .by_tier
                .into_iter()
                .map(|(tier, sums)| (codes.get(&tier).cloned(), sums))
                .collect(),
            by_organisation: self
                .sums
                .by_organisation
                .into_iter()
                .map(|(unit, sums)| (units.get(&unit).cloned().unwrap_or_default(), sums))
                .collect(),
        })
    }
}
