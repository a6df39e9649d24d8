//! What a handler knows of its request.

use std::collections::BTreeSet;

use domain::id::Id;
use serde::de::DeserializeOwned;
use store::api_client::OrganisationRef;
use store::{Connection, StoreError};

use crate::{Answer, Caller, Problem, Query, Request, Slug, body};

/// One request on its way through a handler.
#[derive(Debug)]
pub struct Call {
    /// Who is asking.
    pub caller: Caller,
    /// The edge's clock, in milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// The query, with names that the route knows.
    pub query: Query,
    pub(crate) request: Request,
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) in_transaction: bool,
}

impl Call {
    /// The path parameter of that name, decoded. A name that the route's path lacks reads as empty.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(candidate, _)| *candidate == name).map_or("", |(_, value)| value)
    }

    /// The path parameter of that name as an id.
    pub fn id(&self, name: &str) -> Result<Id, Problem> {
        Id::parse(self.parameter(name)).map_err(|error| {
            Problem::new(Slug::MalformedPath, "the path has a part that is no id").at(name, error.to_string())
        })
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.request.body
    }

    /// The body as one JSON value.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        body::parse(&self.request.body)
    }

    /// The body as records: one object, an array, or lines.
    pub fn records(&self) -> Result<Vec<(u32, &[u8])>, Problem> {
        body::records(self.header("content-type").unwrap_or(""), &self.request.body)
    }

    /// True when a body of one record is the record itself, which is answered for itself and refused as a whole
    /// request. A batch of one, in an array or as a line, is a batch.
    pub fn is_object(&self) -> bool {
        let is_lines =
            self.header("content-type").is_some_and(|kind| kind.contains("ndjson") || kind.contains("jsonl"));
        let first =
            self.bytes().iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
        !is_lines && first != Some(&b'[')
    }

    /// A request header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.find_header(name)
    }

    /// True when the caller asks for CSV.
    pub fn wants_csv(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("text/csv"))
    }

    /// The empty answer, when the caller prefers it (`Prefer: return=minimal`): it leaves in one packet.
    pub fn minimal(&self) -> Option<Answer> {
        let preferences = self.header("prefer")?;
        preferences
            .split([',', ';'])
            .any(|preference| preference.trim().eq_ignore_ascii_case("return=minimal"))
            .then(|| Answer::no_content().header("preference-applied", "return=minimal"))
    }

    /// Runs `work` in a transaction: the one that the dispatcher opened for an Idempotency-Key, or one of its own.
    pub fn atomically<C: Connection, T, E: From<StoreError>>(
        &self,
        connection: &mut C,
        work: impl FnOnce(&mut C) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.in_transaction { work(connection) } else { store::in_transaction(connection, work) }
    }

    /// True when the caller sees that organisation.
    pub fn covers<C: Connection>(
        &self,
        connection: &mut C,
        organisation: OrganisationRef,
    ) -> Result<bool, StoreError> {
        self.caller.covers(connection, organisation)
    }

    /// Every organisation that the caller sees; `None` is all of them.
    pub fn subtree<C: Connection>(
        &self,
        connection: &mut C,
    ) -> Result<Option<BTreeSet<OrganisationRef>>, StoreError> {
        self.caller.subtree(connection)
    }
}
