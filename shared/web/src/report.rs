//! What the sender of a batch is told.

use app::intake::{Outcome, Rejection};
use serde::Serialize;

use crate::message::PROBLEM;
use crate::{Answer, Call, FieldError, Problem, Slug};

/// Errors that an answer tells; the counts tell how many there were.
const SHOWN_ERRORS: usize = 100;

/// A record that was not kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RefusedRecord {
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
pub struct BatchReport {
    /// Records that were kept.
    pub accepted: usize,
    /// Records that were known already, or were replaced by a later one of the same request.
    pub duplicates: usize,
    /// Records that were not kept.
    pub rejected: usize,
    /// Why not.
    pub errors: Vec<RefusedRecord>,
}

impl BatchReport {
    /// Notes a record that could not be read; they come in the order of the body.
    pub fn refuse(&mut self, line: u32, error: FieldError) {
        self.rejected += 1;
        if self.errors.len() < SHOWN_ERRORS {
            let FieldError { pointer, detail } = error;
            self.errors.push(RefusedRecord { line, pointer, detail });
        }
    }

    /// Adds what became of the records that could be read; `line` gives the line of a place in the request.
    pub fn take(&mut self, outcome: Outcome, line: impl Fn(usize) -> u32) {
        self.accepted = outcome.accepted;
        self.duplicates = outcome.duplicates;
        self.rejected += outcome.rejected.len();
        let first = outcome.rejected.into_iter().take(SHOWN_ERRORS);
        self.errors.extend(first.map(|Rejection { index, pointer, detail }| RefusedRecord {
            line: line(index),
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        }));
        self.errors.sort_unstable_by_key(|refused| refused.line);
        self.errors.truncate(SHOWN_ERRORS);
    }

    /// The answer to the batch. When every record was refused it is a problem, and `nothing_kept` says so.
    pub fn answer(&self, call: &Call, nothing_kept: &'static str) -> Result<Answer, Problem> {
        if self.rejected > 0 && self.accepted + self.duplicates == 0 {
            return self.refusal(nothing_kept);
        }
        match call.minimal() {
            Some(minimal) if self.rejected == 0 => Ok(minimal),
            _ => Answer::json(self),
        }
    }

    fn refusal(&self, detail: &'static str) -> Result<Answer, Problem> {
        let slug = Slug::BrokenRule;
        let mut answer = Answer::json(&NothingKept {
            r#type: format!("/problems/{}", slug.name()),
            title: slug.title(),
            status: slug.status(),
            detail,
            report: self,
        })?;
        answer.status = slug.status();
        answer.content_type = PROBLEM;
        Ok(answer)
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
    report: &'a BatchReport,
}
