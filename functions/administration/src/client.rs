//! `/api-clients`: keys are made, listed and revoked.

use app::access::{self, AccessError, Scope, Scopes};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Instant, Text};
use web::{Answer, Call, Problem, Slug, base64, key};

/// What a new client is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct NewClient {
    /// What people call it.
    name: Text,
    /// What it may do: at least one scope.
    scopes: Vec<String>,
    /// Root of what it sees; absent: the employee's organisation, or everything.
    organisation_id: Option<IdText>,
    /// The employee that it stands for, to four-eyes rules too.
    employee_id: Option<IdText>,
}

/// A client as it was made.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct CreatedClient<'a> {
    id: &'a str,
    name: &'a Text,
    scopes: Vec<&'static str>,
    organisation_id: Option<&'a IdText>,
    employee_id: Option<&'a IdText>,
    /// The key, shown this once: a repeat with the same Idempotency-Key answers null here.
    key: Option<&'a str>,
    created_at: Instant,
}

/// A client in a list.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ListedClient {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    organisation_id: Option<String>,
    employee_id: Option<String>,
    /// The person who made it.
    created_by: String,
    created_at: Instant,
    revoked_at: Option<Instant>,
}

pub(crate) fn create<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let asked: NewClient = call.body()?;
    let scopes = scopes(&asked.scopes)?;
    let (id, secret) = (format!("client-{}", base64::encode(&random::<9>()?)), key::from_random(&random()?));
    let new = access::NewClient {
        id: &id,
        name: &asked.name.0,
        scopes,
        organisation_id: asked.organisation_id.as_ref().map(|id| id.0.as_str()),
        employee_id: asked.employee_id.as_ref().map(|id| id.0.as_str()),
        key_hash: &key::hash(&secret),
    };
    call.atomically(connection, |connection| access::create(connection, &call.caller, &new, call.now_ms))
        .map_err(refused)?;
    let mut created = CreatedClient {
        id: &id,
        name: &asked.name,
        scopes: scopes.iter().map(Scope::name).collect(),
        organisation_id: asked.organisation_id.as_ref(),
        employee_id: asked.employee_id.as_ref(),
        key: Some(&secret),
        created_at: Instant(call.now_ms),
    };
    let answer = Answer::created(&created)?;
    created.key = None;
    answer.shown_once(&created)
}

pub(crate) fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let found = access::list(connection, &call.caller, page.after_text()?, page.fetch()).map_err(refused)?;
    let items = found
        .into_iter()
        .map(|access::Client { stored, scopes }| ListedClient {
            id: stored.api_client_id,
            name: stored.name,
            scopes: scopes.iter().map(Scope::name).collect(),
            organisation_id: stored.organisation_id,
            employee_id: stored.employee_id,
            created_by: stored.created_by,
            created_at: Instant(stored.created_at),
            revoked_at: stored.revoked_at.map(Instant),
        })
        .collect();
    Answer::json(&page.list(items, |last: &ListedClient| vec![last.id.as_str().into()]))
}

pub(crate) fn revoke<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let id = call.id("id")?;
    call.atomically(connection, |connection| {
        access::revoke(connection, &call.caller, id.as_str(), call.now_ms)
    })
    .map_err(refused)?;
    Ok(Answer::no_content())
}

fn scopes(names: &[String]) -> Result<Scopes, Problem> {
    if names.is_empty() {
        return Err(Problem::rule("/scopes", "a key has at least one scope"));
    }
    let mut scopes = Vec::new();
    for (place, name) in names.iter().enumerate() {
        scopes.push(
            Scope::parse(name)
                .ok_or_else(|| Problem::rule(format!("/scopes/{place}"), "there is no such scope"))?,
        );
    }
    Ok(Scopes::of(&scopes))
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Problem> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal("the runtime gives no random numbers"))?;
    Ok(bytes)
}

fn refused(error: AccessError) -> Problem {
    match error {
        AccessError::UnknownOrganisation => {
            Problem::rule("/organisation_id", "the organisation is not known")
        }
        AccessError::UnknownEmployee => Problem::rule("/employee_id", "the employee is not known"),
        AccessError::UnknownClient => Problem::not_found(Slug::UnknownApiClient),
        AccessError::BeyondOwnOrganisation => {
            Problem::forbidden("a key cannot see more of the organisation than the key that makes it")
        }
        AccessError::Store(error) => error.into(),
    }
}
