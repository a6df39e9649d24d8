//! Sums of the ledger: a customer's entries and statements, and what the programme owes, gave and kept.

use domain::points::{Dimension, EntryKind};

use crate::{Connection, Row, StoreError, Value};

/// An entry of a customer, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    /// Its number.
    pub points_entry_ref: i64,
    /// What it is.
    pub kind: EntryKind,
    /// Above zero.
    pub points: i64,
    /// Number of its lot; debt concerns none.
    pub points_lot_ref: Option<i64>,
    /// The business day it counts in.
    pub on_day: i32,
    /// Kind of what led to it ([`domain::points::Cause::name_of`]).
    pub cause: i64,
    /// Number of what led to it.
    pub cause_ref: i64,
    /// When it was written, in milliseconds.
    pub written_at: i64,
}

fn kind(row: &mut Row<'_>) -> Result<EntryKind, StoreError> {
    EntryKind::from_number(row.integer()?)
        .ok_or_else(|| StoreError::Damaged("an entry of points has an unknown kind".to_owned()))
}

/// A customer's entries of the days `from..=to`, oldest first, after a place of (day, number).
pub fn entries<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    (from, to): (i32, i32),
    after: (i64, i64),
    limit: u32,
) -> Result<Vec<EntryView>, StoreError> {
    connection
        .execute(
            "select points_entry_ref, kind, points, points_lot_ref, on_day, cause, cause_ref, written_at
             from points_entry
             join points_batch on points_batch.points_batch_ref = points_entry.points_batch_ref
             where customer_ref = ?1 and on_day >= ?2 and on_day <= ?3 and (on_day, points_entry_ref) > (?4, ?5)
             order by on_day, points_entry_ref limit ?6",
            &[
                customer_ref.into(),
                from.into(),
                to.into(),
                after.0.into(),
                after.1.into(),
                limit.into(),
            ],
        )?
        .read("points_report.entries", |row| {
            Ok(EntryView {
                points_entry_ref: row.integer()?,
                kind: kind(row)?,
                points: row.integer()?,
                points_lot_ref: row.integer_or_null()?,
                on_day: row.narrow()?,
                cause: row.integer()?,
                cause_ref: row.integer()?,
                written_at: row.integer()?,
            })
        })
}

/// Sums of a customer's entries by kind: up to and with the day before `from`, and in `from..=to`.
pub fn kinds_of_customer<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    (from, to): (i32, i32),
) -> Result<Vec<(EntryKind, i64, i64)>, StoreError> {
    connection
        .execute(
            "select kind, sum(case when on_day < ?2 then points else 0 end),
               sum(case when on_day < ?2 then 0 else points end)
             from points_entry where customer_ref = ?1 and on_day <= ?3
             group by kind order by kind",
            &[customer_ref.into(), from.into(), to.into()],
        )?
        .read("points_report.kinds_of_customer", |row| Ok((kind(row)?, row.integer()?, row.integer()?)))
}

/// What the entries up to a day leave of each of a customer's lots, by the lot's number; lots that are used up by then
/// are left out.
pub fn left_of_lots<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    on: i32,
) -> Result<Vec<(i64, i64)>, StoreError> {
    connection
        .execute(
            "select points_lot_ref, sum(case when kind <= 10 then points else -points end)
             from points_entry
             where customer_ref = ?1 and on_day <= ?2 and points_lot_ref is not null
             group by points_lot_ref
             having sum(case when kind <= 10 then points else -points end) <> 0
             order by points_lot_ref",
            &[customer_ref.into(), on.into()],
        )?
        .read("points_report.left_of_lots", |row| Ok((row.integer()?, row.integer()?)))
}

/// A sum of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSum {
    /// Of which lots.
    pub dimension: Dimension,
    /// Of which kind.
    pub kind: EntryKind,
    /// The sum.
    pub points: i64,
}

/// Sums of the entries of the days `from..=to` by where their lots were issued, and kind.
pub fn kind_sums<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
) -> Result<Vec<KindSum>, StoreError> {
    connection
        .execute(
            "select organisation_ref, tier_ref, partner_ref, kind, sum(points) from points_day
             where on_day >= ?1 and on_day <= ?2
             group by organisation_ref, tier_ref, partner_ref, kind
             order by organisation_ref, tier_ref, partner_ref, kind",
            &[from.into(), to.into()],
        )?
        .read("points_report.kind_sums", |row| {
            Ok(KindSum { dimension: dimension(row)?, kind: kind(row)?, points: row.integer()? })
        })
}

