//! Transfers of points from one customer to another.

use app::points::Moment;
use app::points::transfer::{self, TransferRefusal, Transferred};
use domain::points::Lot;
use serde::{Deserialize, Serialize};
use store::Connection;
use store::member::Member;
use store::points_transfer::TransferKind;
use web::field::{Date, IdText, Instant, Text};
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

/// A transfer.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// Whose points.
    pub from: IdText,
    /// Who gets them.
    pub to: IdText,
    /// How many, above zero.
    pub points: i64,
    /// For the records.
    #[serde(default)]
    pub reason: Option<Text>,
}

/// A lot that a move issued.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MovedLotAnswer {
    /// Our id of it.
    pub id: String,
    /// What it was issued with.
    pub points: i64,
    /// What is left of it now.
    pub left: i64,
    /// The first day on which it can be spent.
    pub available_on: Date,
    /// The last day on which it can be spent; null: it does not end.
    pub expires_on: Option<Date>,
}

/// A transfer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct TransferAnswer {
    /// Its id.
    pub id: String,
    /// Whose points.
    pub from: String,
    /// Who got them.
    pub to: String,
    /// How many.
    pub points: i64,
    /// For the records.
    pub reason: Option<String>,
    /// What they became, in the order of spending; null: the key does not see who got them.
    pub lots: Option<Vec<MovedLotAnswer>>,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
}

/// The routes of transfers.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    vec![
        Route {
            method: Method::Post,
            path: "/points/transfers",
            scope: Scope::PointsWrite,
            repeat: Repeat::Keyed,
            query: &[],
            handler: make,
        },
        Route {
            method: Method::Get,
            path: "/points/transfers/{id}",
            scope: Scope::PointsRead,
            repeat: Repeat::Read,
            query: &[],
            handler: show,
        },
    ]
}

/// The operations of transfers, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let operation = web::openapi::Operation::new;
    vec![
        operation(
            Method::Post,
            "/points/transfers",
            Scope::PointsWrite,
            Repeat::Keyed,
            "Transfer points to another customer",
        )
        .description(
            "Own points of the sender in the order of spending, all or nothing. They keep the days on which they can be \
             spent, and pay off what the receiver owes first.",
        )
        .body::<TransferBody>()
        .answer::<TransferAnswer>(201, "The transfer."),
        operation(
            Method::Get,
            "/points/transfers/{id}",
            Scope::PointsRead,
            Repeat::Read,
            "Show a transfer",
        )
        .description("To a key that sees one of the two customers; the lots, to one that sees who got them.")
        .answer::<TransferAnswer>(200, "The transfer."),
    ]
}

/// Who writes to the ledger, and when.
pub(crate) fn moment(call: &Call) -> Moment<'_> {
    Moment { now_ms: call.now_ms, today: call.today("Asia/Shanghai"), person: &call.caller.person }
}

/// The customer of an id in the body; one whom the caller does not see is not known.
pub(crate) fn customer<C: Connection>(
    connection: &mut C,
    call: &Call,
    pointer: &str,
    id: &IdText,
) -> Result<Member, Problem> {
    match store::member::by_id(connection, id.0.as_str())? {
        Some(customer) if call.caller.sees(connection, &customer)? => Ok(customer),
        _ => Err(Problem::not_found(Slug::UnknownCustomer).at(pointer, "the customer is not known")),
    }
}

/// The two customers of a move.
pub(crate) struct Parties {
    /// Their ids: who gave and who got.
    pub ids: (String, String),
    /// Whether the caller sees them.
    pub seen: (bool, bool),
}

/// The two customers of a move.
pub(crate) fn parties<C: Connection>(
    connection: &mut C,
    call: &Call,
    found: &Transferred,
) -> Result<Parties, Problem> {
    let members = store::member::members(connection, &[found.row.from_ref, found.row.to_ref])?;
    let [from, to] = members.as_slice() else {
        return Err(Problem::internal("a move of points between customers who are not known"));
    };
    let seen = (call.caller.sees(connection, from)?, call.caller.sees(connection, to)?);
    Ok(Parties { ids: (from.customer_id.clone(), to.customer_id.clone()), seen })
}

/// The number that the path names; our numbers are the only ids of moves.
pub(crate) fn number(call: &Call) -> Result<i64, Problem> {
    call.parameter("id").parse().map_err(|_| Problem::not_found(Slug::UnknownTransfer))
}

/// Lots as answers show them.
pub(crate) fn lots(lots: &[Lot]) -> Vec<MovedLotAnswer> {
    let lot = |lot: &Lot| MovedLotAnswer {
        id: lot.points_lot_ref.to_string(),
        points: lot.issued.points,
        left: lot.left,
        available_on: Date(lot.issued.available_on),
        expires_on: lot.issued.expires_on.map(Date),
    };
    lots.iter().map(lot).collect()
}

fn problem(refusal: TransferRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        TransferRefusal::ToOneself => Problem::rule("/to", text),
        TransferRefusal::ReceiverBlocked => {
            Problem::conflict(Slug::AccountBlocked, "the account is blocked").at("/to", text)
        }
        TransferRefusal::ReceiverMerged => {
            Problem::conflict(Slug::AccountClosed, "the account was merged into another").at("/to", text)
        }
        TransferRefusal::Spend(refusal) => refusal.into(),
        TransferRefusal::Store(error) => error.into(),
    }
}

fn shape(found: Transferred, parties: Parties) -> TransferAnswer {
    let Transferred { row, lots: moved } = found;
    let Parties { ids: (from, to), seen: (_, sees_receiver) } = parties;
    TransferAnswer {
        id: row.points_transfer_ref.to_string(),
        from,
        to,
        points: row.points,
        reason: row.reason,
        lots: sees_receiver.then(|| lots(&moved)),
        created_by: row.created_by,
        created_at: Instant(row.created_at),
    }
}

/// `POST /points/transfers`
pub fn make<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: TransferBody = call.body()?;
    let from = customer(connection, call, "/from", &body.from)?;
    let to = customer(connection, call, "/to", &body.to)?;
    let reason = body.reason.as_ref().map(|reason| reason.0.as_str());
    let between = (from.customer_ref, to.customer_ref);
    let made = call
        .atomically(connection, |connection| {
            transfer::transfer(connection, moment(call), between, body.points, reason)
        })
        .map_err(problem)?;
    let parties = Parties { ids: (from.customer_id, to.customer_id), seen: (true, true) };
    Answer::created(&shape(made, parties))
}

/// `GET /points/transfers/{id}`
pub fn show<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let unknown = || Problem::not_found(Slug::UnknownTransfer);
    let found = transfer::find(connection, TransferKind::Transfer, number(call)?, call.now_ms)?;
    let found = found.ok_or_else(unknown)?;
    let parties = parties(connection, call, &found)?;
    if parties.seen == (false, false) {
        return Err(unknown());
    }
    Answer::json(&shape(found, parties))
}
