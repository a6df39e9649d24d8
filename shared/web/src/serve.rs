//! From a request to its answer.

use app::access::Caller;
use sha2::{Digest, Sha256};
use store::idempotency::{self, StoredAnswer};
use store::{Connection, StoreError};

use crate::route::{self, Found};
use crate::{Answer, Call, Method, Problem, Query, Repeat, Request, Route, Scope, Slug, body, key, query};

/// Serves one request. Every failure is a problem document in the answer; causes on our side go to `log`.
///
/// `admin_key` is the administrator's key (empty: there is none), `now_ms` the clock.
pub fn serve<C: Connection>(
    routes: &[Route<C>],
    connection: &mut C,
    request: Request,
    admin_key: &str,
    now_ms: i64,
) -> Answer {
    let head = request.method == Method::Head;
    let mut answer = match answer(routes, connection, request, admin_key, now_ms) {
        Ok(answer) => answer,
        Err(problem) => {
            if let Some(cause) = problem.cause() {
                eprintln!("{}: {cause}", problem.slug().name());
            }
            problem.into_answer()
        }
    };
    // Answers are about people; no cache on the way keeps one.
    answer.headers.push(("cache-control", "no-store".to_owned()));
    answer.headers.push(("x-content-type-options", "nosniff".to_owned()));
    if head {
        answer.body.clear();
    }
    answer
}

fn answer<C: Connection>(
    routes: &[Route<C>],
    connection: &mut C,
    request: Request,
    admin_key: &str,
    now_ms: i64,
) -> Result<Answer, Problem> {
    if request.body.len() > body::GREATEST_BODY_BYTES {
        return Err(Problem::too_large("a body has at most 32 MiB"));
    }
    let parts = query::path_parts(&request.path)?;
    let (route, parameters) = match route::find(routes, request.method, &parts) {
        Found::Route(route, parameters) => (route, parameters),
        Found::Nothing => return Err(Problem::not_found(Slug::UnknownPath)),
        Found::OtherMethods(methods) => return other_method(request.method, &methods),
    };
    let caller = match route.scope {
        Scope::Public => Caller::nobody(),
        _ => key::caller(connection, &request, admin_key, now_ms)?,
    };
    if !caller.scopes.allow(route.scope) {
        let asked = route.scope.name();
        return Err(Problem::forbidden(format!("the key lacks the scope {asked}")).with("scope", &asked));
    }
    let query = Query::parse(&request.path, &request.query, route.query)?;
    let idempotency_key = match route.repeat {
        Repeat::Keyed => idempotency_key(&request)?,
        Repeat::Read | Repeat::Natural => None,
    };
    let in_transaction = idempotency_key.is_some();
    let call = Call { caller, now_ms, query, request, parameters, in_transaction };
    match idempotency_key {
        None => (route.handler)(connection, &call),
        Some(key) => store::in_transaction(connection, |connection| once(route, connection, &call, &key)),
    }
}

fn other_method(method: Method, methods: &[Method]) -> Result<Answer, Problem> {
    let mut allowed: Vec<&str> = methods.iter().map(|method| method.name()).collect();
    if methods.contains(&Method::Get) {
        allowed.push("HEAD");
    }
    allowed.push("OPTIONS");
    let allowed = allowed.join(", ");
    if method == Method::Options {
        return Ok(Answer::no_content().header("allow", allowed));
    }
    let detail = format!("the path answers to {allowed}");
    Err(Problem::new(Slug::MethodNotAllowed, detail).header("allow", allowed))
}

/// The key of a write that must not happen twice: 1 to 255 visible ASCII characters, once.
fn idempotency_key(request: &Request) -> Result<Option<String>, Problem> {
    const NAME: &str = "idempotency-key";
    let mut sent = request.headers.iter().filter(|(name, _)| name == NAME);
    let Some((_, key)) = sent.next() else { return Ok(None) };
    let plain =
        (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if !plain || sent.next().is_some() {
        let problem = Problem::new(Slug::MalformedHeader, "a header cannot be read");
        return Err(problem.at("Idempotency-Key", "one key of 1 to 255 visible ASCII characters"));
    }
    Ok(Some(key.clone()))
}

/// Runs a handler and keeps its answer, or answers from the store. The transaction is open: effect and answer commit
/// together, and of two requests with one key the second waits for the first and then finds its answer.
fn once<C: Connection>(
    route: &Route<C>,
    connection: &mut C,
    call: &Call,
    key: &str,
) -> Result<Answer, Problem> {
    let request_hash = request_hash(&call.request);
    let client = &call.caller.client_id;
    if let Some(stored) = idempotency::find(connection, client, key)? {
        if stored.request_hash != request_hash {
            return Err(Problem::new(
                Slug::KeyReused,
                "this Idempotency-Key came with another request before",
            ));
        }
        let content_type = Answer::known_content_type(&stored.content_type);
        return Ok(Answer::new(stored.status, content_type, stored.body.into_bytes())
            .header("idempotency-hit", "true"));
    }
    let answer = (route.handler)(connection, call)?;
    let shown_again = answer.repeat_body.as_ref().unwrap_or(&answer.body).clone();
    let body = String::from_utf8(shown_again)
        .map_err(|_| StoreError::Damaged("an answer to be kept is no text".to_owned()))?;
    let content_type = answer.content_type.to_owned();
    let stored = StoredAnswer { request_hash, status: answer.status, content_type, body };
    idempotency::keep(connection, client, key, &stored, call.now_ms)?;
    Ok(answer)
}

/// What makes two requests the same: where they go and what they carry.
fn request_hash(request: &Request) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [request.method.name().as_bytes(), request.path.as_bytes(), request.query.as_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(&request.body);
    hash.finalize().to_vec()
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
