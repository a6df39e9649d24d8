//! What every message looks like from outside: the form of Standard Webhooks.

use domain::date::Day;
use serde::Serialize;
use store::StoreError;

#[derive(Serialize)]
struct Payload<T> {
    #[serde(rename = "type")]
    topic: &'static str,
    timestamp: String,
    data: T,
}

/// The text of a message about a topic that is written at an instant, in milliseconds.
pub(crate) fn payload(topic: &'static str, data: impl Serialize, now_ms: i64) -> Result<String, StoreError> {
    let payload = Payload { topic, timestamp: rfc_3339(now_ms), data };
    serde_json::to_string(&payload).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// An instant in UTC, to the second.
pub(crate) fn rfc_3339(now_ms: i64) -> String {
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
