//! Answers to requests with an Idempotency-Key, kept in the transaction of their effect.

use crate::{Connection, StoreError};

/// An answer that was given.
#[derive(Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// SHA-256 of the request that it answered.
    pub request_hash: Vec<u8>,
    /// Status code.
    pub status: u16,
    /// Content type; empty without a body.
    pub content_type: String,
    /// The body.
    pub body: String,
}

/// The answer under a client's key.
pub fn find<C: Connection>(
    connection: &mut C,
    api_client_id: &str,
    key: &str,
) -> Result<Option<StoredAnswer>, StoreError> {
    connection
        .execute(
            "select request_hash, status, content_type, body from idempotency
             where api_client_id = ?1 and idempotency_key = ?2",
            &[api_client_id.into(), key.into()],
        )?
        .read_first("idempotency.find", |row| {
            Ok(StoredAnswer {
                request_hash: row.blob()?,
                status: row.narrow()?,
                content_type: row.text()?,
                body: row.text()?,
            })
        })
}

/// Keeps an answer under a client's key.
pub fn keep<C: Connection>(
    connection: &mut C,
    api_client_id: &str,
    key: &str,
    answer: &StoredAnswer,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into idempotency
           (api_client_id, idempotency_key, request_hash, status, content_type, body, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &[
            api_client_id.into(),
            key.into(),
            answer.request_hash.clone().into(),
            i64::from(answer.status).into(),
            answer.content_type.as_str().into(),
            answer.body.as_str().into(),
            now_ms.into(),
        ],
    )?;
    Ok(())
}
