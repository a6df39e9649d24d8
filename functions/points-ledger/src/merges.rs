//! Merges of accounts, and taking them back.

use app::points::merge::{self, MergeRefusal};
use app::points::transfer::{self, Transferred};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::points_transfer::TransferKind;
use web::field::{IdText, Instant, Text};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

use crate::transfers::{MovedLotAnswer, Parties, customer, lots, moment, number, parties};

/// A merge.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// Whose account goes.
    pub from: IdText,
    /// Whose account gets all of it.
    pub into: IdText,
    /// How it was found that both are one customer.
    pub reason: Text,
}

/// A merge.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MergeAnswer {
    /// Its id.
    pub id: String,
    /// Whose account went.
    pub from: String,
    /// Whose account got all of it.
    pub into: String,
    /// Points that moved, pending ones too.
    pub points: i64,
    /// How it was found that both are one customer.
    pub reason: Option<String>,
    /// The lots that this request issued.
    pub lots: Vec<MovedLotAnswer>,
    /// Who merged.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Who took it back; null: it stands.
    pub undone_by: Option<String>,
    /// When.
    pub undone_at: Option<Instant>,
}

/// The routes of merges.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let step = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::PointsWrite,
        repeat: Repeat::Keyed,
        query: &[],
        handler,
    };
    vec![step("/points/merges", make), step("/points/merges/{id}/undo", undo)]
}

/// The operations of merges, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let step = |path, summary| {
        web::openapi::Operation::new(Method::Post, path, Scope::PointsWrite, Repeat::Keyed, summary)
    };
    vec![
        step("/points/merges", "Merge a points account into another customer's")
            .description(
                "Lots, pending ones too, and debt move; what can be spent of them pays off debt, and what the first \
                 customer earns from now on goes to the second. Refused while an open reservation holds points of the \
                 first, or one of the two is blocked.",
            )
            .body::<MergeBody>()
            .answer::<MergeAnswer>(201, "The merge."),
        step("/points/merges/{id}/undo", "Take a merge back")
            .description(
                "What is left of the lots that moved, and of the debt, goes back, and the account is open again. What was \
                 earned since stays where it is. Only with a key that sees both customers, and not out of a blocked \
                 account.",
            )
            .answer::<MergeAnswer>(200, "The merge, taken back."),
    ]
}

fn problem(refusal: MergeRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        MergeRefusal::ToOneself => Problem::rule("/into", text),
        MergeRefusal::Blocked => Problem::conflict(Slug::AccountBlocked, text),
        MergeRefusal::Merged => Problem::conflict(Slug::AccountClosed, text),
        MergeRefusal::Held | MergeRefusal::Undone | MergeRefusal::MergedOn => {
            Problem::conflict(Slug::WrongState, text)
        }
        MergeRefusal::Unknown => Problem::not_found(Slug::UnknownTransfer),
        MergeRefusal::Store(error) => error.into(),
    }
}

fn shape(found: Transferred, (from, into): (String, String)) -> MergeAnswer {
    let Transferred { row, lots: moved } = found;
    MergeAnswer {
        id: row.points_transfer_ref.to_string(),
        from,
        into,
        points: row.points,
        reason: row.reason,
        lots: lots(&moved),
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        undone_by: row.undone_by,
        undone_at: row.undone_at.map(Instant),
    }
}

/// `POST /points/merges`
pub fn make<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: MergeBody = call.body()?;
    let from = customer(connection, call, "/from", &body.from)?;
    let into = customer(connection, call, "/into", &body.into)?;
    let between = (from.customer_ref, into.customer_ref);
    let made = call
        .atomically(connection, |connection| merge::merge(connection, moment(call), between, &body.reason.0))
        .map_err(problem)?;
    Answer::created(&shape(made, (from.customer_id, into.customer_id)))
}

/// `POST /points/merges/{id}/undo`
pub fn undo<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let unknown = || problem(MergeRefusal::Unknown);
    let number = number(call)?;
    let found = transfer::find(connection, TransferKind::Merge, number, call.now_ms)?.ok_or_else(unknown)?;
    let Parties { ids, seen } = parties(connection, call, &found)?;
    // Taking it back changes both accounts.
    if seen != (true, true) {
        return Err(unknown());
    }
    let undone = call
        .atomically(connection, |connection| merge::undo(connection, moment(call), number))
        .map_err(problem)?;
    Answer::json(&shape(undone, ids))
}
