//! Bodies, read strictly: nothing unknown, nothing twice, nothing half.

use serde::Deserialize;
use serde::de::IgnoredAny;

pub use crate::records::{GREATEST_BODY_BYTES, GREATEST_RECORDS, records};
use crate::{FieldError, Problem, pointer};

/// Reads one JSON value: `400` when it is not JSON (or names a key twice, or nests too deep), `422` with a pointer
/// when it is JSON of another shape.
pub fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    read(bytes).map_err(|fault| {
        let FieldError { pointer, detail } = fault.error;
        if fault.malformed { Problem::malformed(pointer, detail) } else { Problem::rule(pointer, detail) }
    })
}

/// Reads one record of a batch; a bad one is reported by its pointer and the others go on.
pub fn record<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, FieldError> {
    read(bytes).map_err(|fault| fault.error)
}

struct Fault {
    malformed: bool,
    error: FieldError,
}

impl Fault {
    fn new(malformed: bool, pointer: String, detail: impl Into<String>) -> Self {
        Self { malformed, error: FieldError { pointer, detail: detail.into() } }
    }
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    // One check of the whole text is cheaper than one of every string, and also covers what the parser skips.
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Fault::new(true, pointer::at(bytes, error.valid_up_to()), "the text is not UTF-8")
    })?;
    let value = serde_json::from_str(text).map_err(|error| explain(text, &error))?;
    match escaped_nul(bytes) {
        None => Ok(value),
        Some(offset) => Err(Fault::new(false, pointer::at(bytes, offset), "a text holds the character NUL")),
    }
}

/// Where valid JSON writes a NUL. Databases and files cut texts there, so none is let in.
fn escaped_nul(json: &[u8]) -> Option<usize> {
    let mut position = 0;
    while let Some(found) = memchr::memchr(b'\\', &json[position..]) {
        position += found;
        if json[position..].starts_with(b"\\u0000") {
            return Some(position);
        }
        position += 2;
    }
    None
}

#[cold]
fn explain(text: &str, error: &serde_json::Error) -> Fault {
    if !error.is_data() {
        return syntax(text, error);
    }
    // The parser stopped at the first field of a wrong shape; whether the rest is JSON at all is asked first.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return syntax(text, &error);
    }
    let message = message(error);
    let pointer = pointer::at(text.as_bytes(), offset(text, error));
    if message.starts_with("duplicate ") {
        return Fault::new(true, pointer, "the key is given more than once");
    }
    if let Some(field) = quoted(&message, "missing field `") {
        return Fault::new(false, pointer::child(&pointer, field), "the field is missing");
    }
    if message.starts_with("unknown field `") {
        return Fault::new(false, pointer, format!("no such field{}", expectation(&message)));
    }
    if message.starts_with("invalid ") || message.starts_with("unknown variant `") {
        // The parser's own words repeat the value, which may be a person's.
        let expected = expectation(&message);
        let expected = expected.trim_start_matches(", ");
        return Fault::new(
            false,
            pointer,
            if expected.is_empty() { "not what is expected here" } else { expected },
        );
    }
    Fault::new(false, pointer, message)
}

fn syntax(text: &str, error: &serde_json::Error) -> Fault {
    Fault::new(true, pointer::at(text.as_bytes(), offset(text, error)), message(error))
}

/// The parser's message without the place, which the pointer tells.
fn message(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    if let Some(end) = message.rfind(" at line ") {
        message.truncate(end);
    }
    message
}

/// `, expected …` at the end of the parser's message, where our own types and field names speak.
fn expectation(message: &str) -> &str {
    message.rfind(", expected ").map_or("", |start| &message[start..])
}

fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.split('`').next()
}

/// The byte at which the parser stopped; it counts lines and columns from one.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    (start + error.column()).saturating_sub(1)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
