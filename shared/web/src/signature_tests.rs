//! Secrets, the published example, and everything that makes a signature wrong.

use super::*;

/// The example that Standard Webhooks publish.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT: i64 = 1_614_265_330;
const BODY: &[u8] = b"{\"test\": 2432232314}";
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

/// A secret of these letters, of which the two alphabets write the same.
fn of<const N: usize>(letters: [u8; N]) -> String {
    format!("{PREFIX}{}", base64::encode(&letters))
}

fn secret(text: &str) -> Secret {
    Secret::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn signed<'a>(id: &'a str, timestamp: &'a str, signature: &'a str) -> Signed<'a> {
    Signed { id, timestamp, signature }
}

/// Judges a request at the moment it was signed.
fn judge(id: &str, timestamp: &str, signature: &str, body: &[u8]) -> Result<(), SignatureError> {
    let headers = signed(id, timestamp, signature);
    verify(&[secret(SECRET)], headers, body, SENT * 1_000, TOLERANCE_SECONDS)
}

#[test]
fn a_signature_is_that_of_the_published_example() {
    assert_eq!(secret(SECRET).sign(ID, SENT, BODY), SIGNATURE);
    assert_eq!(judge(ID, "1614265330", SIGNATURE, BODY), Ok(()));
}

#[test]
fn another_id_time_text_or_secret_has_another_signature() {
    let [secret, forged] = [b'k', b'f'].map(|byte| secret(&of([byte; 32])));
    let signed = secret.sign("a", 1, b"{}");
    for other in [
        secret.sign("b", 1, b"{}"),
        secret.sign("a", 2, b"{}"),
        secret.sign("a", 1, b"[]"),
        forged.sign("a", 1, b"{}"),
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
        assert_eq!(Secret::parse(text).err(), Some(SecretError::Form), "{text}");
    }
    for text in [&good, &format!("{good}="), &format!("{PREFIX}{}", "+/+/".repeat(8))] {
        assert!(Secret::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn a_secret_has_24_to_64_bytes() {
    for (text, expected) in [
        (of([b'k'; 0]), Some(SecretError::Length)),
        (of([b'k'; 23]), Some(SecretError::Length)),
        (of([b'k'; 24]), None),
        (of([b'k'; 64]), None),
        (of([b'k'; 65]), Some(SecretError::Length)),
    ] {
        assert_eq!(Secret::parse(&text).err(), expected, "{text}");
    }
}

#[test]
fn a_new_secret_is_written_and_read_again() {
    for byte in [0, b'k', 0xfb, 0xff] {
        let made = Secret::of_bytes(&[byte; 32]);
        let text = made.to_text();
        assert!(text.starts_with(PREFIX) && text.len() == PREFIX.len() + 44 && text.ends_with('='), "{text}");
        assert_eq!(secret(&text).sign("a", 1, b"{}"), made.sign("a", 1, b"{}"));
    }
    assert_eq!(secret(SECRET).to_text(), SECRET);
}

#[test]
fn no_errors_repeat_a_secret() {
    let text = "whsec_c2VjcmV0";
    let error = Secret::parse(text).err().map(|error| error.to_string()).expect("too short");
    assert!(!error.contains("c2VjcmV0"), "{error}");
}

#[test]
fn any_bit_that_changes_makes_a_signature_wrong() {
    for at in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[at / 8] ^= 1 << (at % 8);
        assert_eq!(
            judge(ID, "1614265330", SIGNATURE, &body),
            Err(SignatureError::Wrong),
            "bit {at} of the body"
        );
    }
    let tag = decode(&SIGNATURE[VERSION.len()..]).expect("Base64");
    for at in 0..tag.len() * 8 {
        let mut tag = tag.clone();
        tag[at / 8] ^= 1 << (at % 8);
        let signature = format!("{VERSION}{}", encode(&tag));
        assert_eq!(judge(ID, "1614265330", &signature, BODY), Err(SignatureError::Wrong), "bit {at}");
    }
    for (id, timestamp, body) in [
        ("msg_p5jXN8AQM9LWM0D4loKWxJel", "1614265330", BODY),
        (ID, "1614265331", BODY),
        (ID, "01614265330", BODY),
        (ID, "1614265330", b""),
        // The same bytes, cut at another place.
        ("msg_p5jXN8AQM9LWM0D4loKWxJe", "1614265330", BODY),
    ] {
        assert_eq!(judge(id, timestamp, SIGNATURE, body), Err(SignatureError::Wrong), "{id} {timestamp}");
    }
}

#[test]
fn the_signature_of_one_request_is_not_that_of_another() {
    let secret = secret(SECRET);
    let [first, second] = ["first", "second"].map(|id| secret.sign(id, SENT, BODY));
    assert_eq!(judge("first", "1614265330", &first, BODY), Ok(()));
    assert_eq!(judge("first", "1614265330", &second, BODY), Err(SignatureError::Wrong));
    assert_eq!(judge("second", "1614265330", &first, BODY), Err(SignatureError::Wrong));
}

#[test]
fn clocks_may_differ_by_300_seconds() {
    let secret = [secret(SECRET)];
    for (now_s, expected) in [
        (SENT - 301, Err(SignatureError::TooNew)),
        (SENT - 300, Ok(())),
        (SENT - 299, Ok(())),
        (SENT, Ok(())),
        (SENT + 299, Ok(())),
        (SENT + 300, Ok(())),
        (SENT + 301, Err(SignatureError::TooOld)),
    ] {
        for now_ms in [now_s * 1_000, now_s * 1_000 + 999] {
            let headers = signed(ID, "1614265330", SIGNATURE);
            let judged = verify(&secret, headers, BODY, now_ms, TOLERANCE_SECONDS);
            assert_eq!(judged, expected, "{now_ms}");
        }
    }
}

#[test]
fn one_right_signature_of_one_valid_secret_is_enough() {
    let [old, new, other] = [b'o', b'n', b'x'].map(|byte| secret(&of([byte; 32])));
    let [by_old, by_new, by_other] = [&old, &new, &other].map(|secret| secret.sign("a", SENT, BODY));
    let both = [old, new];
    let judged = |secrets: &[Secret], signature: &str| {
        verify(secrets, signed("a", "1614265330", signature), BODY, SENT * 1_000, TOLERANCE_SECONDS)
    };
    for signature in [
        by_old.clone(),
        by_new.clone(),
        format!("{by_other} {by_new}"),
        format!("v1a,AAAA {by_old} v2,x"),
        format!("v1,AAAA v1,* {by_new}"),
        format!("  {by_old}"),
    ] {
        assert_eq!(judged(&both, &signature), Ok(()), "{signature}");
    }
    assert_eq!(judged(&both, &by_other), Err(SignatureError::Wrong));
    assert_eq!(judged(&both[1..], &by_old), Err(SignatureError::Wrong));
    assert_eq!(judged(&[], &by_old), Err(SignatureError::Wrong));
}

#[test]
fn a_header_of_another_form_is_refused_for_what_it_is() {
    let long = "x".repeat(65);
    for id in ["", "a.b", "a b", "a\n", "客户", "\u{7f}", &long] {
        assert_eq!(judge(id, "1614265330", SIGNATURE, BODY), Err(SignatureError::Id), "{id}");
    }
    for timestamp in
        ["", " 1614265330", "+1614265330", "-1", "1614265330.0", "0x10", "１", "9223372036854775808"]
    {
        assert_eq!(judge(ID, timestamp, SIGNATURE, BODY), Err(SignatureError::Timestamp), "{timestamp}");
    }
    for (timestamp, expected) in
        [("0", SignatureError::TooOld), ("9223372036854775807", SignatureError::TooNew)]
    {
        assert_eq!(judge(ID, timestamp, SIGNATURE, BODY), Err(expected), "{timestamp}");
    }
    let letters = &SIGNATURE[VERSION.len()..];
    for signature in ["", " ", letters, &format!("v2,{letters}"), &format!("V1,{letters}"), "v1,*", "v1, ="] {
        let judged = judge(ID, "1614265330", signature, BODY);
        assert!(matches!(judged, Err(SignatureError::Absent | SignatureError::Wrong)), "{signature}");
    }
    assert_eq!(judge(ID, "1614265330", letters, BODY), Err(SignatureError::Absent));
    // A part of the right signature is none.
    for letters in [&letters[..4], &letters[..40]] {
        let judged = judge(ID, "1614265330", &format!("{VERSION}{letters}"), BODY);
        assert_eq!(judged, Err(SignatureError::Wrong), "{letters}");
    }
}

#[test]
fn an_id_has_up_to_64_visible_characters() {
    for id in ["a", "~", "msg_2b-9/Z", &"x".repeat(64)] {
        let signature = secret(SECRET).sign(id, SENT, BODY);
        assert_eq!(judge(id, "1614265330", &signature, BODY), Ok(()), "{id}");
    }
}
