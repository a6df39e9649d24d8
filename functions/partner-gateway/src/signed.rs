//! What all signed requests have in common: the signature is looked at before anything else, and each id once for ever.

use app::partner::{self, Asked, request};
use app::points::Moment;
use domain::id::Id;
use serde::Serialize;
use store::Connection;
use store::partner::PartnerRow;
use web::signature::{Signed, TOLERANCE_SECONDS, verify};
use web::{Answer, Call, Problem, Slug};

use crate::operation::OperationName;
use crate::{problem, secret};

/// The same for everything that may be wrong with a signature, so that nobody learns what was.
fn refused() -> Problem {
    Problem::new(Slug::BadSignature, "the signature, its time or the partner is not right")
}

/// The partner that signed, when it did; it may be suspended.
fn signer<C: Connection>(connection: &mut C, call: &Call) -> Result<PartnerRow, Problem> {
    let header = |name| call.header(name).ok_or_else(refused);
    let signed = Signed {
        id: header("webhook-id")?,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
    };
    let found = match partner::partner(connection, header("kezhi-partner")?) {
        Ok(found) => found,
        Err(partner::PartnerError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(refused()),
    };
    let secrets = secret::valid(connection, &found, call.now_ms)?;
    verify(&secrets, signed, call.bytes(), call.now_ms, TOLERANCE_SECONDS).map_err(|_| refused())?;
    Ok(found)
}

/// The id of a request, in the form of all ids here. A full stop never gets so far: it would let id and time be cut in
/// two ways under one signature.
fn webhook_id(call: &Call) -> Result<Id, Problem> {
    let text = call.header("webhook-id").unwrap_or_default();
    Id::parse(text).map_err(|_| {
        Problem::new(Slug::MalformedHeader, "a header cannot be read")
            .at("webhook-id", "1 to 64 characters of A-Z, a-z, 0-9, '_', ':' and '-'")
    })
}

/// The present instant, and the partner as the one who acts.
pub fn moment<'a>(call: &Call, person: &'a str) -> Moment<'a> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person }
}

/// Runs `work` for a signed request. Its id is bound to the operation and the body from then on, also when the request is
/// refused: the signature does not cover the path, and what was signed for one operation must never do for another.
///
/// A signature that is wrong keeps no writer waiting. One that was right is looked at again when the request's turn has
/// come, because until then the partner may have been suspended, its keys revoked and its terms changed.
pub fn bound<C: Connection>(
    connection: &mut C,
    call: &Call,
    operation: OperationName,
    work: impl FnOnce(&mut C, Asked<'_>) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    let partner = signer(connection, call)?;
    let id = webhook_id(call)?;
    let person = format!("partner:{}", partner.partner_id);
    // What is no text is never done, so that it may look like other text here.
    let payload = format!("{}\n{}", operation.name(), String::from_utf8_lossy(call.bytes()));
    let payload_hash = web::key::hash(&payload);
    let asked = Asked { partner: &partner, webhook_id: id.as_str(), moment: moment(call, &person) };
    call.atomically(connection, |connection| {
        request::bind(connection, asked, &payload_hash).map_err(|error| problem::request(error, ""))?;
        store::in_part(connection, |connection| {
            let partner = signer(connection, call)?;
            if partner.is_suspended {
                return Err(refused());
            }
            work(connection, Asked { partner: &partner, ..asked })
        })
    })?
}

/// Runs `work` once for a signed request, and answers a repeat from the store. Effect and answer commit together. `work`
/// gets the request and returns its number with the answer.
pub fn once<C: Connection, T: Serialize>(
    connection: &mut C,
    call: &Call,
    operation: OperationName,
    work: impl FnOnce(&mut C, Asked<'_>) -> Result<(i64, T), Problem>,
) -> Result<Answer, Problem> {
    bound(connection, call, operation, |connection, asked| {
        if let Some(text) = request::known(connection, asked)? {
            return Ok(Answer::json_text(text).header("idempotency-hit", "true"));
        }
        let (number, value) = work(connection, asked)?;
        let text = serde_json::to_string(&value)
            .map_err(|_| Problem::internal("an answer could not be written as JSON"))?;
        request::answer(connection, number, &text)?;
        Ok(Answer::json_text(text))
    })
}
