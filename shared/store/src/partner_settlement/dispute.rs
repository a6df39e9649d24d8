//! Disputes about requests of a settled month.

use crate::{Connection, Row, StoreError};

/// A dispute as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeRow {
    /// Its number.
    pub partner_dispute_ref: i64,
    /// The settled month.
    pub month: i32,
    /// What the partner knows the request by.
    pub reference: String,
    /// Why.
    pub reason: String,
    /// True until it is resolved.
    pub is_open: bool,
    /// Who opened it.
    pub opened_by: String,
    /// When, in milliseconds.
    pub opened_at: i64,
    /// How it ended.
    pub resolution: Option<String>,
    /// Points that the partner is owed on top; below zero when the partner owes them.
    pub adjustment: Option<i64>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
    /// When, in milliseconds.
    pub resolved_at: Option<i64>,
}

const VIEW: &str =
    "select partner_dispute_ref, month, reference, reason, state, opened_by, opened_at, resolution, adjustment,
         resolved_by, resolved_at
     from partner_dispute";

fn view(row: &mut Row<'_>) -> Result<DisputeRow, StoreError> {
    Ok(DisputeRow {
        partner_dispute_ref: row.integer()?,
        month: row.narrow()?,
        reference: row.text()?,
        reason: row.text()?,
        is_open: row.named(&[("open", true), ("resolved", false)])?,
        opened_by: row.text()?,
        opened_at: row.integer()?,
        resolution: row.text_or_null()?,
        adjustment: row.integer_or_null()?,
        resolved_by: row.text_or_null()?,
        resolved_at: row.integer_or_null()?,
    })
}

/// Opens a dispute and returns its number; nothing when one about the same is open.
pub fn add_dispute<C: Connection>(
    connection: &mut C,
    (partner_ref, month): (u32, i32),
    (reference, reason): (&str, &str),
    person: &str,
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    connection
        .execute(
            "insert into partner_dispute (partner_ref, month, reference, reason, state, opened_by, opened_at)
             values (?1, ?2, ?3, ?4, 'open', ?5, ?6)
             on conflict (partner_ref, month, reference) where state = 'open' do nothing
             returning partner_dispute_ref",
            &[
                partner_ref.into(),
                month.into(),
                reference.into(),
                reason.into(),
                person.into(),
                now_ms.into(),
            ],
        )?
        .read_first("partner_settlement.add_dispute", |row| row.integer())
}

/// The partner's dispute of a number.
pub fn dispute<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    number: i64,
) -> Result<Option<DisputeRow>, StoreError> {
    let sql = format!("{VIEW} where partner_dispute_ref = ?1 and partner_ref = ?2");
    connection
        .execute(&sql, &[number.into(), partner_ref.into()])?
        .read_first("partner_settlement.dispute", view)
}

/// Disputes of a partner after the number `after`, at most `limit`, by number.
pub fn disputes<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    after: i64,
    limit: u32,
) -> Result<Vec<DisputeRow>, StoreError> {
    let sql = format!(
        "{VIEW} where partner_ref = ?1 and partner_dispute_ref > ?2 order by partner_dispute_ref limit ?3"
    );
    connection
        .execute(&sql, &[partner_ref.into(), after.into(), limit.into()])?
        .read("partner_settlement.disputes", view)
}

/// True while a dispute about a month is open.
pub fn has_open_dispute<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    month: i32,
) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from partner_dispute where partner_ref = ?1 and month = ?2 and state = 'open')",
            &[partner_ref.into(), month.into()],
        )?
        .read_one("partner_settlement.has_open_dispute", |row| row.flag())
}

/// What disputes of a month that were resolved are about.
pub fn resolved<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    month: i32,
) -> Result<Vec<String>, StoreError> {
    connection
        .execute(
            "select distinct reference from partner_dispute
             where partner_ref = ?1 and month = ?2 and state = 'resolved'",
            &[partner_ref.into(), month.into()],
        )?
        .read("partner_settlement.resolved", |row| row.text())
}

/// Ends a dispute.
pub fn resolve_dispute<C: Connection>(
    connection: &mut C,
    number: i64,
    (resolution, adjustment): (&str, i64),
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update partner_dispute set state = 'resolved', resolution = ?2, adjustment = ?3, resolved_by = ?4,
           resolved_at = ?5
         where partner_dispute_ref = ?1",
        &[number.into(), resolution.into(), adjustment.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}
