//! Tries what it is told to, and says what came of it: the last segment of the path is the attempt, the body its
//! subject.

use std::cell::RefCell;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use spin_sdk::http::{Request, Response};
use spin_sdk::{http_service, key_value, variables};

#[allow(clippy::all)]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../../wit",
        world: "scheduler",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

use bindings::spin::sqlite::sqlite::{Connection, Error, Value};

thread_local! {
    /// Kept from request to request, as the application's components keep theirs.
    static KEPT: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

#[http_service]
async fn handle(request: Request) -> Response<Full<Bytes>> {
    let attempt = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let body = match request.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return answer(format!("the body broke: {error:?}")),
    };
    let subject = String::from_utf8_lossy(&body).into_owned();
    answer(match attempt.as_str() {
        "hello" => "hello".to_owned(),
        "length" => body.len().to_string(),
        "headers" => format!("{headers:?}"),
        "print" => {
            println!("{subject}");
            eprintln!("{subject}");
            String::new()
        }
        "sqlite" => said(sqlite(&subject)),
        "kept" => said(kept(&subject)),
        "trap" => {
            let connection = Connection::open("default").expect("the database");
            connection.execute("begin immediate", &[]).expect("a transaction");
            connection.execute(&subject, &[]).expect("a statement");
            panic!("trapped on purpose");
        }
        "key-value" => said(key_value(&subject).await),
        "variable" => said(variables::get(&subject).await),
        "outbound" => said(outbound(&subject).await),
        "file" => said(std::fs::read_to_string(&subject)),
        "directory" => said(std::fs::read_dir("/").map(Iterator::count)),
        "environment" => format!("{:?}", std::env::vars().collect::<Vec<_>>()),
        "socket" => said(std::net::TcpStream::connect(&subject)),
        "resolve" => said(std::net::ToSocketAddrs::to_socket_addrs(&subject).map(Iterator::count)),
        "loop" => endless(),
        "wait" => {
            println!("waiting");
            spin_sdk::time::sleep(Duration::from_millis(subject.parse().expect("milliseconds"))).await;
            "waited".to_owned()
        }
        "compute" => {
            let start = Instant::now();
            let span = Duration::from_millis(subject.parse().expect("milliseconds"));
            while start.elapsed() < span {}
            "computed".to_owned()
        }
        other => format!("no attempt {other:?}"),
    })
}

/// The cron trigger's call: leaves a row, or fails when told to by the table's absence.
struct Scheduled;

impl bindings::Guest for Scheduled {
    fn handle_cron_event(metadata: bindings::Metadata) -> Result<(), bindings::Error> {
        let other = |error: Error| bindings::Error::Other(format!("{error:?}"));
        let connection = Connection::open("default").map_err(other)?;
        let timestamp = i64::try_from(metadata.timestamp).expect("a timestamp");
        connection.execute("insert into firing values (?1)", &[Value::Integer(timestamp)]).map_err(other)?;
        Ok(())
    }
}

bindings::export!(Scheduled with_types_in bindings);

fn answer(text: String) -> Response<Full<Bytes>> {
    Response::new(Full::new(Bytes::from(text)))
}

fn said<T: Debug, E: Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(value) => format!("ok: {value:?}"),
        Err(error) => format!("refused: {error:?}"),
    }
}

fn sqlite(statement: &str) -> Result<Vec<Vec<Value>>, Error> {
    run(&Connection::open("default")?, statement)
}

fn kept(statement: &str) -> Result<Vec<Vec<Value>>, Error> {
    let connection = match KEPT.take() {
        Some(connection) => connection,
        None => {
            let connection = Connection::open("default")?;
            connection.execute("pragma synchronous = full", &[])?;
            connection
        }
    };
    let done = run(&connection, statement)?;
    KEPT.set(Some(connection));
    Ok(done)
}

fn run(connection: &Connection, statement: &str) -> Result<Vec<Vec<Value>>, Error> {
    let result = connection.execute(statement, &[])?;
    Ok(result.rows.into_iter().map(|row| row.values).collect())
}

async fn key_value(key: &str) -> Result<Vec<String>, key_value::Error> {
    let store = key_value::Store::open_default().await?;
    store.set(key, b"value").await?;
    assert_eq!(store.get(key).await?.as_deref(), Some(&b"value"[..]));
    store.set("other", b"value").await?;
    store.delete("other").await?;
    assert!(!store.exists("other").await?);
    store.get_keys().await.collect().await
}

async fn outbound(url: &str) -> Result<String, spin_sdk::http::Error> {
    let response = spin_sdk::http::get(url).await?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(|error| spin_sdk::http::Error::other(error.to_string()))?;
    Ok(format!("{status} {}", String::from_utf8_lossy(&body.to_bytes())))
}

#[allow(clippy::empty_loop)]
fn endless() -> ! {
    loop {
        std::hint::black_box(0);
    }
}
