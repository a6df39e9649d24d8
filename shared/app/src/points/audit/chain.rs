//! The chain of seals, made again from what is stored.

use std::collections::VecDeque;

use store::points_entry::{self, BatchRow, EntryRow};
use store::points_lot::LotRow;
use store::{Connection, StoreError, in_snapshot};

use super::report::{BadBatch, ChainReport, Flaw, Head, KeptHead};
use super::seal::{NOTHING, Seal};

/// Rows of one statement.
const PAGE: u32 = 2_000;
/// Batches of one statement.
const BATCHES: u32 = 256;

/// Rows in the order of their numbers, read in pages.
struct Pages<T> {
    rows: VecDeque<T>,
    next: i64,
    ended: bool,
}

impl<T> Pages<T> {
    fn from(next: i64) -> Self {
        Self { rows: VecDeque::new(), next, ended: false }
    }

    fn next<C: Connection>(
        &mut self,
        connection: &mut C,
        read: fn(&mut C, i64, u32) -> Result<Vec<T>, StoreError>,
        number: fn(&T) -> i64,
    ) -> Result<Option<T>, StoreError> {
        if self.rows.is_empty() && !self.ended {
            let page = read(connection, self.next, PAGE)?;
            self.ended = page.len() < PAGE as usize;
            self.next = page.last().map_or(self.next, |last| number(last).saturating_add(1));
            self.rows = page.into();
        }
        Ok(self.rows.pop_front())
    }
}

/// Where a verification stands: what the next batch has to begin with.
struct Walk {
    batch: i64,
    entry: i64,
    lot: i64,
    before: Vec<u8>,
    entries: Pages<EntryRow>,
    lots: Pages<LotRow>,
}

/// The end of the chain.
pub fn head<C: Connection>(connection: &mut C) -> Result<Head, StoreError> {
    Ok(match points_entry::head(connection)? {
        None => Head { batches: 0, hash: NOTHING.to_vec(), entries: 0, written_at: None },
        Some(last) => Head {
            batches: last.points_batch_ref,
            entries: last.first_entry_ref.saturating_add(last.entries).saturating_sub(1),
            written_at: Some(last.written_at),
            hash: last.hash,
        },
    })
}

