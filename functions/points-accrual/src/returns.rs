//! Returns of what earned points.

use app::points::Moment;
use app::points::returns::{self, NewReturn, ReturnRefusal, Submitted};
use domain::points::Balance;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Money};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

/// The event that is taken back.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OriginalBody {
    /// The system that told of it.
    pub source: IdText,
    /// That system's id.
    pub id: IdText,
}

/// A return.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// The system that tells of it.
    pub source: IdText,
    /// That system's id of the return; with the source, once for ever.
    pub id: IdText,
    /// The event that is taken back, in whole or in part.
    pub of: OriginalBody,
    /// What is taken back of its amount, above zero; all returns together are at most its amount.
    pub amount: Money,
}

/// A customer's points after a return.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReturnBalance {
    /// To be spent now.
    pub active: i64,
    /// Not yet to be spent.
    pub pending: i64,
    /// Held by open reservations.
    pub reserved: i64,
    /// What could be spent if the account were not blocked.
    pub blocked: i64,
    /// What the customer owes.
    pub debt: i64,
}

/// What a return did.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ReturnAnswer {
    /// Our id of the return.
    pub event: String,
    /// Points that were taken.
    pub returned: i64,
    /// Points that were due and not there, and are forgiven.
    pub forgiven: i64,
    /// Points that were due and not there, and are owed.
    pub debt: i64,
    /// True when the event has not arrived; the return is done when it does.
    pub waiting: bool,
    /// The customer's points afterwards; null while it waits, and when they went to another customer with a merge.
    pub balance: Option<ReturnBalance>,
}

/// The route of returns.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![Route {
        method: Method::Post,
        path: "/points/returns",
        scope: Scope::PointsWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler: submit,
    }]
}

/// The operation of returns.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    vec![
        web::openapi::Operation::new(
            Method::Post,
            "/points/returns",
            Scope::PointsWrite,
            Repeat::Natural,
            "Take back what an event earned",
        )
        .description(
            "Of each lot that the event gave, the floor of the share returned in all is due, less what was due before; \
             the last return takes the rest. The rule's return policy says what happens to points that are not there \
             any more. The same return again gets its first answer with Idempotency-Hit: true, another one under its \
             source and id gets 422. A return before its event waits for it, when the key sees the whole bank.",
        )
        .body::<ReturnBody>()
        .answer::<ReturnAnswer>(200, "What the return did."),
    ]
}

fn problem(refusal: ReturnRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        ReturnRefusal::NotPositive | ReturnRefusal::MoreThanOriginal => Problem::rule("/amount", text),
        ReturnRefusal::NoAmount | ReturnRefusal::NotReturnable => Problem::rule("/of", text),
        ReturnRefusal::UnknownOriginal => Problem::not_found(Slug::UnknownEvent).at("/of", text),
        ReturnRefusal::Reused => {
            Problem::new(Slug::KeyReused, "the source and id belong to another event").at("/id", text)
        }
        ReturnRefusal::Store(error) => error.into(),
    }
}

fn shape(balance: Balance) -> ReturnBalance {
    ReturnBalance {
        active: balance.active,
        pending: balance.pending,
        reserved: balance.reserved,
        blocked: balance.blocked,
        debt: balance.debt,
    }
}

/// `POST /points/returns`
pub fn submit<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: ReturnBody = call.body()?;
    let new = NewReturn {
        source: body.source.0.as_str(),
        id: body.id.0.as_str(),
        original_source: body.of.source.0.as_str(),
        original_id: body.of.id.0.as_str(),
        amount: body.amount.0,
    };
    let moment =
        Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person };
    call.atomically(connection, |connection| -> Result<Answer, Problem> {
        match returns::submit(connection, moment, &call.caller, &new).map_err(problem)? {
            Submitted::Before { answer } => Ok(Answer::json_text(answer).header("idempotency-hit", "true")),
            Submitted::Now { points_event_ref, returned, balance } => {
                let answer = ReturnAnswer {
                    event: points_event_ref.to_string(),
                    returned: returned.points,
                    forgiven: returned.forgiven,
                    debt: returned.debt,
                    waiting: returned.is_waiting,
                    balance: balance.map(shape),
                };
                let answer = Answer::json(&answer)?;
                let text = String::from_utf8_lossy(&answer.body);
                store::points_event::keep_answer(connection, points_event_ref, &text)?;
                Ok(answer)
            }
        }
    })
}
