//! Mails to employees: the same from outside whatever they tell of.

use domain::date::Day;
use domain::retention::works_on;
use domain::strategy::Words;
use serde::Serialize;
use store::StoreError;
use store::outbox::NewMessage;
use store::recipient::PersonRow;

use super::payload;

/// How mails travel.
const CHANNEL: &str = "mail";

/// News for an employee. No name of a customer is in it.
pub(crate) struct Mail<T> {
    /// What it is about: `assignment.changed`.
    pub(crate) topic: &'static str,
    /// What receivers know it by; the same for the same news.
    pub(crate) message_id: String,
    /// Whoever sees this organisation sees the message.
    pub(crate) organisation_ref: u32,
    /// What programs read of it.
    pub(crate) news: T,
    /// What people read.
    pub(crate) words: Words,
}

#[derive(Serialize)]
struct Data<'a, T> {
    channel: &'static str,
    to: To<'a>,
    #[serde(flatten)]
    news: T,
    text: Text,
}

#[derive(Serialize)]
struct To<'a> {
    employee_id: &'a str,
}

#[derive(Serialize)]
struct Text {
    zh: String,
    en: String,
}

impl<T: Serialize> Mail<T> {
    /// The message to an employee, written at an instant, in milliseconds, and due at once.
    pub(crate) fn message(self, person: &PersonRow, now_ms: i64) -> Result<NewMessage, StoreError> {
        let Words { zh, en } = self.words;
        let to = To { employee_id: &person.employee_id };
        let data = Data { channel: CHANNEL, to, news: self.news, text: Text { zh, en } };
        Ok(NewMessage {
            message_id: self.message_id,
            channel: CHANNEL,
            topic: self.topic,
            organisation_ref: self.organisation_ref,
            recipient: person.employee_id.clone(),
            subject: None,
            body: payload(self.topic, data, now_ms)?,
            created_at: now_ms,
            due_at: now_ms,
            send_from: None,
        })
    }
}

/// True when an employee works on a day: nobody else gets mail.
pub(crate) fn is_at_work(person: &PersonRow, on: Day) -> bool {
    works_on(person.active_from.map(Day::from_number), person.active_to.map(Day::from_number), on)
}
