//! Cancelling what a partner took.

use domain::points::{Cause, EntryKind};
use store::partner_request::{NewRequest, RequestKind};
use store::{Connection, StoreError};

use super::request::{Asked, Done, RequestError, done, row};
use crate::points::give_back::{Undone, give_back};

/// Cancels a burn: its points go back to their lots. Those of a lot that has ended since, or whose customer's points
/// went to another account, are given again as a new lot.
pub fn cancel<C: Connection>(connection: &mut C, asked: Asked<'_>, of: &str) -> Result<Done, RequestError> {
    let burn = store::partner_request::find(connection, asked.partner.partner_ref, of)?
        .filter(|found| found.kind == RequestKind::Burn)
        .ok_or(RequestError::UnknownBurn)?;
    if store::partner_request::is_cancelled(connection, burn.partner_request_ref)? {
        return Err(RequestError::Cancelled);
    }
    let row = row(asked, RequestKind::GiveBack, burn.customer_ref, burn.points);
    let of_ref = Some(burn.partner_request_ref);
    let number = store::partner_request::add(connection, &NewRequest { of_ref, ..row })?;
    let undone = Undone {
        taken: (Cause::PartnerRequest(burn.partner_request_ref), EntryKind::PartnerBurn),
        cause: Cause::PartnerRequest(number),
        give_back: EntryKind::PartnerGiveBack,
        reinstate: EntryKind::PartnerReinstate,
    };
    give_back(connection, asked.moment, undone)?;
    let customer = store::member::members(connection, &[burn.customer_ref])?
        .pop()
        .ok_or_else(|| StoreError::Damaged("the customer of a request is not known".to_owned()))?;
    done(connection, asked, (number, &customer), burn.points)
}
