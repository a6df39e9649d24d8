//! Secrets with which a partner signs: the next one takes over while the one before is still taken.

use store::partner::{KeyRow, PartnerRow};
use store::{Connection, StoreError};

/// Hours for which the secret before is still taken, when nobody says.
pub const OVERLAP_HOURS: u32 = 24;

/// The longest overlap: thirty days.
pub const MOST_OVERLAP_HOURS: u32 = 720;

/// Secrets that may be valid at a time; each is tried for every request.
const MOST_VALID: usize = 5;

const HOUR_MS: i64 = 3_600_000;

/// Why keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The partner has no key of this number.
    #[error("the partner has no key of this number")]
    Unknown,
    /// The overlap is too long.
    #[error("0 to 720 hours")]
    Overlap,
    /// Too many secrets are valid.
    #[error("five secrets of the partner are valid; revoke one first")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The partner's secrets that are taken now, the newest first.
pub fn secrets<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    now_ms: i64,
) -> Result<Vec<String>, StoreError> {
    let keys = store::partner::keys(connection, partner_ref)?;
    Ok(keys.into_iter().filter(|key| key.is_valid(now_ms)).map(|key| key.secret).collect())
}

/// The keys of a partner, the newest first.
pub fn keys<C: Connection>(connection: &mut C, partner: &PartnerRow) -> Result<Vec<KeyRow>, StoreError> {
    store::partner::keys(connection, partner.partner_ref)
}

/// Forgets the secrets of keys that have ended, whosever they are.
pub fn forget<C: Connection>(connection: &mut C, now_ms: i64) -> Result<(), StoreError> {
    store::partner::forget_keys(connection, now_ms)
}

/// Adds a secret and lets those before end after some hours, those too that would have lasted longer. Secrets that have
/// ended are forgotten. Returns its number. Call it inside a transaction.
pub fn rotate<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    secret: &str,
    overlap_hours: u32,
    person: &str,
    now_ms: i64,
) -> Result<u32, KeyError> {
    if overlap_hours > MOST_OVERLAP_HOURS {
        return Err(KeyError::Overlap);
    }
    let until = now_ms + i64::from(overlap_hours) * HOUR_MS;
    store::partner::end_keys(connection, partner.partner_ref, until)?;
    forget(connection, now_ms)?;
    if secrets(connection, partner.partner_ref, now_ms)?.len() >= MOST_VALID {
        return Err(KeyError::TooMany);
    }
    Ok(store::partner::add_key(connection, partner.partner_ref, secret, person, now_ms)?)
}

/// Revokes a key at once; again it changes nothing. Call it inside a transaction.
pub fn revoke<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    number: u32,
    person: &str,
    now_ms: i64,
) -> Result<(), KeyError> {
    if !keys(connection, partner)?.iter().any(|key| key.number == number) {
        return Err(KeyError::Unknown);
    }
    Ok(store::partner::revoke_key(connection, partner.partner_ref, number, person, now_ms)?)
}
