//! The outbox: messages that wait, are on their way, were delivered or given up.

use domain::delivery::MessageState;

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, Value, dialect};

mod view;

pub use view::{MessageFilter, MessageView, by_ref, page};

/// A message to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// What receivers know it by; the same for the same news, however often it is told.
    pub message_id: String,
    /// sms | mail.
    pub channel: &'static str,
    /// What it is about: `churn.alert`.
    pub topic: &'static str,
    /// Number of the organisation whose business it is.
    pub organisation_ref: u32,
    /// Id of the employee or organisation that it is for.
    pub recipient: String,
    /// The alert that it tells of; what still waits is given up with it.
    pub subject: Option<String>,
    /// The exact text that is sent and signed.
    pub body: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Not before, in milliseconds.
    pub due_at: i64,
    /// Minutes of the business day before which no attempt is made.
    pub send_from: Option<u16>,
}

/// Adds messages; one whose id is known stays as it is. Returns how many were new.
pub fn add<C: Connection>(
    connection: &mut C,
    messages: impl IntoIterator<Item = NewMessage>,
) -> Result<u64, StoreError> {
    let rows = messages.into_iter().map(|message| {
        [
            message.message_id.into(),
            message.channel.into(),
            message.topic.into(),
            message.organisation_ref.into(),
            message.recipient.into(),
            message.subject.into(),
            message.body.into(),
            MessageState::Waiting.name().into(),
            Value::Integer(0),
            message.created_at.into(),
            message.due_at.into(),
            message.send_from.map(u32::from).into(),
        ]
    });
    let into =
        "insert into outbox (message_id, channel, topic, organisation_ref, recipient, subject, body, state,
           attempts, created_at, due_at, send_from)";
    // One that was given up before any attempt, and whose matter stands again, is not lost.
    let then = "on conflict (message_id) do update set state = 'waiting', last_error = null,
           due_at = excluded.due_at
         where outbox.state = 'dead' and outbox.attempts = 0
         returning outbox_ref";
    Ok(batch::insert(connection, into, then, rows)?.rows.len() as u64)
}

/// Secrets of who is to believe a message; no log ever shows them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(pub Vec<String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} secrets", self.0.len())
    }
}

/// A message that this deliverer has for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMessage {
    /// Its number.
    pub outbox_ref: i64,
    /// What receivers know it by.
    pub message_id: String,
    /// sms | mail.
    pub channel: String,
    /// Id of the employee, organisation or partner that it is for.
    pub recipient: String,
    /// The recipient's own secrets, where it has some: a partner believes what one of them signed.
    pub secrets: Secrets,
    /// The exact text to send.
    pub body: String,
    /// Attempts, the one that begins now included.
    pub attempts: u32,
    /// End of the lease, in milliseconds.
    pub leased_until: i64,
    /// Minutes of the business day before which no attempt is made.
    pub send_from: Option<u16>,
}

/// Gives up messages whose lease ended after their last attempt, and says how many: each was on its way so often when
/// its deliverer ended, and would be taken again for ever.
pub fn give_up_unsettled<C: Connection>(
    connection: &mut C,
    most_attempts: u32,
    now_ms: i64,
) -> Result<u64, StoreError> {
    let given_up = connection.execute(
        "update outbox set state = 'dead', leased_until = null,
           last_error = 'the delivering component ended while sending'
         where state = 'waiting' and leased_until < ?1 and attempts >= ?2
         returning outbox_ref",
        &[now_ms.into(), most_attempts.into()],
    )?;
    Ok(given_up.rows.len() as u64)
}

/// Gives up what waits about these subjects, and is not on its way.
pub fn give_up_about<'a, C: Connection>(
    connection: &mut C,
    subjects: impl IntoIterator<Item = &'a str>,
    reason: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = format!(
        "update outbox set state = 'dead', leased_until = null, last_error = ?2
         where state = 'waiting' and (leased_until is null or leased_until < ?3)
           and subject in (select row.value from {})",
        dialect::batch(1)
    );
    connection.execute(&sql, &[Batch::of_texts(subjects).into_value(), reason.into(), now_ms.into()])?;
    Ok(())
}