fn dimension(row: &mut Row<'_>) -> Result<Dimension, StoreError> {
    Ok(Dimension { organisation_ref: row.narrow()?, tier_ref: row.narrow()?, partner_ref: row.narrow()? })
}

fn sums<C: Connection>(
    connection: &mut C,
    query: &'static str,
    sql: &str,
    parameters: &[Value],
) -> Result<Vec<(Dimension, i64)>, StoreError> {
    connection.execute(sql, parameters)?.read(query, |row| Ok((dimension(row)?, row.integer()?)))
}

/// What is left of lots whose last day lies in `from..=to` and which no job has booked yet; what a reservation holds at
/// `now_ms` is not among it.
pub fn ended_unbooked<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
    now_ms: i64,
) -> Result<Vec<(Dimension, i64)>, StoreError> {
    sums(
        connection,
        "points_report.ended_unbooked",
        "select organisation_ref, tier_ref, partner_ref, sum(points_left - coalesce((
             select sum(points_hold.points) from points_hold
             where points_hold.customer_ref = points_open_lot.customer_ref
               and points_hold.points_lot_ref = points_open_lot.points_lot_ref
               and points_hold.expires_at > ?3), 0))
         from points_open_lot join points_lot on points_lot.points_lot_ref = points_open_lot.points_lot_ref
         where points_open_lot.expires_on >= ?1 and points_open_lot.expires_on <= ?2
         group by organisation_ref, tier_ref, partner_ref",
        &[from.into(), to.into(), now_ms.into()],
    )
}

/// What was left, at the end of a day, of lots whose first day lay after it.
pub fn pending<C: Connection>(connection: &mut C, on: i32) -> Result<Vec<(Dimension, i64)>, StoreError> {
    sums(
        connection,
        "points_report.pending",
        "select organisation_ref, tier_ref, partner_ref, sum((
             select coalesce(sum(case when kind <= 10 then points_entry.points else -points_entry.points end), 0)
             from points_entry
             where points_entry.customer_ref = points_lot.customer_ref and points_entry.on_day <= ?1
               and points_entry.points_lot_ref = points_lot.points_lot_ref))
         from points_lot where available_on > earned_on and available_on > ?1 and earned_on <= ?1
         group by organisation_ref, tier_ref, partner_ref",
        &[on.into()],
    )
}

/// Held by open reservations at an instant.
pub fn reserved<C: Connection>(connection: &mut C, now_ms: i64) -> Result<Vec<(Dimension, i64)>, StoreError> {
    sums(
        connection,
        "points_report.reserved",
        "select organisation_ref, tier_ref, partner_ref, sum(points_hold.points)
         from points_hold join points_lot on points_lot.points_lot_ref = points_hold.points_lot_ref
         where points_hold.expires_at > ?1
         group by organisation_ref, tier_ref, partner_ref",
        &[now_ms.into()],
    )
}

/// Customers of an organisation who ever had a lot, and how many of them earned or spent in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberCount {
    /// Number of the organisation they belong to now.
    pub organisation_ref: u32,
    /// Those with a lot by the end of the span.
    pub members: i64,
    /// Those who earned or spent in it.
    pub active: i64,
}

/// Members by organisation, for the days `from..=to`. A customer who was merged into another is none.
pub fn members<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
) -> Result<Vec<MemberCount>, StoreError> {
    connection
        .execute(
            "select organisation_ref, count(*), sum(active) from (
               select organisation_ref, case when exists (
                 select 1 from points_entry where points_entry.customer_ref = customer.customer_ref
                   and on_day >= ?1 and on_day <= ?2 and kind in (1, 2, 3, 11, 12, 13)) then 1 else 0 end as active
               from customer where exists (
                 select 1 from points_entry where points_entry.customer_ref = customer.customer_ref
                   and on_day <= ?2)
               and not exists (
                 select 1 from points_account where points_account.customer_ref = customer.customer_ref
                   and state = 3)) as member
             group by organisation_ref order by organisation_ref",
            &[from.into(), to.into()],
        )?
        .read("points_report.members", |row| {
            Ok(MemberCount {
                organisation_ref: row.narrow()?,
                members: row.integer()?,
                active: row.integer()?,
            })
        })
}
