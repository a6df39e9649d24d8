//! Entries of the ledger, the batches that seal them, and their sums by day.

use domain::points::EntryKind;

use crate::points_lot::numbers;
use crate::{Connection, Row, StoreError, Value, batch, dialect};

/// An entry as it is written and sealed, in plain figures: what is read for a proof may have been tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Its number.
    pub points_entry_ref: i64,
    /// Number of the batch that wrote it.
    pub points_batch_ref: i64,
    /// Number of `domain::points::EntryKind`.
    pub kind: i64,
    /// Number of the customer.
    pub customer_ref: i64,
    /// Number of the lot, if it concerns one.
    pub points_lot_ref: Option<i64>,
    /// Above zero.
    pub points: i64,
    /// Number of the account that is debited.
    pub debit: i64,
    /// Number of the account that is credited.
    pub credit: i64,
    /// The business day that it counts in.
    pub on_day: i64,
    /// Kind of what led to it.
    pub cause: i64,
    /// Number of what led to it.
    pub cause_ref: i64,
}

/// Writes entries.
pub fn insert<C: Connection>(connection: &mut C, entries: &[EntryRow]) -> Result<(), StoreError> {
    let rows = entries.iter().map(|entry| {
        [
            entry.points_entry_ref.into(),
            entry.points_batch_ref.into(),
            entry.kind.into(),
            entry.customer_ref.into(),
            Value::from(entry.points_lot_ref),
            entry.points.into(),
            entry.debit.into(),
            entry.credit.into(),
            entry.on_day.into(),
            entry.cause.into(),
            entry.cause_ref.into(),
        ]
    });
    let into =
        "insert into points_entry (points_entry_ref, points_batch_ref, kind, customer_ref, points_lot_ref,
           points, debit, credit, on_day, cause, cause_ref)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// Writes `first` and the entries after it, so many in all, from the lots that they concern, which are written already:
/// the lots follow each other as their entries do, and each counts on the day on which its event earned it.
pub fn insert_earned<C: Connection>(
    connection: &mut C,
    first: &EntryRow,
    entries: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into points_entry (points_entry_ref, points_batch_ref, kind, customer_ref, points_lot_ref, points,
           debit, credit, on_day, cause, cause_ref)
         select ?1 + points_lot_ref - ?2, points_batch_ref, ?3, customer_ref, points_lot_ref, points,
           ?4, ?5, earned_on, ?6, points_event_ref
         from points_lot where points_lot_ref >= ?2 and points_lot_ref < ?2 + ?7 order by points_lot_ref",
        &[
            first.points_entry_ref.into(),
            first.points_lot_ref.into(),
            first.kind.into(),
            first.debit.into(),
            first.credit.into(),
            first.cause.into(),
            entries.into(),
        ],
    )?;
    Ok(())
}

/// Entries by number, from `from` on.
pub fn sealed<C: Connection>(connection: &mut C, from: i64, limit: u32) -> Result<Vec<EntryRow>, StoreError> {
    connection
        .execute(
            "select points_entry_ref, points_batch_ref, kind, customer_ref, points_lot_ref, points, debit, credit,
                    on_day, cause, cause_ref
             from points_entry where points_entry_ref >= ?1 order by points_entry_ref limit ?2",
            &[from.into(), limit.into()],
        )?
        .read("points_entry.sealed", |row| {
            Ok(EntryRow {
                points_entry_ref: row.integer()?,
                points_batch_ref: row.integer()?,
                kind: row.integer()?,
                customer_ref: row.integer()?,
                points_lot_ref: row.integer_or_null()?,
                points: row.integer()?,
                debit: row.integer()?,
                credit: row.integer()?,
                on_day: row.integer()?,
                cause: row.integer()?,
                cause_ref: row.integer()?,
            })
        })
}

/// A batch: entries and lots of one write, sealed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number; batches count from 1 without a gap.
    pub points_batch_ref: i64,
    /// When, in milliseconds.
    pub written_at: i64,
    /// Who wrote it.
    pub person: String,
    /// Number of its first entry.
    pub first_entry_ref: i64,
    /// Entries.
    pub entries: i64,
    /// Number of its first lot, or of the lot that would be next.
    pub first_lot_ref: i64,
    /// Lots.
    pub lots: i64,
    /// SHA-256 over the hash before and what it seals.
    pub hash: Vec<u8>,
}

const BATCH: &str =
    "points_batch_ref, written_at, person, first_entry_ref, entries, first_lot_ref, lots, hash";

