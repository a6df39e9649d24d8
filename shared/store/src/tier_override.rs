//! Overrides of customers' tiers, and confirmations of reviews.

use crate::{Connection, Row, StoreError};

/// An override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideRow {
    /// Its number; 0 before it is stored.
    pub tier_override_ref: i64,
    /// Whom it concerns.
    pub customer_ref: u32,
    /// risk | lock | floor.
    pub kind: String,
    /// The tier.
    pub tier_code: String,
    /// overdue | fraud | manual.
    pub cause: String,
    /// In a person's words.
    pub reason: String,
    /// First day.
    pub from_on: i32,
    /// Last day.
    pub until_on: Option<i32>,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// First day no longer in force.
    pub ended_on: Option<i32>,
}

fn override_row(row: &mut Row<'_>) -> Result<OverrideRow, StoreError> {
    Ok(OverrideRow {
        tier_override_ref: row.integer()?,
        customer_ref: row.narrow()?,
        kind: row.text()?,
        tier_code: row.text()?,
        cause: row.text()?,
        reason: row.text()?,
        from_on: row.narrow()?,
        until_on: row.narrow_or_null()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        ended_by: row.text_or_null()?,
        ended_on: row.narrow_or_null()?,
    })
}

const OVERRIDE_COLUMNS: &str =
    "tier_override_ref, customer_ref, kind, tier_code, cause, reason, from_on, until_on,
  created_by, created_at, ended_by, ended_on";

/// Overrides in force on a day for customers of a range.
pub fn overrides_in_force<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    day: i32,
) -> Result<Vec<OverrideRow>, StoreError> {
    let sql = format!(
        "select {OVERRIDE_COLUMNS} from tier_override
         where customer_ref >= ?1 and customer_ref < ?2 and from_on <= ?3
           and (until_on is null or until_on >= ?3) and (ended_on is null or ended_on > ?3)
         order by customer_ref, tier_override_ref"
    );
    connection
        .execute(&sql, &[from.into(), to.into(), day.into()])?
        .read("tier.overrides_in_force", override_row)
}

/// All overrides of one customer, the latest first.
pub fn overrides_of<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
) -> Result<Vec<OverrideRow>, StoreError> {
    let sql = format!(
        "select {OVERRIDE_COLUMNS} from tier_override where customer_ref = ?1 order by tier_override_ref desc"
    );
    connection.execute(&sql, &[customer_ref.into()])?.read("tier.overrides_of", override_row)
}

/// Writes a new override and returns its number.
pub fn add_override<C: Connection>(connection: &mut C, row: &OverrideRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into tier_override (customer_ref, kind, tier_code, cause, reason, from_on, until_on, created_by,
               created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) returning tier_override_ref",
            &[
                row.customer_ref.into(),
                row.kind.as_str().into(),
                row.tier_code.as_str().into(),
                row.cause.as_str().into(),
                row.reason.as_str().into(),
                row.from_on.into(),
                row.until_on.into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("tier.add_override", |row| row.integer())
}

/// Ends an override; nothing is deleted.
pub fn end_override<C: Connection>(
    connection: &mut C,
    number: i64,
    by: &str,
    day: i32,
) -> Result<(), StoreError> {
    connection.execute(
        "update tier_override set ended_by = ?2, ended_on = ?3 where tier_override_ref = ?1 and ended_on is null",
        &[number.into(), by.into(), day.into()],
    )?;
    Ok(())
}

/// Notes that an organisation confirmed its part of a review.
pub fn add_confirmation<C: Connection>(
    connection: &mut C,
    (job_ref, organisation_ref): (i64, u32),
    by: &str,
    at: i64,
    customers: u64,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into tier_confirmation (job_ref, organisation_ref, confirmed_by, confirmed_at, customers)
         values (?1, ?2, ?3, ?4, ?5)
         on conflict (job_ref, organisation_ref) do update set confirmed_by = excluded.confirmed_by,
           confirmed_at = excluded.confirmed_at, customers = tier_confirmation.customers + excluded.customers",
        &[job_ref.into(), organisation_ref.into(), by.into(), at.into(), (customers as i64).into()],
    )?;
    Ok(())
}
