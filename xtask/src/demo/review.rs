//! The reviews that follow a load, and a look at what they found.

use chrono::NaiveDate;

use crate::client::{Client, JSON};
use crate::failure::Failure;
use crate::progress::Progress;

/// A job answers when done; one that is too long for a request says so and is called again.
const MOST_CALLS: u32 = 1_000;

/// Reviews the whole book as of a date; the answer of the run that finished it.
pub fn review(client: &Client, as_of: NaiveDate) -> Result<serde_json::Value, Failure> {
    run(client, "/tiers/reviews", &format!("reviewing tiers as of {as_of}"), as_of)
}

/// Checks for churn after the review of a date.
pub fn check(client: &Client, as_of: NaiveDate) -> Result<serde_json::Value, Failure> {
    run(client, "/churn/checks", &format!("checking for churn as of {as_of}"), as_of)
}

/// Runs a job of a date, as often as it asks for; the answer of the call that finished it.
pub(super) fn run(
    client: &Client,
    path: &str,
    what: &str,
    as_of: NaiveDate,
) -> Result<serde_json::Value, Failure> {
    let progress = Progress::waiting(what);
    let body = format!("{{\"as_of\":\"{as_of}\"}}");
    for _ in 0..MOST_CALLS {
        let answer = client.post(path, JSON, body.as_bytes())?;
        let report = answer.json();
        if answer.status != 200 {
            let text: String = answer.text.chars().take(400).collect();
            return Err(Failure::new(
                format!("POST {path} answered {}: {text}", answer.status),
                "read the answer above and the runtime's log; the data are loaded and stay",
            ));
        }
        // Not done: the next call continues where this one stopped.
        if report["done"] != serde_json::Value::Bool(false) {
            progress.finish();
            return Ok(report);
        }
    }
    Err(Failure::new(
        format!("POST {path} did not finish within {MOST_CALLS} calls"),
        "look at GET /jobs/{id} for where it stands",
    ))
}

/// One line of what a review did.
pub fn line(as_of: NaiveDate, report: &serde_json::Value) -> String {
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    format!(
        "review as of {as_of}: {} customers, {} first decided, {} up, {} down, {} churned, {} unchanged, {} ms",
        count("customers"),
        count("first"),
        count("upgraded"),
        count("downgraded"),
        count("churned"),
        count("unchanged"),
        count("duration_ms")
    )
}

/// One line of what a check did.
pub fn check_line(as_of: NaiveDate, report: &serde_json::Value) -> String {
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    format!(
        "churn check as of {as_of}: {} alerts opened, {} closed, {} ms",
        count("alerts_opened"),
        count("alerts_closed"),
        count("duration_ms")
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::client::stub;
    use crate::month::parse_date;

    #[test]
    fn a_review_that_needs_three_calls_gets_three() {
        let calls = AtomicU32::new(0);
        let (base, seen) = stub::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => (200, r#"{"done":false}"#.to_owned()),
            _ => (200, r#"{"done":true,"customers":3,"upgraded":1}"#.to_owned()),
        });
        let as_of = parse_date("2026-10-31").unwrap();
        let report = review(&Client::new(&base, None), as_of).unwrap();
        assert!(line(as_of, &report).contains("3 customers, 0 first decided, 1 up"));
        assert_eq!(seen.lock().unwrap().len(), 3);
    }
}
