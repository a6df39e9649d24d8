//! What the routes of retention cases say of themselves in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::cases::{AssignBody, CaseAnswer, CaseBody, CaseHistoryAnswer, OutcomesAnswer, StepBody};

/// The operations of retention cases, one a route.
pub(crate) fn describe_cases() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::ChurnRead, Repeat::Read, summary);
    let step = |path, summary| Operation::new(Method::Post, path, Scope::ChurnWrite, Repeat::Keyed, summary);
    let organisation = "Customers of this organisation and those below it.";
    vec![
        read("/churn/cases", "List retention cases")
            .query::<String>("state", "open, contacted, plan, won_back, lost or dismissed.")
            .query::<String>("organisation_id", organisation)
            .query::<String>("owner_id", "Only those that this employee takes care of.")
            .query::<bool>("overdue", "Only those that are not closed and whose due date has passed.")
            .paged()
            .answer::<Listing<CaseAnswer>>(200, "A page of cases, by their ids."),
        step("/churn/cases", "Open a retention case")
            .description("A customer has at most one case that is not closed.")
            .body::<CaseBody>()
            .answer::<CaseHistoryAnswer>(201, "The case."),
        read("/churn/cases/outcomes", "Count what became of retention cases")
            .query::<String>("from", "First date of opening; 365 days before the last when absent.")
            .query::<String>("to", "Last date of opening; today when absent.")
            .query::<String>("organisation_id", organisation)
            .query::<String>("by", "organisation (default), owner or reason.")
            .answer::<OutcomesAnswer>(200, "Numbers and rates, the largest group first."),
        read("/churn/cases/{id}", "Show a retention case")
            .answer::<CaseHistoryAnswer>(200, "The case with its steps."),
        step("/churn/cases/{id}/assign", "Hand a retention case over, or move its due date")
            .description("The owner works today, at the customer's organisation or above it.")
            .body::<AssignBody>()
            .answer::<CaseHistoryAnswer>(200, "The case."),
        step("/churn/cases/{id}/{transition}", "Take a step of a retention case")
            .description(
                "contact (from open), plan (from open or contacted), win_back (from contacted or plan), lose and dismiss \
                 (from these three).",
            )
            .body::<StepBody>()
            .answer::<CaseHistoryAnswer>(200, "The case."),
    ]
}
