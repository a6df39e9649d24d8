//! The bank's message gateway: where messages go, what a request carries, what an answer means.

use std::net::IpAddr;

use app::outbox::{PARTNER_CHANNEL, Sent};
use domain::delivery::Outcome;
use store::outbox::ClaimedMessage;
use web::signature::{Secret, SecretError};

/// Channels that a gateway takes; each has a path of its own: `/sms`, `/mail`, and `/partner` for what the gateway hands
/// on to the partner that the message names.
pub const CHANNELS: [&str; 3] = ["sms", "mail", PARTNER_CHANNEL];

/// The origin that stands in the manifest until the bank gives its own; no host ever has this name.
const NO_ORIGIN: &str = "https://gateway.invalid";

/// A gateway that is configured.
pub struct Gateway {
    /// True for `https`.
    pub secure: bool,
    /// Host and, where it is not the scheme's own, port.
    pub authority: String,
    secret: Secret,
}

impl Gateway {
    /// Reads the variables `gateway_origin` (`https://host:port`) and `gateway_secret`; nothing while one of them is
    /// not given. The error is for the operator and shows neither.
    pub fn read(origin: &str, secret: &str) -> Result<Option<Self>, &'static str> {
        let origin = origin.strip_suffix('/').unwrap_or(origin);
        if secret.is_empty() || origin == NO_ORIGIN {
            return Ok(None);
        }
        let secret = Secret::parse(secret).map_err(|error| match error {
            SecretError::Form => "the variable gateway_secret is not whsec_ and Base64",
            SecretError::Length => "the variable gateway_secret is shorter than 24 or longer than 64 bytes",
        })?;
        let (secure, authority) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://")) {
            (Some(authority), _) => (true, authority),
            (None, Some(authority)) => (false, authority),
            (None, None) => return Err("the variable gateway_origin is not of the form https://host:port"),
        };
        if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) {
            return Err("the variable gateway_origin has more or less than scheme, host and port");
        }
        if !secure && !is_this_machine(authority) {
            return Err(
                "the variable gateway_origin is http:// beyond this machine: give an https:// origin",
            );
        }
        Ok(Some(Self { secure, authority: authority.to_owned(), secret }))
    }

    /// The path that takes a message.
    pub fn path(message: &ClaimedMessage) -> String {
        format!("/{}", message.channel)
    }

    /// The headers of a message that leaves at `now_ms`. What is for a partner carries signatures of the same id, time
    /// and body by the partner's own secrets too, which the gateway hands on as `webhook-signature`.
    pub fn headers(&self, message: &ClaimedMessage, now_ms: i64) -> Vec<(String, Vec<u8>)> {
        let seconds = now_ms.div_euclid(1_000);
        let sign = |secret: &Secret| secret.sign(&message.message_id, seconds, message.body.as_bytes());
        let own = message.secrets.0.iter().filter_map(|secret| Secret::parse(secret).ok());
        let own: Vec<String> = own.map(|secret| sign(&secret)).collect();
        let own = (!own.is_empty()).then(|| ("partner-signature", own.join(" ")));
        [
            ("content-type", "application/json".to_owned()),
            ("content-length", message.body.len().to_string()),
            ("webhook-id", message.message_id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", sign(&self.secret)),
        ]
        .into_iter()
        .chain(own)
        .map(|(name, value)| (name.to_owned(), value.into_bytes()))
        .collect()
    }
}

