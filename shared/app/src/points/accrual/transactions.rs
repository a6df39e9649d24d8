//! Transactions of intake, which earn by the same path as events that are sent to it.

use std::collections::HashSet;

use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, Transaction, TransactionKind, business_day};
use store::{Connection, StoreError};

use super::{Accrued, Event, take_fresh, without_known};
use crate::intake::Entry;
use crate::points::Moment;
use crate::points::in_force::in_force;

/// Lets transactions that were written earn. One small statement when no rule asks for them. Only what a rule asks for,
/// or what takes back, becomes an event, by the fingerprint that it has when it is sent as one. One that points know
/// already or do not take is no matter of intake, whose answer is about transactions: how many they refuse is told in
/// the log.
pub(crate) fn accrue_transactions<C: Connection>(
    connection: &mut C,
    now_ms: i64,
    today: Day,
    taken: &[&Transaction<'_>],
) -> Result<(), StoreError> {
    if taken.is_empty() {
        return Ok(());
    }
    let rules = in_force(connection)?;
    // Refunds take back what rules gave that are no longer in force; before the first event there is nothing to take.
    let takes_refunds = !rules.is_empty()
        || (taken.iter().any(|record| is_refund(record)) && store::points_event::any(connection)?);
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
        .filter(|record| if is_refund(record) { takes_refunds } else { asked.contains(record.kind.name()) });
    let entries: Vec<Entry<Event<'_>>> =
        wanted.enumerate().map(|(index, record)| Entry { index, record: event(record) }).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let moment = Moment { now_ms, today, person: "intake" };
    let mut accrued = Accrued::default();
    let fresh = without_known(connection, &entries, &mut accrued)?;
    take_fresh(connection, moment, None, &rules, fresh, &mut accrued)?;
    if !accrued.rejected.is_empty() {
        eprintln!("points: {} of {} transactions are no events", accrued.rejected.len(), entries.len());
    }
    Ok(())
}

fn is_refund(record: &Transaction<'_>) -> bool {
    record.kind == TransactionKind::Refund
}

fn event<'a>(record: &'a Transaction<'_>) -> Event<'a> {
    let mut event = Event {
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
        payload_hash: 0,
    };
    event.payload_hash = event.fingerprint();
    event
}
