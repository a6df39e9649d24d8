//! Keys of a partner: secrets that are shown once.

use app::partner::{KeyError, key};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::Instant;
use web::{Answer, Call, Problem};

use crate::partners::found;
use crate::{problem, secret};

/// How a key takes over; the body may be absent.
#[derive(Deserialize, Default)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateBody {
    /// Hours for which the secrets before are still taken, 0 to 720; 24 when absent.
    #[serde(default)]
    pub overlap_hours: Option<u32>,
}

/// A new key.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CreatedKeyAnswer {
    /// Its number among the partner's.
    pub number: u32,
    /// The secret, shown this once: a repeat with the same Idempotency-Key answers null here.
    pub secret: Option<String>,
}

/// A key.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyAnswer {
    /// Its number among the partner's.
    pub number: u32,
    /// True while signatures made with it are taken.
    pub is_valid: bool,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Until when; null while no other follows it.
    pub valid_until: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

/// The keys of a partner.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeysAnswer {
    /// The newest first.
    pub items: Vec<KeyAnswer>,
}

/// `GET /partners/{id}/keys`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let items = key::keys(connection, &partner)?.into_iter().map(|key| KeyAnswer {
        number: key.number,
        is_valid: key.is_valid(call.now_ms),
        created_by: key.created_by,
        created_at: Instant(key.created_at),
        valid_until: key.valid_until.map(Instant),
        revoked_at: key.revoked_at.map(Instant),
    });
    Answer::json(&KeysAnswer { items: items.collect() })
}

/// `POST /partners/{id}/keys`
pub fn rotate<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let body: RotateBody = if call.bytes().is_empty() { RotateBody::default() } else { call.body()? };
    let (text, hours) = (secret::random()?, body.overlap_hours.unwrap_or(key::OVERLAP_HOURS));
    let number = call
        .atomically(connection, |connection| {
            key::rotate(connection, &partner, &text, hours, &call.caller.person, call.now_ms)
        })
        .map_err(problem::key)?;
    let answer = Answer::created(&CreatedKeyAnswer { number, secret: Some(text) })?;
    answer.shown_once(&CreatedKeyAnswer { number, secret: None })
}

/// `DELETE /partners/{id}/keys/{number}`
pub fn revoke<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let partner = found(connection, call)?;
    let number: u32 = call.parameter("number").parse().map_err(|_| problem::key(KeyError::Unknown))?;
    call.atomically(connection, |connection| {
        key::revoke(connection, &partner, number, &call.caller.person, call.now_ms)
    })
    .map_err(problem::key)?;
    Ok(Answer::no_content())
}