fn batch_row(row: &mut Row<'_>) -> Result<BatchRow, StoreError> {
    Ok(BatchRow {
        points_batch_ref: row.integer()?,
        written_at: row.integer()?,
        person: row.text()?,
        first_entry_ref: row.integer()?,
        entries: row.integer()?,
        first_lot_ref: row.integer()?,
        lots: row.integer()?,
        hash: row.blob()?,
    })
}

/// The latest batch.
pub fn head<C: Connection>(connection: &mut C) -> Result<Option<BatchRow>, StoreError> {
    let sql = format!("select {BATCH} from points_batch order by points_batch_ref desc limit 1");
    connection.execute(&sql, &[])?.read_first("points_entry.head", batch_row)
}

/// Batches by number, from `from` on.
pub fn batches<C: Connection>(
    connection: &mut C,
    from: i64,
    limit: u32,
) -> Result<Vec<BatchRow>, StoreError> {
    let sql = format!(
        "select {BATCH} from points_batch where points_batch_ref >= ?1 order by points_batch_ref limit ?2"
    );
    connection.execute(&sql, &[from.into(), limit.into()])?.read("points_entry.batches", batch_row)
}

/// Writes a batch.
pub fn insert_batch<C: Connection>(connection: &mut C, batch: &BatchRow) -> Result<(), StoreError> {
    let sql = format!("insert into points_batch ({BATCH}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    connection.execute(
        &sql,
        &[
            batch.points_batch_ref.into(),
            batch.written_at.into(),
            batch.person.as_str().into(),
            batch.first_entry_ref.into(),
            batch.entries.into(),
            batch.first_lot_ref.into(),
            batch.lots.into(),
            batch.hash.clone().into(),
        ],
    )?;
    Ok(())
}

/// Version of the programme's settings; 0 before there are any.
pub fn terms<C: Connection>(connection: &mut C) -> Result<i64, StoreError> {
    connection
        .execute("select coalesce((select version from points_programme), 0)", &[])?
        .read_one("points_entry.terms", |row| row.integer())
}

/// By what entries are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayKey {
    /// The business day.
    pub on_day: i32,
    /// Number of `domain::points::EntryKind`.
    pub kind: i64,
    /// Number of the organisation at the lot's origin.
    pub organisation_ref: u32,
    /// Number of the tier at the lot's origin; 0: none.
    pub tier_ref: u8,
    /// Number of the partner that gave the lot; 0: none.
    pub partner_ref: u32,
    /// Number of the account that is debited.
    pub debit: i64,
    /// Number of the account that is credited.
    pub credit: i64,
}

/// Adds points and numbers of entries to the sums of their days.
pub fn add_to_days<C: Connection>(
    connection: &mut C,
    sums: impl IntoIterator<Item = (DayKey, i64, i64)>,
) -> Result<(), StoreError> {
    let rows = sums.into_iter().map(|(key, points, entries)| {
        [
            key.on_day.into(),
            key.kind.into(),
            key.organisation_ref.into(),
            Value::Integer(key.tier_ref.into()),
            key.partner_ref.into(),
            key.debit.into(),
            key.credit.into(),
            points.into(),
            entries.into(),
        ]
    });
    let into = "insert into points_day (on_day, kind, organisation_ref, tier_ref, partner_ref, debit, credit, points,
           entries)";
    let then =
        "on conflict (on_day, kind, organisation_ref, tier_ref, partner_ref, debit, credit) do update set
           points = points_day.points + excluded.points, entries = points_day.entries + excluded.entries";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// The latest day on which points were given back to each of these lots, by its number; lots that never got any back
/// are left out. The condition on kinds is a part of that of the index of entries by lot.
pub fn given_back<C: Connection>(
    connection: &mut C,
    points_lot_refs: &[i64],
) -> Result<Vec<(i64, i32)>, StoreError> {
    let sql = format!(
        "select entry.points_lot_ref, max(entry.on_day) from {} cross join points_entry as entry
         where entry.points_lot_ref = row.value and entry.kind in (7, 8)
         group by entry.points_lot_ref order by entry.points_lot_ref",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[numbers(points_lot_refs)])?
        .read("points_entry.given_back", |row| Ok((row.integer()?, row.narrow()?)))
}

/// Different customers whose points this ended; of jobs.
pub fn customers_of_cause<C: Connection>(
    connection: &mut C,
    (cause, cause_ref): (i64, i64),
) -> Result<i64, StoreError> {
    connection
        .execute(
            "select count(distinct customer_ref) from points_entry
             where cause = ?1 and cause_ref = ?2 and cause > 1 and kind = ?3",
            &[cause.into(), cause_ref.into(), (EntryKind::Expire as i64).into()],
        )?
        .read_one("points_entry.customers_of_cause", |row| row.integer())
}
