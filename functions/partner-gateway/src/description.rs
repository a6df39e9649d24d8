//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::disputes::{DisputeAnswer, DisputeBody, ResolveBody};
use crate::keys::{CreatedKeyAnswer, KeysAnswer, RotateBody};
use crate::partners::{PartnerAnswer, PartnerBody, RegisteredAnswer};
use crate::reconcile::{ReconciledAnswer, TheirLineBody};
use crate::settlements::{LineAnswer, SettleAllBody, SettleBody, SettledAnswer, SettlementAnswer};

fn read(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Get, path, Scope::PartnersRead, Repeat::Read, summary)
}

fn write(method: Method, repeat: Repeat, path: &'static str, summary: &'static str) -> Operation {
    Operation::new(method, path, Scope::PartnersWrite, repeat, summary)
}

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let mut operations = partners();
    operations.extend(settlements());
    operations.extend(crate::description_requests::describe_requests());
    operations
}

fn partners() -> Vec<Operation> {
    let (natural, keyed) = (Repeat::Natural, Repeat::Keyed);
    vec![
        write(Method::Post, keyed, "/partners", "Register a partner")
            .description(
                "Asks for a key of the whole bank, like all paths of partners. The secret is shown once.",
            )
            .body::<PartnerBody>()
            .answer::<RegisteredAnswer>(201, "The partner with its first secret."),
        read("/partners", "List partners")
            .paged()
            .answer::<Listing<PartnerAnswer>>(200, "A page of partners."),
        read("/partners/{id}", "Show a partner").answer::<PartnerAnswer>(200, "The partner."),
        write(Method::Put, natural, "/partners/{id}", "Change what was agreed with a partner")
            .body::<PartnerBody>()
            .answer::<PartnerAnswer>(200, "The partner from now on."),
        write(Method::Post, natural, "/partners/{id}/suspend", "Take nothing from a partner any more")
            .answer::<PartnerAnswer>(200, "The partner, suspended."),
        write(Method::Post, natural, "/partners/{id}/resume", "Take up a partner again")
            .answer::<PartnerAnswer>(200, "The partner, active."),
        read("/partners/{id}/keys", "List a partner's keys")
            .answer::<KeysAnswer>(200, "Its keys without their secrets, the newest first."),
        write(Method::Post, keyed, "/partners/{id}/keys", "Make a new secret for a partner")
            .description("The secrets before it are still taken for `overlap_hours`, and no longer.")
            .body::<RotateBody>()
            .answer::<CreatedKeyAnswer>(201, "The secret, shown once."),
        write(Method::Delete, natural, "/partners/{id}/keys/{number}", "Revoke a partner's key at once")
            .plain_answer(204, "Revoked.", ""),
    ]
}

fn settlements() -> Vec<Operation> {
    let (natural, keyed) = (Repeat::Natural, Repeat::Keyed);
    vec![
        write(Method::Post, natural, "/partners/{id}/settlements", "Settle a month that has ended")
            .description("Again it answers what was found the first time.")
            .body::<SettleBody>()
            .answer::<SettlementAnswer>(200, "The settlement."),
        write(Method::Post, natural, "/partners/settlements", "Settle all partners' months that have ended")
            .description(
                "What was not settled yet, from the month of each partner's first request on, at most 36 months. The \
                 body may be absent. For platforms without the nightly trigger.",
            )
            .body::<SettleAllBody>()
            .answer::<SettledAnswer>(200, "How many months were settled."),
        read("/partners/{id}/settlements", "List a partner's settlements")
            .paged()
            .answer::<Listing<SettlementAnswer>>(200, "A page of settlements, the latest first."),
        read("/partners/{id}/settlements/{month}", "Show a settlement")
            .description(
                "CSV for `Accept: text/csv`. The body is signed with the partner's secrets in the headers webhook-id, \
                 webhook-timestamp and webhook-signature.",
            )
            .answer::<SettlementAnswer>(200, "The settlement.")
            .plain_answer(200, "The settlement as a file.", "text/csv"),
        read("/partners/{id}/settlements/{month}/lines", "List the requests of a settled month")
            .paged()
            .answer::<Listing<LineAnswer>>(200, "A page of requests."),
        write(Method::Post, natural, "/partners/{id}/reconcile", "Compare a settled month with the partner's list")
            .description(
                "The body is the partner's list: JSON, JSON lines, or CSV with the columns reference, kind and points. \
                 The month is reconciled when no request differs and no dispute is open, and paid when the payment is \
                 right too.",
            )
            .query::<String>("month", "The settled month.")
            .query::<String>("paid", "What the bank paid, such as 123.00; below zero what the partner paid.")
            .records::<TheirLineBody>()
            .answer::<ReconciledAnswer>(200, "What matched, what did not, and the payment."),
        write(Method::Post, keyed, "/partners/{id}/disputes", "Open a dispute about a request of a settled month")
            .body::<DisputeBody>()
            .answer::<DisputeAnswer>(201, "The dispute."),
        read("/partners/{id}/disputes", "List a partner's disputes")
            .paged()
            .answer::<Listing<DisputeAnswer>>(200, "A page of disputes."),
        write(Method::Post, keyed, "/partners/{id}/disputes/{number}/resolve", "Resolve a dispute")
            .body::<ResolveBody>()
            .answer::<DisputeAnswer>(200, "The dispute, resolved."),
    ]
}
