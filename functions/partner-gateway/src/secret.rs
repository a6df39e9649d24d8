//! Secrets that are made here, and signatures of files.

use app::partner::key;
use store::Connection;
use store::partner::PartnerRow;
use web::signature::Secret;
use web::{Answer, Problem};

/// A secret of 32 random bytes, written as Standard Webhooks write them.
pub fn random() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal("the runtime gives no random numbers"))?;
    Ok(Secret::of_bytes(&bytes).to_text())
}

/// The partner's secrets that are taken now.
pub fn valid<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    now_ms: i64,
) -> Result<Vec<Secret>, Problem> {
    let secrets = key::secrets(connection, partner.partner_ref, now_ms)?;
    let read = |text: &String| Secret::parse(text).map_err(|error| Problem::internal(error.to_string()));
    secrets.iter().map(read).collect()
}

/// The answer with signatures of its body by all of the partner's secrets, under an id: whichever the partner has, it
/// can tell that the file is ours and whole.
pub fn sign<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    answer: Answer,
    id: &str,
    now_ms: i64,
) -> Result<Answer, Problem> {
    let seconds = now_ms.div_euclid(1_000);
    let secrets = valid(connection, partner, now_ms)?;
    let signatures: Vec<String> =
        secrets.iter().map(|secret| secret.sign(id, seconds, &answer.body)).collect();
    Ok(answer
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signatures.join(" ")))
}
