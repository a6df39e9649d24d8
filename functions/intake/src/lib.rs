//! Intake: `POST /intake/{kind}` for organisations, employees, customers, accounts, balances, assets, transactions.
//!
//! One object, an array, or lines; good records are kept and bad ones named.

use app::intake;
use store::Connection;
use web::{Answer, Call, Method, Problem, Repeat, Route, Scope};

#[cfg(not(target_arch = "wasm32"))]
mod description;
mod field;
mod take;
mod wire;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let deliver = |path, handler| Route {
        method: Method::Post,
        path,
        scope: Scope::IntakeWrite,
        repeat: Repeat::Natural,
        query: &[],
        handler,
    };
    vec![
        deliver("/intake/organisations", organisations),
        deliver("/intake/employees", employees),
        deliver("/intake/customers", customers),
        deliver("/intake/accounts", accounts),
        deliver("/intake/balances", balances),
        deliver("/intake/assets", assets),
        deliver("/intake/transactions", transactions),
    ]
}

fn organisations<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Organisation::record, intake::organisations)
}

fn employees<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Employee::record, intake::employees)
}

fn customers<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Customer::record, intake::customers)
}

fn accounts<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Account::record, intake::accounts)
}

fn balances<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Balance::record, intake::balances)
}

fn assets<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Assets::record, intake::assets)
}

fn transactions<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    take::records(connection, call, wire::Transaction::record, intake::transactions)
}

#[cfg(target_arch = "wasm32")]
mod component {
    use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};

    struct Component;
    spin_sdk::wasip3::http::service::export!(Component);

    impl spin_sdk::wasip3::exports::http::handler::Guest for Component {
        async fn handle(request: Request) -> Result<Response, ErrorCode> {
            web::edge::respond(request, &super::routes()).await
        }
    }
}

#[cfg(test)]
mod tests;
