//! Numbers and the callers' ids of customers and organisations.

use std::collections::HashMap;

use crate::{Connection, StoreError, dialect};

/// A customer by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The number.
    pub customer_ref: u32,
    /// The caller's id.
    pub customer_id: String,
    /// Number of the organisation.
    pub organisation_ref: u32,
    /// The caller's id of the organisation.
    pub organisation_id: String,
}

/// Customers of these numbers, in their order.
pub fn members<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<Vec<Member>, StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select customer_ref, customer_id, customer.organisation_ref, organisation_id
         from {} join customer on customer_ref = row.value
         join organisation on organisation.organisation_ref = customer.organisation_ref
         order by row.key",
        dialect::batch(1)
    );
    connection.execute(&sql, &[format!("[{list}]").into()])?.read("member.members", |row| {
        Ok(Member {
            customer_ref: row.narrow()?,
            customer_id: row.text()?,
            organisation_ref: row.narrow()?,
            organisation_id: row.text()?,
        })
    })
}

/// The customer of an id.
pub fn by_id<C: Connection>(connection: &mut C, customer_id: &str) -> Result<Option<Member>, StoreError> {
    connection
        .execute(
            "select customer_ref, customer_id, customer.organisation_ref, organisation_id
             from customer join organisation on organisation.organisation_ref = customer.organisation_ref
             where customer_id = ?1",
            &[customer_id.into()],
        )?
        .read_first("member.by_id", |row| {
            Ok(Member {
                customer_ref: row.narrow()?,
                customer_id: row.text()?,
                organisation_ref: row.narrow()?,
                organisation_id: row.text()?,
            })
        })
}

/// Ids of all organisations by number; a bank has some thousands.
pub fn organisation_ids<C: Connection>(connection: &mut C) -> Result<HashMap<u32, String>, StoreError> {
    let rows = connection
        .execute("select organisation_ref, organisation_id from organisation", &[])?
        .read("member.organisation_ids", |row| Ok((row.narrow()?, row.text()?)))?;
    Ok(rows.into_iter().collect())
}
