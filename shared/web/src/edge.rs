//! The edge: Spin's request in, Spin's response out. The only asynchronous code, and the only clock.

use std::cell::OnceCell;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use spin_sdk::http::{FullBody, HeaderValue, Request as SpinRequest, Response, StatusCode};
use store::spin::{SpinConnection, with_connection};

use crate::{Answer, Method, Problem, Request, Route, body, serve};

/// The variable of the administrator's key; the manifest gives it to the component.
const ADMIN_KEY: &str = "admin_key";

thread_local! {
    /// Asked for once in an instance's life: a host call a request is dear, and an instance lives for seconds.
    static KEPT_ADMIN_KEY: OnceCell<String> = const { OnceCell::new() };
}

/// Serves one request of a component:
///
/// ```ignore
/// #[http_service]
/// async fn handle(request: Request) -> impl IntoResponse {
///     web::edge::handle(request, &routes()).await
/// }
/// ```
pub async fn handle(request: SpinRequest, routes: &[Route<SpinConnection>]) -> Response<FullBody<Bytes>> {
    let admin_key = admin_key().await;
    let answer = match read(request).await {
        Ok(request) => {
            // No await from here on: the requests that share this instance share its connection.
            let served = with_connection(|connection| {
                Ok::<_, Problem>(serve(routes, connection, request, &admin_key, now_ms()))
            });
            served.unwrap_or_else(refused)
        }
        Err(problem) => refused(problem),
    };
    write(answer)
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

async fn read(request: SpinRequest) -> Result<Request, Problem> {
    let (parts, incoming) = request.into_parts();
    let body = match Limited::new(incoming, body::GREATEST_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            return Err(Problem::too_large("a body has at most 32 MiB"));
        }
        Err(_) => return Err(Problem::malformed("", "the body did not arrive whole")),
    };
    let headers = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    Ok(Request {
        method: Method::parse(parts.method.as_str()),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers,
        body: body.into(),
    })
}

fn write(answer: Answer) -> Response<FullBody<Bytes>> {
    let mut response = Response::new(FullBody::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if !answer.content_type.is_empty() {
        headers.insert("content-type", HeaderValue::from_static(answer.content_type));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(name, value);
        }
    }
    response
}

/// A clock before 1970 is as good as none; keys and answers then carry the epoch.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis() as i64)
}
