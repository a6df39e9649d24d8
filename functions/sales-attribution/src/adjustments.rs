//! What branch managers say of the credit of a sale.

use app::access::Caller;
use app::points::Moment;
use app::sale::adjustment::{self, AdjustmentError, NewCredit};
use app::sale::view::Credits;
use domain::sale::Role;
use serde::Deserialize;
use store::Connection;
use web::field::{IdText, Text};
use web::{Answer, Call, Problem};

use crate::problem::{moment, of_adjustment};
use crate::sales::shape_credits;

/// What somebody is credited as.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum CreditRole {
    /// Sold.
    Seller,
    /// Sent the customer.
    Referrer,
    /// The organisation itself.
    Organisation,
}

/// A credit.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CreditBody {
    /// An employee of the organisation that sold, who worked there on the day of the sale; absent for the organisation
    /// itself.
    #[serde(default)]
    employee_id: Option<IdText>,
    /// As what.
    role: CreditRole,
    /// How much, in basis points; all together 10000.
    share_bp: u32,
}

/// An adjustment.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleAdjustmentBody {
    /// Who shall be credited: one seller or more, or the organisation itself; at most 50.
    credits: Vec<CreditBody>,
    /// Why.
    reason: Text,
}

fn asked(credit: &CreditBody) -> NewCredit<'_> {
    NewCredit {
        employee_id: credit.employee_id.as_ref().map(|id| id.0.as_str()),
        role: match credit.role {
            CreditRole::Seller => Role::Seller,
            CreditRole::Referrer => Role::Referrer,
            CreditRole::Organisation => Role::Organisation,
        },
        share_bp: credit.share_bp,
    }
}

/// `PUT /sales/{source}/{id}/adjustment`
pub(crate) fn adjust<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let body: SaleAdjustmentBody = call.body()?;
    let credits: Vec<NewCredit<'_>> = body.credits.iter().map(asked).collect();
    step(connection, call, |connection, who, transaction| {
        adjustment::adjust(connection, who, transaction, &credits, &body.reason.0)
    })
}

/// `POST /sales/{source}/{id}/adjustment/approve`
pub(crate) fn approve<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    step(connection, call, adjustment::approve)
}

/// `POST /sales/{source}/{id}/adjustment/reject`
pub(crate) fn reject<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    step(connection, call, adjustment::reject)
}

fn step<C: Connection>(
    connection: &mut C,
    call: &Call,
    work: impl FnOnce(&mut C, (&Caller, Moment<'_>), (&str, &str)) -> Result<Credits, AdjustmentError>,
) -> Result<Answer, Problem> {
    let (source, id) = (call.id("source")?, call.id("id")?);
    let found = call
        .atomically(connection, |connection| {
            work(connection, (&call.caller, moment(call)), (source.as_str(), id.as_str()))
        })
        .map_err(of_adjustment)?;
    Answer::json(&shape_credits(found))
}
