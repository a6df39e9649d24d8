//! Points that are held while a customer pays.

use app::partner::reservation as hold;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Instant};
use web::{Answer, Call, Problem, Slug};

use crate::operation::OperationName;
use crate::requests::shape;
use crate::{problem, signed};

/// Points to be held.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// Whose.
    pub customer_id: IdText,
    /// 1 to 1 000 000 000 000.
    pub points: i64,
    /// For how long, 1 to 2 592 000.
    pub ttl_seconds: u32,
}

/// Points to be taken of what is held.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostHoldBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// The reservation.
    pub reservation: IdText,
    /// At most what it holds; the rest is let go.
    pub points: i64,
}

/// A reservation to be let go.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VoidHoldBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// The reservation.
    pub reservation: IdText,
}

/// What is held.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct HoldAnswer {
    /// The request's webhook-id.
    pub request: String,
    /// Id of the reservation.
    pub reservation: String,
    /// Points that it holds.
    pub points: i64,
    /// From when on it holds nothing.
    pub expires_at: Instant,
}

/// What was let go.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct VoidHoldAnswer {
    /// The request's webhook-id.
    pub request: String,
    /// Id of the reservation.
    pub reservation: String,
}

/// The number of a reservation; our numbers are the only ids of reservations.
fn number(id: &IdText) -> Result<i64, Problem> {
    id.0.as_str().parse().map_err(|_| Problem::not_found(Slug::UnknownReservation))
}

/// `POST /partner/v1/reserve`
pub fn reserve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::once(connection, call, OperationName::Reserve, |connection, asked| {
        let body: HoldBody = call.body()?;
        OperationName::Reserve.is_meant(body.operation)?;
        let customer_id = body.customer_id.0.as_str();
        let (request, reservation) =
            hold::reserve(connection, asked, customer_id, body.points, body.ttl_seconds)
                .map_err(problem::hold)?;
        let answer = HoldAnswer {
            request: asked.webhook_id.to_owned(),
            reservation: reservation.points_reservation_ref.to_string(),
            points: reservation.points,
            expires_at: Instant(reservation.expires_at),
        };
        Ok((request, answer))
    })
}

/// `POST /partner/v1/post`
pub fn post<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::once(connection, call, OperationName::Post, |connection, asked| {
        let body: PostHoldBody = call.body()?;
        OperationName::Post.is_meant(body.operation)?;
        let done =
            hold::post(connection, asked, number(&body.reservation)?, body.points).map_err(problem::hold)?;
        Ok(shape(asked, done))
    })
}

/// `POST /partner/v1/void`
pub fn void<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::once(connection, call, OperationName::Void, |connection, asked| {
        let body: VoidHoldBody = call.body()?;
        OperationName::Void.is_meant(body.operation)?;
        let reservation = number(&body.reservation)?;
        let request = hold::void(connection, asked, reservation).map_err(problem::hold)?;
        let answer =
            VoidHoldAnswer { request: asked.webhook_id.to_owned(), reservation: reservation.to_string() };
        Ok((request, answer))
    })
}
