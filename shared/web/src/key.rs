//! Keys of callers.

use app::access::{self, Caller};
use sha2::{Digest, Sha256};
use store::Connection;

use crate::{Problem, Request, base64};

/// How keys made here begin, so that scanners of repositories and logs know one when they see it.
const PREFIX: &str = "kz_";

/// A key from 32 random bytes.
pub fn from_random(bytes: &[u8; 32]) -> String {
    format!("{PREFIX}{}", base64::encode(bytes))
}

/// SHA-256 of a key: enough, because a key has 256 random bits and cannot be guessed from a list.
pub fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Compares without stopping at the first difference.
fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (left, right)| all | (left ^ right));
    std::hint::black_box(difference) == 0
}

/// The caller behind a request's key.
pub(crate) fn caller<C: Connection>(
    connection: &mut C,
    request: &Request,
    admin_key: &str,
    now_ms: i64,
) -> Result<Caller, Problem> {
    let mut sent = request.headers.iter().filter(|(name, _)| name == "authorization");
    let (Some((_, credentials)), None) = (sent.next(), sent.next()) else {
        return Err(Problem::unauthenticated());
    };
    let key = match credentials.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        _ => return Err(Problem::unauthenticated()),
    };
    if key.is_empty() {
        return Err(Problem::unauthenticated());
    }
    let hashed = hash(key);
    // An unset variable must not make the empty key, or any key, the administrator's.
    if !admin_key.is_empty() && same(&hashed, &hash(admin_key)) {
        return Ok(Caller::administrator());
    }
    access::authenticate(connection, &hashed, now_ms)?.ok_or_else(Problem::unauthenticated)
}
