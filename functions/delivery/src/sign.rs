//! Signatures as the Standard Webhooks specification asks for them: receivers know the sender, the text and the time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use web::base64;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// Bytes of a secret: fewer could be guessed, more are digested first and win nothing.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that sender and receiver share.
pub struct Secret(Vec<u8>);

impl Secret {
    /// Reads `whsec_` and the Base64, with the standard alphabet, of as many bytes as the specification asks for. The
    /// error is for the operator and does not show the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let letters = text.strip_prefix(PREFIX).map(|text| text.trim_end_matches('='));
        let letters = letters.filter(|letters| !letters.contains(['-', '_']));
        let key = letters.and_then(|letters| base64::decode(&letters.replace('+', "-").replace('/', "_")));
        match key {
            None => Err("the variable gateway_secret is not whsec_ and Base64"),
            Some(key) if !LENGTHS.contains(&key.len()) => {
                Err("the variable gateway_secret is shorter than 24 or longer than 64 bytes")
            }
            Some(key) => Ok(Self(key)),
        }
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

    /// A secret of these letters, of which the two alphabets write the same.
    fn of<const N: usize>(letters: [u8; N]) -> String {
        format!("{PREFIX}{}", base64::encode(&letters))
    }

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
        let [secret, forged] = [b'k', b'f'].map(|byte| Secret::parse(&of([byte; 32])).expect("a secret"));
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
        let good = of([b'k'; 32]);
        let letters = good.trim_start_matches(PREFIX);
        let [shouted, url_safe] = [format!("WHSEC_{letters}"), format!("{PREFIX}{}", "-_-_".repeat(8))];
        for text in ["", "whsec_a", "whsec_客户", letters, &shouted, &url_safe] {
            let error = Secret::parse(text).err();
            assert_eq!(error, Some("the variable gateway_secret is not whsec_ and Base64"), "{text}");
        }
        for text in [&good, &format!("{good}="), &format!("{PREFIX}{}", "+/+/".repeat(8))] {
            assert!(Secret::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_secret_has_24_to_64_bytes() {
        for (text, is_right) in
            [(of([b'k'; 0]), false), (of([b'k'; 23]), false), (of([b'k'; 24]), true), (of([b'k'; 64]), true)]
        {
            assert_eq!(Secret::parse(&text).is_ok(), is_right, "{text}");
        }
        let error = Secret::parse(&of([b'k'; 65])).err();
        assert_eq!(error, Some("the variable gateway_secret is shorter than 24 or longer than 64 bytes"));
    }
}
