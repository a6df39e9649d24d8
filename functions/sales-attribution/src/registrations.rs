//! Who sold, and who sent the customer.

use app::sale::registration;
use domain::sale::Role;
use serde::{Deserialize, Serialize};
use store::Connection;
use web::field::IdText;
use web::{Answer, Call, Problem};

use crate::problem::{moment, of_registration};
use crate::sales::{CreditsAnswer, shape_credits};

/// What somebody registers as.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegistrationRole {
    /// Sold.
    Seller,
    /// Sent the customer.
    Referrer,
}

/// A registration.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationBody {
    /// Who: an employee of the organisation that sold, who worked there on the day of the sale.
    employee_id: IdText,
    /// As what.
    role: RegistrationRole,
}

/// A registration that was made, and who is credited by it.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct RegisteredAnswer {
    /// Number of the registration among those of the sale.
    number: u32,
    #[serde(flatten)]
    credits: CreditsAnswer,
}

/// `POST /sales/{source}/{id}/registrations`
pub(crate) fn register<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (source, id) = (call.id("source")?, call.id("id")?);
    let body: RegistrationBody = call.body()?;
    let role = match body.role {
        RegistrationRole::Seller => Role::Seller,
        RegistrationRole::Referrer => Role::Referrer,
    };
    let who = (&call.caller, moment(call));
    let (number, credits) = call
        .atomically(connection, |connection| {
            let transaction = (source.as_str(), id.as_str());
            registration::register(connection, who, transaction, body.employee_id.0.as_str(), role)
        })
        .map_err(of_registration)?;
    Answer::created(&RegisteredAnswer { number, credits: shape_credits(credits) })
}

/// `DELETE /sales/{source}/{id}/registrations/{number}`
pub(crate) fn withdraw<C: Connection>(connection: &mut C, call: &Call) -> Result<Answer, Problem> {
    let (source, id) = (call.id("source")?, call.id("id")?);
    // No registration has this number: what is told of it depends on whether the key sees the sale.
    let number: u32 = call.parameter("number").parse().unwrap_or(0);
    let who = (&call.caller, moment(call));
    let credits = call
        .atomically(connection, |connection| {
            registration::withdraw(connection, who, (source.as_str(), id.as_str()), number)
        })
        .map_err(of_registration)?;
    Answer::json(&shape_credits(credits))
}
