//! What the sender of a batch is told.

use app::intake::Rejection;
use app::points::accrual::Accrued;
use serde::Serialize;
use web::{Answer, Call, Problem, Slug};

/// Errors that an answer tells; the counts tell how many there were.
const SHOWN_ERRORS: usize = 100;

/// An event that was not kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct RefusedEvent {
    /// Line of the body, or place in the array, from 1.
    pub line: u32,
    /// JSON pointer into the event.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// What became of a batch. `errors` holds the first hundred.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsEventsReport {
    /// Events that were kept, whether or not they earned.
    pub accepted: usize,
    /// Events that were known already.
    pub duplicates: usize,
    /// Events that were not kept.
    pub rejected: usize,
    /// Why not.
    pub errors: Vec<RefusedEvent>,
}

impl PointsEventsReport {
    /// Notes an event that could not be read; they come in the order of the body.
    pub fn refuse(&mut self, refused: RefusedEvent) {
        self.rejected += 1;
        if self.errors.len() < SHOWN_ERRORS {
            self.errors.push(refused);
        }
    }

    /// Adds what became of the events that could be read.
    pub fn take(&mut self, accrued: Accrued, line: impl Fn(usize) -> u32) {
        self.accepted = accrued.accepted;
        self.duplicates = accrued.duplicates;
        self.rejected += accrued.rejected.len();
        let first = accrued.rejected.into_iter().take(SHOWN_ERRORS);
        self.errors.extend(first.map(|Rejection { index, pointer, detail }| RefusedEvent {
            line: line(index),
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        }));
        self.errors.sort_unstable_by_key(|refused| refused.line);
        self.errors.truncate(SHOWN_ERRORS);
    }

    /// The answer to a batch.
    pub fn answer(&self, call: &Call) -> Result<Answer, Problem> {
        if self.rejected > 0 && self.accepted + self.duplicates == 0 {
            return self.nothing_kept();
        }
        match call.minimal() {
            Some(minimal) if self.rejected == 0 => Ok(minimal),
            _ => Answer::json(self),
        }
    }

    fn nothing_kept(&self) -> Result<Answer, Problem> {
        let slug = Slug::BrokenRule;
        let mut answer = Answer::json(&NothingKept {
            r#type: format!("/problems/{}", slug.name()),
            title: slug.title(),
            status: slug.status(),
            detail: "no event was kept",
            report: self,
        })?;
        answer.status = slug.status();
        answer.content_type = "application/problem+json";
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
    report: &'a PointsEventsReport,
}
