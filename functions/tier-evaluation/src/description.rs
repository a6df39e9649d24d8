//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::customer::{CustomerTierAnswer, ExplanationAnswer, HistoryAnswer};
use crate::members::MemberAnswer;
use crate::overrides::{OverrideAnswer, OverrideBody, OverridesAnswer};
use crate::review::{ConfirmAnswer, ConfirmBody, ReplayAnswer, ReviewAnswer, ReviewBody};
use crate::scheme::{ActivateBody, SchemeAnswer, SubmitBody};
use crate::what_if::{ChangeAnswer, WhatIfAnswer, WhatIfBody};
use crate::wire::SchemeWire;

fn read(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Get, path, Scope::TiersRead, Repeat::Read, summary)
}

fn step(scope: Scope, path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Post, path, scope, Repeat::Natural, summary)
}

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let mut operations = schemes();
    operations.extend(reviews());
    operations.extend(customers());
    operations
}

fn schemes() -> Vec<Operation> {
    vec![
        step(Scope::TiersWrite, "/tiers/schemes", "Draft a scheme")
            .description("A draft of the same id is replaced; anything further along is not.")
            .body::<SchemeWire>()
            .answer::<SchemeAnswer>(201, "The draft."),
        read("/tiers/schemes", "List schemes")
            .paged()
            .answer::<Listing<SchemeAnswer>>(200, "A page of schemes."),
        read("/tiers/schemes/{id}", "Show a scheme").answer::<SchemeAnswer>(200, "The scheme."),
        step(
            Scope::TiersRead,
            "/tiers/schemes/{id}/what-if",
            "Run any scheme over the whole book; changes nothing",
        )
        .body::<WhatIfBody>()
        .answer::<WhatIfAnswer>(200, "Who would go where."),
        read("/tiers/schemes/{id}/what-if/changes", "List the customers who would move")
            .query::<String>("as_of", "Date; the latest that the book knows when absent.")
            .query::<String>("from", "Tier held now.")
            .query::<String>("to", "New tier.")
            .query::<String>("direction", "up, down or first.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .paged()
            .answer::<Listing<ChangeAnswer>>(200, "A page of customers."),
        step(Scope::TiersWrite, "/tiers/schemes/{id}/submit", "Submit a draft with its simulated effect")
            .body::<SubmitBody>()
            .answer::<SchemeAnswer>(200, "The scheme, with the effect."),
        step(
            Scope::TiersApprove,
            "/tiers/schemes/{id}/approve",
            "Approve a scheme that others drafted and submitted",
        )
        .answer::<SchemeAnswer>(200, "The scheme."),
        step(
            Scope::TiersApprove,
            "/tiers/schemes/{id}/activate",
            "Make an approved scheme active from a day",
        )
        .body::<ActivateBody>()
        .answer::<SchemeAnswer>(200, "The scheme."),
        step(Scope::TiersApprove, "/tiers/schemes/{id}/retire", "Withdraw a scheme that is not in force")
            .answer::<SchemeAnswer>(200, "The scheme."),
    ]
}

fn reviews() -> Vec<Operation> {
    vec![
        step(Scope::TiersReview, "/tiers/reviews", "Review the book, or continue a review")
            .description(
                "Answers within some twenty seconds; done is false when the next call has to continue.",
            )
            .body::<ReviewBody>()
            .answer::<ReviewAnswer>(200, "How the review stands."),
        step(
            Scope::TiersReview,
            "/tiers/reviews/{id}/confirm",
            "Confirm a review's proposals for an organisation",
        )
        .body::<ConfirmBody>()
        .answer::<ConfirmAnswer>(200, "How many are in force now."),
        step(
            Scope::TiersReview,
            "/tiers/reviews/{id}/replay",
            "Make a review's decisions again from their inputs",
        )
        .answer::<ReplayAnswer>(200, "How many differ."),
        read("/tiers/members", "List the members of tiers")
            .query::<String>("tier", "A tier's code.")
            .query::<String>("status", "normal, observed, attention or churned.")
            .query::<bool>("lost", "Only customers on the lost list.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .paged()
            .answer::<Listing<MemberAnswer>>(200, "A page of members."),
    ]
}

fn customers() -> Vec<Operation> {
    let as_of = "Date; the latest that the book knows when absent.";
    let overrides = "/customers/{id}/tier/overrides";
    vec![
        read("/customers/{id}/tier", "Show a customer's tier")
            .query::<String>("as_of", as_of)
            .answer::<CustomerTierAnswer>(200, "Tier, status, and the way to the next."),
        read("/customers/{id}/tier/history", "List the decisions about a customer")
            .query::<String>("as_of", "Decisions up to this date.")
            .answer::<HistoryAnswer>(200, "The latest first."),
        read("/customers/{id}/tier/explanation", "Explain a customer's tier in words")
            .query::<String>("as_of", as_of)
            .query::<String>("lang", "zh (default) or en.")
            .answer::<ExplanationAnswer>(200, "Sentences and figures."),
        read(overrides, "List a customer's overrides").answer::<OverridesAnswer>(200, "The latest first."),
        step(
            Scope::OverridesWrite,
            overrides,
            "Overrule the measures for a customer from the next review on",
        )
        .body::<OverrideBody>()
        .answer::<OverrideAnswer>(201, "The override."),
        Operation::new(
            Method::Delete,
            "/customers/{id}/tier/overrides/{number}",
            Scope::OverridesWrite,
            Repeat::Natural,
            "End an override",
        )
        .plain_answer(204, "Ended, now or before.", ""),
    ]
}
