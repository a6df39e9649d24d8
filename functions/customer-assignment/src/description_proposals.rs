//! What the routes of proposals, capacities and absences say of themselves.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::capacities::{
    AbsenceAnswer, AbsenceBody, AbsenceRemovalAnswer, AbsenceRemovalBody, ManagerCapacityAnswer,
    ManagerCapacityBody,
};
use crate::proposals::{LeftCustomer, ProposalAnswer, ProposalBody, ProposalLine, ProposalMove};

/// The operations of proposals, capacities and absences, one a route.
pub(crate) fn describe_proposals() -> Vec<Operation> {
    let mut all = of_proposals();
    all.extend(of_capacities());
    all
}

fn read(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Get, path, Scope::AssignmentsRead, Repeat::Read, summary)
}

fn of_proposals() -> Vec<Operation> {
    let operation = Operation::new;
    vec![
        operation(
            Method::Post,
            "/assignments/proposals",
            Scope::AssignmentsWrite,
            Repeat::Keyed,
            "Propose managers for a waiting list or a whole branch",
        )
        .description(
            "Households stay together, capacities are kept, nobody who is away is chosen, and as few customers as possible \
             move. Nothing changes until another person approves the proposal.",
        )
        .body::<ProposalBody>()
        .answer::<ProposalAnswer>(201, "The proposal, which waits for another person."),
        read("/assignments/proposals", "List proposals of assignments")
            .query::<String>("state", "submitted, approved or rejected.")
            .query::<String>("organisation_id", "About this organisation and those below it.")
            .paged()
            .answer::<Listing<ProposalLine>>(200, "A page of proposals, the latest first."),
        read("/assignments/proposals/{id}", "Show a proposal of assignments")
            .answer::<ProposalAnswer>(200, "The proposal with what it comes to."),
        read("/assignments/proposals/{id}/moves", "List the moves of a proposal")
            .paged()
            .answer::<Listing<ProposalMove>>(200, "A page of moves, each with its reason."),
        read("/assignments/proposals/{id}/left", "List the customers who get nobody by a proposal")
            .paged()
            .answer::<Listing<LeftCustomer>>(200, "A page of customers, each with the reason."),
        operation(
            Method::Post,
            "/assignments/proposals/{id}/{step}",
            Scope::AssignmentsApprove,
            Repeat::Keyed,
            "Approve or reject a proposal of assignments",
        )
        .description(
            "The step is approve, by another person than the one who made it, or reject. All moves become assignments, or \
             none: when a customer was assigned otherwise since, or a chosen manager is away or full, the answer is 409.",
        )
        .answer::<ProposalAnswer>(200, "The proposal, approved or rejected."),
    ]
}

fn of_capacities() -> Vec<Operation> {
    let operation = Operation::new;
    vec![
        read("/assignments/capacities", "List how many customers managers take")
            .query::<String>("organisation_id", "Who works at this organisation and those below it.")
            .paged()
            .answer::<Listing<ManagerCapacityAnswer>>(200, "A page of managers, by their ids."),
        operation(
            Method::Put,
            "/assignments/capacities/{employee_id}",
            Scope::AssignmentsWrite,
            Repeat::Natural,
            "Say how many customers a manager takes",
        )
        .body::<ManagerCapacityBody>()
        .answer::<ManagerCapacityAnswer>(200, "The manager's own capacity."),
        read("/assignments/absences", "List the absences of an employee")
            .query::<String>("employee_id", "Who; asked for.")
            .paged()
            .answer::<Listing<AbsenceAnswer>>(200, "A page of absences, by their first days."),
        operation(
            Method::Post,
            "/assignments/absences",
            Scope::AssignmentsWrite,
            Repeat::Natural,
            "Note when an employee is away",
        )
        .description("One of the same employee that begins on the same day is replaced.")
        .body::<AbsenceBody>()
        .answer::<AbsenceAnswer>(200, "The absence."),
        operation(
            Method::Post,
            "/assignments/absences/remove",
            Scope::AssignmentsWrite,
            Repeat::Natural,
            "Take an absence back",
        )
        .body::<AbsenceRemovalBody>()
        .answer::<AbsenceRemovalAnswer>(200, "Whether there was one."),
    ]
}
