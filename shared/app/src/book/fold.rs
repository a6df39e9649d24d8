//! Folding: the overlay of a chunk goes into its columns.

use domain::book::{MonthChange, MonthColumns, SLOTS, customer_at, slot_of};
use store::book::{ChunkRow, ColumnRow};
use store::{Connection, StoreError, in_transaction};

/// Folds chunks `from..to` where something waits, in a transaction of its own; asks without one whether anything does.
pub fn fold_waiting<C: Connection>(connection: &mut C, from: u32, to: u32) -> Result<(), StoreError> {
    let chunks: Vec<u32> = (from..to).collect();
    if store::book_change::waiting(connection, &chunks)?.into_iter().all(|waiting| waiting == 0) {
        return Ok(());
    }
    in_transaction(connection, |connection| fold_range(connection, from, to))
}

/// Folds the overlay of chunks `from..to`, those that have one. Call it within a transaction.
pub fn fold_range<C: Connection>(connection: &mut C, from: u32, to: u32) -> Result<(), StoreError> {
    let chunks: Vec<u32> = (from..to).collect();
    let waiting = store::book_change::waiting(connection, &chunks)?;
    for (chunk_id, _) in chunks.into_iter().zip(waiting).filter(|(_, waiting)| *waiting > 0) {
        fold(connection, chunk_id, &[])?;
    }
    Ok(())
}

/// Folds one chunk's overlay and then `more` changes that never were in it. Call it within a transaction.
pub fn fold<C: Connection>(
    connection: &mut C,
    chunk_id: u32,
    more: &[MonthChange],
) -> Result<(), StoreError> {
    let (first_customer, next_customer) = (customer_at(chunk_id, 0), customer_at(chunk_id + 1, 0));
    let mut chunk = store::book::chunks(connection, chunk_id, chunk_id + 1)?
        .pop()
        .unwrap_or(ChunkRow { chunk_id, ..ChunkRow::default() });
    for (customer_ref, organisation_ref, opened_on) in
        store::book_change::customer_changes(connection, first_customer, next_customer)?
    {
        let slot = slot_of(customer_ref);
        if chunk.customers <= slot {
            chunk.customers = slot + 1;
            chunk.organisation.resize(slot + 1, 0);
            chunk.opened.resize(slot + 1, i32::MIN);
        }
        chunk.organisation[slot] = organisation_ref;
        chunk.opened[slot] = opened_on.unwrap_or(i32::MIN);
    }
    let mut changes = store::book_change::month_changes(connection, first_customer, next_customer)?;
    changes.extend_from_slice(more);
    // Stable: of several changes to one figure the later one wins.
    changes.sort_by_key(|change| change.month);
    fold_months(connection, &mut chunk, &changes)?;
    store::book::put_chunk(connection, &chunk)?;
    store::book_change::clear_changes(connection, first_customer, next_customer)
}

fn fold_months<C: Connection>(
    connection: &mut C,
    chunk: &mut ChunkRow,
    changes: &[MonthChange],
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return Ok(()) };
    let (first, last) = (first.month.number(), last.month.number());
    if chunk.last_month == 0 {
        chunk.last_month = first - 1;
    }
    let stored = store::book::chunk_columns(
        connection,
        chunk.chunk_id,
        (first.min(chunk.last_month), chunk.last_month),
    )?;
    let mut before = MonthColumns::default();
    for month in first.min(chunk.last_month)..=last {
        let own = span(changes, |change| change.month.number(), month);
        let is_new = month > chunk.last_month;
        if own.is_empty() && month < chunk.last_month {
            continue;
        }
        let mut columns = if is_new {
            before.carried()
        } else {
            store::book::month_columns(span(&stored, |column: &ColumnRow| column.month, month))?
        };
        let known = if is_new { MonthColumns::default() } else { columns.clone() };
        for change in own {
            columns.apply(slot_of(change.customer_ref), change);
        }
        if is_new || !own.is_empty() {
            store::book::put_month(connection, (chunk.chunk_id, month), &known, &columns)?;
        }
        before = columns;
    }
    chunk.last_month = chunk.last_month.max(last);
    debug_assert!(chunk.customers <= SLOTS);
    Ok(())
}

/// The entries of one month in a list that is sorted by month.
fn span<T>(sorted: &[T], month_of: impl Fn(&T) -> i32, month: i32) -> &[T] {
    let start = sorted.partition_point(|entry| month_of(entry) < month);
    let end = sorted.partition_point(|entry| month_of(entry) <= month);
    &sorted[start..end]
}
