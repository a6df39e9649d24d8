//! Rewards that a partner delivers: it confirms or refuses what customers redeem.

use app::partner::redemption::{Answered, Decided, decide};
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::IdText;
use web::{Answer, Call, Problem, Slug};

use crate::operation::OperationName;
use crate::{problem, signed};

/// The redemption to be confirmed or refused.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitingBody {
    /// The operation, as the path names it: with it the signature says what it is for.
    #[serde(default, rename = "type")]
    pub operation: Option<OperationName>,
    /// One of a reward that the partner delivers.
    pub redemption_id: IdText,
}

/// A redemption that was answered.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DecidedAnswer {
    /// The request's webhook-id.
    pub request: String,
    /// The redemption.
    pub redemption_id: String,
    /// confirmed | void.
    pub state: &'static str,
    /// Its points: spent when it is confirmed, and else free again.
    pub points: i64,
}

fn answer<C: Connection>(
    connection: &mut C,
    call: &Call,
    operation: OperationName,
    answered: Answered,
) -> Result<Answer, Problem> {
    signed::once(connection, call, operation, |connection, asked| {
        let body: WaitingBody = call.body()?;
        operation.is_meant(body.operation)?;
        let unknown = |_| Problem::not_found(Slug::UnknownRedemption);
        let redemption: i64 = body.redemption_id.0.as_str().parse().map_err(unknown)?;
        let Decided { number, state, points } =
            decide(connection, asked, redemption, answered).map_err(problem::redemption)?;
        let answer = DecidedAnswer {
            request: asked.webhook_id.to_owned(),
            redemption_id: redemption.to_string(),
            state: state.name(),
            points,
        };
        Ok((number, answer))
    })
}

/// `POST /partner/v1/redemptions/confirm`
pub fn confirm<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    answer(connection, call, OperationName::Confirm, Answered::Confirmed)
}

/// `POST /partner/v1/redemptions/refuse`
pub fn refuse<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    answer(connection, call, OperationName::Refuse, Answered::Refused)
}
