//! Alerts counted by organisation and tier.

use crate::{Connection, StoreError};

/// Customers of an organisation whose tier's spell has come to a status, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingCount {
    /// The organisation alone, without those below it.
    pub organisation_ref: u32,
    /// The tier.
    pub tier_ref: u8,
    /// 1 observed, 2 attention, 3 churned.
    pub status: u8,
    /// Customers.
    pub customers: u64,
}

/// Customers by organisation, tier and the status that their spell has come to on a day.
pub fn standing<C: Connection>(connection: &mut C, day: i32) -> Result<Vec<StandingCount>, StoreError> {
    connection
        .execute(
            "select organisation_ref, tier_ref, status, count(*)
             from (select customer_ref, tier_ref, max(status) as status
                   from (select customer_ref, tier_ref, status from churn_alert
                         where closed_on is null and opened_on <= ?1
                         union all
                         select customer_ref, tier_ref, status from churn_alert
                         where closed_on > ?1 and opened_on <= ?1) as standing
                   group by customer_ref, tier_ref) as spell
             join customer on customer.customer_ref = spell.customer_ref
             group by organisation_ref, tier_ref, status",
            &[day.into()],
        )?
        .read("churn_alert.standing", |row| {
            Ok(StandingCount {
                organisation_ref: row.narrow()?,
                tier_ref: row.narrow()?,
                status: row.narrow()?,
                customers: row.narrow()?,
            })
        })
}

/// What happened to the alerts of an organisation's customers in a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovementCount {
    /// The organisation alone, without those below it.
    pub organisation_ref: u32,
    /// The tier.
    pub tier_ref: u8,
    /// Alerts opened after `from`, up to `to`.
    pub opened: u64,
    /// Customers who recovered after `from`, up to `to`.
    pub recovered: u64,
}

/// Alerts opened and customers recovered after a day, up to another.
pub fn movements<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
) -> Result<Vec<MovementCount>, StoreError> {
    connection
        .execute(
            "select organisation_ref, tier_ref, sum(opened), sum(recovered)
             from (select customer_ref, tier_ref, count(*) as opened, 0 as recovered from churn_alert
                   where opened_on > ?1 and opened_on <= ?2 and (closing is null or closing <> 'withdrawn')
                   group by customer_ref, tier_ref
                   union all
                   select distinct customer_ref, tier_ref, 0, 1 from churn_alert
                   where closed_on > ?1 and closed_on <= ?2 and closing = 'recovered') as movement
             join customer on customer.customer_ref = movement.customer_ref
             group by organisation_ref, tier_ref",
            &[from.into(), to.into()],
        )?
        .read("churn_alert.movements", |row| {
            Ok(MovementCount {
                organisation_ref: row.narrow()?,
                tier_ref: row.narrow()?,
                opened: row.narrow()?,
                recovered: row.narrow()?,
            })
        })
}
