//! The outbox: delivering what is due, looking at it, sending again what was given up.

use domain::delivery::{ATTEMPTS, MessageState, Next, Outcome, next};
use domain::strategy::{TimeOfDay, due_at};
use store::outbox::{ClaimedMessage, MessageView, Settlement};
use store::{Connection, StoreError};

mod mail;
mod payload;
#[cfg(test)]
mod tests;

pub(crate) use mail::{Mail, is_at_work};
pub(crate) use payload::{payload, rfc_3339};

/// How long a deliverer has what it took. Longer than any batch, so that what a killed one had, and nothing else, is
/// due again after it.
const LEASE_MS: i64 = 60_000;

/// The channel of messages to partners.
pub const PARTNER_CHANNEL: &str = "partner";

/// Messages on their way at one time.
const BATCH: u32 = 16;

/// How the sending of a message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What it means for the message.
    pub outcome: Outcome,
    /// Why it was not delivered, in words without anybody's data.
    pub error: Option<String>,
}

/// What a delivery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Messages that the gateway took.
    pub delivered: u64,
    /// Attempts that failed; the message is due again later.
    pub failed: u64,
    /// Messages that were given up.
    pub dead: u64,
    /// Messages that wait now, for their time or for another attempt.
    pub waiting: u64,
    /// Messages that wait for a gateway of their channel; none of them was tried.
    pub unconfigured: u64,
    /// False when time ran out while messages were due that could have been sent.
    pub done: bool,
}

impl Delivery {
    /// True when no message was tried.
    pub fn is_idle(&self) -> bool {
        self.delivered + self.failed + self.dead == 0
    }
}

/// Delivers what is due on the channels that have a gateway, batch by batch, until nothing is or `elapsed_ms` passes
/// `budget_ms`. `send` gets a batch and the time, in milliseconds, and answers for each message in the same order; it
/// is called with no transaction open, because a message on its way takes as long as others like.
///
/// A message reaches its gateway at least once, always under its one id: a deliverer that is killed between sending
/// and saving leaves it to the next one, up to the last attempt. Where a gateway refuses a message for good, nothing
/// more goes out on its channel in this run: what else was refused on it waits as if it had not been tried.
pub fn deliver<C: Connection>(
    connection: &mut C,
    channels: &[&str],
    now_ms: i64,
    elapsed_ms: impl Fn() -> i64,
    budget_ms: i64,
    mut send: impl FnMut(&[ClaimedMessage], i64) -> Vec<Sent>,
) -> Result<Delivery, StoreError> {
    let mut delivery = Delivery { done: channels.is_empty(), ..Delivery::default() };
    delivery.dead += store::outbox::give_up_unsettled(connection, ATTEMPTS, now_ms + elapsed_ms())?;
    let mut open = channels.to_vec();
    while !delivery.done && elapsed_ms() < budget_ms {
        let begins = now_ms + elapsed_ms();
        let mut batch = store::outbox::claim(connection, &open, begins, begins + LEASE_MS, BATCH)?;
        if batch.is_empty() {
            delivery.done = true;
            break;
        }
        add_secrets(connection, &mut batch, begins)?;
        let sent = send(&batch, begins);
        let ends = now_ms + elapsed_ms();
        let mut settlements = Vec::with_capacity(batch.len());
        for (message, sent) in batch.iter().zip(sent) {
            let refused = sent.outcome == Outcome::Refused;
            settlements.push(if refused && !open.contains(&message.channel.as_str()) {
                put_back(message, sent)
            } else {
                settle(message, sent, ends, &mut delivery)?
            });
            open.retain(|channel| !refused || *channel != message.channel);
        }
        store::outbox::settle(connection, settlements)?;
    }
    for (channel, messages) in store::outbox::waiting(connection)? {
        let configured = channels.contains(&channel.as_str());
        let count = if configured { &mut delivery.waiting } else { &mut delivery.unconfigured };
        *count += messages;
    }
    Ok(delivery)
}

/// Partners get what they can check themselves: their own secrets sign beside the gateway's.
fn add_secrets<C: Connection>(
    connection: &mut C,
    batch: &mut [ClaimedMessage],
    now_ms: i64,
) -> Result<(), StoreError> {
    let to_partners = || batch.iter().filter(|message| message.channel == PARTNER_CHANNEL);
    let mut ids: Vec<&str> = to_partners().map(|message| message.recipient.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    ids.dedup();
    let secrets = store::partner::valid_secrets(connection, &ids, now_ms)?;
    for message in batch.iter_mut().filter(|message| message.channel == PARTNER_CHANNEL) {
        let own = secrets.iter().filter(|(partner_id, _)| *partner_id == message.recipient);
        message.secrets.0 = own.map(|(_, secret)| secret.clone()).collect();
    }
    Ok(())
}

fn settle(
    message: &ClaimedMessage,
    sent: Sent,
    now_ms: i64,
    delivery: &mut Delivery,
) -> Result<Settlement, StoreError> {
    let send_from = message.send_from.map(TimeOfDay::from_minutes).transpose();
    let send_from = send_from.map_err(|error| StoreError::Damaged(error.to_string()))?;
    let next = next(message.outbox_ref, message.attempts, sent.outcome, now_ms);
    let (state, due_at, delivered_at) = match next {
        Next::Delivered => (MessageState::Delivered, None, Some(now_ms)),
        Next::At(ready_ms) => (MessageState::Waiting, Some(due_at(send_from, ready_ms)), None),
        Next::Dead => (MessageState::Dead, None, None),
    };
    let count = match state {
        MessageState::Delivered => &mut delivery.delivered,
        MessageState::Waiting => &mut delivery.failed,
        MessageState::Dead => &mut delivery.dead,
    };
    *count += 1;
    Ok(Settlement {
        outbox_ref: message.outbox_ref,
        leased_until: message.leased_until,
        state,
        attempts: message.attempts,
        due_at,
        delivered_at,
        last_error: sent.error,
    })
}

/// A message that was on its way when its channel was closed: due as before, and the attempt does not count.
fn put_back(message: &ClaimedMessage, sent: Sent) -> Settlement {
    Settlement {
        outbox_ref: message.outbox_ref,
        leased_until: message.leased_until,
        state: MessageState::Waiting,
        attempts: message.attempts.saturating_sub(1),
        due_at: None,
        delivered_at: None,
        last_error: sent.error,
    }
}

/// Why a message is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It waits, or was delivered.
    #[error("the message is {}: only one that was given up is sent again", .0.name())]
    NotDead(MessageState),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets a message that was given up be sent again: due now, with all its attempts, under its id. Call it within a
/// transaction.
pub fn replay<C: Connection>(
    connection: &mut C,
    message: &MessageView,
    now_ms: i64,
) -> Result<MessageView, ReplayError> {
    if message.state != MessageState::Dead {
        return Err(ReplayError::NotDead(message.state));
    }
    store::outbox::replay(connection, message.outbox_ref, now_ms)?;
    let found = store::outbox::by_ref(connection, message.outbox_ref)?;
    Ok(found.ok_or_else(|| StoreError::Damaged("a message is gone".to_owned()))?)
}
