//! Blocks of points accounts.

use app::points::block::{self, BlockRefusal};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::points_account::{AccountRow, BLOCKED};
use web::field::{IdText, Text};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

/// Why an account is blocked.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    /// Points may have been got by deceit.
    Fraud,
    /// The customer is in hardship.
    Hardship,
    /// Anything else.
    Other,
}

/// A block.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BlockBody {
    /// Whose account.
    pub customer_id: IdText,
    /// Why.
    pub reason: BlockReason,
    /// In a person's words.
    #[serde(default)]
    pub note: Option<Text>,
}

/// An account.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BlockAnswer {
    /// Whose.
    pub customer_id: String,
    /// open | blocked.
    pub state: &'static str,
    /// fraud | hardship | other, with the note after a colon; null when it is open.
    pub reason: Option<String>,
}

/// The routes of blocks.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let step = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::PointsWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![step("/points/blocks", block), step("/points/blocks/{id}/release", release)]
}

/// The operations of blocks, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let step = |path, summary| {
        web::openapi::Operation::new(Method::Post, path, Scope::PointsWrite, Repeat::Natural, summary)
    };
    vec![
        step("/points/blocks", "Block a customer's points account")
            .description(
                "It goes on earning, and spends, reserves and transfers nothing. Again: another reason.",
            )
            .body::<BlockBody>()
            .answer::<BlockAnswer>(200, "The account."),
        step("/points/blocks/{id}/release", "Release a customer's points account")
            .answer::<BlockAnswer>(200, "The account."),
    ]
}

fn problem(refusal: BlockRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        BlockRefusal::Merged => Problem::conflict(Slug::AccountClosed, text),
        BlockRefusal::Store(error) => error.into(),
    }
}

fn answer(customer_id: String, account: AccountRow) -> Result<Answer, Problem> {
    let state = if account.state == BLOCKED { "blocked" } else { "open" };
    Answer::json(&BlockAnswer { customer_id, state, reason: account.reason })
}

/// `POST /points/blocks`
pub fn block<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: BlockBody = call.body()?;
    let customer = crate::transfers::customer(connection, call, "/customer_id", &body.customer_id)?;
    let kind = match body.reason {
        BlockReason::Fraud => "fraud",
        BlockReason::Hardship => "hardship",
        BlockReason::Other => "other",
    };
    let reason = match body.note {
        None => kind.to_owned(),
        Some(note) => format!("{kind}: {}", note.0),
    };
    let account = call
        .atomically(connection, |connection| block::block(connection, customer.customer_ref, reason))
        .map_err(problem)?;
    answer(customer.customer_id, account)
}

/// `POST /points/blocks/{id}/release`
pub fn release<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let customer = call.customer(connection)?;
    let account = call
        .atomically(connection, |connection| block::release(connection, customer.customer_ref))
        .map_err(problem)?;
    answer(customer.customer_id, account)
}
