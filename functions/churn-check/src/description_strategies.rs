//! What the routes of strategies say of themselves in the OpenAPI document.

use web::openapi::Operation;
use web::{Method, Repeat, Scope};

use crate::strategies::{StrategiesAnswer, StrategiesBody};

/// The operations of strategies, one a route.
pub(crate) fn describe_strategies() -> Vec<Operation> {
    let path = "/churn/strategies";
    vec![
        Operation::new(Method::Get, path, Scope::ChurnRead, Repeat::Read, "Show the strategies")
            .query::<u32>("version", "An earlier list; the one in force when absent.")
            .answer::<StrategiesAnswer>(200, "The whole list, its version, and who wrote it."),
        Operation::new(Method::Put, path, Scope::ChurnWrite, Repeat::Natural, "Replace the strategies")
            .description(
                "The whole list at once, for the next alerts; a key of the whole bank is asked for. Earlier lists are \
                 kept. The list in force, sent again, stays the version it is.",
            )
            .body::<StrategiesBody>()
            .answer::<StrategiesAnswer>(200, "The list in force from now on."),
    ]
}
