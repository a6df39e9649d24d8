//! Secrets with which partners sign.

use crate::batch::Batch;
use crate::{Connection, StoreError, dialect};

/// A partner's key.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its number among the partner's, from 1.
    pub number: u32,
    /// The secret, as the partner has it; empty when the key was revoked, or has ended and was forgotten.
    pub secret: String,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Until when, in milliseconds; nothing while no other follows it.
    pub valid_until: Option<i64>,
    /// When it was revoked, in milliseconds.
    pub revoked_at: Option<i64>,
}

impl KeyRow {
    /// True when signatures made with it are taken.
    pub fn is_valid(&self, now_ms: i64) -> bool {
        !self.secret.is_empty() && self.valid_until.is_none_or(|until| now_ms < until)
    }
}

/// Secrets that are valid now of these partners, by the callers' ids, as (id, secret).
pub fn valid_secrets<C: Connection>(
    connection: &mut C,
    partner_ids: &[&str],
    now_ms: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let sql = format!(
        "select partner_id, secret from {} cross join partner cross join partner_key
         where partner_id = row.value and partner_key.partner_ref = partner.partner_ref
           and secret <> '' and (valid_until is null or valid_until > ?2)
         order by partner_id, number desc",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[Batch::of_texts(partner_ids.iter().copied()).into_value(), now_ms.into()])?
        .read("partner.valid_secrets", |row| Ok((row.text()?, row.text()?)))
}

/// Adds a key and returns its number.
pub fn add_key<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    secret: &str,
    person: &str,
    now_ms: i64,
) -> Result<u32, StoreError> {
    connection
        .execute(
            "insert into partner_key (partner_ref, number, secret, created_by, created_at)
             select ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 from partner_key where partner_ref = ?1
             returning number",
            &[partner_ref.into(), secret.into(), person.into(), now_ms.into()],
        )?
        .read_one("partner.add_key", |row| row.narrow())
}

/// Lets keys end at an instant, those that would last longer and those that have no end.
pub fn end_keys<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    valid_until: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update partner_key set valid_until = ?2
         where partner_ref = ?1 and revoked_at is null and (valid_until is null or valid_until > ?2)",
        &[partner_ref.into(), valid_until.into()],
    )?;
    Ok(())
}

/// Forgets the secrets of keys that have ended, whosever they are.
pub fn forget_keys<C: Connection>(connection: &mut C, now_ms: i64) -> Result<(), StoreError> {
    connection.execute(
        "update partner_key set secret = '' where secret <> '' and valid_until <= ?1",
        &[now_ms.into()],
    )?;
    Ok(())
}

/// Revokes a key and forgets its secret; a revoked one keeps its first date.
pub fn revoke_key<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    number: u32,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update partner_key set secret = '', revoked_by = ?3, revoked_at = ?4
         where partner_ref = ?1 and number = ?2 and revoked_at is null",
        &[partner_ref.into(), number.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// All keys of a partner, the newest first.
pub fn keys<C: Connection>(connection: &mut C, partner_ref: u32) -> Result<Vec<KeyRow>, StoreError> {
    connection
        .execute(
            "select number, secret, created_by, created_at, valid_until, revoked_at
             from partner_key where partner_ref = ?1 order by number desc",
            &[partner_ref.into()],
        )?
        .read("partner.keys", |row| {
            Ok(KeyRow {
                number: row.narrow()?,
                secret: row.text()?,
                created_by: row.text()?,
                created_at: row.integer()?,
                valid_until: row.integer_or_null()?,
                revoked_at: row.integer_or_null()?,
            })
        })
}
