//! Tells people of alerts, as the strategies in force say: messages for the gateways, tasks at the workbench, cases.

use std::collections::BTreeSet;

use domain::date::Day;
use domain::strategy::{Action, Recipient, Strategy, TimeOfDay, Told, due_at};
use store::churn_case_batch::NewStrategyCase;
use store::churn_report_entry::EntryRow;
use store::outbox::NewMessage;
use store::recipient::CustomerRow;
use store::task::{About, NewTask};
use store::{Connection, StoreError};

use super::ChurnError;
use super::alert::status_number;
use super::strategy::{Opened, Strategies};

mod directory;
mod payload;
mod report;
mod retract;

pub(super) use directory::{Directory, key_part};
use payload::{News, TOPIC, payload};
pub(crate) use report::send_reports;
pub(crate) use retract::retract;

/// Writes messages, tasks and cases for alerts that are stored, in the caller's transaction, and returns how many were
/// new. Asked again for the same alerts it writes nothing new.
pub(crate) fn announce<C: Connection>(
    connection: &mut C,
    strategies: &Strategies,
    (job_ref, opened): (i64, &[Opened]),
    now_ms: i64,
    today: Day,
) -> Result<u64, ChurnError> {
    let about: Vec<(&Opened, &Strategy)> = opened
        .iter()
        .flat_map(|alert| strategies.about(alert).map(move |strategy| (alert, strategy)))
        .collect();
    if about.is_empty() {
        return Ok(0);
    }
    let customers = about.iter().map(|(alert, _)| alert.customer_ref).collect::<BTreeSet<_>>();
    let directory = Directory::load(connection, &customers, today)?;
    let mut written = Written::at(now_ms, today);
    for (alert, strategy) in about {
        let notice = Notice { alert, strategy, tier_code: strategies.code(alert.tier_ref) };
        written.add(&directory, notice)?;
    }
    let messages = store::outbox::add(connection, written.messages)?;
    let tasks = store::task::add(connection, written.tasks)?;
    let cases = store::churn_case_batch::open_many(connection, written.cases)?;
    let entries = store::churn_report_entry::add(connection, job_ref, written.entries)?;
    Ok(messages + tasks + cases + entries)
}

/// What everything that is written about an alert has in common.
fn subject(alert: &Opened) -> String {
    let Opened { customer_ref, tier_ref, status, first_month, .. } = *alert;
    format!("churn-{customer_ref}-{tier_ref}-{}-{}", status_number(status), first_month.number())
}

/// A strategy and an alert that it is about.
#[derive(Clone, Copy)]
struct Notice<'a> {
    alert: &'a Opened,
    strategy: &'a Strategy,
    tier_code: &'a str,
}

impl Notice<'_> {
    /// What makes it one thing, however often it is written. The strategy's id comes last: it may hold anything that
    /// the parts before it hold.
    fn key(&self, recipient: Recipient) -> String {
        format!("{}-{}-{}", subject(self.alert), key_part(recipient), self.strategy.id)
    }

    fn entry(&self, recipient: Recipient) -> EntryRow {
        EntryRow {
            strategy_id: self.strategy.id.to_string(),
            recipient: key_part(recipient),
            customer_ref: self.alert.customer_ref,
            tier_ref: self.alert.tier_ref,
            status: status_number(self.alert.status),
            first_month: self.alert.first_month.number(),
        }
    }
}

/// What a page writes.
struct Written {
    now_ms: i64,
    today: Day,
    messages: Vec<NewMessage>,
    tasks: Vec<NewTask>,
    cases: Vec<NewStrategyCase>,
    entries: Vec<EntryRow>,
    /// Customers with a case among `cases`: of several strategies the first one opens it.
    with_case: BTreeSet<u32>,
}

impl Written {
    fn at(now_ms: i64, today: Day) -> Self {
        let (messages, tasks, cases) = (Vec::new(), Vec::new(), Vec::new());
        Self { now_ms, today, messages, tasks, cases, entries: Vec::new(), with_case: BTreeSet::new() }
    }

