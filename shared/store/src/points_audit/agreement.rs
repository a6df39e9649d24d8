//! Rows that have to agree with lots: last days, holds, events, and what rules gave.

use super::{CustomerDifference, customer_difference};
use crate::{Connection, Rows, StoreError};

/// Open lots with another last day than they were issued with, or an earlier one where activity moves it. Days since
/// 1970; 0: none.
pub fn ends<C: Connection>(connection: &mut C, limit: u32) -> Result<Vec<CustomerDifference>, StoreError> {
    connection
        .execute(
            "select customer.customer_id, lot.points_lot_ref, coalesce(lot.expires_on, 0),
               coalesce(rest.expires_on, 0)
             from points_open_lot as rest
             join points_lot as lot on lot.points_lot_ref = rest.points_lot_ref
             left join customer on customer.customer_ref = rest.customer_ref
             where (lot.inactivity_months is null
                    and coalesce(lot.expires_on, 2147483647) <> coalesce(rest.expires_on, 2147483647))
                or (lot.inactivity_months is not null
                    and coalesce(lot.expires_on, -2147483648) > coalesce(rest.expires_on, -2147483648))
             order by lot.points_lot_ref limit ?1",
            &[limit.into()],
        )?
        .read("points_audit.ends", customer_difference)
}

/// Holds of reservations that are not open, and lots of which more is held at an instant than is left.
pub fn holds<C: Connection>(
    connection: &mut C,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<CustomerDifference>, StoreError> {
    connection
        .execute(
            "with found (customer_ref, points_lot_ref, expected, kept) as (
               select hold.customer_ref, hold.points_lot_ref, 0, hold.points from points_hold as hold
               where not exists (select 1 from points_reservation as made
                                 where made.points_reservation_ref = hold.points_reservation_ref
                                   and made.state = 1)
               union all
               select held.customer_ref, held.points_lot_ref,
                 coalesce((select rest.points_left from points_open_lot as rest
                           where rest.customer_ref = held.customer_ref
                             and rest.points_lot_ref = held.points_lot_ref), 0), held.points
               from (select customer_ref, points_lot_ref, sum(points) as points from points_hold
                     where expires_at > ?1 group by customer_ref, points_lot_ref) as held)
             select customer.customer_id, found.points_lot_ref, found.expected, found.kept
             from found left join customer on customer.customer_ref = found.customer_ref
             where found.kept > found.expected order by found.points_lot_ref limit ?2",
            &[now_ms.into(), limit.into()],
        )?
        .read("points_audit.holds", customer_difference)
}

/// Lots whose event is gone: what they were issued with, and nothing.
pub fn lots_without_event<C: Connection>(
    connection: &mut C,
    limit: u32,
) -> Result<Vec<CustomerDifference>, StoreError> {
    without(connection, "points_lot", "points_event", limit)?
        .read("points_audit.lots_without_event", customer_difference)
}

/// Entries whose lot is gone: their points, and nothing.
pub fn entries_without_lot<C: Connection>(
    connection: &mut C,
    limit: u32,
) -> Result<Vec<CustomerDifference>, StoreError> {
    without(connection, "points_entry", "points_lot", limit)?
        .read("points_audit.entries_without_lot", customer_difference)
}

/// Rows of a table that name a row of another one which is gone.
fn without<C: Connection>(
    connection: &mut C,
    table: &str,
    gone: &str,
    limit: u32,
) -> Result<Rows, StoreError> {
    let sql = format!(
        "select customer.customer_id, one.points_lot_ref, one.points, 0
         from {table} as one left join customer on customer.customer_ref = one.customer_ref
         where one.{gone}_ref is not null
           and not exists (select 1 from {gone} as other where other.{gone}_ref = one.{gone}_ref)
         order by one.{table}_ref limit ?1"
    );
    connection.execute(&sql, &[limit.into()])
}

/// An event that says that it gave something else than its lots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDifference {
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub event_id: String,
    /// Id of the customer; none when nobody has the number.
    pub customer_id: Option<String>,
    /// What its lots were issued with to its customer.
    pub expected: i64,
    /// What it says.
    pub kept: i64,
}

/// Events that rules decided on and that gave their customer something else than they say. What lots became later, and
/// a referrer's lots, do not count.
pub fn events<C: Connection>(connection: &mut C, limit: u32) -> Result<Vec<EventDifference>, StoreError> {
    connection
        .execute(
            "with found (points_event_ref, expected) as (
               select event.points_event_ref,
                 coalesce((select sum(lot.points) from points_lot as lot
                           where lot.points_event_ref = event.points_event_ref
                             and lot.customer_ref = event.customer_ref and lot.origin_lot_ref is null), 0)
               from points_event as event where event.kind = 1)
             select event.source, event.event_id, customer.customer_id, found.expected, event.earned
             from found
             join points_event as event on event.points_event_ref = found.points_event_ref
             left join customer on customer.customer_ref = event.customer_ref
             where found.expected <> event.earned order by event.points_event_ref limit ?1",
            &[limit.into()],
        )?
        .read("points_audit.events", |row| {
            Ok(EventDifference {
                source: row.text()?,
                event_id: row.text()?,
                customer_id: row.text_or_null()?,
                expected: row.integer()?,
                kept: row.integer()?,
            })
        })
}

/// What each version of a rule gave, by its number; what was transferred or came back is not counted again.
pub fn given_by_rule<C: Connection>(connection: &mut C) -> Result<Vec<(i64, i64)>, StoreError> {
    connection
        .execute(
            "select points_rule_ref, sum(points) from points_lot
             where points_rule_ref is not null and origin_lot_ref is null
             group by points_rule_ref order by points_rule_ref",
            &[],
        )?
        .read("points_audit.given_by_rule", |row| Ok((row.integer()?, row.integer()?)))
}
