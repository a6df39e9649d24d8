//! What performance, ranking, plans and work statistics say of themselves in the OpenAPI document.

use web::openapi::Operation;
use web::{Method, Repeat, Scope};

use crate::performance::PerformanceAnswer;
use crate::plans::{SalePlansAnswer, SalePlansBody, SalePlansKeptAnswer};
use crate::ranking::RankingAnswer;
use crate::work::WorkAnswer;

/// The operations of reports and plans, one a route.
pub(crate) fn describe_performance() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::SalesRead, Repeat::Read, summary);
    vec![
        read("/sales/performance", "Show what was sold and credited in a period, beside what was planned")
            .description("A customer manager's key sees the own line, by employee. CSV for `Accept: text/csv`.")
            .query::<String>("by", "employee, organisation (when absent), product, channel or month.")
            .query::<String>("from", "First date; the first one of the month of `to` when absent.")
            .query::<String>("to", "Last date; as_of when absent.")
            .query::<String>("organisation_id", "Sold by this organisation and those below it.")
            .query::<String>("product_id", "Only this product.")
            .query::<String>("as_of", "What was booked after this date is not counted; today when absent.")
            .answer::<PerformanceAnswer>(200, "A line a key, and the total."),
        read("/sales/ranking", "Rank employees or selling organisations by their credit in a period")
            .description(
                "Who has as much shares the rank: 1, 2, 2, 4. Organisations are ranked by what each sold itself. A \
                 customer manager's key sees the own place among all. CSV for `Accept: text/csv`.",
            )
            .query::<String>("by", "employee (when absent) or organisation.")
            .query::<String>("from", "First date; the first one of the month of `to` when absent.")
            .query::<String>("to", "Last date; as_of when absent.")
            .query::<String>("organisation_id", "Sold by this organisation and those below it.")
            .query::<String>("product_id", "Only this product.")
            .query::<String>("as_of", "What was booked after this date is not counted; today when absent.")
            .query::<u32>("limit", "Places: 1 to 1000, 100 when absent.")
            .answer::<RankingAnswer>(200, "The first places."),
        Operation::new(
            Method::Put,
            "/sales/plans",
            Scope::SalesRules,
            Repeat::Natural,
            "Write plans: all or none of them",
        )
        .body::<SalePlansBody>()
        .answer::<SalePlansKeptAnswer>(200, "How many were kept."),
        read("/sales/plans", "List the plans of a month")
            .query::<String>("month", "The month; the present one when absent.")
            .answer::<SalePlansAnswer>(200, "Plans of the part of the bank that the key sees."),
        read("/sales/work", "Show what employees did in a period")
            .description("A customer manager's key sees the own work.")
            .query::<String>("employee_id", "This employee alone.")
            .query::<String>("organisation_id", "Employees of this organisation and those below it.")
            .query::<String>("from", "First date; the first one of the month of `to` when absent.")
            .query::<String>("to", "Last date; today when absent.")
            .answer::<WorkAnswer>(200, "Sales, customers, tasks and cases."),
    ]
}
