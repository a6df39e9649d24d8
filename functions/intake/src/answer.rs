//! What a sender is told.

use app::intake::{Outcome, Rejection};
use serde::Serialize;
use web::{Answer, Call, Problem, Slug};

/// Errors that an answer tells; the counts tell how many there were.
const SHOWN_ERRORS: usize = 100;

/// A record that was not kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "RefusedRecord"))]
pub struct Refused {
    /// Line of the body, or place in the array, from 1.
    pub line: u32,
    /// JSON pointer into the record.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// What became of a batch. `errors` holds the first hundred.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "IntakeReport"))]
pub struct Report {
    /// Records that were kept.
    pub accepted: usize,
    /// Records that were known already, or were replaced by a later one of the same request.
    pub duplicates: usize,
    /// Records that were not kept.
    pub rejected: usize,
    /// Why not.
    pub errors: Vec<Refused>,
}

impl Report {
    /// Notes a record that could not be read; they come in the order of the body.
    pub fn refuse(&mut self, refused: Refused) {
        self.rejected += 1;
        if self.errors.len() < SHOWN_ERRORS {
            self.errors.push(refused);
        }
    }

    /// Adds what became of the records that could be read.
    pub fn take(&mut self, outcome: Outcome, line: impl Fn(usize) -> u32) {
        self.accepted = outcome.accepted;
        self.duplicates = outcome.duplicates;
        self.rejected += outcome.rejected.len();
        let first = outcome.rejected.into_iter().take(SHOWN_ERRORS);
        self.errors.extend(first.map(|Rejection { index, pointer, detail }| Refused {
            line: line(index),
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        }));
        self.errors.sort_unstable_by_key(|refused| refused.line);
        self.errors.truncate(SHOWN_ERRORS);
    }
}

/// The answer to a single object.
pub fn to_record(call: &Call, report: Report) -> Result<Answer, Problem> {
    match report.errors.into_iter().next() {
        Some(Refused { pointer, detail, .. }) => Err(Problem::rule(pointer, detail)),
        None => kept(call, &Report { errors: Vec::new(), ..report }),
    }
}

/// The answer to a batch.
pub fn to_batch(call: &Call, report: Report) -> Result<Answer, Problem> {
    if report.rejected > 0 && report.accepted + report.duplicates == 0 {
        return nothing_kept(&report);
    }
    kept(call, &report)
}

fn kept(call: &Call, report: &Report) -> Result<Answer, Problem> {
    match call.minimal() {
        Some(minimal) if report.rejected == 0 => Ok(minimal),
        _ => Answer::json(report),
    }
}

/// A problem document whose errors have lines, and with the counts.
#[derive(Serialize)]
struct NothingKept<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

fn nothing_kept(report: &Report) -> Result<Answer, Problem> {
    let slug = Slug::BrokenRule;
    let mut answer = Answer::json(&NothingKept {
        r#type: format!("/problems/{}", slug.name()),
        title: slug.title(),
        status: slug.status(),
        detail: "no record was kept",
        report,
    })?;
    answer.status = slug.status();
    answer.content_type = "application/problem+json";
    Ok(answer)
}
