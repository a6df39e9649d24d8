//! What a gateway is sent, in the form of Standard Webhooks. No name, telephone number or address is in it.

use domain::date::{Day, Month};
use domain::strategy::{Recipient, Words};
use domain::tier::Status;
use serde::Serialize;

use crate::churn::alert::{status_name, status_number};

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
pub(super) fn payload(news: &News<'_>, now_ms: i64) -> Result<String, serde_json::Error> {
    let (recipient, id) = news.to;
    serde_json::to_string(&Payload {
        topic: TOPIC,
        timestamp: rfc_3339(now_ms),
        data: Data {
            channel: news.channel,
            to: To::of(recipient, id),
            customer_id: news.customer_id,
            tier: news.tier,
            status: status_name(status_number(news.status)),
            spell_from: news.first_month.to_string(),
            opened_on: news.opened_on.to_string(),
            due_on: news.due_on.to_string(),
            text: Text { zh: &news.words.zh, en: &news.words.en },
        },
    })
}

/// What every message looks like from outside.
#[derive(Serialize)]
pub(super) struct Payload<T> {
    #[serde(rename = "type")]
    pub(super) topic: &'static str,
    pub(super) timestamp: String,
    pub(super) data: T,
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

/// An instant in UTC, to the second.
pub(super) fn rfc_3339(now_ms: i64) -> String {
    let seconds = now_ms.div_euclid(1000);
    let (day, of_day) = (Day::from_number(seconds.div_euclid(86_400) as i32), seconds.rem_euclid(86_400));
    format!("{day}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc_to_the_second() {
        for (now_ms, expected) in [
            (1_795_320_000_000, "2026-11-22T04:00:00Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc_3339(now_ms), expected);
        }
    }
}
