//! What the routes of signed requests say of themselves in the OpenAPI document.

use web::openapi::Operation;
use web::{Method, Repeat, Scope};

use crate::requests::{BalanceAnswer, BalanceBody, CancelBody, DoneAnswer, ExchangeBody, PointsBody};
use crate::reservations::{HoldAnswer, HoldBody, PostHoldBody, VoidHoldAnswer, VoidHoldBody};

fn signed(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Post, path, Scope::Public, Repeat::Natural, summary).description(
        "Signed as Standard Webhooks say, with the headers webhook-id, webhook-timestamp, webhook-signature, and \
         kezhi-partner with the partner's id. Each webhook-id is done once: the same request again gets its stored \
         answer with Idempotency-Hit: true, another one gets 422.",
    )
}

/// The operations of signed requests, one a route.
pub(crate) fn describe_requests() -> Vec<Operation> {
    vec![
        signed("/partner/v1/earn", "Give a customer points")
            .body::<PointsBody>()
            .answer::<DoneAnswer>(200, "What was given."),
        signed("/partner/v1/burn", "Take points from a customer")
            .body::<PointsBody>()
            .answer::<DoneAnswer>(200, "What was taken."),
        signed("/partner/v1/burn/cancel", "Cancel a burn")
            .body::<CancelBody>()
            .answer::<DoneAnswer>(200, "What was given back."),
        signed("/partner/v1/exchange", "Exchange units of the partner and points")
            .body::<ExchangeBody>()
            .answer::<DoneAnswer>(200, "The points of the units."),
        signed("/partner/v1/balance", "Ask what a customer can spend")
            .body::<BalanceBody>()
            .answer::<BalanceAnswer>(200, "The balance; it is not kept."),
        signed("/partner/v1/reserve", "Hold points while a customer pays")
            .body::<HoldBody>()
            .answer::<HoldAnswer>(200, "The reservation."),
        signed("/partner/v1/post", "Take points that are held")
            .body::<PostHoldBody>()
            .answer::<DoneAnswer>(200, "What was taken."),
        signed("/partner/v1/void", "Let points go that are held")
            .body::<VoidHoldBody>()
            .answer::<VoidHoldAnswer>(200, "The reservation that was let go."),
    ]
}
