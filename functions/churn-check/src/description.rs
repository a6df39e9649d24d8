//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::alerts::AlertAnswer;
use crate::check::{CheckAnswer, CheckBody};
use crate::report::ReportAnswer;
use crate::signals::SignalAnswer;

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::ChurnRead, Repeat::Read, summary);
    let step = |repeat, path, summary| Operation::new(Method::Post, path, Scope::ChurnWrite, repeat, summary);
    let mut operations = vec![
        step(Repeat::Natural, "/churn/checks", "Run or continue the churn check")
            .body::<CheckBody>()
            .answer::<CheckAnswer>(200, "What the check did."),
        read("/churn/alerts", "List alerts")
            .query::<String>("status", "observed, attention or churned.")
            .query::<String>("tier", "Only this tier.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .query::<String>("manager_id", "Customers whose open retention case this employee owns.")
            .query::<bool>("closed", "Also those that are closed.")
            .paged()
            .answer::<Listing<AlertAnswer>>(200, "A page of alerts."),
        read("/churn/alerts/{id}", "Show an alert").answer::<AlertAnswer>(200, "The alert."),
        step(Repeat::Keyed, "/churn/alerts/{id}/acknowledge", "Acknowledge an alert")
            .answer::<AlertAnswer>(200, "The alert, acknowledged."),
        read("/churn/report", "Show the churn report")
            .query::<String>("as_of", "Date; that of the latest review when absent.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .answer::<ReportAnswer>(200, "By organisation and tier; CSV for `Accept: text/csv`."),
        read("/churn/signals", "List customers of whom an early signal tells")
            .query::<String>("kind", "balance_ratio (average of the latest months ÷ of as many before, at most `share`) or assets_down (fall over the months, at least `share`).")
            .query::<u8>("months", "1 to 24.")
            .query::<String>("share", "0 to 1, at most seven decimals.")
            .query::<String>("as_of", "Date; the latest that the book knows when absent.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .paged()
            .answer::<Listing<SignalAnswer>>(200, "A page of customers."),
    ];
    operations.extend(crate::description_cases::describe_cases());
    operations
}
