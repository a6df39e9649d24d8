//! Connections: one request each, a thread each.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::request::Request;
use crate::{Message, Shared, Turn, page, signature};

/// A sender that stalls in the middle of a request is left after this.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is sent back.
struct Reply {
    status: u16,
    media_type: &'static str,
    retry_after_s: Option<u32>,
    body: String,
}

/// What becomes of a connection.
enum End {
    Reply(Reply),
    Close,
    Hold,
}

/// Serves until the gateway is dropped.
pub(crate) fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = shared.clone();
        std::thread::spawn(move || talk(stream, &shared));
    }
}

fn talk(stream: TcpStream, shared: &Shared) {
    // Without the time-out a stalled sender keeps its thread, and nothing worse happens.
    let _kept_without = stream.set_read_timeout(Some(PATIENCE));
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    let Ok(request) = Request::read(&mut reader) else { return };
    match end(&request, shared) {
        End::Reply(reply) => {
            // The sender may be gone, which is for it to find out.
            let _sent = writer.write_all(bytes(&reply).as_bytes());
        }
        End::Close => {}
        End::Hold => {
            let _kept = reader.get_ref().set_read_timeout(None);
            // Returns when the sender closes the connection or its process ends.
            let _gone = reader.fill_buf().is_ok();
        }
    }
}

fn bytes(reply: &Reply) -> String {
    let retry_after = reply.retry_after_s.map_or_else(String::new, |s| format!("retry-after: {s}\r\n"));
    let head = format!("HTTP/1.1 {} Gateway\r\ncontent-type: {}\r\n", reply.status, reply.media_type);
    let length = reply.body.len();
    format!("{head}content-length: {length}\r\n{retry_after}connection: close\r\n\r\n{}", reply.body)
}

fn plain(status: u16, body: &str) -> End {
    let media_type = "text/plain; charset=utf-8";
    End::Reply(Reply { status, media_type, retry_after_s: None, body: body.to_owned() })
}

fn end(request: &Request, shared: &Shared) -> End {
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/sms") => take(request, "sms", shared),
        ("POST", "/mail") => take(request, "mail", shared),
        ("POST", "/partner") => take(request, "partner", shared),
        ("GET", "/messages") => {
            let (media_type, body) = ("application/json", listing(shared).to_string());
            End::Reply(Reply { status: 200, media_type, retry_after_s: None, body })
        }
        ("GET", "/") => {
            let (media_type, body) = ("text/html; charset=utf-8", page::html(&shared.seen()));
            End::Reply(Reply { status: 200, media_type, retry_after_s: None, body })
        }
        (_, "/" | "/messages" | "/sms" | "/mail" | "/partner") => {
            plain(405, "this path has another method\n")
        }
        _ => plain(404, "POST /sms, POST /mail, POST /partner, GET /messages, GET /\n"),
    }
}

/// Every message with how often it came, newest first.
fn listing(shared: &Shared) -> Value {
    let seen = shared.seen();
    let messages = seen.messages().iter().rev().map(|message| {
        json!({"id": message.id, "channel": message.channel, "receptions": seen.receptions(&message.id),
            "body": message.json()})
    });
    Value::Array(messages.collect())
}

/// Takes a message, or does what the script says.
fn take(request: &Request, channel: &'static str, shared: &Shared) -> End {
    let header = |name: &str| request.header(name).unwrap_or_default();
    let id = header("webhook-id");
    let (timestamp, signed) = (header("webhook-timestamp"), header("webhook-signature"));
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let mut seen = shared.seen();
    let end = if id.is_empty()
        || !signature::is_right(&shared.key, id, timestamp, &request.body, signed, now_s)
    {
        seen.forged += 1;
        plain(401, "the signature is not right\n")
    } else if let Some(body) = payload(&request.body) {
        *seen.receptions.entry(id.to_owned()).or_default() += 1;
        let turn = seen.script.pop_front();
        let known = seen.messages.iter().find(|message| message.id == id);
        let changed = known.is_some_and(|message| message.body != body || message.channel != channel);
        let is_new = known.is_none();
        if is_new && !matches!(turn, Some(Turn::Refuse { .. })) {
            let for_partner = (timestamp.to_owned(), header("partner-signature").to_owned());
            seen.messages.push(Message { id: id.to_owned(), channel, body: body.to_owned(), for_partner });
        }
        seen.held += u32::from(turn == Some(Turn::Hold));
        match turn {
            Some(Turn::Refuse { status, retry_after_s }) => {
                let (media_type, body) = ("text/plain; charset=utf-8", String::new());
                End::Reply(Reply { status, media_type, retry_after_s, body })
            }
            Some(Turn::Close) => End::Close,
            Some(Turn::Hold) => End::Hold,
            None if changed => plain(409, "another message had this id\n"),
            None => plain(202, ""),
        }
    } else {
        plain(400, "type, timestamp and data are expected as JSON\n")
    };
    drop(seen);
    shared.changed.notify_all();
    end
}

