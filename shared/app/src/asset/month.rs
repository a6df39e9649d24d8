//! Month ends of whole chunks, straight from the columns.

use domain::book::{Measure, SLOTS};
use domain::date::Month;
use store::book::ChunkRow;
use store::{Connection, StoreError, column, in_transaction};

use super::Sight;

/// Chunks read at once: 65 536 customers.
pub(super) const CHUNKS_AT_ONCE: u32 = 16;

/// Chunks that the bank's customers fill.
pub(super) fn chunks<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    Ok(store::book::customers(connection)?.div_ceil(SLOTS as u32))
}

/// Folds every chunk that the question looks into, each in a short transaction. Call it before the snapshot.
pub(super) fn fold_all<C: Connection>(connection: &mut C, sight: &Sight) -> Result<(), StoreError> {
    for chunk_id in store::book_change::changed_chunks(connection)? {
        if sight.looks_into(chunk_id, chunk_id + 1) {
            in_transaction(connection, |connection| crate::book::fold(connection, chunk_id, &[]))?;
        }
    }
    Ok(())
}

/// Visits the rows of all chunks that the question looks into, some at a time.
pub(super) fn each_page<C: Connection, E: From<StoreError>>(
    connection: &mut C,
    sight: &Sight,
    mut visit: impl FnMut(&mut C, &[ChunkRow]) -> Result<(), E>,
) -> Result<(), E> {
    let chunks = chunks(connection)?;
    for from in (0..chunks).step_by(CHUNKS_AT_ONCE as usize) {
        let to = chunks.min(from + CHUNKS_AT_ONCE);
        if sight.looks_into(from, to) {
            let rows = store::book::chunks(connection, from, to)?;
            visit(connection, &rows)?;
        }
    }
    Ok(())
}

/// Visits the measures at the end of each month, chunk by chunk and month by month. A month that a chunk has no columns
/// of yet stands as the latest one that it has. The chunks lie close together, and their overlay must have been folded.
/// Averages are not asked for: one that equals its month's end is stored without figures.
pub(super) fn each_month<C: Connection, const N: usize>(
    connection: &mut C,
    chunks: &[ChunkRow],
    measures: [Measure; N],
    (first, last): (Month, Month),
    mut visit: impl FnMut(&ChunkRow, Month, &[Vec<i64>; N]),
) -> Result<(), StoreError> {
    let (Some(head), Some(tail)) = (chunks.first(), chunks.last()) else { return Ok(()) };
    let range = (head.chunk_id, tail.chunk_id + 1);
    let mut stored = Vec::with_capacity(N);
    for measure in measures {
        let rows = store::book::columns(connection, range, measure, (first.number(), last.number()))?;
        stored.push(rows.into_iter().peekable());
    }
    let mut room: [Vec<i64>; N] = std::array::from_fn(|_| vec![0; SLOTS]);
    for chunk in chunks {
        let mut is_carried = false;
        for number in first.number()..=last.number() {
            if chunk.last_month != 0 && number > chunk.last_month {
                if !is_carried {
                    carry(connection, chunk, measures, &mut room)?;
                    is_carried = true;
                }
            } else {
                for (figures, rows) in room.iter_mut().zip(&mut stored) {
                    match rows.next_if(|row| (row.chunk_id, row.month) == (chunk.chunk_id, number)) {
                        Some(row) => column::decode(&row.data, figures)?,
                        None => figures.fill(0),
                    }
                }
            }
            visit(chunk, Month::from_number(number), &room);
        }
    }
    Ok(())
}

/// Fills the room with what the chunk's latest month leaves to those after it.
fn carry<C: Connection, const N: usize>(
    connection: &mut C,
    chunk: &ChunkRow,
    measures: [Measure; N],
    room: &mut [Vec<i64>; N],
) -> Result<(), StoreError> {
    let months = (chunk.last_month, chunk.last_month);
    let stored = store::book::chunk_columns(connection, chunk.chunk_id, months)?;
    let carried = store::book::month_columns(&stored)?.carried();
    for (figures, measure) in room.iter_mut().zip(measures) {
        let column = carried.column(measure);
        figures.fill(0);
        figures[..column.len()].copy_from_slice(column);
    }
    Ok(())
}
