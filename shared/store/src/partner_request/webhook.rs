//! Webhook-ids whose signature was right.

use crate::{Connection, StoreError};

/// Binds an id to what is asked under it first, and says whether it is this: false when the id belongs to something else.
pub fn bind<C: Connection>(
    connection: &mut C,
    (partner_ref, webhook_id): (u32, &str),
    payload_hash: &[u8; 32],
) -> Result<bool, StoreError> {
    let bound = connection
        .execute(
            "insert into partner_webhook (partner_ref, webhook_id, payload_hash) values (?1, ?2, ?3)
             on conflict (partner_ref, webhook_id) do update set payload_hash = partner_webhook.payload_hash
             returning payload_hash",
            &[partner_ref.into(), webhook_id.into(), payload_hash.to_vec().into()],
        )?
        .read_one("partner_request.bind", |row| row.blob())?;
    Ok(bound == payload_hash)
}
