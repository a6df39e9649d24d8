//! The callers' ids: 1–64 of `A-Za-z0-9._:-`.

use std::fmt;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 64 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'")]
pub struct NotAnId;

/// True when `text` may serve as an id.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}

/// An id that has been looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// The only door: checks length and alphabet.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        if is_id(text) { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }

    /// The text as the caller gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_plain() {
        for good in ["a", "CN-0001", "core:42_x.y", &"x".repeat(64)] {
            assert!(Id::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "客", "a/b", "a\0", &"x".repeat(65)] {
            assert_eq!(Id::parse(bad), Err(NotAnId), "{bad}");
        }
    }
}
