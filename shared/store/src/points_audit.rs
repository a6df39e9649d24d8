//! Sums that are kept, beside the same sums made again from lots and entries.

use crate::{Connection, Row, StoreError};

mod agreement;

pub use agreement::{
    EventDifference, ends, entries_without_lot, events, given_by_rule, holds, lots_without_event,
};

/// Everything that was ever written, added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Number of lots.
    pub lots: i64,
    /// Number of entries.
    pub entries: i64,
    /// Points of lots as they were issued.
    pub issued_by_lots: i64,
    /// The same by the entries that issued them.
    pub issued_by_entries: i64,
    /// What is left of lots.
    pub liability_by_lots: i64,
    /// The account of the liability by the sums of days.
    pub liability_by_days: i64,
}

/// Adds up everything; `liability` is the number of that account.
pub fn totals<C: Connection>(connection: &mut C, liability: i64) -> Result<Totals, StoreError> {
    connection
        .execute(
            "select (select count(*) from points_lot), (select count(*) from points_entry),
                    (select coalesce(sum(points), 0) from points_lot),
                    (select coalesce(sum(points), 0) from points_entry
                     where credit = ?1 and not (kind > 10 or kind in (7, 8))),
                    (select coalesce(sum(points_left), 0) from points_open_lot),
                    (select coalesce(sum(case when credit = ?1 then points when debit = ?1 then -points else 0 end), 0)
                     from points_day)",
            &[liability.into()],
        )?
        .read_one("points_audit.totals", |row| {
            Ok(Totals {
                lots: row.integer()?,
                entries: row.integer()?,
                issued_by_lots: row.integer()?,
                issued_by_entries: row.integer()?,
                liability_by_lots: row.integer()?,
                liability_by_days: row.integer()?,
            })
        })
}

/// A sum of a customer that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerDifference {
    /// Id of the customer; none when nobody has the number.
    pub customer_id: Option<String>,
    /// Number of the lot, or of the customer.
    pub number: i64,
    /// What lots and entries say.
    pub expected: i64,
    /// What is kept.
    pub kept: i64,
}

fn customer_difference(row: &mut Row<'_>) -> Result<CustomerDifference, StoreError> {
    Ok(CustomerDifference {
        customer_id: row.text_or_null()?,
        number: row.integer()?,
        expected: row.integer()?,
        kept: row.integer()?,
    })
}

/// Lots of which something else is left than their entries say, and what is left of lots that do not exist; `liability`
/// is the number of that account. The condition on kinds is that of the index of entries by lot.
pub fn lots<C: Connection>(
    connection: &mut C,
    liability: i64,
    limit: u32,
) -> Result<Vec<CustomerDifference>, StoreError> {
    connection
        .execute(
            "with found (customer_ref, points_lot_ref, expected, kept) as (
               select lot.customer_ref, lot.points_lot_ref,
                 lot.points + coalesce((
                   select sum(case when entry.credit = ?1 then entry.points
                                   when entry.debit = ?1 then -entry.points else 0 end)
                   from points_entry as entry
                   where entry.points_lot_ref = lot.points_lot_ref
                     and (entry.kind > 10 or entry.kind in (7, 8))), 0),
                 coalesce((select rest.points_left from points_open_lot as rest
                           where rest.customer_ref = lot.customer_ref
                             and rest.points_lot_ref = lot.points_lot_ref), 0)
               from points_lot as lot
               union all
               select rest.customer_ref, rest.points_lot_ref, 0, rest.points_left
               from points_open_lot as rest
               where not exists (select 1 from points_lot as lot
                                 where lot.points_lot_ref = rest.points_lot_ref
                                   and lot.customer_ref = rest.customer_ref))
             select customer.customer_id, found.points_lot_ref, found.expected, found.kept
             from found left join customer on customer.customer_ref = found.customer_ref
             where found.expected <> found.kept order by found.points_lot_ref limit ?2",
            &[liability.into(), limit.into()],
        )?
        .read("points_audit.lots", customer_difference)
}

/// Customers who owe something else than their entries say; `debt` is the number of that account.
pub fn debts<C: Connection>(
    connection: &mut C,
    debt: i64,
    limit: u32,
) -> Result<Vec<CustomerDifference>, StoreError> {
    connection
        .execute(
            "with found (customer_ref, expected, kept) as (
               select customer_ref, case when debit = ?1 then points else -points end, 0
               from points_entry where debit = ?1 or credit = ?1
               union all
               select customer_ref, 0, debt from points_account),
             owed (customer_ref, expected, kept) as (
               select customer_ref, sum(expected), sum(kept) from found group by customer_ref)
             select customer.customer_id, owed.customer_ref, owed.expected, owed.kept
             from owed left join customer on customer.customer_ref = owed.customer_ref
             where owed.expected <> owed.kept order by owed.customer_ref limit ?2",
            &[debt.into(), limit.into()],
        )?
        .read("points_audit.debts", customer_difference)
}

/// A sum of a day that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayDifference {
    /// The day.
    pub on_day: i32,
    /// What entries say.
    pub expected: i64,
    /// What is kept.
    pub kept: i64,
}

/// Sums of days that differ in points or in the number of entries. Entries of the kind `without_lot` do not say where
/// they are counted, so that they are compared by day alone.
pub fn days<C: Connection>(
    connection: &mut C,
    without_lot: i64,
    limit: u32,
) -> Result<Vec<DayDifference>, StoreError> {
    connection
        .execute(
            "with found (on_day, kind, organisation_ref, tier_ref, partner_ref, debit, credit, expected, kept,
                         entries) as (
               select entry.on_day, entry.kind, coalesce(lot.organisation_ref, -1), coalesce(lot.tier_ref, -1),
                 coalesce(lot.partner_ref, -1), entry.debit, entry.credit, entry.points, 0, 1
               from points_entry as entry left join points_lot as lot
                 on lot.points_lot_ref = entry.points_lot_ref
               union all
               select on_day, kind, case when kind = ?1 then -1 else organisation_ref end,
                 case when kind = ?1 then -1 else tier_ref end,
                 case when kind = ?1 then -1 else partner_ref end, debit, credit, 0, points, -entries
               from points_day)
             select on_day, sum(expected), sum(kept) from found
             group by on_day, kind, organisation_ref, tier_ref, partner_ref, debit, credit
             having sum(expected) <> sum(kept) or sum(entries) <> 0
             order by on_day, kind limit ?2",
            &[without_lot.into(), limit.into()],
        )?
        .read("points_audit.days", |row| {
            Ok(DayDifference { on_day: row.narrow()?, expected: row.integer()?, kept: row.integer()? })
        })
}
