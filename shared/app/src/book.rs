//! The book of facts: single changes wait in an overlay, chunks of 4 096 customers hold the columns, and a fold brings
//! the one into the other within one transaction, so that they never disagree.

mod facts;
mod fold;
mod single;

pub use facts::{FactsPlan, load_facts};
pub use fold::{fold, fold_range, fold_waiting};
pub use single::{CustomerFacts, customer_facts, customer_months};

use domain::book::{MonthChange, MonthFigures, chunk_of};
use domain::date::Month;
use store::{Connection, StoreError};

/// Single changes that may wait in a chunk's overlay before a write folds them in. Folding costs about as much as
/// some hundred rows of overlay, so that waiting longer makes readers slower and writers no quicker.
const WAITING_CHANGES: usize = 256;

/// Takes figures of customers' months into the book, within the caller's transaction. Later figures of one customer
/// and month win; a rolled-up figure leaves a delivered month as it is.
pub fn record<C: Connection>(connection: &mut C, figures: &[MonthFigures]) -> Result<(), StoreError> {
    let mut changes: Vec<MonthChange> = figures.iter().map(MonthChange::from).collect();
    changes.sort_by_key(|change| chunk_of(change.customer_ref));
    let groups: Vec<&[MonthChange]> =
        changes.chunk_by(|one, other| chunk_of(one.customer_ref) == chunk_of(other.customer_ref)).collect();
    let chunks: Vec<u32> = groups.iter().map(|group| chunk_of(group[0].customer_ref)).collect();
    let waiting = store::book_change::waiting(connection, &chunks)?;
    let mut overlay = Vec::new();
    for ((group, chunk_id), waiting) in groups.into_iter().zip(chunks).zip(waiting) {
        if group.len() + waiting >= WAITING_CHANGES {
            fold(connection, chunk_id, group)?;
        } else {
            overlay.extend_from_slice(group);
        }
    }
    store::book_change::put_month_changes(connection, &last_of_each(overlay))
}

/// One statement cannot put a row twice, so earlier changes of one customer's month are merged into the latest.
fn last_of_each(changes: Vec<MonthChange>) -> Vec<MonthChange> {
    let mut changes = changes;
    changes.sort_by_key(|change| (change.customer_ref, change.month));
    let mut merged: Vec<MonthChange> = Vec::with_capacity(changes.len());
    for change in changes {
        match merged.last_mut() {
            Some(earlier) if (earlier.customer_ref, earlier.month) == (change.customer_ref, change.month) => {
                earlier.merge(&change);
            }
            _ => merged.push(change),
        }
    }
    merged
}

/// Notes that customers are new, moved to another organisation, or opened on another day.
pub fn customers_changed<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<(), StoreError> {
    if customer_refs.is_empty() {
        return Ok(());
    }
    store::book_change::put_customer_changes(connection, customer_refs)?;
    let mut chunks: Vec<u32> = customer_refs.iter().map(|customer_ref| chunk_of(*customer_ref)).collect();
    chunks.sort_unstable();
    chunks.dedup();
    let waiting = store::book_change::waiting(connection, &chunks)?;
    for (chunk_id, _) in chunks.into_iter().zip(waiting).filter(|(_, waiting)| *waiting >= WAITING_CHANGES) {
        fold(connection, chunk_id, &[])?;
    }
    Ok(())
}

/// Latest month of the whole book.
pub fn last_month<C: Connection>(connection: &mut C) -> Result<Option<Month>, StoreError> {
    store::book::last_month(connection)
}
