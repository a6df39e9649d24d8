//! Reservations, and the points of lots that they hold.

use crate::{Connection, Row, StoreError, Value, batch};

/// State of a reservation: holds its points while its time lasts.
pub const OPEN: i64 = 1;
/// State of a reservation: spent.
pub const POSTED: i64 = 2;
/// State of a reservation: let go.
pub const VOID: i64 = 3;
/// State of a reservation: let go, because its time was over.
pub const TIMED_OUT: i64 = 4;

/// A reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationRow {
    /// Its number.
    pub points_reservation_ref: i64,
    /// Number of the customer.
    pub customer_ref: u32,
    /// Points that it holds, or held.
    pub points: i64,
    /// Points that were spent of it.
    pub posted: i64,
    /// [`OPEN`], [`POSTED`], [`VOID`] or [`TIMED_OUT`].
    pub state: i64,
    /// 1 plain, 2 redemption, 3 partner.
    pub purpose: i64,
    /// Number of what it is for; 0 of a plain one.
    pub purpose_ref: i64,
    /// Who reserved.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// From when on it holds nothing, in milliseconds.
    pub expires_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
}

/// Points of a lot that a reservation holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldRow {
    /// Number of the lot's customer, who may be another member of the pool.
    pub customer_ref: u32,
    /// Number of the lot.
    pub points_lot_ref: i64,
    /// Above zero.
    pub points: i64,
}

const RESERVATION: &str = "points_reservation_ref, customer_ref, points, posted, state, purpose, purpose_ref,
  created_by, created_at, expires_at, ended_at";

fn reservation(row: &mut Row<'_>) -> Result<ReservationRow, StoreError> {
    Ok(ReservationRow {
        points_reservation_ref: row.integer()?,
        customer_ref: row.narrow()?,
        points: row.integer()?,
        posted: row.integer()?,
        state: row.integer()?,
        purpose: row.integer()?,
        purpose_ref: row.integer()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        expires_at: row.integer()?,
        ended_at: row.integer_or_null()?,
    })
}

/// Writes a new reservation with its holds, and gives it the next number. Call it inside a transaction.
pub fn insert<C: Connection>(
    connection: &mut C,
    new: &ReservationRow,
    holds: &[HoldRow],
) -> Result<i64, StoreError> {
    let sql = format!(
        "insert into points_reservation ({RESERVATION})
         select coalesce(max(points_reservation_ref), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
         from points_reservation
         returning points_reservation_ref"
    );
    let number = connection
        .execute(
            &sql,
            &[
                new.customer_ref.into(),
                new.points.into(),
                new.posted.into(),
                new.state.into(),
                new.purpose.into(),
                new.purpose_ref.into(),
                new.created_by.as_str().into(),
                new.created_at.into(),
                new.expires_at.into(),
                new.ended_at.into(),
            ],
        )?
        .read_one("points_reservation.insert", |row| row.integer())?;
    let rows = holds.iter().map(|hold| {
        [
            Value::from(hold.customer_ref),
            hold.points_lot_ref.into(),
            number.into(),
            hold.points.into(),
            new.expires_at.into(),
        ]
    });
    let into =
        "insert into points_hold (customer_ref, points_lot_ref, points_reservation_ref, points, expires_at)";
    batch::insert(connection, into, "", rows)?;
    Ok(number)
}

/// The reservation of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<ReservationRow>, StoreError> {
    let sql = format!("select {RESERVATION} from points_reservation where points_reservation_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("points_reservation.by_ref", reservation)
}

/// The latest instant at which points were booked or reserved, in milliseconds; 0 before the first.
pub fn last_instant<C: Connection>(connection: &mut C) -> Result<i64, StoreError> {
    let sql = "select
           coalesce((select written_at from points_batch order by points_batch_ref desc limit 1), 0),
           coalesce((select created_at from points_reservation order by points_reservation_ref desc limit 1), 0)";
    connection.execute(sql, &[])?.read_one("points_reservation.last_instant", |row| {
        let booked = row.integer()?;
        Ok(booked.max(row.integer()?))
    })
}

/// What a reservation holds, by lot.
pub fn holds<C: Connection>(connection: &mut C, number: i64) -> Result<Vec<HoldRow>, StoreError> {
    connection
        .execute(
            "select customer_ref, points_lot_ref, points from points_hold
             where points_reservation_ref = ?1 order by points_lot_ref",
            &[number.into()],
        )?
        .read("points_reservation.holds", |row| {
            Ok(HoldRow {
                customer_ref: row.narrow()?,
                points_lot_ref: row.integer()?,
                points: row.integer()?,
            })
        })
}

/// Ends a reservation in a state, with what was spent of it, and lets its holds go.
pub fn end<C: Connection>(
    connection: &mut C,
    number: i64,
    (state, posted): (i64, i64),
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update points_reservation set state = ?2, posted = ?3, ended_at = ?4 where points_reservation_ref = ?1",
        &[number.into(), state.into(), posted.into(), now_ms.into()],
    )?;
    connection.execute("delete from points_hold where points_reservation_ref = ?1", &[number.into()])?;
    Ok(())
}

/// Ends up to `limit` open reservations whose time is over, at the end of their time, and says how many.
pub fn time_out<C: Connection>(connection: &mut C, now_ms: i64, limit: u32) -> Result<u64, StoreError> {
    let ended = connection
        .execute(
            "update points_reservation set state = 4, ended_at = expires_at
             where points_reservation_ref in (
               select points_reservation_ref from points_reservation
               where state = 1 and expires_at <= ?1 order by expires_at limit ?2)
             returning points_reservation_ref",
            &[now_ms.into(), limit.into()],
        )?
        .read("points_reservation.time_out", |row| row.integer())?;
    let rows = ended.iter().map(|number| [Value::from(*number)]);
    batch::delete(connection, ("points_hold", ["points_reservation_ref"]), rows)?;
    Ok(ended.len() as u64)
}
