//! Transactions of intake, which earn by the same path as events that are sent to it.

use std::collections::HashSet;

use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, Transaction, TransactionKind, business_day};
use store::{Connection, StoreError};

use super::{Accrued, Event, take_fresh, without_known};
use crate::intake::Entry;
use crate::points::Moment;
use crate::points::in_force::in_force;

/// Lets transactions that were written earn, each with the hash of its payload. One small statement when no rule asks
/// for them. Only what a rule asks for, or what takes back, becomes an event. One that points know already, or that
/// they do not take, is no matter of intake.
pub(crate) fn accrue_transactions<C: Connection>(
    connection: &mut C,
    now_ms: i64,
    today: Day,
    taken: &[(&Transaction<'_>, i64)],
) -> Result<(), StoreError> {
    if taken.is_empty() {
        return Ok(());
    }
    let rules = in_force(connection)?;
    let is_refund = |(record, _): &&(&Transaction<'_>, i64)| record.kind == TransactionKind::Refund;
    // Refunds take back what rules gave that are no longer in force; before the first event there is nothing to take.
    let takes_refunds = !rules.is_empty()
        || (taken.iter().any(|one| is_refund(&one)) && store::points_event::any(connection)?);
    if rules.is_empty() && !takes_refunds {
        return Ok(());
    }
    let asked: HashSet<&str> = TransactionKind::NAMES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !rules.of(name).is_empty())
        .collect();
    let wanted = taken
        .iter()
        .filter(|one| if is_refund(one) { takes_refunds } else { asked.contains(one.0.kind.name()) });
    let entries: Vec<Entry<Event<'_>>> = wanted
        .enumerate()
        .map(|(index, (record, payload_hash))| Entry { index, record: event(record, *payload_hash) })
        .collect();
    if entries.is_empty() {
        return Ok(());
    }
    let moment = Moment { now_ms, today, person: "intake" };
    let mut accrued = Accrued::default();
    let fresh = without_known(connection, &entries, &mut accrued)?;
    take_fresh(connection, moment, None, &rules, fresh, &mut accrued)
}

fn event<'a>(record: &'a Transaction<'_>, payload_hash: i64) -> Event<'a> {
    Event {
        source: &record.source,
        id: &record.id,
        occurred_at: record.occurred_at,
        occurred_on: business_day(record.occurred_at, SHANGHAI_OFFSET_MINUTES),
        customer_id: &record.customer_id,
        kind: record.kind.name(),
        amount: Some(record.amount),
        channel: record.channel.as_deref(),
        merchant_category: record.merchant_category.as_deref(),
        product_id: record.product_id.as_deref(),
        organisation_id: record.organisation_id.as_deref(),
        counterparty_bank: record.counterparty_bank.as_deref(),
        attributes: Vec::new(),
        return_of: record.refund_of.as_deref(),
        payload_hash,
    }
}
