//! What is left of lots, kept as long as something is left.

use domain::date::Day;

use super::numbers;
use crate::{Connection, StoreError, Value, batch, dialect};

/// What is left of a lot, as it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Number of the customer.
    pub customer_ref: u32,
    /// Number of the lot.
    pub points_lot_ref: i64,
    /// The last day on which it can be spent.
    pub expires_on: Option<Day>,
    /// Zero or above.
    pub points_left: i64,
}

/// What is left of lots of customers, in their order; 0 of those that are used up.
pub fn left<C: Connection>(connection: &mut C, lots: &[(u32, i64)]) -> Result<Vec<i64>, StoreError> {
    let rows = lots.iter().map(|(customer_ref, lot)| [Value::from(*customer_ref), Value::from(*lot)]);
    let sql = "select wanted.place, rest.points_left from wanted cross join points_open_lot as rest
         where rest.customer_ref = wanted.customer_ref and rest.points_lot_ref = wanted.points_lot_ref";
    let columns = "customer_ref, points_lot_ref";
    let found = batch::select(connection, "points_lot.left", (columns, sql), rows, |row| {
        Ok((row.narrow::<usize>()?, row.integer()?))
    })?;
    let mut left = vec![0; lots.len()];
    for (place, points) in found {
        left[place] = points;
    }
    Ok(left)
}

/// Opens lots `from..to`, which are written already, with all that they were issued with.
pub fn open_whole<C: Connection>(connection: &mut C, (from, to): (i64, i64)) -> Result<(), StoreError> {
    if from < to {
        // In the order of its key a tree is filled twice as quickly as in another.
        connection.execute(
            "insert into points_open_lot (customer_ref, points_lot_ref, expires_on, points_left)
             select customer_ref, points_lot_ref, expires_on, points from points_lot
             where points_lot_ref >= ?1 and points_lot_ref < ?2 order by customer_ref, points_lot_ref",
            &[from.into(), to.into()],
        )?;
    }
    Ok(())
}

/// Writes what is left of lots and forgets those that are used up. The last day of a lot that is known stays.
pub fn put_left<C: Connection>(connection: &mut C, rests: &[Rest]) -> Result<(), StoreError> {
    let rows = rests.iter().filter(|rest| rest.points_left != 0).map(|rest| {
        [
            rest.customer_ref.into(),
            rest.points_lot_ref.into(),
            Value::from(rest.expires_on.map(Day::number)),
            rest.points_left.into(),
        ]
    });
    let into = "insert into points_open_lot (customer_ref, points_lot_ref, expires_on, points_left)";
    let then = "on conflict (customer_ref, points_lot_ref) do update set points_left = excluded.points_left";
    batch::insert(connection, into, then, rows)?;
    let used_up = rests.iter().filter(|rest| rest.points_left == 0);
    let rows = used_up.map(|rest| [Value::from(rest.customer_ref), Value::from(rest.points_lot_ref)]);
    batch::delete(connection, ("points_open_lot", ["customer_ref", "points_lot_ref"]), rows)
}

/// Lots of these customers that end by inactivity: what is left of each, and its months.
pub fn inactive<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<Vec<(Rest, u16)>, StoreError> {
    let sql = format!(
        "select rest.customer_ref, rest.points_lot_ref, rest.expires_on, rest.points_left, lot.inactivity_months
         from {} cross join points_open_lot as rest cross join points_lot as lot
         where rest.customer_ref = row.value and lot.points_lot_ref = rest.points_lot_ref
           and lot.inactivity_months is not null
         order by row.key, rest.points_lot_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(customer_refs)])?.read("points_lot.inactive", |row| {
        let rest = Rest {
            customer_ref: row.narrow()?,
            points_lot_ref: row.integer()?,
            expires_on: row.narrow_or_null()?.map(Day::from_number),
            points_left: row.integer()?,
        };
        Ok((rest, row.narrow()?))
    })
}

/// Days after a day, of each of these (customer, day), on which the customer was active, as (customer, day): an event of
/// the customer earned, a partner gave points, or some were spent or sent to another customer. Who spent of a pool was
/// active, whose points they were was not.
pub fn active_days<C: Connection>(
    connection: &mut C,
    since: &[(u32, i32)],
) -> Result<Vec<(u32, i32)>, StoreError> {
    let list =
        since.iter().map(|(customer, day)| format!("[{customer},{day}]")).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select entry.customer_ref, entry.on_day from {batch} cross join points_entry as entry
         where entry.customer_ref = row.value ->> 0 and entry.on_day > row.value ->> 1
           and ((entry.kind = 1 and exists (
               select 1 from points_event as event where event.points_event_ref = entry.cause_ref
                 and event.customer_ref = entry.customer_ref))
             or (entry.kind = 15 and exists (
               select 1 from points_transfer as transfer where transfer.points_transfer_ref = entry.cause_ref
                 and transfer.kind = 'transfer')))
         union
         select request.customer_ref, request.on_day from {batch} cross join partner_request as request
         where request.customer_ref = row.value ->> 0 and request.on_day > row.value ->> 1
           and request.kind in ('earn', 'burn', 'exchange_in', 'exchange_out') and request.points > 0
         union
         select redemption.customer_ref, entry.on_day
         from {batch} cross join redemption cross join points_entry as entry
         where redemption.customer_ref = row.value ->> 0 and entry.cause = 3 and entry.cause > 1
           and entry.cause_ref = redemption.redemption_ref and entry.kind = 11
           and entry.on_day > row.value ->> 1
         union
         select reservation.customer_ref, entry.on_day
         from {batch} cross join points_reservation as reservation cross join points_entry as entry
         where reservation.customer_ref = row.value ->> 0 and entry.cause = 2 and entry.cause > 1
           and entry.cause_ref = reservation.points_reservation_ref and entry.kind = 11
           and entry.on_day > row.value ->> 1",
        batch = dialect::batch(1)
    );
    connection
        .execute(&sql, &[format!("[{list}]").into()])?
        .read("points_lot.active_days", |row| Ok((row.narrow()?, row.narrow()?)))
}

/// Moves the last day of open lots.
pub fn move_ends<C: Connection>(connection: &mut C, rests: &[Rest]) -> Result<(), StoreError> {
    let rows = rests.iter().map(|rest| {
        [
            rest.customer_ref.into(),
            rest.points_lot_ref.into(),
            Value::from(rest.expires_on.map(Day::number)),
            rest.points_left.into(),
        ]
    });
    let into = "insert into points_open_lot (customer_ref, points_lot_ref, expires_on, points_left)";
    let then = "on conflict (customer_ref, points_lot_ref) do update set expires_on = excluded.expires_on";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}
