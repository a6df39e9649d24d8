//! Open reservations of partners, which their limits leave room for.

use crate::{Connection, StoreError};

/// Points that a partner holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Of one customer.
    pub of_customer: i64,
    /// Of all.
    pub of_all: i64,
}

/// Notes until when a request holds its points, in milliseconds.
pub fn hold<C: Connection>(connection: &mut C, number: i64, held_until: i64) -> Result<(), StoreError> {
    connection.execute(
        "update partner_request set held_until = ?2 where partner_request_ref = ?1",
        &[number.into(), held_until.into()],
    )?;
    Ok(())
}

/// Notes that a request holds nothing any more.
pub fn let_go<C: Connection>(connection: &mut C, number: i64) -> Result<(), StoreError> {
    connection.execute(
        "update partner_request set held_until = null where partner_request_ref = ?1",
        &[number.into()],
    )?;
    Ok(())
}

/// Points that a partner holds at an instant, those of a customer apart.
pub fn held<C: Connection>(
    connection: &mut C,
    (partner_ref, customer_ref): (u32, u32),
    now_ms: i64,
) -> Result<Held, StoreError> {
    connection
        .execute(
            "select coalesce(sum(case when customer_ref = ?2 then points else 0 end), 0), coalesce(sum(points), 0)
             from partner_request where partner_ref = ?1 and held_until > ?3",
            &[partner_ref.into(), customer_ref.into(), now_ms.into()],
        )?
        .read_one("partner_request.held", |row| {
            Ok(Held { of_customer: row.integer()?, of_all: row.integer()? })
        })
}
