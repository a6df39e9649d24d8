//! Signatures as the Standard Webhooks specification asks for them: a receiver knows the sender, the text and the time.
//!
//! Messages to a bank's gateway are signed by it, and requests of partners are checked by it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base64;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// How signatures of this kind begin.
const VERSION: &str = "v1,";

/// Bytes of a secret: fewer could be guessed, more are digested first and win nothing.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// Characters of an id.
const ID_LENGTHS: std::ops::RangeInclusive<usize> = 1..=64;

/// How far the clocks of both sides may differ, in seconds, as the specification recommends; it bounds how long a
/// recorded request can be sent again.
pub const TOLERANCE_SECONDS: i64 = 300;

/// A secret that sender and receiver share. It has no `Debug`, so that no log shows it.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// Why a text is no secret; says what is wrong with it and does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is not `whsec_` and Base64 with the standard alphabet.
    #[error("the secret is not whsec_ and Base64")]
    Form,
    /// It has fewer than 24 or more than 64 bytes.
    #[error("the secret is shorter than 24 or longer than 64 bytes")]
    Length,
}

/// What a signed request says in its headers.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more, parted by blanks.
    pub signature: &'a str,
}

/// Why a signed request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The id has no or more than 64 characters, one that is not visible ASCII, or a full stop.
    #[error("webhook-id has 1 to 64 visible characters without a full stop")]
    Id,
    /// The timestamp is not made of digits, or is larger than any time.
    #[error("webhook-timestamp is a number of seconds since 1970")]
    Timestamp,
    /// It was signed too long ago.
    #[error("webhook-timestamp is too long ago")]
    TooOld,
    /// It was signed with a clock that is too far ahead.
    #[error("webhook-timestamp is too far ahead")]
    TooNew,
    /// No signature of a version known here.
    #[error("webhook-signature has no signature that begins with v1,")]
    Absent,
    /// No signature is that of this id, time and body with a secret that is valid.
    #[error("webhook-signature is not that of this id, time and body")]
    Wrong,
}

impl Secret {
    /// A new secret of 32 random bytes.
    pub fn of_bytes(bytes: &[u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// Reads `whsec_` and the Base64, with the standard alphabet, of as many bytes as the specification asks for.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let key = text.strip_prefix(PREFIX).and_then(decode).ok_or(SecretError::Form)?;
        if !LENGTHS.contains(&key.len()) {
            return Err(SecretError::Length);
        }
        Ok(Self(key))
    }

    /// The text that [`Secret::parse`] reads.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", encode(&self.0))
    }

    /// The signature of a body that is sent under an id at a time, in seconds.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        // Keys of any length make a code; without one a receiver would refuse the message.
        let Some(code) = self.code(id, &seconds.to_string(), body) else { return String::new() };
        format!("{VERSION}{}", encode(&code.finalize().into_bytes()))
    }

    fn code(&self, id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        code.update(id.as_bytes());
        code.update(b".");
        code.update(timestamp.as_bytes());
        code.update(b".");
        code.update(body);
        Some(code)
    }
}

/// Believes a request when one of its signatures was made with one of the secrets, over exactly this id, time and body,
/// no more than `tolerance_seconds` from now. Several secrets are valid while one takes over from another. Signatures
/// are compared in a time that does not depend on where they differ.
pub fn verify(
    secrets: &[Secret],
    headers: Signed<'_>,
    body: &[u8],
    now_ms: i64,
    tolerance_seconds: i64,
) -> Result<(), SignatureError> {
    let is_visible = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
    if !ID_LENGTHS.contains(&headers.id.len()) || !headers.id.bytes().all(is_visible) {
        return Err(SignatureError::Id);
    }
    // Signs, blanks and fractions are other texts of the same number, and the text is what is signed.
    if !headers.timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SignatureError::Timestamp);
    }
    let sent = headers.timestamp.parse::<i64>().map_err(|_| SignatureError::Timestamp)?;
    let seconds_ago = now_ms.div_euclid(1_000).saturating_sub(sent);
    if seconds_ago > tolerance_seconds {
        return Err(SignatureError::TooOld);
    }
    if seconds_ago < -tolerance_seconds {
        return Err(SignatureError::TooNew);
    }
    let known = headers.signature.split(' ').filter_map(|signature| signature.strip_prefix(VERSION));
    let signatures: Vec<Vec<u8>> = known.filter_map(decode).collect();
    if signatures.is_empty() {
        return Err(SignatureError::Absent);
    }
    let codes = secrets.iter().filter_map(|secret| secret.code(headers.id, headers.timestamp, body));
    for code in codes {
        if signatures.iter().any(|signature| code.clone().verify_slice(signature).is_ok()) {
            return Ok(());
        }
    }
    Err(SignatureError::Wrong)
}

/// Bytes as Base64 with the standard alphabet and padding.
fn encode(bytes: &[u8]) -> String {
    let letters = base64::encode(bytes).replace('-', "+").replace('_', "/");
    let padding = "=".repeat(letters.len().wrapping_neg() % 4);
    letters + &padding
}

/// Base64 with the standard alphabet as bytes, with or without padding; nothing when it is none.
fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    if letters.contains(['-', '_']) {
        return None;
    }
    base64::decode(&letters.replace('+', "-").replace('/', "_"))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
