//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::outbox::{DeliveryAnswer, MessageAnswer, MessageTextAnswer};

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::OutboxRead, Repeat::Read, summary);
    let write =
        |repeat, path, summary| Operation::new(Method::Post, path, Scope::OutboxWrite, repeat, summary);
    let mut operations = vec![
        read("/outbox", "List messages to people")
            .query::<String>("state", "waiting, delivered or dead.")
            .query::<String>("channel", "sms, mail or partner.")
            .query::<String>("organisation_id", "Messages of this organisation and those below it.")
            .paged()
            .answer::<Listing<MessageAnswer>>(200, "A page of messages, by their ids."),
        read("/outbox/{id}", "Show a message and its text").answer::<MessageTextAnswer>(200, "The message."),
        write(Repeat::Keyed, "/outbox/{id}/replay", "Send a message again that was given up")
            .description("It is due now, under the same message_id, so that a receiver takes it once.")
            .answer::<MessageAnswer>(200, "The message, waiting."),
        write(Repeat::Natural, "/outbox/deliveries", "Deliver the messages that are due")
            .description(
                "A job does this every ten seconds; a key of the whole bank may ask for it at any time.",
            )
            .answer::<DeliveryAnswer>(200, "What was delivered, and what waits."),
    ];
    operations.extend(crate::tasks::describe());
    operations
}
