//! What a gateway is sent of an alert. No name, telephone number or address is in it.

use domain::date::{Day, Month};
use domain::strategy::{Recipient, Words};
use domain::tier::Status;
use serde::Serialize;
use store::StoreError;

use crate::churn::alert::{status_name, status_number};
use crate::outbox;

/// What messages are about.
pub(super) const TOPIC: &str = "churn.alert";

/// What a message tells.
pub(super) struct News<'a> {
    /// sms | mail.
    pub(super) channel: &'static str,
    /// For whom, and their id.
    pub(super) to: (Recipient, &'a str),
    /// About whom.
    pub(super) customer_id: &'a str,
    /// Code of the tier.
    pub(super) tier: &'a str,
    /// What was entered.
    pub(super) status: Status,
    /// First month below the tier's threshold.
    pub(super) first_month: Month,
    /// Date of the check.
    pub(super) opened_on: Day,
    /// Last day in time.
    pub(super) due_on: Day,
    /// The sentence.
    pub(super) words: &'a Words,
}

/// The text of a message that is written at an instant.
pub(super) fn payload(news: &News<'_>, now_ms: i64) -> Result<String, StoreError> {
    let (recipient, id) = news.to;
    let data = Data {
        channel: news.channel,
        to: To::of(recipient, id),
        customer_id: news.customer_id,
        tier: news.tier,
        status: status_name(status_number(news.status)),
        spell_from: news.first_month.to_string(),
        opened_on: news.opened_on.to_string(),
        due_on: news.due_on.to_string(),
        text: Text { zh: &news.words.zh, en: &news.words.en },
    };
    outbox::payload(TOPIC, data, now_ms)
}

#[derive(Serialize)]
struct Data<'a> {
    channel: &'static str,
    to: To<'a>,
    customer_id: &'a str,
    tier: &'a str,
    status: &'static str,
    spell_from: String,
    opened_on: String,
    due_on: String,
    text: Text<'a>,
}

/// For whom a message is.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum To<'a> {
    EmployeeId(&'a str),
    OrganisationId(&'a str),
}

impl<'a> To<'a> {
    pub(super) fn of(recipient: Recipient, id: &'a str) -> Self {
        match recipient {
            Recipient::Employee(_) => To::EmployeeId(id),
            Recipient::Organisation(_) => To::OrganisationId(id),
        }
    }
}

/// A sentence in both languages.
#[derive(Serialize)]
pub(super) struct Text<'a> {
    pub(super) zh: &'a str,
    pub(super) en: &'a str,
}