    fn add(&mut self, directory: &Directory, notice: Notice<'_>) -> Result<(), StoreError> {
        let customer = directory.customers.get(&notice.alert.customer_ref).ok_or_else(|| {
            StoreError::Damaged("an alert is about a customer who is not stored".to_owned())
        })?;
        let due_on = self.today.plus(notice.strategy.due_days.into());
        let channel = match notice.strategy.action {
            Action::Case => {
                self.open_case(notice, due_on);
                return Ok(());
            }
            Action::Report => {
                let recipients = directory.recipients(notice.strategy, customer);
                self.entries.extend(recipients.into_iter().map(|recipient| notice.entry(recipient)));
                return Ok(());
            }
            Action::Task => None,
            Action::Sms | Action::Mail => Some(notice.strategy.action.name()),
        };
        for recipient in directory.recipients(notice.strategy, customer) {
            match channel {
                None => self.tasks.push(self.task(directory, notice, recipient, due_on)?),
                Some(channel) => {
                    let message = self.message(directory, notice, customer, (channel, recipient, due_on))?;
                    self.messages.push(message);
                }
            }
        }
        Ok(())
    }

    fn open_case(&mut self, notice: Notice<'_>, due_on: Day) {
        let Notice { alert, strategy, .. } = notice;
        if self.with_case.insert(alert.customer_ref) {
            self.cases.push(NewStrategyCase {
                customer_ref: alert.customer_ref,
                tier_ref: alert.tier_ref,
                status: status_number(alert.status),
                first_month: alert.first_month.number(),
                due_on: due_on.number(),
                opened_on: self.today.number(),
                opened_by: format!("strategy:{}", strategy.id),
                opened_at: self.now_ms,
            });
        }
    }

    fn task(
        &self,
        directory: &Directory,
        notice: Notice<'_>,
        recipient: Recipient,
        due_on: Day,
    ) -> Result<NewTask, StoreError> {
        let (employee_ref, organisation_ref) = directory.in_charge(recipient)?;
        Ok(NewTask {
            task_key: notice.key(recipient),
            about: About::Alert {
                tier: notice.alert.tier_ref,
                status: status_number(notice.alert.status),
                first_month: notice.alert.first_month.number(),
            },
            employee_ref,
            organisation_ref,
            customer_ref: notice.alert.customer_ref,
            due_on: due_on.number(),
            created_at: self.now_ms,
        })
    }

    fn message(
        &self,
        directory: &Directory,
        notice: Notice<'_>,
        customer: &CustomerRow,
        (channel, recipient, due_on): (&'static str, Recipient, Day),
    ) -> Result<NewMessage, StoreError> {
        let Notice { alert, strategy, tier_code } = notice;
        let id = directory.id(recipient)?;
        let words = Told {
            customer_id: &customer.customer_id,
            tier: directory.tier_names.of(tier_code),
            status: alert.status,
            first_month: alert.first_month,
            due_on,
        }
        .words();
        let news = News {
            channel,
            to: (recipient, id),
            customer_id: &customer.customer_id,
            tier: tier_code,
            status: alert.status,
            first_month: alert.first_month,
            opened_on: alert.opened_on,
            due_on,
            words: &words,
        };
        let body = payload(&news, self.now_ms)?;
        Ok(NewMessage {
            message_id: notice.key(recipient),
            channel,
            topic: TOPIC,
            // The message tells of the customer, so that only who sees the customer may see it.
            organisation_ref: customer.organisation_ref,
            recipient: id.to_owned(),
            subject: Some(subject(alert)),
            body,
            created_at: self.now_ms,
            due_at: due_at(strategy.send_from, self.now_ms),
            send_from: strategy.send_from.map(TimeOfDay::minutes),
        })
    }
}

#[cfg(test)]
mod tests;
