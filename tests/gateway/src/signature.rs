//! Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, several of them parted by blanks.
//!
//! HMAC is written out by RFC 2104 and shares nothing with the sender: a mistake there finds no twin here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The block of SHA-256, to which HMAC fills a key up.
const BLOCK: usize = 64;

/// How far the clocks of both sides may differ, in seconds; it bounds how long a recorded request can be sent again.
const TOLERANCE_S: u64 = 300;

/// Whether one of the signatures in the header was made with the key, over exactly this, at about this time.
pub(crate) fn is_right(key: &[u8], id: &str, timestamp: &str, body: &[u8], header: &str, now_s: i64) -> bool {
    let in_time = timestamp.parse::<i64>().is_ok_and(|sent_s| now_s.abs_diff(sent_s) <= TOLERANCE_S);
    let expected = hmac(key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
    let signatures = header.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let mut decoded = signatures.filter_map(|text| STANDARD.decode(text).ok());
    in_time && decoded.any(|signature| is_same(&signature, &expected))
}

/// HMAC-SHA256 of the parts one after the other.
pub(crate) fn hmac(key: &[u8], message: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        let digest: [u8; 32] = Sha256::digest(key).into();
        block[..32].copy_from_slice(&digest);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let begun = |pad: u8| Sha256::new().chain_update(block.map(|byte| byte ^ pad));
    let inner = message.iter().fold(begun(0x36), |hash, part| hash.chain_update(part));
    begun(0x5c).chain_update(inner.finalize()).finalize().into()
}

/// Compares in a time that does not depend on where the difference is.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0u8, |differing, (one, other)| differing | (one ^ other));
    one.len() == other.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SENT: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    /// The key that Standard Webhooks publish for their example.
    fn key() -> Vec<u8> {
        STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
    }

    #[test]
    fn the_published_example_is_right_alone_and_beside_others() {
        for header in [SIGNATURE.to_owned(), format!("v1a,xyz v1,AAAA {SIGNATURE}")] {
            assert!(is_right(&key(), ID, SENT, BODY, &header, 1_614_265_330), "{header}");
        }
    }

    #[test]
    fn any_change_makes_it_wrong() {
        let now = 1_614_265_330;
        assert!(!is_right(b"another key", ID, SENT, BODY, SIGNATURE, now));
        assert!(!is_right(&key(), "msg_other", SENT, BODY, SIGNATURE, now));
        assert!(!is_right(&key(), ID, "1614265331", BODY, SIGNATURE, now));
        assert!(!is_right(&key(), ID, SENT, b"{}", SIGNATURE, now));
        for header in ["", "v1,", "v1", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE"] {
            assert!(!is_right(&key(), ID, SENT, BODY, header, now), "{header}");
        }
    }

    #[test]
    fn an_old_or_a_future_time_is_wrong() {
        for (later_s, right) in [(-300, true), (300, true), (-301, false), (301, false)] {
            let now = 1_614_265_330 + later_s;
            assert_eq!(is_right(&key(), ID, SENT, BODY, SIGNATURE, now), right, "{later_s}");
        }
    }

    #[test]
    fn a_key_longer_than_a_block_is_digested_first() {
        // RFC 4231, test case 6.
        let tag = hmac(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]);
        let text: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
