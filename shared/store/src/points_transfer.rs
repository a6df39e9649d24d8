//! Moves of points between customers: transfers and merges.

use domain::points::{Cause, EntryKind};

use crate::{Connection, Row, StoreError};

/// What moves points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferKind {
    /// Some points, by the customer's wish.
    Transfer,
    /// All of them, because two customers are one.
    Merge,
}

/// Kinds by their names.
const KINDS: [(&str, TransferKind); 2] =
    [("transfer", TransferKind::Transfer), ("merge", TransferKind::Merge)];

impl TransferKind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Merge => "merge",
        }
    }
}

/// A move of points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRow {
    /// Its number; 0 before it is stored.
    pub points_transfer_ref: i64,
    /// What it is.
    pub kind: TransferKind,
    /// Whose they were.
    pub from_ref: u32,
    /// Whose they are now.
    pub to_ref: u32,
    /// How many; of a merge possibly none.
    pub points: i64,
    /// In a person's words.
    pub reason: Option<String>,
    /// Who asked for it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who took a merge back.
    pub undone_by: Option<String>,
    /// When, in milliseconds.
    pub undone_at: Option<i64>,
}

fn transfer(row: &mut Row<'_>) -> Result<TransferRow, StoreError> {
    Ok(TransferRow {
        points_transfer_ref: row.integer()?,
        kind: row.named(&KINDS)?,
        from_ref: row.narrow()?,
        to_ref: row.narrow()?,
        points: row.integer()?,
        reason: row.text_or_null()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        undone_by: row.text_or_null()?,
        undone_at: row.integer_or_null()?,
    })
}

/// Writes a move and returns its number.
pub fn add<C: Connection>(connection: &mut C, row: &TransferRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into points_transfer (kind, from_ref, to_ref, points, reason, created_by, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning points_transfer_ref",
            &[
                row.kind.name().into(),
                row.from_ref.into(),
                row.to_ref.into(),
                row.points.into(),
                row.reason.as_deref().into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("points_transfer.add", |row| row.integer())
}

/// Notes that a merge was taken back.
pub fn undo<C: Connection>(
    connection: &mut C,
    number: i64,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update points_transfer set undone_by = ?2, undone_at = ?3 where points_transfer_ref = ?1",
        &[number.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// The move of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<TransferRow>, StoreError> {
    connection
        .execute(
            "select points_transfer_ref, kind, from_ref, to_ref, points, reason, created_by, created_at, undone_by,
               undone_at
             from points_transfer where points_transfer_ref = ?1",
            &[number.into()],
        )?
        .read_first("points_transfer.by_ref", transfer)
}

/// Numbers of the lots that a move issued to a customer.
pub fn lots<C: Connection>(
    connection: &mut C,
    number: i64,
    customer_ref: u32,
) -> Result<Vec<i64>, StoreError> {
    let (cause, cause_ref) = Cause::Transfer(number).numbers();
    connection
        .execute(
            // The index of causes begins above 1, and is used where the statement says so.
            "select points_lot_ref from points_entry
             where cause = ?1 and cause > 1 and cause_ref = ?2 and customer_ref = ?3 and kind = ?4
             order by points_entry_ref",
            &[cause.into(), cause_ref.into(), customer_ref.into(), (EntryKind::TransferIn as i64).into()],
        )?
        .read("points_transfer.lots", |row| row.integer())
}

/// Numbers of open lots of a customer that come of those which a merge issued to the customer: these, and what other
/// merges moved on from them and brought back. What a transfer moved belongs to who got it.
pub fn lots_now<C: Connection>(
    connection: &mut C,
    number: i64,
    customer_ref: u32,
) -> Result<Vec<i64>, StoreError> {
    let (cause, cause_ref) = Cause::Transfer(number).numbers();
    connection
        .execute(
            // A lot that goes on and the entry that took its points from the one before are of one batch. Indices of
            // causes and of lots begin above 1 and 10, and are used where the statement says so.
            "with recursive moved (points_lot_ref) as (
               select points_lot_ref from points_entry
               where cause = ?1 and cause > 1 and cause_ref = ?2 and customer_ref = ?3 and kind = ?4
               union
               select lot.points_lot_ref
               from moved cross join points_lot as lot cross join points_entry as entry
                 cross join points_transfer as transfer
               where lot.origin_lot_ref = moved.points_lot_ref
                 and entry.points_lot_ref = moved.points_lot_ref and entry.kind = ?5 and entry.kind > 10
                 and entry.points_batch_ref = lot.points_batch_ref and entry.cause = ?1
                 and transfer.points_transfer_ref = entry.cause_ref and transfer.kind = 'merge')
             select rest.points_lot_ref from moved cross join points_open_lot as rest
             where rest.customer_ref = ?3 and rest.points_lot_ref = moved.points_lot_ref
             order by rest.points_lot_ref",
            &[
                cause.into(),
                cause_ref.into(),
                customer_ref.into(),
                (EntryKind::TransferIn as i64).into(),
                (EntryKind::TransferOut as i64).into(),
            ],
        )?
        .read("points_transfer.lots_now", |row| row.integer())
}

/// Debt that a move gave to a customer.
pub fn debt<C: Connection>(connection: &mut C, number: i64, customer_ref: u32) -> Result<i64, StoreError> {
    let (cause, cause_ref) = Cause::Transfer(number).numbers();
    connection
        .execute(
            "select coalesce(sum(points), 0) from points_entry
             where cause = ?1 and cause > 1 and cause_ref = ?2 and customer_ref = ?3 and kind = ?4",
            &[cause.into(), cause_ref.into(), customer_ref.into(), (EntryKind::Owe as i64).into()],
        )?
        .read_one("points_transfer.debt", |row| row.integer())
}

/// True when a reservation of the customer is open.
pub fn has_open_reservation<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    now_ms: i64,
) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from points_reservation
               where customer_ref = ?1 and state = 1 and expires_at > ?2)",
            &[customer_ref.into(), now_ms.into()],
        )?
        .read_one("points_transfer.has_open_reservation", |row| row.flag())
}
