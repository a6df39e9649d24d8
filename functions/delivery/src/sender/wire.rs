//! Sending over WASI 0.2, whose functions wait by themselves: a synchronous export may call them.

use app::outbox::Sent;
use store::outbox::ClaimedMessage;

use crate::component::bindings::fermyon::spin::variables;
use crate::component::bindings::wasi::http::outgoing_handler;
use crate::component::bindings::wasi::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    RequestOptions, Scheme,
};
use crate::component::bindings::wasi::io::streams::{OutputStream, StreamError};
use crate::gateway::{Gateway, answered, unanswered};

/// For the connection, for the first byte of the answer, and between two bytes; together less than a lease.
const PATIENCE_NS: u64 = 10_000_000_000;

/// The gateway of the manifest's variables; nothing while one of them is not given.
pub fn gateway() -> Result<Option<Gateway>, &'static str> {
    let read = |name| variables::get(name).map_err(|_| "the manifest does not give the gateway's variables");
    Gateway::read(&read("gateway_origin")?, &read("gateway_secret")?)
}

/// Sends a batch: every request is started before any answer is waited for, so that the slowest sets the time.
pub fn send(gateway: &Gateway, batch: &[ClaimedMessage], now_ms: i64) -> Vec<Sent> {
    let started: Vec<Result<FutureIncomingResponse, &'static str>> =
        batch.iter().map(|message| start(gateway, message, now_ms)).collect();
    let finished = |request: Result<FutureIncomingResponse, &str>| match request {
        Ok(request) => finish(&request),
        Err(reason) => unanswered(reason),
    };
    started.into_iter().map(finished).collect()
}

fn start(
    gateway: &Gateway,
    message: &ClaimedMessage,
    now_ms: i64,
) -> Result<FutureIncomingResponse, &'static str> {
    const WRONG: &str = "the request could not be made";
    let headers = Fields::from_list(&gateway.headers(message, now_ms)).map_err(|_| WRONG)?;
    let request = OutgoingRequest::new(headers);
    let scheme = if gateway.secure { Scheme::Https } else { Scheme::Http };
    request.set_method(&Method::Post).map_err(|()| WRONG)?;
    request.set_scheme(Some(&scheme)).map_err(|()| WRONG)?;
    request.set_authority(Some(&gateway.authority)).map_err(|()| WRONG)?;
    request.set_path_with_query(Some(&Gateway::path(message))).map_err(|()| WRONG)?;
    let body = request.body().map_err(|()| WRONG)?;
    let response = outgoing_handler::handle(request, Some(options())).map_err(|error| reason(&error))?;
    // What could not be written whole fails at the other end; the answer, or its absence, says so.
    let _told_by_the_answer = write(body, message.body.as_bytes());
    Ok(response)
}

/// A runtime that does not know a time-out has one of its own.
fn options() -> RequestOptions {
    let options = RequestOptions::new();
    let _own_limit = options.set_connect_timeout(Some(PATIENCE_NS));
    let _own_limit = options.set_first_byte_timeout(Some(PATIENCE_NS));
    let _own_limit = options.set_between_bytes_timeout(Some(PATIENCE_NS));
    options
}

/// The stream is dropped before the body is finished, because it is a child of it.
fn write(body: OutgoingBody, text: &[u8]) -> Option<()> {
    let stream = body.write().ok()?;
    let written = fill(&stream, text);
    drop(stream);
    written.ok()?;
    OutgoingBody::finish(body, None).ok()
}

/// Waits only when a text is larger than what the runtime takes at once: one that no longer takes anything would hold
/// up the whole batch, up to its time-out.
fn fill(stream: &OutputStream, mut text: &[u8]) -> Result<(), StreamError> {
    while !text.is_empty() {
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = text.split_at(room.min(text.len()));
        stream.write(now)?;
        text = later;
    }
    stream.flush()
}

fn finish(request: &FutureIncomingResponse) -> Sent {
    request.subscribe().block();
    match request.get() {
        Some(Ok(Ok(response))) => judge(&response),
        Some(Ok(Err(error))) => unanswered(reason(&error)),
        Some(Err(())) | None => unanswered("the answer was lost"),
    }
}

fn judge(response: &IncomingResponse) -> Sent {
    let name = String::from("retry-after");
    let value = response.headers().get(&name).into_iter().next();
    let retry_after = value.and_then(|value| String::from_utf8(value).ok());
    answered(response.status(), retry_after.as_deref())
}

/// What operators can act on; a gateway's own words could hold anything and are not kept.
fn reason(error: &ErrorCode) -> &'static str {
    match error {
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => {
            "the gateway's name is not known"
        }
        ErrorCode::ConnectionRefused | ErrorCode::DestinationUnavailable => {
            "the gateway refused the connection"
        }
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => "the gateway did not answer in time",
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            "the gateway's certificate or its protocol was not accepted"
        }
        ErrorCode::HttpRequestDenied => "the manifest does not allow the gateway's address",
        _ => "the connection to the gateway broke",
    }
}
