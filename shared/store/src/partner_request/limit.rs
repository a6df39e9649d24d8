//! How much of their limits partners used.

use crate::{Connection, StoreError, Value};

/// Stands for all customers: numbers of customers begin with 0.
const ALL_CUSTOMERS: i64 = -1;

/// Which part of a limit is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseKey {
    /// Whose limit.
    pub partner_ref: u32,
    /// The customer of a day; none of a month, which counts all.
    pub customer_ref: Option<u32>,
    /// The day, or the month.
    pub period: i32,
    /// True for points that the partner gives, false for those that it takes.
    pub is_given: bool,
}

/// Adds points to what was used and returns the sum.
pub fn add_use<C: Connection>(connection: &mut C, key: UseKey, points: i64) -> Result<i64, StoreError> {
    let direction = if key.is_given { 1 } else { 2 };
    connection
        .execute(
            "insert into partner_use (partner_ref, customer_ref, period, direction, points)
             values (?1, ?2, ?3, ?4, ?5)
             on conflict (partner_ref, customer_ref, period, direction)
               do update set points = partner_use.points + excluded.points
             returning points",
            &[
                key.partner_ref.into(),
                Value::Integer(key.customer_ref.map_or(ALL_CUSTOMERS, i64::from)),
                key.period.into(),
                Value::Integer(direction),
                points.into(),
            ],
        )?
        .read_one("partner_request.add_use", |row| row.integer())
}
