//! Signatures as the Standard Webhooks specification asks for them: receivers know the sender, the text and the time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use web::base64;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// A secret that sender and receiver share.
pub struct Secret(Vec<u8>);

impl Secret {
    /// Reads `whsec_` and Base64 with the standard alphabet; nothing when it is of another form or empty.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(PREFIX)?;
        let letters = text.trim_end_matches('=');
        if letters.contains(['-', '_']) {
            return None;
        }
        let key = base64::decode(&letters.replace('+', "-").replace('/', "_"))?;
        (!key.is_empty()).then_some(Self(key))
    }

    /// The signature of a text that is sent under an id at a time, in seconds.
    pub fn sign(&self, message_id: &str, seconds: i64, body: &str) -> String {
        // Keys of any length make a code; without one a receiver would refuse the message.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{message_id}.{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        let letters = base64::encode(&mac.finalize().into_bytes()).replace('-', "+").replace('_', "/");
        let padding = "=".repeat(letters.len().wrapping_neg() % 4);
        format!("v1,{letters}{padding}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        assert_eq!(
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn another_id_time_text_or_secret_has_another_signature() {
        let secret = Secret::parse("whsec_c2VjcmV0").expect("a secret");
        let forged = Secret::parse("whsec_Zm9yZ2Vk").expect("a secret");
        let signed = secret.sign("a", 1, "{}");
        for other in [
            secret.sign("b", 1, "{}"),
            secret.sign("a", 2, "{}"),
            secret.sign("a", 1, "[]"),
            forged.sign("a", 1, "{}"),
        ] {
            assert_ne!(signed, other);
        }
    }

    #[test]
    fn a_secret_of_another_form_is_refused() {
        for text in
            ["", "whsec_", "whsec_====", "c2VjcmV0", "whsec_-_-_", "whsec_a", "whsec_客户", "WHSEC_Zm8="]
        {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
        for text in ["whsec_Zm8=", "whsec_Zm8", "whsec_+/+/"] {
            assert!(Secret::parse(text).is_some(), "{text}");
        }
    }
}
