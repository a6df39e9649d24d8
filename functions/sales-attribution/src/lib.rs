//! Sales attribution: products and their rules (`/sales/products…`), sales and their credit (`/sales…`), who sold and who
//! referred (`…/registrations…`), what branch managers adjust (`…/adjustment…`), the default (`/sales/default-runs`),
//! performance, ranking, plans and work statistics.

use store::Connection;
use web::{Method, Repeat, Route, Scope};

mod adjustments;
#[cfg(not(target_arch = "wasm32"))]
mod description;
#[cfg(not(target_arch = "wasm32"))]
mod description_performance;
mod performance;
mod plans;
mod problem;
mod products;
mod ranking;
mod registrations;
mod runs;
mod sales;
mod work;

#[cfg(not(target_arch = "wasm32"))]
pub use description::describe;

/// What this function answers to.
pub fn routes<C: Connection>() -> Vec<Route<C>> {
    let read = |path, query, handler| Route {
        method: Method::Get,
        path,
        scope: Scope::SalesRead,
        repeat: Repeat::Read,
        query,
        handler,
    };
    let write =
        |method, scope, repeat, path, handler| Route { method, path, scope, repeat, query: &[], handler };
    let (post, put, delete) = (Method::Post, Method::Put, Method::Delete);
    let (register, adjust, rules) = (Scope::SalesWrite, Scope::SalesAdjust, Scope::SalesRules);
    let (keyed, natural) = (Repeat::Keyed, Repeat::Natural);
    vec![
        read("/sales/products", &["limit", "cursor"], products::list),
        write(post, rules, keyed, "/sales/products", products::create),
        read("/sales/products/{id}", &[], products::show),
        write(put, rules, keyed, "/sales/products/{id}", products::replace),
        write(post, rules, natural, "/sales/default-runs", runs::run),
        read(
            "/sales",
            &["organisation_id", "unregistered", "product_id", "from", "to", "limit", "cursor"],
            sales::list,
        ),
        read("/sales/{source}/{id}/credits", &[], sales::credits),
        write(post, register, keyed, "/sales/{source}/{id}/registrations", registrations::register),
        write(
            delete,
            register,
            natural,
            "/sales/{source}/{id}/registrations/{number}",
            registrations::withdraw,
        ),
        write(put, adjust, keyed, "/sales/{source}/{id}/adjustment", adjustments::adjust),
        write(post, adjust, keyed, "/sales/{source}/{id}/adjustment/approve", adjustments::approve),
        write(post, adjust, keyed, "/sales/{source}/{id}/adjustment/reject", adjustments::reject),
        read(
            "/sales/performance",
            &["by", "from", "to", "organisation_id", "product_id", "as_of"],
            performance::show,
        ),
        read(
            "/sales/ranking",
            &["by", "from", "to", "organisation_id", "product_id", "as_of", "limit"],
            ranking::show,
        ),
        write(put, rules, natural, "/sales/plans", plans::put),
        read("/sales/plans", &["month"], plans::list),
        read("/sales/work", &["employee_id", "organisation_id", "from", "to"], work::show),
    ]
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
