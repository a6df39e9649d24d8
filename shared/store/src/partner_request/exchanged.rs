//! What customers exchanged with partners so far.

use domain::points::exchange::Exchanged;

use super::RequestKind;
use crate::partner::{ExchangeRow, rounding_name};
use crate::{Connection, StoreError};

/// Units and points of a customer's exchanges of a kind at a rate.
pub fn exchanged<C: Connection>(
    connection: &mut C,
    (partner_ref, customer_ref): (u32, u32),
    kind: RequestKind,
    rate: &ExchangeRow,
) -> Result<Exchanged, StoreError> {
    connection
        .execute(
            "select coalesce(sum(units), 0), coalesce(sum(points), 0) from partner_request
             where partner_ref = ?1 and customer_ref = ?2 and kind = ?3 and units is not null
               and rate_units = ?4 and rate_points = ?5 and rate_rounding = ?6",
            &[
                partner_ref.into(),
                customer_ref.into(),
                kind.name().into(),
                rate.units.into(),
                rate.points.into(),
                rounding_name(rate.rounding).into(),
            ],
        )?
        .read_one("partner_request.exchanged", |row| {
            Ok(Exchanged { units: row.integer()?, points: row.integer()? })
        })
}
