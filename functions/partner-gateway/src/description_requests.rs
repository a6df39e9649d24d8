//! What the routes of signed requests say of themselves in the OpenAPI document.

use web::openapi::Operation;
use web::{Method, Repeat, Scope};

use crate::redemptions::{DecidedAnswer, WaitingBody};
use crate::requests::{BalanceAnswer, BalanceBody, CancelBody, DoneAnswer, ExchangeBody, PointsBody};
use crate::reservations::{HoldAnswer, HoldBody, PostHoldBody, VoidHoldAnswer, VoidHoldBody};

fn signed(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Post, path, Scope::Public, Repeat::Natural, summary).description(
        "Signed as Standard Webhooks say, with the headers webhook-id, webhook-timestamp, webhook-signature, and \
         kezhi-partner with the partner's id. Each webhook-id belongs to one path and body for ever, also of a request \
         that is refused. What was done is done once: again it gets its stored answer with Idempotency-Hit: true. \
         Another path or body gets 422. Send the member type, which binds the signature to the path.",
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
            .description(
                "All that a customer exchanged in a direction at a rate is rounded together, so that parts come to as \
                 many points as the whole; a part may come to none. Signed like all paths of partners.",
            )
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
        signed("/partner/v1/redemptions/confirm", "Confirm a redemption that the partner delivers")
            .body::<WaitingBody>()
            .answer::<DecidedAnswer>(200, "The redemption, confirmed."),
        signed("/partner/v1/redemptions/refuse", "Refuse a redemption that the partner should deliver")
            .body::<WaitingBody>()
            .answer::<DecidedAnswer>(200, "The redemption, void."),
    ]
}
