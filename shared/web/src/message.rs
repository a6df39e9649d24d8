//! Requests and answers without a runtime.

use serde::Serialize;

use crate::Problem;

/// Methods that routes name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it all")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
    Options,
    /// Anything else; no route has it.
    Other,
}

impl Method {
    /// From the request line.
    pub fn parse(name: &str) -> Self {
        match name {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            "HEAD" => Method::Head,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }

    /// As in the request line.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Other => "OTHER",
        }
    }
}

/// A whole request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// The query as sent, without the question mark.
    pub query: String,
    /// Header names in lower case, and values; values that are not visible ASCII are left out by the edge.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body; `target` is the path with or without a query.
    pub fn new(method: Method, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path: path.to_owned(), query: query.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// With the key of a caller.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// With that body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first header of that name (in lower case).
    pub fn find_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Content type; empty without a body.
    pub content_type: &'static str,
    /// Further headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What a repeat with the same Idempotency-Key gets instead of `body`, where `body` shows a secret.
    pub(crate) repeat_body: Option<Vec<u8>>,
}

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";
pub(crate) const PROBLEM: &str = "application/problem+json";

impl Answer {
    /// An answer with that status, content type and body.
    pub fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { status, content_type, headers: Vec::new(), body, repeat_body: None }
    }

    /// `200` with JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::new(200, JSON, render(value)?))
    }

    /// `201` with JSON.
    pub fn created(value: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::new(201, JSON, render(value)?))
    }

    /// `204`.
    pub fn no_content() -> Self {
        Self::new(204, "", Vec::new())
    }

    /// `200` with JSON that is already text.
    pub fn json_text(text: impl Into<Vec<u8>>) -> Self {
        Self::new(200, JSON, text.into())
    }

    /// `200` with CSV that a browser saves under `file_name` (plain ASCII, from the code, not from data).
    pub fn csv(file_name: &'static str, text: String) -> Self {
        Self::new(200, CSV, text.into_bytes())
            .header("content-disposition", format!("attachment; filename=\"{file_name}\""))
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer, but a repeat gets `value`: a secret is shown once and never stored.
    pub fn shown_once(mut self, value: &impl Serialize) -> Result<Self, Problem> {
        self.repeat_body = Some(render(value)?);
        Ok(self)
    }

    /// The first header of that name (in lower case).
    pub fn find_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| *candidate == name).map(|(_, value)| value.as_str())
    }

    /// The known content type with that text: what was stored comes back as one of ours.
    pub(crate) fn known_content_type(text: &str) -> &'static str {
        [JSON, CSV, PROBLEM].into_iter().find(|known| *known == text).unwrap_or("")
    }
}

/// Shaping our own types fails only by a mistake in them (a map with keys that are no text).
fn render(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|_| Problem::internal("an answer could not be written as JSON"))
}