/// True for loopback addresses and their name: what is sent to them without TLS crosses no wire.
fn is_this_machine(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        // The last colon of an IPv6 address without a port lies within its brackets.
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What an answer means: 2xx is a delivery and nothing else is, 410 is a refusal for good.
pub fn answered(status: u16, retry_after: Option<&str>) -> Sent {
    let outcome = match status {
        200..=299 => return Sent { outcome: Outcome::Delivered, error: None },
        410 => Outcome::Refused,
        // A date instead of seconds is as good as nothing: our own wait follows.
        _ => Outcome::Failed {
            retry_after: retry_after
                .and_then(|text| text.trim().parse::<i64>().ok())
                .map(|seconds| seconds.saturating_mul(1_000)),
        },
    };
    Sent { outcome, error: Some(format!("the gateway answered {status}")) }
}

/// An attempt that got no answer.
pub fn unanswered(reason: impl Into<String>) -> Sent {
    Sent { outcome: Outcome::Failed { retry_after: None }, error: Some(reason.into()) }
}

#[cfg(test)]
mod tests {
    use store::outbox::Secrets;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn only_a_success_is_a_delivery_and_gone_is_a_refusal_for_good() {
        for status in [200, 202, 204, 299] {
            assert_eq!(answered(status, Some("9")), Sent { outcome: Outcome::Delivered, error: None });
        }
        assert_eq!(answered(410, None).outcome, Outcome::Refused);
        for status in [100, 301, 308, 400, 401, 404, 429, 500, 503] {
            assert_eq!(answered(status, None).outcome, Outcome::Failed { retry_after: None }, "{status}");
        }
        for (text, expected) in
            [("120", Some(120_000)), (" 0 ", Some(0)), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)]
        {
            let outcome = answered(429, Some(text)).outcome;
            assert_eq!(outcome, Outcome::Failed { retry_after: expected }, "{text}");
        }
    }

    #[test]
    fn a_gateway_is_an_origin_and_a_secret() {
        let read = |origin| Gateway::read(origin, SECRET);
        for (origin, secure, authority) in [
            ("https://gateway.example", true, "gateway.example"),
            ("https://gateway.example:8443/", true, "gateway.example:8443"),
            ("http://127.0.0.1:4711", false, "127.0.0.1:4711"),
            ("http://127.8.0.1", false, "127.8.0.1"),
            ("http://localhost:80", false, "localhost:80"),
            ("http://[::1]:4711", false, "[::1]:4711"),
            ("http://[::1]", false, "[::1]"),
        ] {
            let gateway = read(origin).expect(origin).expect(origin);
            assert_eq!((gateway.secure, gateway.authority.as_str()), (secure, authority));
        }
        for origin in ["", "gateway.example", "ftp://x", "https://", "https://a/b", "https://user@a"] {
            assert!(read(origin).is_err(), "{origin}");
        }
    }

    #[test]
    fn a_secret_of_another_form_or_length_is_refused_by_the_name_of_its_variable() {
        for (secret, reason) in [
            ("secret", "the variable gateway_secret is not whsec_ and Base64"),
            ("whsec_a", "the variable gateway_secret is not whsec_ and Base64"),
            ("whsec_Zm9v", "the variable gateway_secret is shorter than 24 or longer than 64 bytes"),
        ] {
            assert_eq!(Gateway::read("https://gateway.example", secret).err(), Some(reason), "{secret}");
        }
    }

    #[test]
    fn what_is_not_encrypted_goes_to_this_machine_alone() {
        for origin in [
            "http://gateway.example",
            "http://10.0.0.1:80",
            "http://localhost.example:80",
            "http://127.0.0.1.example",
            "http://[::2]:80",
            "http://::1",
        ] {
            let error = Gateway::read(origin, SECRET).err();
            assert!(error.is_some_and(|error| error.contains("https://")), "{origin}: {error:?}");
        }
    }

    #[test]
    fn without_an_origin_or_a_secret_there_is_no_gateway() {
        for (origin, secret) in [
            ("https://gateway.invalid", ""),
            ("https://gateway.invalid", SECRET),
            ("https://gateway.invalid/", SECRET),
            ("https://gateway.example", ""),
        ] {
            assert!(Gateway::read(origin, secret).expect("no error").is_none(), "{origin}");
        }
    }

    #[test]
    fn a_request_carries_what_a_receiver_needs_to_judge_it() {
        let gateway = Gateway::read("https://gateway.example", SECRET).expect("read").expect("a gateway");
        let message = ClaimedMessage {
            outbox_ref: 1,
            message_id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            channel: "sms".to_owned(),
            recipient: "wang".to_owned(),
            secrets: Secrets::default(),
            body: "{\"test\": 2432232314}".to_owned(),
            attempts: 1,
            leased_until: 0,
            send_from: None,
        };
        assert_eq!(Gateway::path(&message), "/sms");
        let headers = gateway.headers(&message, 1_614_265_330_999);
        let value = |name: &str| {
            let found = headers.iter().find(|(known, _)| known == name).expect(name);
            String::from_utf8(found.1.clone()).expect("text")
        };
        assert_eq!(value("webhook-id"), message.message_id);
        assert_eq!(value("webhook-timestamp"), "1614265330");
        assert_eq!(value("webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(value("content-length"), "20");
        assert!(headers.iter().all(|(name, _)| name != "partner-signature"), "an employee has no secret");
        let message = ClaimedMessage { secrets: Secrets(vec![SECRET.to_owned(); 2]), ..message };
        let headers = gateway.headers(&message, 1_614_265_330_999);
        let (_, own) = headers.iter().find(|(name, _)| name == "partner-signature").expect("a signature");
        let one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(String::from_utf8_lossy(own), format!("{one} {one}"));
    }
}
