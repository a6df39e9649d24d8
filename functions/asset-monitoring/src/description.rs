//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::customer::AssetsAnswer;
use crate::large::LargeMovementAnswer;
use crate::movements::{ChangesAnswer, MovementAnswer};
use crate::rules::{RulesAnswer, RulesBody};
use crate::totals::TotalsAnswer;

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::AssetsRead, Repeat::Read, summary);
    let organisation = "This organisation and those below it.";
    let last_month = "Last month; the latest that the book knows when absent.";
    vec![
        read("/customers/{id}/assets", "Show a customer's months")
            .query::<String>("from", "First month; twelve before the last when absent.")
            .query::<String>("to", last_month)
            .answer::<AssetsAnswer>(200, "Months with their components, oldest first."),
        read("/assets/movements", "List customers whose assets rose or fell")
            .description("A page may be short, even empty, and not be the last: follow next_cursor.")
            .query::<String>("organisation_id", organisation)
            .query::<String>("from", "First month; the one before the last when absent.")
            .query::<String>("to", last_month)
            .query::<String>("at_least", "Smallest rise or fall.")
            .paged()
            .answer::<Listing<MovementAnswer>>(200, "A page of customers."),
        read("/assets/changes", "List the largest rises or falls of assets")
            .query::<String>("organisation_id", organisation)
            .query::<String>("manager_id", "Customers whose retention case that is not closed this employee owns.")
            .query::<String>("from", "First month; the one before the last when absent.")
            .query::<String>("to", last_month)
            .query::<String>("direction", "rise or fall.")
            .query::<u32>("limit", "Customers: 1 to 1000, 100 when absent.")
            .answer::<ChangesAnswer>(200, "The largest first, equal ones by customer id."),
        read("/assets/large-movements", "List customers and days at which a rule of large movements fires")
            .description(
                "A single rule fires once a day, a rolling one on the first day of a run; rules are those in force \
                 now. A page may be short, even empty, and not be the last: follow next_cursor.",
            )
            .query::<String>("organisation_id", organisation)
            .query::<String>("from", "First business day; 30 days before the last when absent.")
            .query::<String>("to", "Last business day; today when absent. At most 92 days.")
            .query::<String>("rule", "Only this rule.")
            .query::<String>("customer_id", "Only this customer.")
            .paged()
            .answer::<Listing<LargeMovementAnswer>>(200, "A page, by customer, day and rule."),
        read("/assets/movement-rules", "Show the rules of large movements")
            .query::<i64>("version", "Number of an earlier list; the one in force when absent.")
            .answer::<RulesAnswer>(200, "The list."),
        Operation::new(
            Method::Put,
            "/assets/movement-rules",
            Scope::AssetsWrite,
            Repeat::Natural,
            "Replace the rules of large movements",
        )
        .description("The whole list, by a key that sees the whole bank; earlier lists are kept.")
        .body::<RulesBody>()
        .answer::<RulesAnswer>(200, "The list in force."),
        read("/assets/totals", "Show totals over time")
            .query::<String>("organisation_id", organisation)
            .query::<String>("from", "First month; twelve before the last when absent. At most 24 months.")
            .query::<String>("to", last_month)
            .query::<String>("by", "organisation (default; each with all below it), tier or class.")
            .answer::<TotalsAnswer>(200, "By month and key; CSV for `Accept: text/csv`."),
    ]
}