/// Takes up to `limit` messages of the channels that are due and that no other deliverer has, the longest due first,
/// until `leased_until`. An attempt counts when it begins, so that one that ends its deliverer counts too. One
/// statement, so that two deliverers never take the same message.
pub fn claim<C: Connection>(
    connection: &mut C,
    channels: &[&str],
    now_ms: i64,
    leased_until: i64,
    limit: u32,
) -> Result<Vec<ClaimedMessage>, StoreError> {
    let sql = format!(
        "update outbox set leased_until = ?1, attempts = attempts + 1
         where outbox_ref in (
           select outbox_ref from outbox
           where state = 'waiting' and due_at <= ?2 and (leased_until is null or leased_until < ?2)
             and channel in (select row.value from {})
           order by due_at limit ?4)
         returning outbox_ref, message_id, channel, recipient, body, attempts, leased_until, send_from",
        dialect::batch(3)
    );
    let channels = Batch::of_texts(channels.iter().copied()).into_value();
    let parameters: [Value; 4] = [leased_until.into(), now_ms.into(), channels, limit.into()];
    let mut claimed = connection.execute(&sql, &parameters)?.read("outbox.claim", |row| {
        Ok(ClaimedMessage {
            outbox_ref: row.integer()?,
            message_id: row.text()?,
            channel: row.text()?,
            recipient: row.text()?,
            secrets: Secrets::default(),
            body: row.text()?,
            attempts: row.narrow()?,
            leased_until: row.integer()?,
            send_from: row.narrow_or_null()?,
        })
    })?;
    // Rows are returned in any order.
    claimed.sort_unstable_by_key(|message| message.outbox_ref);
    Ok(claimed)
}

/// What became of a message that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Its number.
    pub outbox_ref: i64,
    /// The lease under which it was tried.
    pub leased_until: i64,
    /// Where it stands now.
    pub state: MessageState,
    /// Attempts that count.
    pub attempts: u32,
    /// Not before, while it waits, in milliseconds.
    pub due_at: Option<i64>,
    /// When it was delivered, in milliseconds.
    pub delivered_at: Option<i64>,
    /// Why not.
    pub last_error: Option<String>,
}

/// Writes what became of messages and ends their leases. One whose lease ended meanwhile, so that another deliverer
/// has it, is left to that one. Returns how many were written.
pub fn settle<C: Connection>(
    connection: &mut C,
    settlements: impl IntoIterator<Item = Settlement>,
) -> Result<u64, StoreError> {
    let rows = settlements.into_iter().map(|settled| {
        [
            settled.outbox_ref.into(),
            settled.leased_until.into(),
            settled.state.name().into(),
            settled.attempts.into(),
            settled.due_at.into(),
            settled.delivered_at.into(),
            settled.last_error.into(),
        ]
    });
    // Columns of their own names, so that what is returned has one meaning on every engine.
    let columns = "message_ref, lease, new_state, new_attempts, new_due_at, new_delivered_at, new_error";
    let sql =
        "update outbox set state = new_state, attempts = new_attempts, due_at = coalesce(new_due_at, due_at),
           delivered_at = new_delivered_at, last_error = new_error, leased_until = null
         from wanted
         where outbox_ref = message_ref and leased_until = lease and state = 'waiting'
         returning outbox_ref";
    let written = batch::select(connection, "outbox.settle", (columns, sql), rows, |row| row.integer())?;
    Ok(written.len() as u64)
}

/// Lets a message that was given up wait again, due at `now_ms`, with all its attempts. Its id and text stay.
pub fn replay<C: Connection>(connection: &mut C, number: i64, now_ms: i64) -> Result<(), StoreError> {
    connection.execute(
        "update outbox set state = 'waiting', attempts = 0, due_at = ?2, leased_until = null
         where outbox_ref = ?1 and state = 'dead'",
        &[number.into(), now_ms.into()],
    )?;
    Ok(())
}

/// How many messages of each channel wait, now or later.
pub fn waiting<C: Connection>(connection: &mut C) -> Result<Vec<(String, u64)>, StoreError> {
    connection
        .execute("select channel, count(*) from outbox where state = 'waiting' group by channel", &[])?
        .read("outbox.waiting", |row| Ok((row.text()?, row.narrow()?)))
}
