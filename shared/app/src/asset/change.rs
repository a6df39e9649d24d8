//! Whose assets rose or fell between two month ends: page by page, or the largest of all.

use domain::book::{Measure, SLOTS, chunk_of, customer_at};
use domain::change::{Change, Largest, Trend};
use domain::date::Month;
use store::book::ChunkRow;
use store::member::Member;
use store::{Connection, StoreError, in_snapshot};

use super::Sight;
use super::month::{CHUNKS_AT_ONCE, chunks, each_month, each_page, fold_all};

/// Chunks that one page looks through: where few assets moved, pages are short, but come in time.
const CHUNKS_A_PAGE: u32 = 64;

/// A customer whose assets moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Who.
    pub member: Member,
    /// From what to what.
    pub change: Change,
}

/// Which movements are looked for.
#[derive(Clone, Debug)]
pub struct MovementFilter {
    /// First and last month.
    pub months: (Month, Month),
    /// Smallest rise or fall, in minor units.
    pub at_least: i64,
    /// Whose.
    pub sight: Sight,
}

/// Customers whose assets rose or fell by at least so much between two month ends, from the customer number `start`;
/// answers where the next page starts. Only chunks that are looked through are folded.
pub fn movements<C: Connection>(
    connection: &mut C,
    filter: &MovementFilter,
    start: u32,
    limit: usize,
) -> Result<(Vec<Moved>, Option<u32>), StoreError> {
    let Some(start) = filter.sight.next_seen(start) else { return Ok((Vec::new(), None)) };
    let chunks = chunks(connection)?;
    let mut from = chunk_of(start);
    let end = chunks.min(from.saturating_add(CHUNKS_A_PAGE));
    let mut found: Vec<Change> = Vec::new();
    while from < end && found.len() <= limit {
        let to = end.min(from + CHUNKS_AT_ONCE);
        if filter.sight.looks_into(from, to) {
            crate::book::fold_waiting(connection, from, to)?;
            in_snapshot(connection, |connection| {
                let rows = store::book::chunks(connection, from, to)?;
                each_change(connection, &rows, filter.months, &filter.sight, |change| {
                    let amount = change.amount();
                    if change.customer_ref >= start
                        && amount != 0
                        && amount.saturating_abs() >= filter.at_least
                    {
                        found.push(change);
                    }
                })
            })?;
        }
        from = to;
    }
    let unread = (from < chunks).then(|| customer_at(from, 0)).and_then(|next| filter.sight.next_seen(next));
    let next = found.get(limit).map(|change| change.customer_ref).or(unread);
    found.truncate(limit);
    Ok((moved(connection, found)?, next))
}

/// Which changes are listed.
#[derive(Clone, Debug)]
pub struct ChangeFilter {
    /// First and last month.
    pub months: (Month, Month),
    /// Rises or falls.
    pub trend: Trend,
    /// Whose.
    pub sight: Sight,
}

/// The largest rises or falls between two month ends, at most `limit`, the largest first and equal ones by customer id.
/// Of equal ones at the end of the list those whom the bank delivered first are shown.
pub fn changes<C: Connection>(
    connection: &mut C,
    filter: &ChangeFilter,
    limit: usize,
) -> Result<Vec<Moved>, StoreError> {
    fold_all(connection, &filter.sight)?;
    in_snapshot(connection, |connection| {
        let mut largest = Largest::new(filter.trend, limit);
        each_page(connection, &filter.sight, |connection, rows| {
            each_change(connection, rows, filter.months, &filter.sight, |change| largest.offer(change))
        })?;
        let mut found = moved(connection, largest.into_changes())?;
        let size = |moved: &Moved| {
            let Change { before, after, .. } = moved.change;
            (i128::from(after) - i128::from(before)).abs()
        };
        found.sort_by(|one, other| {
            let by_size = size(other).cmp(&size(one));
            by_size.then_with(|| one.member.customer_id.cmp(&other.member.customer_id))
        });
        Ok(found)
    })
}

/// Visits the assets of the customers seen at both month ends, by number.
fn each_change<C: Connection>(
    connection: &mut C,
    chunks: &[ChunkRow],
    (first, last): (Month, Month),
    sight: &Sight,
    mut visit: impl FnMut(Change),
) -> Result<(), StoreError> {
    let mut before: Vec<i64> = Vec::with_capacity(chunks.len() * SLOTS);
    each_month(connection, chunks, [Measure::AssetsEnd], (first, first), |_, _, [assets]| {
        before.extend_from_slice(assets);
    })?;
    let mut before = before.chunks_exact(SLOTS);
    each_month(connection, chunks, [Measure::AssetsEnd], (last, last), |chunk, _, [after]| {
        let figures = before.next().unwrap_or_default().iter().zip(after);
        for (slot, (organisation_ref, (before, after))) in chunk.organisation.iter().zip(figures).enumerate()
        {
            let customer_ref = customer_at(chunk.chunk_id, slot);
            if sight.sees(*organisation_ref, customer_ref) {
                visit(Change { customer_ref, before: *before, after: *after });
            }
        }
    })
}

fn moved<C: Connection>(connection: &mut C, changes: Vec<Change>) -> Result<Vec<Moved>, StoreError> {
    let refs: Vec<u32> = changes.iter().map(|change| change.customer_ref).collect();
    let members = store::member::members(connection, &refs)?;
    Ok(members.into_iter().zip(changes).map(|(member, change)| Moved { member, change }).collect())
}
