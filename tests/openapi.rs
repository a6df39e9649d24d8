//! Prints the API's description; `cargo xtask openapi` keeps it.

fn main() {
    let described = [
        administration::describe(),
        asset_monitoring::describe(),
        churn_check::describe(),
        customer_assignment::describe(),
        delivery::describe(),
        intake::describe(),
        partner_gateway::describe(),
        points_accrual::describe(),
        points_ledger::describe(),
        rewards::describe(),
        sales_attribution::describe(),
        tier_evaluation::describe(),
    ];
    print!("{}", web::openapi::document(described.into_iter().flatten().collect()));
}
