//! Problem documents (RFC 9457).

use serde::Serialize;
use store::StoreError;

use crate::{Answer, Slug, message};

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body; empty for the whole body. The name of a query parameter or header
    /// elsewhere.
    pub pointer: String,
    /// What is wrong with it; never repeats the value.
    pub detail: String,
}

/// Why a request was not done. Small, because it travels through every `Result`.
#[derive(Debug)]
pub struct Problem(Box<Inside>);

#[derive(Debug)]
struct Inside {
    slug: Slug,
    detail: String,
    errors: Vec<FieldError>,
    members: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem of that kind; status and title come with it.
    pub fn new(slug: Slug, detail: impl Into<String>) -> Self {
        Self(Box::new(Inside {
            slug,
            detail: detail.into(),
            errors: Vec::new(),
            members: Vec::new(),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// `400`: the body is not the JSON that was asked for.
    pub fn malformed(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Slug::MalformedBody, "the body cannot be read").at(pointer, detail)
    }

    /// `400`: the query parameter `name` cannot be read, or asks for what cannot be answered.
    pub fn query(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Slug::MalformedQuery, "the query has a parameter that cannot be read").at(name, detail)
    }

    /// `401`.
    pub fn unauthenticated() -> Self {
        Self::new(Slug::NoKey, "send a valid key as Authorization: Bearer KEY")
            .header("www-authenticate", "Bearer realm=\"kezhi\"")
    }

    /// `403`.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Slug::NotAllowed, detail)
    }

    /// `404`; `slug` says what is unknown.
    pub fn not_found(slug: Slug) -> Self {
        debug_assert_eq!(slug.status(), 404);
        Self::new(slug, slug.title())
    }

    /// `409`; `slug` says which state is in the way.
    pub fn conflict(slug: Slug, detail: impl Into<String>) -> Self {
        debug_assert_eq!(slug.status(), 409);
        Self::new(slug, detail)
    }

    /// `422`: valid JSON that breaks a rule at `pointer`. Add further places with [`Problem::at`].
    pub fn rule(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Slug::BrokenRule, "the request breaks a rule").at(pointer, detail)
    }

    /// `413`.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(Slug::TooLarge, detail)
    }

    /// `503`: the same request may succeed in a moment.
    pub fn busy() -> Self {
        Self::new(Slug::DatabaseBusy, "the database is busy; send the same request again")
            .header("retry-after", "1")
    }

    /// `500`. `cause` goes to the log and never to the caller; it names code, not people's data.
    pub fn internal(cause: impl Into<String>) -> Self {
        let mut problem = Self::new(Slug::Internal, "the operator finds the cause in the log");
        problem.0.cause = Some(cause.into());
        problem
    }

    /// With one more wrong field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// With a member of its own, next to `type` and `title`.
    #[must_use]
    pub fn with(mut self, member: &'static str, value: &impl Serialize) -> Self {
        if let Ok(text) = serde_json::to_string(value) {
            self.0.members.push((member, text));
        }
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// Its kind.
    pub fn slug(&self) -> Slug {
        self.0.slug
    }

    /// What the log is told, for problems on our side.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The fields that are wrong.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The document as an answer.
    pub fn into_answer(self) -> Answer {
        let inside = *self.0;
        let text = |value: &str| serde_json::to_string(value).unwrap_or_else(|_| "\"\"".to_owned());
        let mut body = format!(
            "{{\"type\":\"/problems/{}\",\"title\":{},\"status\":{},\"detail\":{}",
            inside.slug.name(),
            text(inside.slug.title()),
            inside.slug.status(),
            text(&inside.detail),
        );
        if let Ok(errors) = serde_json::to_string(&inside.errors) {
            body.push_str(",\"errors\":");
            body.push_str(&errors);
        }
        for (member, value) in &inside.members {
            body.push_str(&format!(",\"{member}\":{value}"));
        }
        body.push('}');
        let mut answer = Answer::new(inside.slug.status(), message::PROBLEM, body.into_bytes());
        answer.headers = inside.headers;
        answer
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::busy(),
            StoreError::Full => {
                let mut problem =
                    Self::new(Slug::DatabaseFull, "the database has no room; nothing was changed");
                problem.0.cause = Some(error.to_string());
                problem
            }
            // A constraint that no use case translated is a mistake of ours, like everything else here.
            StoreError::Constraint { .. }
            | StoreError::Row { .. }
            | StoreError::Damaged(_)
            | StoreError::Engine(_) => Self::internal(error.to_string()),
        }
    }
}
