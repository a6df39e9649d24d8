//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::{AssetsAnswer, MovementAnswer};

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::AssetsRead, Repeat::Read, summary);
    vec![
        read("/customers/{id}/assets", "Show a customer's months")
            .query::<String>("from", "First month; twelve before the last when absent.")
            .query::<String>("to", "Last month; the latest that the book knows when absent.")
            .answer::<AssetsAnswer>(200, "Months with their components, oldest first."),
        read("/assets/movements", "List customers whose assets rose or fell")
            .query::<String>("organisation_id", "This organisation and those below it.")
            .query::<String>("from", "First month; the one before the last when absent.")
            .query::<String>("to", "Last month; the latest that the book knows when absent.")
            .query::<String>("at_least", "Smallest rise or fall.")
            .paged()
            .answer::<Listing<MovementAnswer>>(200, "A page of customers."),
    ]
}
