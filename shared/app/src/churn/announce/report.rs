//! Reports at the end of a check: to each recipient one mail with all that the strategy is about.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::{Day, Month};
use domain::strategy::{Recipient, TimeOfDay, Words, due_at, report_words};
use serde::Serialize;
use store::churn_report_entry::EntryRow;
use store::outbox::NewMessage;
use store::{Connection, StoreError};

use super::directory::{Directory, key_part};
use super::payload::{Text, To};
use crate::churn::ChurnError;
use crate::churn::alert::{status_from_number, status_name};
use crate::churn::strategy::Strategies;
use crate::outbox;

/// What these messages are about.
const TOPIC: &str = "churn.report";
/// Customers that a report names; the others are counted.
const MOST_NAMED: usize = 200;

/// Writes the reports of a check that has looked at everybody, in the caller's transaction, and returns how many.
pub(crate) fn send_reports<C: Connection>(
    connection: &mut C,
    strategies: &Strategies,
    (job_ref, as_of): (i64, Day),
    now_ms: i64,
    today: Day,
) -> Result<u64, ChurnError> {
    let entries = store::churn_report_entry::take(connection, job_ref)?;
    if entries.is_empty() {
        return Ok(0);
    }
    let customers: BTreeSet<u32> = entries.iter().map(|entry| entry.customer_ref).collect();
    let directory = Directory::load(connection, &customers, today)?;
    let mut reports: BTreeMap<(&str, u8, String), (Recipient, Vec<&EntryRow>)> = BTreeMap::new();
    for entry in &entries {
        for recipient in recipients(&directory, strategies, entry)? {
            let key = (entry.strategy_id.as_str(), entry.status, key_part(recipient));
            reports.entry(key).or_insert_with(|| (recipient, Vec::new())).1.push(entry);
        }
    }
    let mut messages = Vec::with_capacity(reports.len());
    for (recipient, entries) in reports.values() {
        messages.push(message(&directory, strategies, (*recipient, entries), (job_ref, as_of, now_ms))?);
    }
    Ok(store::outbox::add(connection, messages)?)
}

fn damaged() -> StoreError {
    StoreError::Damaged("an entry of a report does not have its form".to_owned())
}

/// Whom the entry is for. Where that person has left since the check began, the strategy says again who it is.
fn recipients(
    directory: &Directory,
    strategies: &Strategies,
    entry: &EntryRow,
) -> Result<Vec<Recipient>, StoreError> {
    let known = recipient(&entry.recipient).ok_or_else(damaged)?;
    if directory.id(known).is_ok() {
        return Ok(vec![known]);
    }
    let customer = directory.customers.get(&entry.customer_ref).ok_or_else(damaged)?;
    Ok(match strategies.by_id(&entry.strategy_id) {
        Some(strategy) => directory.recipients(strategy, customer),
        None => vec![Recipient::Organisation(customer.organisation_ref)],
    })
}

fn message(
    directory: &Directory,
    strategies: &Strategies,
    (recipient, entries): (Recipient, &[&EntryRow]),
    (job_ref, as_of, now_ms): (i64, Day, i64),
) -> Result<NewMessage, StoreError> {
    let first = entries.first().ok_or_else(damaged)?;
    let customer = |entry: &EntryRow| directory.customers.get(&entry.customer_ref).ok_or_else(damaged);
    let status = status_from_number(first.status).ok_or_else(damaged)?;
    let id = directory.id(recipient)?;
    let mut tiers: BTreeMap<u8, usize> = BTreeMap::new();
    entries.iter().for_each(|entry| *tiers.entry(entry.tier_ref).or_default() += 1);
    let named = entries.iter().take(MOST_NAMED).map(|entry| {
        Ok(CustomerLine {
            customer_id: &customer(entry)?.customer_id,
            tier: strategies.code(entry.tier_ref),
            spell_from: Month::from_number(entry.first_month).to_string(),
        })
    });
    let told: BTreeSet<u32> = entries.iter().map(|entry| entry.customer_ref).collect();
    let Words { zh, en } = report_words(status, as_of, told.len());
    let data = Data {
        channel: "mail",
        to: To::of(recipient, id),
        as_of: as_of.to_string(),
        status: status_name(first.status),
        tiers: tiers
            .into_iter()
            .map(|(tier, customers)| TierLine { tier: strategies.code(tier), customers })
            .collect(),
        customers: named.collect::<Result<_, StoreError>>()?,
        customers_not_named: entries.len().saturating_sub(MOST_NAMED),
        text: Text { zh: &zh, en: &en },
    };
    let send_from = strategies.by_id(&first.strategy_id).and_then(|strategy| strategy.send_from);
    let (_, organisation_ref) = directory.in_charge(recipient)?;
    Ok(NewMessage {
        message_id: format!(
            "report-{job_ref}-{}-{}-{}",
            first.status,
            key_part(recipient),
            first.strategy_id
        ),
        channel: "mail",
        topic: TOPIC,
        organisation_ref,
        recipient: id.to_owned(),
        subject: None,
        body: outbox::payload(TOPIC, data, now_ms)?,
        created_at: now_ms,
        due_at: due_at(send_from, now_ms),
        send_from: send_from.map(TimeOfDay::minutes),
    })
}

/// The recipient of a part of keys.
fn recipient(key: &str) -> Option<Recipient> {
    match (key.get(..1)?, key.get(1..)?.parse()) {
        ("e", Ok(number)) => Some(Recipient::Employee(number)),
        ("o", Ok(number)) => Some(Recipient::Organisation(number)),
        _ => None,
    }
}

#[derive(Serialize)]
struct Data<'a> {
    channel: &'static str,
    to: To<'a>,
    as_of: String,
    status: &'static str,
    tiers: Vec<TierLine<'a>>,
    customers: Vec<CustomerLine<'a>>,
    customers_not_named: usize,
    text: Text<'a>,
}

#[derive(Serialize)]
struct TierLine<'a> {
    tier: &'a str,
    customers: usize,
}

#[derive(Serialize)]
struct CustomerLine<'a> {
    customer_id: &'a str,
    tier: &'a str,
    spell_from: String,
}
