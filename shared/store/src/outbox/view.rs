//! Messages as people see them.

use domain::delivery::MessageState;

use crate::organisation::under;
use crate::{Connection, Row, StoreError, Value};

/// A message with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its number.
    pub outbox_ref: i64,
    /// What receivers know it by.
    pub message_id: String,
    /// sms | mail.
    pub channel: String,
    /// What it is about.
    pub topic: String,
    /// Number of the organisation whose business it is.
    pub organisation_ref: u32,
    /// Its id.
    pub organisation_id: String,
    /// Id of the employee or organisation that it is for.
    pub recipient: String,
    /// The exact text that is sent.
    pub body: String,
    /// Where it stands.
    pub state: MessageState,
    /// Attempts so far.
    pub attempts: u32,
    /// When it was written, in milliseconds.
    pub created_at: i64,
    /// Not before, in milliseconds.
    pub due_at: i64,
    /// When it was delivered, in milliseconds.
    pub delivered_at: Option<i64>,
    /// How the latest attempt failed.
    pub last_error: Option<String>,
}

const VIEW: &str =
    "select outbox_ref, message_id, channel, topic, outbox.organisation_ref, organisation_id, recipient, body,
         state, attempts, created_at, due_at, delivered_at, last_error
     from outbox join organisation on organisation.organisation_ref = outbox.organisation_ref";

fn view(row: &mut Row<'_>) -> Result<MessageView, StoreError> {
    Ok(MessageView {
        outbox_ref: row.integer()?,
        message_id: row.text()?,
        channel: row.text()?,
        topic: row.text()?,
        organisation_ref: row.narrow()?,
        organisation_id: row.text()?,
        recipient: row.text()?,
        body: row.text()?,
        state: MessageState::parse(&row.text()?)
            .ok_or_else(|| StoreError::Damaged("the state of a message is unknown".to_owned()))?,
        attempts: row.narrow()?,
        created_at: row.integer()?,
        due_at: row.integer()?,
        delivered_at: row.integer_or_null()?,
        last_error: row.text_or_null()?,
    })
}

/// Which messages a page shows.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    /// Only those that stand there.
    pub state: Option<MessageState>,
    /// Only those of this channel.
    pub channel: Option<String>,
    /// Top of the subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
}

/// Messages after the number `after`, at most `limit`, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    filter: &MessageFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<MessageView>, StoreError> {
    // Names of states and no parameters, so that the engine sees which index has the few that were not delivered.
    let state = match filter.state {
        None => "",
        Some(MessageState::Delivered) => " and state = 'delivered'",
        Some(MessageState::Waiting) => {
            " and outbox_ref in (select outbox_ref from outbox where state = 'waiting')"
        }
        Some(MessageState::Dead) => " and outbox_ref in (select outbox_ref from outbox where state = 'dead')",
    };
    let organisation = match filter.organisation_ref {
        None => "?3 is null",
        Some(_) => "outbox.organisation_ref in (select organisation_ref from under)",
    };
    let sql = format!(
        "{} {VIEW}
         where outbox_ref > ?1{state} and (?2 is null or channel = ?2) and {organisation}
         order by outbox_ref limit ?4",
        under(3)
    );
    let parameters: [Value; 4] =
        [after.into(), filter.channel.as_deref().into(), filter.organisation_ref.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("outbox.page", view)
}

/// The message of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<MessageView>, StoreError> {
    let sql = format!("{VIEW} where outbox_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("outbox.by_ref", view)
}
