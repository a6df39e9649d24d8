//! The edge: Spin's request in, Spin's response out. The only asynchronous code, and the only clock of the
//! calendar; handlers of long jobs measure how long they run.

use std::cell::OnceCell;
use std::time::{SystemTime, UNIX_EPOCH};

use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields};
use spin_sdk::wasip3::wit_bindgen::StreamResult;
use spin_sdk::wasip3::{spawn, wit_future, wit_stream};
use store::spin::{SpinConnection, with_connection};

use crate::{Answer, Method, Problem, Request, Route, body, serve};

/// The variable of the administrator's key; the manifest gives it to the component.
const ADMIN_KEY: &str = "admin_key";

thread_local! {
    /// Asked for once in an instance's life: a host call a request is dear, and an instance lives for seconds.
    static KEPT_ADMIN_KEY: OnceCell<String> = const { OnceCell::new() };
}

/// How much room a read finds in a body of unknown length.
const READ_BYTES: usize = 64 * 1024;

/// Room made for a body before any of it has come: the length is announced by whoever calls, with or without a key.
const MOST_AT_ONCE: usize = 1024 * 1024;

/// Serves one request of a component on the bare interface, without the maps and the 16 kB frames of the SDK's
/// request type:
///
/// ```ignore
/// struct Component;
/// spin_sdk::wasip3::http::service::export!(Component);
/// impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
///     async fn handle(request: types::Request) -> Result<types::Response, types::ErrorCode> {
///         web::edge::respond(request, &routes()).await
///     }
/// }
/// ```
pub async fn respond(
    request: types::Request,
    routes: &[Route<SpinConnection>],
) -> Result<types::Response, ErrorCode> {
    let admin_key = admin_key().await;
    let read = receive(request).await;
    send(answer(read, routes, &admin_key))
}

/// No await in here: the requests that share this instance share its connection.
fn answer(read: Result<Request, Problem>, routes: &[Route<SpinConnection>], admin_key: &str) -> Answer {
    let served = read.and_then(|request| {
        with_connection(|connection| Ok(serve(routes, connection, request, admin_key, now_ms())))
    });
    served.unwrap_or_else(refused)
}

async fn receive(request: types::Request) -> Result<Request, Problem> {
    let method = match request.get_method() {
        types::Method::Get => Method::Get,
        types::Method::Post => Method::Post,
        types::Method::Put => Method::Put,
        types::Method::Patch => Method::Patch,
        types::Method::Delete => Method::Delete,
        types::Method::Head => Method::Head,
        types::Method::Options => Method::Options,
        types::Method::Connect | types::Method::Trace | types::Method::Other(_) => Method::Other,
    };
    let mut received = Request::new(method, &request.get_path_with_query().unwrap_or_default());
    for (mut name, value) in request.get_headers().copy_all() {
        if let Ok(value) = String::from_utf8(value) {
            name.make_ascii_lowercase();
            received.headers.push((name, value));
        }
    }
    received.body = body(&received, request).await?;
    Ok(received)
}

/// Every read is a call of the host and a turn of its loop, so a body whose length was announced is not asked for its
/// end, and a request without one not for its body.
async fn body(head: &Request, request: types::Request) -> Result<Vec<u8>, Problem> {
    // Beside a transfer encoding a length means nothing.
    let length =
        head.find_header("content-length").filter(|_| head.find_header("transfer-encoding").is_none());
    let announced: Option<usize> = length.and_then(|length| length.parse().ok());
    if announced == Some(0) || matches!(head.method, Method::Get | Method::Head) {
        return Ok(Vec::new());
    }
    let too_large = || Err(Problem::too_large("a body has at most 32 MiB"));
    if announced > Some(body::GREATEST_BODY_BYTES) {
        return too_large();
    }
    // Dropped at the end, the writer tells the host that nothing went wrong.
    let (_taken, taken) = wit_future::new(|| Ok(()));
    let (mut stream, trailers) = types::Request::consume_body(request, taken);
    let mut body = Vec::with_capacity(announced.unwrap_or(READ_BYTES).min(MOST_AT_ONCE));
    loop {
        if body.len() == body.capacity() {
            body.reserve(READ_BYTES);
        }
        let (result, filled) = stream.read(body).await;
        body = filled;
        if body.len() > body::GREATEST_BODY_BYTES {
            return too_large();
        }
        if Some(body.len()) == announced {
            return Ok(body);
        }
        match result {
            StreamResult::Complete(_) => {}
            StreamResult::Dropped | StreamResult::Cancelled => break,
        }
    }
    // The end of the stream may be the end of the connection; the trailers tell which.
    trailers.await.map_err(|_| Problem::malformed("", "the body did not arrive whole"))?;
    Ok(body)
}

fn send(answer: Answer) -> Result<types::Response, ErrorCode> {
    let internal = || ErrorCode::InternalError(None);
    let mut headers: Vec<(String, Vec<u8>)> = Vec::with_capacity(answer.headers.len() + 1);
    if !answer.content_type.is_empty() {
        headers.push(("content-type".to_owned(), answer.content_type.into()));
    }
    for (name, value) in answer.headers {
        headers.push((name.to_owned(), value.into_bytes()));
    }
    let headers = Fields::from_list(&headers).map_err(|_| internal())?;
    let (ended, trailers) = wit_future::new(|| Ok(None));
    let (mut writer, contents) = wit_stream::new();
    let has_body = !answer.body.is_empty();
    let (response, _sent) = types::Response::new(headers, has_body.then_some(contents), trailers);
    response.set_status_code(answer.status).map_err(|()| internal())?;
    spawn(async move {
        if has_body {
            // A caller who hangs up early has no use for the rest.
            let _unsent = writer.write_all(answer.body).await;
        }
        drop(writer);
        let _unheard = ended.write(Ok(None)).await;
    });
    Ok(response)
}

fn refused(problem: Problem) -> Answer {
    if let Some(cause) = problem.cause() {
        eprintln!("{}: {cause}", problem.slug().name());
    }
    problem.into_answer()
}

/// Without the variable there is no administrator's key, and nobody gets in by it.
async fn admin_key() -> String {
    if let Some(key) = KEPT_ADMIN_KEY.with(|kept| kept.get().cloned()) {
        return key;
    }
    let key = spin_sdk::variables::get(ADMIN_KEY).await.unwrap_or_default();
    KEPT_ADMIN_KEY.with(|kept| kept.get_or_init(|| key).clone())
}

/// A clock before 1970 is as good as none; keys and answers then carry the epoch.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis() as i64)
}
