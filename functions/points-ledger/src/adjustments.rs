//! Adjustments of points: proposed by one person, approved by another.

use app::points::adjustment::{self, AdjustmentRefusal};
use serde::{Deserialize, Serialize};
use store::Connection;
use store::points_adjustment::{AdjustmentState, AdjustmentView};
use web::field::{IdText, Instant, Text};
use web::page::Listing;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope, Slug};

use crate::transfers::{customer, moment};

/// An adjustment.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustmentBody {
    /// Whose.
    pub customer_id: IdText,
    /// Above zero: given, without an end. Below: taken, in the order of spending, all or nothing.
    pub points: i64,
    /// Why.
    pub reason: Text,
}

/// An adjustment.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AdjustmentAnswer {
    /// Its id.
    pub id: String,
    /// Whose.
    pub customer_id: String,
    /// Above zero: given; below: taken.
    pub points: i64,
    /// Why.
    pub reason: String,
    /// submitted | booked | rejected.
    pub state: &'static str,
    /// Who proposed it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
}

/// The routes of adjustments.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let step = |path, scope, handler| Route {
        method: Method::Post,
        path,
        scope,
        repeat: Repeat::Keyed,
        query: &[],
        handler,
    };
    vec![
        Route {
            method: Method::Get,
            path: "/points/adjustments",
            scope: Scope::PointsRead,
            repeat: Repeat::Read,
            query: &["state", "organisation_id", "limit", "cursor"],
            handler: list,
        },
        step("/points/adjustments", Scope::PointsWrite, propose),
        step("/points/adjustments/{id}/approve", Scope::PointsApprove, approve),
        step("/points/adjustments/{id}/reject", Scope::PointsApprove, reject),
    ]
}

/// The operations of adjustments, one a route.
#[cfg(not(target_arch = "wasm32"))]
pub fn describe() -> Vec<web::openapi::Operation> {
    let operation = web::openapi::Operation::new;
    let step = |path, scope, summary| operation(Method::Post, path, scope, Repeat::Keyed, summary);
    vec![
        operation(
            Method::Get,
            "/points/adjustments",
            Scope::PointsRead,
            Repeat::Read,
            "List adjustments of points",
        )
        .query::<String>("state", "submitted, booked or rejected.")
        .query::<String>("organisation_id", "Customers of this organisation and those below it.")
        .paged()
        .answer::<Listing<AdjustmentAnswer>>(200, "A page of adjustments, by their ids."),
        step("/points/adjustments", Scope::PointsWrite, "Propose an adjustment of points")
            .body::<AdjustmentBody>()
            .answer::<AdjustmentAnswer>(201, "The adjustment, which waits for another person."),
        step("/points/adjustments/{id}/approve", Scope::PointsApprove, "Approve an adjustment and book it")
            .answer::<AdjustmentAnswer>(200, "The adjustment, booked."),
        step("/points/adjustments/{id}/reject", Scope::PointsApprove, "Reject an adjustment")
            .answer::<AdjustmentAnswer>(200, "The adjustment, rejected."),
    ]
}

fn problem(refusal: AdjustmentRefusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        AdjustmentRefusal::Points => Problem::rule("/points", text),
        AdjustmentRefusal::Unknown => Problem::not_found(Slug::UnknownAdjustment),
        AdjustmentRefusal::Decided { .. } => Problem::conflict(Slug::WrongState, text),
        AdjustmentRefusal::SamePerson => Problem::conflict(Slug::SamePerson, text),
        AdjustmentRefusal::Spend(refusal) => refusal.into(),
        AdjustmentRefusal::Store(error) => error.into(),
    }
}

/// The number that the path names, of an adjustment whose customer the caller sees.
fn number<C: Connection>(connection: &mut C, call: &Call) -> Result<i64, Problem> {
    let unknown = || problem(AdjustmentRefusal::Unknown);
    let number: i64 = call.parameter("id").parse().map_err(|_| unknown())?;
    let found = adjustment::find(connection, number).map_err(problem)?;
    match store::member::members(connection, &[found.row.customer_ref])?.pop() {
        Some(customer) if call.caller.sees(connection, &customer)? => Ok(number),
        _ => Err(unknown()),
    }
}

fn shape(view: AdjustmentView) -> AdjustmentAnswer {
    let AdjustmentView { row, customer_id } = view;
    AdjustmentAnswer {
        id: row.points_adjustment_ref.to_string(),
        customer_id,
        points: row.points,
        reason: row.reason,
        state: row.state.name(),
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        decided_by: row.decided_by,
        decided_at: row.decided_at.map(Instant),
    }
}

/// `GET /points/adjustments`
pub fn list<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let page = call.query.page()?;
    let reach = call.reach(connection, call.query.id("organisation_id")?.as_ref())?;
    let state = call.query.read("state", |name| {
        domain::name::meaning(&AdjustmentState::NAMES, name)
            .ok_or("submitted, booked or rejected is asked for")
    })?;
    let top = reach.top.map(|(number, _)| number);
    let after = page.after_integer()?.unwrap_or(0);
    let found = store::points_adjustment::page(connection, state, top, after, page.fetch())?;
    let listing = page.list(found, |last| vec![last.row.points_adjustment_ref.into()]);
    let items: Vec<AdjustmentAnswer> = listing.items.into_iter().map(shape).collect();
    Answer::json(&Listing { items, next_cursor: listing.next_cursor })
}

/// `POST /points/adjustments`
pub fn propose<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: AdjustmentBody = call.body()?;
    let customer = customer(connection, call, "/customer_id", &body.customer_id)?;
    let proposed = call
        .atomically(connection, |connection| {
            adjustment::propose(connection, moment(call), customer.customer_ref, body.points, &body.reason.0)
        })
        .map_err(problem)?;
    Answer::created(&shape(proposed))
}

/// `POST /points/adjustments/{id}/approve`
pub fn approve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number = number(connection, call)?;
    let booked = call
        .atomically(connection, |connection| adjustment::approve(connection, moment(call), number))
        .map_err(problem)?;
    Answer::json(&shape(booked))
}

/// `POST /points/adjustments/{id}/reject`
pub fn reject<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let number = number(connection, call)?;
    let rejected = call
        .atomically(connection, |connection| adjustment::reject(connection, moment(call), number))
        .map_err(problem)?;
    Answer::json(&shape(rejected))
}
