//! Requests to a running bank.

use std::time::Duration;

use ureq::http;

use crate::failure::{Failure, OrAdvise};

/// The media type of a bulk feed: one JSON object a line.
pub const NDJSON: &str = "application/x-ndjson";

/// The media type of everything else.
pub const JSON: &str = "application/json";

/// Longer than any single request should take; a request that hangs must not hang the developer with it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(600);

/// Keeps its connections open between requests. Clones share them.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    key: Option<String>,
}

/// What the bank answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, values as sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

/// One request: method, path with query, headers beyond the key, body.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Path and query, starting with `/`.
    pub path: &'a str,
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; none is not the same as an empty one.
    pub body: Option<&'a [u8]>,
}

impl Answer {
    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or(serde_json::Value::Null)
    }
}

impl Client {
    /// A client of the bank at `base` (`http://host:port`), with the key that it sends.
    pub fn new(base: &str, key: Option<&str>) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(REQUEST_TIMEOUT))
            .proxy(None)
            .build()
            .new_agent();
        Self { agent, base: base.trim_end_matches('/').to_owned(), key: key.map(str::to_owned) }
    }

    /// The same bank and connections, another key or none.
    pub fn with_key(&self, key: Option<&str>) -> Self {
        Self { key: key.map(str::to_owned), ..self.clone() }
    }

    /// `http://host:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends one request and reads the whole answer.
    pub fn ask(&self, ask: Ask<'_>) -> Result<Answer, Failure> {
        let doing = format!("{} {}{}", ask.method, self.base, ask.path);
        self.send(ask).or_advise(doing, "see whether the bank runs and listens there: GET /healthz")
    }

    fn send(&self, ask: Ask<'_>) -> Result<Answer, ureq::Error> {
        let mut request =
            http::Request::builder().method(ask.method).uri(format!("{}{}", self.base, ask.path));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        let mut response = match ask.body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let body = response.body_mut().with_config().limit(256 << 20).read_to_vec()?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    /// `GET path`.
    pub fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.ask(Ask { method: "GET", path, headers: &[], body: None })
    }

    /// `POST path` with a body of that media type.
    pub fn post(&self, path: &str, media_type: &str, body: &[u8]) -> Result<Answer, Failure> {
        self.ask(Ask { method: "POST", path, headers: &[("content-type", media_type)], body: Some(body) })
    }
}

#[cfg(test)]
pub mod stub {
    //! A bank that answers every request with the same words, and remembers what it was asked.

    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    /// One request as it arrived: the request line, its headers, its body.
    pub type Seen = (String, String, Vec<u8>);

    /// Serves until the test ends; returns its address and what it saw.
    pub fn start(
        answer: impl Fn(&Seen) -> (u16, String) + Send + Sync + 'static,
    ) -> (String, Arc<Mutex<Vec<Seen>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = seen.clone();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (kept.clone(), answer.clone());
                std::thread::spawn(move || {
                    let mut writer = stream.try_clone().unwrap();
                    let mut reader = BufReader::new(stream);
                    while let Some(request) = read(&mut reader) {
                        let (status, text) = answer(&request);
                        kept.lock().unwrap().push(request);
                        let head = format!(
                            "HTTP/1.1 {status} Stub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                            text.len()
                        );
                        writer.write_all(format!("{head}{text}").as_bytes()).unwrap();
                    }
                });
            }
        });
        (base, seen)
    }

    fn read(reader: &mut impl BufRead) -> Option<Seen> {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let (mut headers, mut length) = (String::new(), 0usize);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            headers.push_str(&header.to_ascii_lowercase());
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some((line.trim().to_owned(), headers, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_an_answer_and_not_an_error() {
        let (base, seen) = stub::start(|_| (401, "{\"title\":\"no key\"}".to_owned()));
        let answer = Client::new(&base, None).get("/tiers/schemes").unwrap();
        assert_eq!((answer.status, answer.json()["title"].as_str()), (401, Some("no key")));
        assert!(!seen.lock().unwrap()[0].1.contains("authorization"));
    }

    #[test]
    fn the_key_and_the_body_arrive() {
        let (base, seen) = stub::start(|_| (200, "{}".to_owned()));
        let client = Client::new(&base, Some("secret"));
        client.post("/intake/customers", NDJSON, b"{}\n").unwrap();
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0].0, "POST /intake/customers HTTP/1.1");
        assert!(seen[0].1.contains("authorization: bearer secret"));
        assert_eq!(seen[0].2, b"{}\n");
    }

    #[test]
    fn a_bank_that_is_not_there_is_named_with_advice() {
        let failure = Client::new("http://127.0.0.1:1", None).get("/healthz").unwrap_err().to_string();
        assert!(
            failure.contains("http://127.0.0.1:1/healthz") && failure.contains("what to do"),
            "{failure}"
        );
    }
}
