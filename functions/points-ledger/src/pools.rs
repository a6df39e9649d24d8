//! Pools: households whose members spend from each other's lots.

use app::points::pool::{self, GREATEST_POOL, Pool, PoolRefusal};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Instant};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

use crate::transfers::moment;

/// Who is in a pool.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PoolBody {
    /// Ids of 1 to 50 customers, each once and in no other pool.
    pub members: Vec<IdText>,
}

/// A pool.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PoolAnswer {
    /// The bank's id.
    pub id: String,
    /// Ids of its customers.
    pub members: Vec<String>,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Instant,
}

const PATH: &str = "/points/pools/{id}";

/// The routes of pools.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let step = |method, handler| Route {
        method,
        path: PATH,
        scope: Scope::PointsWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![
        Route { scope: Scope::PointsRead, repeat: Repeat::Read, ..step(Method::Get, show) },
        step(Method::Put, replace),
        step(Method::Delete, dissolve),
    ]
}

/// The operations of pools, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let operation = web::openapi::Operation::new;
    vec![
        operation(Method::Get, PATH, Scope::PointsRead, Repeat::Read, "Show a pool of customers")
            .answer::<PoolAnswer>(200, "The pool."),
        operation(Method::Put, PATH, Scope::PointsWrite, Repeat::Natural, "Make a pool, or replace its members")
            .description(
                "Members spend from each other's lots, in the order of spending over all of them. A blocked member spends \
                 nothing, and nobody spends from that member's lots.",
            )
            .body::<PoolBody>()
            .answer::<PoolAnswer>(200, "The pool."),
        operation(Method::Delete, PATH, Scope::PointsWrite, Repeat::Natural, "Dissolve a pool")
            .description("A pool that is unknown, or has a member whom the key does not see, stays as it is.")
            .plain_answer(204, "Dissolved, if it was there; each member keeps the own lots.", ""),
    ]
}

fn problem(refusal: PoolRefusal) -> Problem {
    let text = refusal.to_string();
    let at = |place: usize| format!("/members/{place}");
    match refusal {
        PoolRefusal::Size => Problem::rule("/members", text),
        PoolRefusal::Twice { place } => Problem::rule(at(place), text),
        PoolRefusal::Merged { place } => {
            Problem::conflict(Slug::AccountClosed, text.clone()).at(at(place), text)
        }
        PoolRefusal::Elsewhere { place } => {
            Problem::conflict(Slug::WrongState, text.clone()).at(at(place), text)
        }
        PoolRefusal::Store(error) => error.into(),
    }
}

/// The pool that a path names.
struct Found {
    pool: Pool,
    /// Ids of its members, when the caller sees all of them.
    members: Option<Vec<String>>,
}

fn find<C: Connection>(connection: &mut C, call: &Call) -> Result<Option<Found>, Problem> {
    let id = call.id("id")?;
    let Some(pool) = pool::find(connection, id.as_str())? else { return Ok(None) };
    let members = store::member::members(connection, &pool.members)?;
    for member in &members {
        if !call.caller.sees(connection, member)? {
            return Ok(Some(Found { pool, members: None }));
        }
    }
    let ids = members.into_iter().map(|member| member.customer_id).collect();
    Ok(Some(Found { pool, members: Some(ids) }))
}

fn shape(pool: Pool, members: Vec<String>) -> PoolAnswer {
    PoolAnswer {
        id: pool.row.points_pool_id,
        members,
        changed_by: pool.row.changed_by,
        changed_at: Instant(pool.row.changed_at),
    }
}

/// `GET /points/pools/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    match find(connection, call)? {
        Some(Found { pool, members: Some(members) }) => Answer::json(&shape(pool, members)),
        _ => Err(Problem::not_found(Slug::UnknownPool)),
    }
}

/// `PUT /points/pools/{id}`
pub fn replace<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: PoolBody = call.body()?;
    if body.members.len() > GREATEST_POOL {
        return Err(problem(PoolRefusal::Size));
    }
    let id = call.id("id")?;
    // Whom the key sees is asked where nobody else can change the pool any more.
    call.atomically(connection, |connection| -> Result<Answer, Problem> {
        if let Some(Found { members: None, .. }) = find(connection, call)? {
            return Err(Problem::not_found(Slug::UnknownPool));
        }
        let mut members = Vec::with_capacity(body.members.len());
        for (place, id) in body.members.iter().enumerate() {
            let pointer = format!("/members/{place}");
            members.push(crate::transfers::customer(connection, call, &pointer, id)?.customer_ref);
        }
        let pool = pool::replace(connection, moment(call), id.as_str(), &members).map_err(problem)?;
        let members = store::member::members(connection, &pool.members)?;
        Answer::json(&shape(pool, members.into_iter().map(|member| member.customer_id).collect()))
    })
}

/// `DELETE /points/pools/{id}`
pub fn dissolve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    call.atomically(connection, |connection| -> Result<Answer, Problem> {
        // A foreign pool is answered as one that is not there, so that ids are not found out.
        if let Some(Found { pool, members: Some(_) }) = find(connection, call)? {
            pool::dissolve(connection, &pool)?;
        }
        Ok(Answer::no_content())
    })
}
