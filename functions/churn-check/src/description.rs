//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::alerts::AlertAnswer;
use crate::check::{CheckAnswer, CheckBody};
use crate::key_customers::KeyCustomersAnswer;
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
            .query::<String>("manager_id", "This employee's customers: by assignment today, or by the open retention case.")
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
        read("/churn/key-customers", "Show the status of key customers")
            .query::<String>("as_of", "Date; that of the latest review when absent.")
            .query::<String>("tier", "Only this tier; all but the lowest when absent.")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .answer::<KeyCustomersAnswer>(200, "By organisation and tier; CSV for `Accept: text/csv`."),
        read("/churn/signals", "List customers of whom an early signal tells")
            .description(
                "A parameter that the kind does not take is refused. balance_ratio (months, share): average assets of the \
                 latest months are at most `share` of those of as many before. assets_down (months or days, share): \
                 assets fell by at least `share` between two month ends, or between the closes of two days. outflow (days, \
                 at_least, share): transfers and withdrawals to other banks come to at least `at_least`, and to at least \
                 `share` of the assets at the month's end before; one of the two or both. salary_stopped (months, days, \
                 at_least): a payment of at least `at_least` came in each of the months and none in the last days. \
                 product_closed (days, last): an account was closed, with `last` the last one of its class. inactive \
                 (days): no transaction of the customer's own but standing orders.",
            )
            .query::<String>(
                "kind",
                "balance_ratio, assets_down, outflow, salary_stopped, product_closed or inactive.",
            )
            .query::<u8>("months", "1 to 24.")
            .query::<u16>("days", "The last days up to the date: 1 to 400, of salary_stopped 28 to 400.")
            .query::<String>("share", "0 to 1, at most seven decimals.")
            .query::<String>("at_least", "Money above zero, such as 50000.00.")
            .query::<bool>("last", "Only where no open account of the class remains.")
            .query::<String>(
                "as_of",
                "Date; when absent today, of balance_ratio and assets_down the latest that the book knows.",
            )
            .query::<String>("organisation_id", "This organisation and those below it.")
            .paged()
            .answer::<Listing<SignalAnswer>>(200, "A page of customers."),
    ];
    operations.extend(crate::description_cases::describe_cases());
    operations.extend(crate::description_strategies::describe_strategies());
    operations
}