/// The body as text, if it is a payload of Standard Webhooks.
fn payload(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let json: Value = serde_json::from_str(text).ok()?;
    (json["type"].is_string() && json["timestamp"].is_string() && json["data"].is_object()).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::Gateway;

    const BODY: &str = r#"{"type":"t","timestamp":"2026-11-22T00:00:00Z","data":{}}"#;

    /// Sends a message signed with this key; everything that comes back.
    fn send(gateway: &Gateway, key: &[u8], id: &str, body: &str) -> String {
        let sent = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
        let tag = signature::hmac(key, &[format!("{id}.{sent}.{body}").as_bytes()]);
        let signed = STANDARD.encode(tag);
        let headers =
            format!("webhook-id: {id}\r\nwebhook-timestamp: {sent}\r\nwebhook-signature: v1,{signed}");
        ask(
            gateway,
            &format!("POST /sms HTTP/1.1\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
        )
    }

    fn ask(gateway: &Gateway, request: &str) -> String {
        let mut stream = TcpStream::connect(gateway.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn is(answer: &str, status: u16) -> bool {
        answer.starts_with(&format!("HTTP/1.1 {status} "))
    }

    #[test]
    fn a_message_is_taken_once_however_often_it_comes() {
        let gateway = Gateway::start().unwrap();
        let key = gateway.shared.key.clone();
        for _ in 0..3 {
            assert!(is(&send(&gateway, &key, "m1", BODY), 202));
        }
        assert!(is(&send(&gateway, &key, "m1", &BODY.replace('t', "u")), 400));
        assert!(is(&send(&gateway, &key, "m1", &BODY.replace("22T", "23T")), 409));
        assert_eq!((gateway.messages().len(), gateway.receptions("m1")), (1, 4));
        let listed = ask(&gateway, "GET /messages HTTP/1.1\r\n\r\n");
        assert!(is(&listed, 200) && listed.contains(r#""receptions":4"#), "{listed}");
        assert!(is(&ask(&gateway, "GET / HTTP/1.1\r\n\r\n"), 200));
        assert!(is(&ask(&gateway, "GET /sms HTTP/1.1\r\n\r\n"), 405));
        assert!(is(&ask(&gateway, "GET /other HTTP/1.1\r\n\r\n"), 404));
    }

    #[test]
    fn what_is_not_signed_or_no_payload_is_refused() {
        let gateway = Gateway::start().unwrap();
        let key = gateway.shared.key.clone();
        assert!(is(&send(&gateway, b"another key", "m1", BODY), 401));
        assert!(is(&ask(&gateway, "POST /sms HTTP/1.1\r\n\r\n"), 401));
        for body in ["", "[]", "{}", "no JSON", r#"{"type":"t","timestamp":"x","data":1}"#] {
            assert!(is(&send(&gateway, &key, "m1", body), 400), "{body}");
        }
        assert_eq!((gateway.messages().len(), gateway.look(|seen| seen.forged())), (0, 2));
    }

    #[test]
    fn a_script_is_played_once_and_its_end_is_noticed() {
        let gateway = Gateway::start().unwrap();
        let key = gateway.shared.key.clone();
        gateway.script([Turn::Refuse { status: 429, retry_after_s: Some(7) }, Turn::Close]);
        let refused = send(&gateway, &key, "m1", BODY);
        assert!(is(&refused, 429) && refused.contains("retry-after: 7\r\n"), "{refused}");
        assert!(gateway.messages().is_empty());
        assert_eq!(send(&gateway, &key, "m1", BODY), "");
        assert!(is(&send(&gateway, &key, "m1", BODY), 202));
        let soon = std::time::Instant::now() + PATIENCE;
        assert!(gateway.wait_until(soon, |seen| seen.receptions("m1") == 3 && seen.messages().len() == 1));
        assert!(!gateway.wait_until(std::time::Instant::now(), |seen| seen.held() > 0));
    }
}
