//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::assignments::RecallBody;
use crate::batch::{AssignmentBatchAnswer, AssignmentBatchBody};
use crate::customer::CustomerAssignmentAnswer;
use crate::description_proposals::describe_proposals;
use crate::settings::{AssignmentSettingsAnswer, AssignmentSettingsBody};
use crate::waiting::WaitingAnswer;
use crate::wire::{AssignmentAnswer, AssignmentBody};

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let mut operations = changes();
    operations.extend(questions());
    operations.extend(describe_proposals());
    operations
}

fn changes() -> Vec<Operation> {
    let write =
        |path, summary| Operation::new(Method::Post, path, Scope::AssignmentsWrite, Repeat::Keyed, summary);
    let decide =
        |path, summary| Operation::new(Method::Post, path, Scope::AssignmentsApprove, Repeat::Keyed, summary);
    vec![
        write("/assignments", "Assign a customer to managers")
            .description(
                "From the first day on, until another assignment begins. Managers work on that day, at the customer's \
                 organisation or above it. It is in force at once unless it begins before today and takes share from \
                 somebody, or gives more to who asks: then it waits for another person. Who gains or loses share is \
                 told, of a later first day once more when it comes.",
            )
            .body::<AssignmentBody>()
            .answer::<AssignmentAnswer>(201, "The assignment, in force or submitted."),
        write("/assignments/batch", "Assign many customers to managers")
            .description(
                "Items as JSON or lines, a file of CSV (text/csv: customer_id, employee_id, role, share_bp, from, reason; a \
                 row a manager), or all customers of a filter. What is refused is named, and the others are assigned.",
            )
            .query::<bool>("dry_run", "Says what would happen, and changes nothing; also a member of the body.")
            .body::<AssignmentBatchBody>()
            .answer::<AssignmentBatchAnswer>(200, "What it came to, with the first moves."),
        write("/assignments/adjust", "End a dispute about a customer")
            .description("As an assignment; one that takes share from somebody always waits for another person.")
            .body::<AssignmentBody>()
            .answer::<AssignmentAnswer>(201, "The assignment, in force or submitted."),
        write("/assignments/recall", "Put customers back on the waiting list")
            .description("From a day on that is not past; old credit stays.")
            .query::<bool>("dry_run", "Says what would happen, and changes nothing; also a member of the body.")
            .body::<RecallBody>()
            .answer::<AssignmentAnswer>(201, "Of one customer: the recall.")
            .answer::<AssignmentBatchAnswer>(200, "Of many, or of a dry run: what it came to."),
        decide("/assignments/{id}/approve", "Approve an assignment that was submitted")
            .description("By another person, while what stood when it was made stands still.")
            .answer::<AssignmentAnswer>(200, "The assignment, in force."),
        decide("/assignments/{id}/reject", "Reject an assignment that was submitted")
            .answer::<AssignmentAnswer>(200, "The assignment, rejected."),
        Operation::new(
            Method::Put,
            "/assignments/settings",
            Scope::AssignmentsWrite,
            Repeat::Natural,
            "Say whose customers go to managers, and how many a manager takes",
        )
        .description("By a key of the whole bank.")
        .body::<AssignmentSettingsBody>()
        .answer::<AssignmentSettingsAnswer>(200, "The settings."),
    ]
}

fn questions() -> Vec<Operation> {
    let read =
        |path, summary| Operation::new(Method::Get, path, Scope::AssignmentsRead, Repeat::Read, summary);
    let organisation = "Customers of this organisation and those below it.";
    vec![
        read("/assignments", "List assignments")
            .query::<String>("state", "submitted, in_force or rejected.")
            .query::<String>("organisation_id", organisation)
            .paged()
            .answer::<Listing<AssignmentAnswer>>(200, "A page of assignments, by their ids."),
        read("/assignments/{id}", "Show an assignment")
            .answer::<AssignmentAnswer>(200, "The assignment."),
        read("/assignments/waiting", "List customers who wait for a manager")
            .description(
                "Who hold a tier that goes to managers and have no primary manager at work today, and who were recalled. \
                 A page looks through 64 chunks of 4 096 customers, and may be short.",
            )
            .query::<String>("organisation_id", organisation)
            .paged()
            .answer::<Listing<WaitingAnswer>>(200, "A page of customers, by the order in which they came."),
        read("/assignments/settings", "Show whose customers go to managers")
            .answer::<AssignmentSettingsAnswer>(200, "The settings."),
        read("/customers/{id}/assignment", "Show who answers for a customer")
            .query::<String>("as_of", "The day; today when absent.")
            .answer::<CustomerAssignmentAnswer>(200, "Where the customer belongs, and who has which share."),
        read("/customers/{id}/assignment/history", "List a customer's assignments")
            .paged()
            .answer::<Listing<AssignmentAnswer>>(200, "A page of assignments, whatever became of them, by their ids."),
    ]
}
