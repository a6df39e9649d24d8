//! Webhooks as one would write them by hand: axum in front of rusqlite. The same key, record, tables and pragmas; one
//! connection behind a lock, because SQLite has one writer and sixteen connections would only wait for each other in
//! worse ways.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::serve::ListenerExt;
use store::native::NativeConnection;

use super::by_hand;
use crate::failure::{Failure, OrAdvise};

/// What its threads are called.
pub const THREADS: &str = "by-hand";

struct Bank {
    bearer: String,
    connection: Mutex<NativeConnection>,
}

/// The server, which ends when it is dropped.
pub struct Server {
    address: String,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Serves this database on a free port.
    pub fn start(connection: NativeConnection, key: &str) -> Result<Self, Failure> {
        let advice = "allow programs to listen on 127.0.0.1";
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(THREADS)
            .enable_all()
            .build()
            .or_advise("starting the server by hand", advice)?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.or_advise("listening", advice)?;
        let address = listener.local_addr().or_advise("listening", advice)?.to_string();
        let bank = Bank { bearer: format!("Bearer {key}"), connection: Mutex::new(connection) };
        let router = Router::new().route("/intake/transactions", post(take)).with_state(Arc::new(bank));
        let listener = listener.tap_io(|stream| {
            // Without it an answer may wait; the comparison would be unfair to the server by hand.
            let _as_it_is = stream.set_nodelay(true);
        });
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, _runtime: runtime })
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

async fn take(State(bank): State<Arc<Bank>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let bearer = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    if bearer != Some(bank.bearer.as_bytes()) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(mut connection) = bank.connection.lock() else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    match by_hand::take_one(connection.inner(), &body) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
