//! Customers whom a proposal leaves without a manager who is there.

use domain::proposal::Left;

use crate::{Connection, StoreError, batch};

/// A customer who gets nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftRow {
    /// Who.
    pub customer_ref: u32,
    /// Why.
    pub reason: Left,
}

/// A customer who gets nobody, with the callers' id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftView {
    /// The customer.
    pub row: LeftRow,
    /// The callers' id.
    pub customer_id: String,
}

/// Writes those whom a new proposal leaves without a manager.
pub(super) fn add<C: Connection>(
    connection: &mut C,
    number: i64,
    left: impl IntoIterator<Item = LeftRow>,
) -> Result<(), StoreError> {
    let rows = left.into_iter().map(|one| [number.into(), one.customer_ref.into(), one.reason.name().into()]);
    let into = "insert into assignment_left (assignment_proposal_ref, customer_ref, reason)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// Customers whom a proposal leaves without a manager, after a customer's number, by that number.
pub fn left<C: Connection>(
    connection: &mut C,
    number: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<LeftView>, StoreError> {
    connection
        .execute(
            "select assignment_left.customer_ref, reason, customer_id
             from assignment_left join customer on customer.customer_ref = assignment_left.customer_ref
             where assignment_proposal_ref = ?1 and assignment_left.customer_ref > ?2
             order by assignment_left.customer_ref limit ?3",
            &[number.into(), after.into(), limit.into()],
        )?
        .read("assignment_proposal.left", |row| {
            Ok(LeftView {
                row: LeftRow { customer_ref: row.narrow()?, reason: row.named(&Left::NAMES)? },
                customer_id: row.text()?,
            })
        })
}
