//! Earning, burning, exchanging and asking for a balance.

use app::partner::cancel::cancel as cancel_burn;
use app::partner::exchange::{self, Direction};
use app::partner::{Asked, Done, Order, RequestError, request};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::{IdText, Text};
use web::{Answer, Call, Problem};

use crate::operation::OperationName;
use crate::{problem, signed};

/// Points for or from a customer.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PointsBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// Whose.
    pub customer_id: IdText,
    /// 1 to 1 000 000 000 000.
    pub points: i64,
    /// The partner's own words for it.
    #[serde(default)]
    pub reference: Option<Text>,
}

/// The burn to be cancelled.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// Its webhook-id, or that of the posting of a reservation.
    pub of: IdText,
}

/// Which way units and points go.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DirectionName {
    /// The customer gives units for points.
    In,
    /// The customer gives points for units.
    Out,
}

/// Units to be exchanged.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// Whose.
    pub customer_id: IdText,
    /// Which way.
    pub direction: DirectionName,
    /// Units of the partner, 1 to 1 000 000 000 000.
    pub units: i64,
    /// The partner's own words for it.
    #[serde(default)]
    pub reference: Option<Text>,
}

/// Whose balance.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BalanceBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// The customer.
    pub customer_id: IdText,
}

/// What was done.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DoneAnswer {
    /// The request's webhook-id.
    pub request: String,
    /// Whose points.
    pub customer_id: String,
    /// Points that moved; of an exchange 0 while its units come to no whole point yet.
    pub points: i64,
    /// What the customer can spend now.
    pub active: i64,
}

/// A balance.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct BalanceAnswer {
    /// Whose.
    pub customer_id: String,
    /// What the customer can spend now.
    pub active: i64,
}

/// What was done, with the number of the request.
pub(crate) fn shape(asked: Asked<'_>, done: Done) -> (i64, DoneAnswer) {
    let request = asked.webhook_id.to_owned();
    let Done { number, customer_id, points, active } = done;
    (number, DoneAnswer { request, customer_id, points, active })
}

/// An earn or a burn.
fn move_points<C: Connection>(
    connection: &mut C,
    call: &Call,
    operation: OperationName,
    work: fn(&mut C, Asked<'_>, Order<'_>) -> Result<Done, RequestError>,
) -> Result<Answer, Problem> {
    signed::once(connection, call, operation, |connection, asked| {
        let body: PointsBody = call.body()?;
        operation.is_meant(body.operation)?;
        let reference = body.reference.as_ref().map(|text| text.0.as_str());
        let order = Order { customer_id: body.customer_id.0.as_str(), amount: body.points, reference };
        let done = work(connection, asked, order).map_err(|error| problem::request(error, "/points"))?;
        Ok(shape(asked, done))
    })
}

/// `POST /partner/v1/earn`
pub fn earn<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    move_points(connection, call, OperationName::Earn, request::earn)
}

/// `POST /partner/v1/burn`
pub fn burn<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    move_points(connection, call, OperationName::Burn, request::burn)
}

/// `POST /partner/v1/burn/cancel`
pub fn cancel<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::once(connection, call, OperationName::Cancel, |connection, asked| {
        let body: CancelBody = call.body()?;
        OperationName::Cancel.is_meant(body.operation)?;
        let done = cancel_burn(connection, asked, body.of.0.as_str())
            .map_err(|error| problem::request(error, "/of"))?;
        Ok(shape(asked, done))
    })
}

/// `POST /partner/v1/exchange`
pub fn exchange<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::once(connection, call, OperationName::Exchange, |connection, asked| {
        let body: ExchangeBody = call.body()?;
        OperationName::Exchange.is_meant(body.operation)?;
        let direction = match body.direction {
            DirectionName::In => Direction::In,
            DirectionName::Out => Direction::Out,
        };
        let reference = body.reference.as_ref().map(|text| text.0.as_str());
        let order = Order { customer_id: body.customer_id.0.as_str(), amount: body.units, reference };
        let done = exchange::exchange(connection, asked, direction, order)
            .map_err(|error| problem::request(error, "/units"))?;
        Ok(shape(asked, done))
    })
}

/// `POST /partner/v1/balance`. The answer of a question is not kept: asked again it is answered anew.
pub fn balance<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    signed::bound(connection, call, OperationName::Balance, |connection, asked| {
        let body: BalanceBody = call.body()?;
        OperationName::Balance.is_meant(body.operation)?;
        let customer_id = body.customer_id.0.as_str();
        let active = request::balance(connection, customer_id, asked.moment)
            .map_err(|error| problem::request(error, "/customer_id"))?;
        Answer::json(&BalanceAnswer { customer_id: customer_id.to_owned(), active })
    })
}
