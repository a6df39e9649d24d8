//! The HTTP server: sockets, limits, the way from a request to its component and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::body::{Gathered, gather};
use crate::gate::Gate;
use crate::guest::Component;
use crate::handler::Handler;
use crate::routes::Routes;

/// Spin answers here too, without asking a component.
const HEALTH: &str = "/.well-known/spin/health";

/// A component that serves HTTP.
pub struct Site {
    pub component: Arc<Component>,
    pub proxy: ProxyHandler<Handler>,
    pub gate: Gate,
}

/// The application as the server sees it.
pub struct Server {
    pub routes: Routes<Arc<Site>>,
    pub request_timeout: Duration,
    pub max_body_bytes: u64,
}

impl Server {
    /// Serves until `stop`, then finishes the running requests.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let server = Arc::new(self);
        let (stopping, stopped) = watch::channel(false);
        // Each connection holds a sender; the receiver ends when the last one is gone.
        let (alive, mut gone) = mpsc::channel::<()>(1);
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, client)) => {
                        let connection = server.clone().connection(stream, client, stopped.clone());
                        let alive = alive.clone();
                        tokio::spawn(async move {
                            connection.await;
                            drop(alive);
                        });
                    }
                    Err(error) => {
                        // Out of file descriptors, mostly: existing connections will free some.
                        eprintln!("kezhi-host: cannot accept a connection: {error}");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
                () = &mut stop => break,
            }
        }
        drop(listener);
        drop(alive);
        let _ = stopping.send(true);
        // A request ends by its time-out at the latest; the rest is for its answer to leave.
        let patience = server.request_timeout + Duration::from_secs(5);
        if tokio::time::timeout(patience, gone.recv()).await.is_err() {
            eprintln!("kezhi-host: gave up waiting for open connections");
        }
    }

    async fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        client: SocketAddr,
        mut stop: watch::Receiver<bool>,
    ) {
        // An answer leaves as head and body: without this the body waits for the client's acknowledgement, 40 ms.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request| {
            let server = self.clone();
            async move { Ok::<_, std::convert::Infallible>(server.answer(request, client).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // A connection that breaks concerns its client alone, so its error goes nowhere.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>, client: SocketAddr) -> Response<Gathered> {
        let path = request.uri().path().to_owned();
        if path == HEALTH {
            return plain(StatusCode::OK, "OK");
        }
        let Some(found) = self.routes.find(&path) else {
            return plain(StatusCode::NOT_FOUND, "no route");
        };
        let site = found.target.clone();
        let started = Instant::now();
        let read = tokio::time::timeout(self.request_timeout, read(request, self.max_body_bytes)).await;
        let (mut request, full_url) = match read.map(|read| read.and_then(absolute)) {
            Ok(Ok(read)) => read,
            Ok(Err((status, reason))) => return plain(status, reason),
            Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
        };
        if found.describe(request.headers_mut(), full_url, client).is_err() {
            return plain(StatusCode::BAD_REQUEST, "a path that does not fit into a header");
        }
        let answered = site.gate.pass(async {
            let response = site.proxy.handle((), request.map(whole)).await?;
            Ok::<_, wasmtime::Error>(gather(response).await?)
        });
        match answered.await {
            Ok(response) => response,
            Err(_) if started.elapsed() >= self.request_timeout => {
                site.component.log.note(&site.component.id, &format!("request timed out: {path}"));
                plain(StatusCode::GATEWAY_TIMEOUT, "the component took too long")
            }
            Err(error) => {
                site.component.log.note(&site.component.id, &format!("request failed: {path}: {error}"));
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the component failed")
            }
        }
    }
}

/// Why a request reaches no component.
type Refusal = (StatusCode, &'static str);

/// Reads the whole body before a component is asked: a slow client then keeps no instance from others, and a body
/// that is too large is refused before anything is done with it.
async fn read(request: Request<Incoming>, max_bytes: u64) -> Result<Request<Bytes>, Refusal> {
    const TOO_LARGE: Refusal = (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
    if request.body().size_hint().lower() > max_bytes {
        return Err(TOO_LARGE);
    }
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(parts, Bytes::new()));
    }
    match Limited::new(body, usize::try_from(max_bytes).unwrap_or(usize::MAX)).collect().await {
        Ok(body) => Ok(Request::from_parts(parts, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(TOO_LARGE),
        Err(_) => Err((StatusCode::BAD_REQUEST, "the body is incomplete")),
    }
}

/// Gives the request's URI the scheme and authority that guests are told, and returns it in full.
fn absolute(mut request: Request<Bytes>) -> Result<(Request<Bytes>, String), Refusal> {
    let no_host = |_| (StatusCode::BAD_REQUEST, "no valid Host header");
    let host = request.headers().get(header::HOST).map(|host| Authority::try_from(host.as_bytes()));
    let host = host.transpose().map_err(no_host)?;
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(Scheme::HTTP);
    // HTTP/1.0 knows no host.
    parts.authority = Some(host.or(parts.authority).unwrap_or(Authority::from_static("localhost")));
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    *request.uri_mut() =
        Uri::from_parts(parts).map_err(|_| (StatusCode::BAD_REQUEST, "no valid request target"))?;
    // Between the client and this server only.
    request.headers_mut().remove(header::CONNECTION);
    let full_url = request.uri().to_string();
    Ok((request, full_url))
}

/// A body that is all there.
fn whole(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// An answer of the host itself.
fn plain(status: StatusCode, text: &'static str) -> Response<Gathered> {
    let mut response = Response::new(Gathered::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
