//! Decisions, made again from what was kept of them.

use std::collections::HashMap;

use domain::date::Day;
use domain::points::condition::{EventFacts, Facts};
use domain::points::earning::decide;
use domain::points::rule::{Rule, RuleSet};
use store::points_event::StoredEvent;
use store::{Connection, StoreError};

use super::booking::decision_of;
use super::limits::Limits;
use super::minute_of_day;
use super::people::customer_facts;
use super::stored::{CustomerSeen, Details, StoredDecision, StoredRule, facts_of, read};
use crate::points::rule::stored as compiled;

/// Events that are read at once.
const PAGE: u32 = 1_000;

/// Differing events that a report names.
const SHOWN: usize = 100;

/// What a replay found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayReport {
    /// Decisions that were made again.
    pub checked: u64,
    /// Those that came out differently.
    pub differences: u64,
    /// Source and id of the first hundred of them.
    pub differing: Vec<(String, String)>,
    /// Number of the last event that was looked at; the next replay goes on after it.
    pub last: i64,
}

/// Decides again on up to `limit` events after a number, with the versions of rules, the facts and the limits of that
/// time, and compares every word. Nothing is written.
pub fn replay<C: Connection>(connection: &mut C, limit: u32, after: i64) -> Result<ReplayReport, StoreError> {
    let rules = all_rules(connection)?;
    let mut report = ReplayReport { last: after, ..ReplayReport::default() };
    let mut set = (Vec::new(), RuleSet::new(Vec::new()));
    loop {
        let left = limit - report.checked as u32;
        let page = store::points_event::decided_after(connection, report.last, left.min(PAGE))?;
        for event in &page {
            let decision: StoredDecision = read(&event.decision)?;
            let refs: Vec<i64> = decision.rules.iter().map(StoredRule::rule_ref).collect();
            if set.0 != refs {
                let picked = pick(&rules, &refs)?;
                set = (refs, RuleSet::new(picked));
            }
            report.checked += 1;
            report.last = event.points_event_ref;
            let again = decide_again(&set.1, event, &decision)?;
            let earned: i64 = again.rules.iter().map(StoredRule::points).sum();
            if again != decision || earned != event.earned {
                report.differences += 1;
                if report.differing.len() < SHOWN {
                    report.differing.push((event.source.clone(), event.event_id.clone()));
                }
            }
        }
        if page.is_empty() || report.checked >= u64::from(limit) {
            return Ok(report);
        }
    }
}

/// Every version of every rule, by number.
fn all_rules<C: Connection>(connection: &mut C) -> Result<HashMap<i64, Rule>, StoreError> {
    let mut rules = HashMap::new();
    let mut after = (String::new(), 0);
    loop {
        let page = store::points_rule::page(connection, (&after.0, after.1), None, PAGE)?;
        let Some(last) = page.last() else { return Ok(rules) };
        after = (last.points_rule_id.clone(), last.version.into());
        for row in &page {
            rules.insert(row.points_rule_ref, compiled(row)?);
        }
    }
}

fn pick(rules: &HashMap<i64, Rule>, refs: &[i64]) -> Result<Vec<Rule>, StoreError> {
    let unknown = || StoreError::Damaged("a decision names a rule that is not there".to_owned());
    refs.iter().map(|number| rules.get(number).cloned().ok_or_else(unknown)).collect()
}

fn decide_again(
    rules: &RuleSet,
    event: &StoredEvent,
    decision: &StoredDecision,
) -> Result<StoredDecision, StoreError> {
    let on = Day::from_number(event.occurred_on);
    let mut limits = Limits::new(rules);
    for (place, rule) in decision.rules.iter().enumerate() {
        if let StoredRule::Limited(.., used, left) = rule {
            limits.start_at((event.customer_ref, on), place, *used, *left);
        }
    }
    let details: Details<'_> = event.details.as_deref().map(read).transpose()?.unwrap_or_default();
    let mut seen: CustomerSeen = event.facts.as_deref().map(read).transpose()?.unwrap_or_default();
    let of_customer = facts_of(std::mem::take(&mut seen.attributes));
    let of_event = facts_of(details.attributes);
    let facts = Facts {
        event: EventFacts {
            kind: &event.type_name,
            source: &event.source,
            on,
            minute_of_day: minute_of_day(event.occurred_at),
            amount: event.amount,
            channel: details.channel.as_deref(),
            merchant_category: details.merchant_category.as_deref(),
            product_id: details.product_id.as_deref(),
            organisation_id: details.organisation_id.as_deref(),
            counterparty_bank: details.counterparty_bank.as_deref(),
            attributes: &of_event,
        },
        customer: customer_facts(&seen, &of_customer),
    };
    let mut turn = limits.turn(event.customer_ref, on, decision.referral);
    let mut said = Vec::new();
    decide(rules, &facts, &mut turn, &mut said);
    Ok(decision_of(rules, &turn, &said, decision.referral))
}
