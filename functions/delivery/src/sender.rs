//! Sending: all messages of a batch are on their way at one time.

#[cfg(not(target_arch = "wasm32"))]
pub use native::{gateway, send};
#[cfg(target_arch = "wasm32")]
pub use wire::{gateway, send};

#[cfg(target_arch = "wasm32")]
mod wire;

/// Natively there is no network: every message fails, as it would with a gateway that is down.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use app::outbox::Sent;
    use store::outbox::ClaimedMessage;

    use crate::gateway::{Gateway, unanswered};

    /// A gateway that nobody reaches.
    pub fn gateway() -> Result<Option<Gateway>, &'static str> {
        Gateway::read("https://gateway.example", "whsec_dGhlcmUgaXMgbm8gbmV0d29yayBuYXRpdmVseQ==")
    }

    /// Sends nothing.
    pub fn send(_: &Gateway, batch: &[ClaimedMessage], _: i64) -> Vec<Sent> {
        batch.iter().map(|_| unanswered("there is no network natively")).collect()
    }
}
