//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::adjustments::SaleAdjustmentBody;
use crate::description_performance::describe_performance;
use crate::products::{SaleProductAnswer, SaleProductBody, SaleRuleVersionBody};
use crate::registrations::{RegisteredAnswer, RegistrationBody};
use crate::runs::{DefaultRunAnswer, DefaultRunBody};
use crate::sales::{CreditsAnswer, SaleAnswer};

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let mut operations = describe_products();
    operations.extend(describe_sales());
    operations.extend(describe_adjustments());
    operations.extend(describe_performance());
    operations
}

fn read(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(Method::Get, path, Scope::SalesRead, Repeat::Read, summary)
}

fn describe_products() -> Vec<Operation> {
    let write =
        |method, repeat, path, summary| Operation::new(method, path, Scope::SalesRules, repeat, summary);
    vec![
        read("/sales/products", "List the products whose sales are credited")
            .paged()
            .answer::<Listing<SaleProductAnswer>>(200, "A page of products, by their ids."),
        write(Method::Post, Repeat::Keyed, "/sales/products", "Add a product whose sales are credited")
            .description(
                "A key of the whole bank is asked for. Sales of its days that were taken in before are credited too.",
            )
            .body::<SaleProductBody>()
            .answer::<SaleProductAnswer>(201, "The product with its rule."),
        read("/sales/products/{id}", "Show a product with every version of its rule")
            .answer::<SaleProductAnswer>(200, "The product."),
        write(Method::Put, Repeat::Keyed, "/sales/products/{id}", "Write a new version of a product's rule")
            .description(
                "A key of the whole bank is asked for. It is about sales from a day on that is not in the past; sales \
                 that were taken in keep the version they came under, and those of its days that had no rule are \
                 taken in.",
            )
            .body::<SaleRuleVersionBody>()
            .answer::<SaleProductAnswer>(200, "The product with every version."),
        write(
            Method::Post,
            Repeat::Natural,
            "/sales/default-runs",
            "Decide sales that nobody registered in time",
        )
        .description("A repeat, and a run of an earlier date, decide nothing twice.")
        .body::<DefaultRunBody>()
        .answer::<DefaultRunAnswer>(200, "What the run did."),
    ]
}

fn describe_sales() -> Vec<Operation> {
    let write =
        |method, repeat, path, summary| Operation::new(method, path, Scope::SalesWrite, repeat, summary);
    vec![
        read("/sales", "List sales")
            .description("A customer manager's key sees those of the organisation where the manager works.")
            .query::<String>("organisation_id", "Sold by this organisation and those below it.")
            .query::<bool>(
                "unregistered",
                "Only those that nobody is credited for yet, or by default as long as they can be adjusted.",
            )
            .query::<String>("product_id", "Only those of this product.")
            .query::<String>("from", "Sold on this date or later.")
            .query::<String>("to", "Sold on this date or earlier.")
            .paged()
            .answer::<Listing<SaleAnswer>>(200, "A page of sales, in the order in which they came in."),
        read("/sales/{source}/{id}/credits", "Show who is credited for a sale, and how it came to that")
            .answer::<CreditsAnswer>(200, "Shares, lines, registrations and the latest adjustment."),
        write(
            Method::Post,
            Repeat::Keyed,
            "/sales/{source}/{id}/registrations",
            "Register who sold, or who sent the customer",
        )
        .description(
            "While today is before due_on. The key of an employee registers that employee alone, unless it has \
             sales:adjust. No seller registers where the assignment has credited somebody: that takes an adjustment.",
        )
        .body::<RegistrationBody>()
        .answer::<RegisteredAnswer>(201, "The registration's number, and who is credited now."),
        write(
            Method::Delete,
            Repeat::Natural,
            "/sales/{source}/{id}/registrations/{number}",
            "Withdraw a registration",
        )
        .description("Credit goes back to what the assignment says, or to nobody.")
        .answer::<CreditsAnswer>(200, "Who is credited now."),
    ]
}

fn describe_adjustments() -> Vec<Operation> {
    let write =
        |method, path, summary| Operation::new(method, path, Scope::SalesAdjust, Repeat::Keyed, summary);
    vec![
        write(Method::Put, "/sales/{source}/{id}/adjustment", "Adjust who is credited for a sale")
            .description(
                "Up to closes_on. Booked at once, unless the adjusting person gains by it: then it waits for another \
                 person.",
            )
            .body::<SaleAdjustmentBody>()
            .answer::<CreditsAnswer>(200, "Who is credited now; adjustment.state says whether it waits."),
        write(
            Method::Post,
            "/sales/{source}/{id}/adjustment/approve",
            "Approve the adjustment that waits, and book it",
        )
        .answer::<CreditsAnswer>(200, "Who is credited now."),
        write(Method::Post, "/sales/{source}/{id}/adjustment/reject", "Reject the adjustment that waits")
            .answer::<CreditsAnswer>(200, "Who is credited, as before."),
    ]
}