/// Makes the seals from `from_batch` on again and compares them, until the end, the first flaw, or `elapsed_ms` passes
/// `budget_ms`. The batch before `from_batch` is believed. With a head that was kept elsewhere, batches that were taken
/// from the end are found too.
pub fn verify_chain<C: Connection>(
    connection: &mut C,
    from_batch: i64,
    kept: Option<&KeptHead>,
    budget_ms: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<ChainReport, StoreError> {
    in_snapshot(connection, |connection| {
        let head = head(connection)?;
        let mut report = ChainReport { head, batches: 0, entries: 0, first_bad: None, next_from: None };
        match Walk::begin(connection, from_batch)? {
            None => {
                let batch = from_batch.saturating_sub(1);
                report.first_bad = Some(BadBatch { batch, reason: Flaw::BatchMissing });
            }
            Some(mut walk) => walk.go(connection, &mut report, budget_ms, elapsed_ms)?,
        }
        if let Some(kept) = kept
            && let Some(bad) = compare(connection, &report.head, kept)?
            && report.first_bad.is_none_or(|found| bad.batch < found.batch)
        {
            report.first_bad = Some(bad);
        }
        Ok(report)
    })
}

/// What is wrong with the chain, seen from a head that was kept.
fn compare<C: Connection>(
    connection: &mut C,
    head: &Head,
    kept: &KeptHead,
) -> Result<Option<BadBatch>, StoreError> {
    if kept.batches > head.batches {
        return Ok(Some(BadBatch { batch: head.batches.saturating_add(1), reason: Flaw::Truncated }));
    }
    let hash = match kept.batches {
        0 => Some(NOTHING.to_vec()),
        number => points_entry::batches(connection, number, 1)?
            .pop()
            .filter(|batch| batch.points_batch_ref == number)
            .map(|batch| batch.hash),
    };
    let bad = BadBatch { batch: kept.batches, reason: Flaw::Rewritten };
    Ok((hash.as_ref() != Some(&kept.hash)).then_some(bad))
}

impl Walk {
    /// Stands before a batch; nothing when the one before it is not there.
    fn begin<C: Connection>(connection: &mut C, from_batch: i64) -> Result<Option<Self>, StoreError> {
        if from_batch <= 1 {
            // Rows with numbers below the first were never written, so they are looked for too.
            let (entries, lots) = (Pages::from(i64::MIN), Pages::from(i64::MIN));
            return Ok(Some(Self { batch: 1, entry: 1, lot: 1, before: NOTHING.to_vec(), entries, lots }));
        }
        let last = points_entry::batches(connection, from_batch - 1, 1)?.pop();
        Ok(last.filter(|last| last.points_batch_ref == from_batch - 1).map(|last| {
            let entry = last.first_entry_ref.saturating_add(last.entries);
            let lot = last.first_lot_ref.saturating_add(last.lots);
            let (entries, lots) = (Pages::from(entry), Pages::from(lot));
            Self { batch: from_batch, entry, lot, before: last.hash, entries, lots }
        }))
    }

    fn go<C: Connection>(
        &mut self,
        connection: &mut C,
        report: &mut ChainReport,
        budget_ms: i64,
        elapsed_ms: impl Fn() -> i64,
    ) -> Result<(), StoreError> {
        loop {
            let from = if self.batch == 1 { i64::MIN } else { self.batch };
            let page = points_entry::batches(connection, from, BATCHES)?;
            if page.is_empty() {
                if self.has_more(connection)? {
                    report.first_bad = Some(BadBatch { batch: self.batch, reason: Flaw::Unsealed });
                }
                return Ok(());
            }
            for batch in page {
                if let Some(reason) = self.flaw(connection, &batch)? {
                    let batch = self.batch.min(batch.points_batch_ref);
                    report.first_bad = Some(BadBatch { batch, reason });
                    return Ok(());
                }
                report.batches += 1;
                report.entries += batch.entries as u64;
                self.batch += 1;
                self.entry = self.entry.saturating_add(batch.entries);
                self.lot = self.lot.saturating_add(batch.lots);
                self.before = batch.hash;
                if elapsed_ms() >= budget_ms {
                    report.next_from = Some(self.batch);
                    return Ok(());
                }
            }
        }
    }

    fn next_entry<C: Connection>(&mut self, connection: &mut C) -> Result<Option<EntryRow>, StoreError> {
        self.entries.next(connection, points_entry::sealed, |entry| entry.points_entry_ref)
    }

    fn next_lot<C: Connection>(&mut self, connection: &mut C) -> Result<Option<LotRow>, StoreError> {
        self.lots.next(connection, store::points_lot::sealed, |lot| lot.points_lot_ref)
    }

    fn has_more<C: Connection>(&mut self, connection: &mut C) -> Result<bool, StoreError> {
        Ok(self.next_entry(connection)?.is_some() || self.next_lot(connection)?.is_some())
    }

    fn flaw<C: Connection>(
        &mut self,
        connection: &mut C,
        batch: &BatchRow,
    ) -> Result<Option<Flaw>, StoreError> {
        if batch.points_batch_ref < self.batch {
            return Ok(Some(Flaw::BatchInserted));
        }
        if batch.points_batch_ref > self.batch {
            return Ok(Some(Flaw::BatchMissing));
        }
        if (batch.first_entry_ref, batch.first_lot_ref) != (self.entry, self.lot) {
            return Ok(Some(Flaw::Altered));
        }
        let mut seal = Seal::new(&self.before, batch);
        for place in 0..batch.entries {
            let expected = self.entry.saturating_add(place);
            match self.next_entry(connection)? {
                Some(entry) if entry.points_entry_ref == expected => seal.entry(&entry),
                Some(entry) if entry.points_entry_ref < expected => return Ok(Some(Flaw::EntryInserted)),
                _ => return Ok(Some(Flaw::EntryMissing)),
            }
        }
        for place in 0..batch.lots {
            let expected = self.lot.saturating_add(place);
            match self.next_lot(connection)? {
                Some(lot) if lot.points_lot_ref == expected => seal.lot(&lot),
                Some(lot) if lot.points_lot_ref < expected => return Ok(Some(Flaw::LotInserted)),
                _ => return Ok(Some(Flaw::LotMissing)),
            }
        }
        Ok((seal.hash().as_slice() != batch.hash).then_some(Flaw::Altered))
    }
}
