//! Referrals that were rewarded, each once in a customer's life.

use crate::batch;
use crate::{Connection, StoreError, dialect};

/// A referral that was rewarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Who was referred.
    pub customer_ref: u32,
    /// By whom.
    pub referrer_ref: u32,
    /// Number of the event.
    pub points_event_ref: i64,
}

/// Which of these customers were referred before.
pub fn referred<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<Vec<u32>, StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select customer_ref from {} cross join points_referral where customer_ref = row.value",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[format!("[{list}]").into()])?
        .read("points_referral.referred", |row| row.narrow())
}

/// Writes referrals that are not stored yet.
pub fn insert<C: Connection>(
    connection: &mut C,
    referrals: impl IntoIterator<Item = Referral>,
) -> Result<(), StoreError> {
    let rows = referrals.into_iter().map(|referral| {
        [referral.customer_ref.into(), referral.referrer_ref.into(), referral.points_event_ref.into()]
    });
    let into = "insert into points_referral (customer_ref, referrer_ref, points_event_ref)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}
