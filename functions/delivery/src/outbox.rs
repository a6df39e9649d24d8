//! Messages as operators see them, and what operators do with them.

use app::outbox::{self, ReplayError};
use domain::delivery::MessageState;
use serde::Serialize;
use serde_json::value::RawValue;
use store::outbox::{MessageFilter, MessageView};
use store::{Connection, StoreError};
use web::field::Instant;
use web::page::Listing;
use web::{Answer, Call, Problem, Slug};

use crate::gateway::CHANNELS;
use crate::sender;

/// Shorter than the time between two runs of the trigger, and in time for any proxy. A batch that has begun is
/// finished; what is still due goes with the next call.
pub const BUDGET_MS: i64 = 8_000;

/// A message.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MessageAnswer {
    /// Its id here.
    pub id: String,
    /// What receivers know it by.
    pub message_id: String,
    /// sms | mail | partner.
    pub channel: String,
    /// What it is about: churn.alert | churn.report | assignment.changed | partner.settlement | partner.redemption.
    pub topic: String,
    /// The employee or organisation that it is for.
    pub recipient: String,
    /// The organisation whose business it is.
    pub organisation_id: String,
    /// waiting | delivered | dead.
    pub state: &'static str,
    /// Attempts so far.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Instant,
    /// Not before.
    pub due_at: Instant,
    /// When it was delivered.
    pub delivered_at: Option<Instant>,
    /// How the latest attempt failed.
    pub last_error: Option<String>,
}

/// A message with what is sent.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MessageTextAnswer {
    /// The message.
    #[serde(flatten)]
    pub message: MessageAnswer,
    /// Exactly what is sent and signed.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")
    )]
    pub body: Box<RawValue>,
}

/// What a delivery did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DeliveryAnswer {
    /// Messages that the gateway took.
    pub delivered: u64,
    /// Attempts that failed; those messages are due again later.
    pub failed: u64,
    /// Messages that were given up.
    pub dead: u64,
    /// Messages that wait now, for their time or for another attempt.
    pub waiting: u64,
    /// Messages that wait because no gateway is configured; none of them was tried.
    pub unconfigured: u64,
    /// False: messages are still due; call again.
    pub done: bool,
    /// Time spent, in milliseconds.
    pub duration_ms: i64,
}

fn shape(message: MessageView) -> MessageAnswer {
    MessageAnswer {
        id: message.outbox_ref.to_string(),
        message_id: message.message_id,
        channel: message.channel,
        topic: message.topic,
        recipient: message.recipient,
        organisation_id: message.organisation_id,
        state: message.state.name(),
        attempts: message.attempts,
        created_at: Instant(message.created_at),
        due_at: Instant(message.due_at),
        delivered_at: message.delivered_at.map(Instant),
        last_error: message.last_error,
    }
}

fn shape_with_text(mut message: MessageView) -> Result<MessageTextAnswer, StoreError> {
    let body = RawValue::from_string(std::mem::take(&mut message.body))
        .map_err(|_| StoreError::Damaged("the text of a message is no JSON".to_owned()))?;
    Ok(MessageTextAnswer { message: shape(message), body })
}

/// `GET /outbox`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let filter = MessageFilter {
        state: call.query.read("state", |name| {
            MessageState::parse(name).ok_or("waiting, delivered or dead is asked for")
        })?,
        channel: call.query.read("channel", |name| {
            CHANNELS.contains(&name).then(|| name.to_owned()).ok_or("sms, mail or partner is asked for")
        })?,
        organisation_ref: reach.top.map(|(number, _)| number),
    };
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::outbox::page(connection, &filter, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.outbox_ref.into()]);
    let items: Vec<MessageAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// The message that the path names; one of an organisation that the key does not see is not known to it.
fn message<C: Connection>(connection: &mut C, call: &Call) -> Result<MessageView, Problem> {
    call.whole_parts_only()?;
    let unknown = || Problem::not_found(Slug::UnknownMessage);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let message = store::outbox::by_ref(connection, number)?.ok_or_else(unknown)?;
    if call.covers(connection, message.organisation_ref)? { Ok(message) } else { Err(unknown()) }
}

/// `GET /outbox/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let message = message(connection, call)?;
    Answer::json(&shape_with_text(message)?)
}

/// `POST /outbox/{id}/replay`
pub fn replay<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let again = call.atomically(connection, |connection| {
        let message = message(connection, call)?;
        outbox::replay(connection, &message, call.now_ms).map_err(|error| {
            let text = error.to_string();
            match error {
                ReplayError::NotDead(_) => Problem::conflict(Slug::WrongState, text),
                ReplayError::Store(error) => Problem::from(error),
            }
        })
    })?;
    Answer::json(&shape(again))
}

/// `POST /outbox/deliveries`
pub fn deliver<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.whole_parts_only()?;
    if call.caller.organisation.is_some() {
        return Err(Problem::forbidden("a delivery is about the whole bank, and the key sees a part of it"));
    }
    let started = std::time::Instant::now();
    let elapsed = || started.elapsed().as_millis() as i64;
    let gateway = sender::gateway().map_err(Problem::internal)?;
    let channels: &[&str] = if gateway.is_some() { &CHANNELS } else { &[] };
    let done = outbox::deliver(connection, channels, call.now_ms, elapsed, BUDGET_MS, |batch, now_ms| {
        gateway.as_ref().map_or_else(Vec::new, |gateway| sender::send(gateway, batch, now_ms))
    })?;
    Answer::json(&DeliveryAnswer {
        delivered: done.delivered,
        failed: done.failed,
        dead: done.dead,
        waiting: done.waiting,
        unconfigured: done.unconfigured,
        done: done.done,
        duration_ms: elapsed(),
    })
}
