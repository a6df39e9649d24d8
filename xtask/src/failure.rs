//! What went wrong and what the reader can do about it: a message without the second half is not finished.

use std::fmt;

/// A failure that a developer reads in the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    what: String,
    advice: String,
}

impl Failure {
    /// `what` happened, and the `advice` that follows from it.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  what to do: {}", self.what.trim_end(), self.advice)
    }
}

impl std::error::Error for Failure {}

/// Gives a foreign error its context and its advice.
pub trait OrAdvise<T> {
    /// `doing` is what was tried; the foreign error's own text follows it.
    fn or_advise(self, doing: impl fmt::Display, advice: &str) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> OrAdvise<T> for Result<T, E> {
    fn or_advise(self, doing: impl fmt::Display, advice: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("{doing}: {error}"), advice))
    }
}
