//! What is booked: lots, entries and all that is kept of them, written together as one sealed batch.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::{Cause, Dimension, EntryKind, Lot, NewLot};
use store::points_entry::{BatchRow, DayKey, EntryRow};
use store::points_lot::{LotRow, Rest};
use store::{Connection, StoreError};

use super::Moment;
use super::audit::seal::{NOTHING, Seal};

/// Entries in a row that are worth a statement of their own.
const ROW: usize = 32;

/// A write under way. Nothing reaches the database before [`Book::save`].
pub struct Book {
    head: BatchRow,
    before: Vec<u8>,
    terms: i64,
    lots: Vec<Lot>,
    entries: Vec<EntryRow>,
    changes: BTreeMap<(u32, i64), Change>,
    days: BTreeMap<DayKey, (i128, i64)>,
    debts: BTreeMap<u32, i128>,
}

/// What happens to a lot. Sums are wider than points, so that they cannot run over before they are checked.
struct Change {
    expires_on: Option<Day>,
    issued: i64,
    points: i128,
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

fn points(sum: i128) -> Result<i64, StoreError> {
    i64::try_from(sum).map_err(|_| damaged("a sum of points is out of range"))
}

impl Book {
    /// Opens a write: finds the next numbers and the latest seal. Call it inside the transaction that saves it, because
    /// another write between the two would take the same numbers.
    pub fn open<C: Connection>(connection: &mut C, moment: Moment<'_>) -> Result<Self, StoreError> {
        let last = store::points_entry::head(connection)?;
        let (number, entry, lot, before, last_at) = match last {
            None => (1, 1, 1, NOTHING.to_vec(), moment.now_ms),
            Some(last) => (
                last.points_batch_ref + 1,
                last.first_entry_ref + last.entries,
                last.first_lot_ref + last.lots,
                last.hash,
                last.written_at,
            ),
        };
        let head = BatchRow {
            points_batch_ref: number,
            // Who waited for another writer took the time before the wait.
            written_at: moment.now_ms.max(last_at),
            person: moment.person.to_owned(),
            first_entry_ref: entry,
            entries: 0,
            first_lot_ref: lot,
            lots: 0,
            hash: Vec::new(),
        };
        Ok(Self {
            head,
            before,
            terms: store::points_entry::terms(connection)?,
            lots: Vec::new(),
            entries: Vec::new(),
            changes: BTreeMap::new(),
            days: BTreeMap::new(),
            debts: BTreeMap::new(),
        })
    }

    /// Issues a lot, and returns it with its number. The entry is one of the kinds that make a lot.
    pub fn issue(&mut self, lot: NewLot, kind: EntryKind, on: Day, cause: Cause) -> Lot {
        let points_lot_ref = self.head.first_lot_ref + self.lots.len() as i64;
        let issued = Lot { points_lot_ref, issued: lot, left: lot.points, held: 0 };
        self.lots.push(issued);
        self.enter((lot.customer_ref, Some(points_lot_ref)), lot.points, kind, (on, cause), lot.dimension);
        issued
    }

    /// Takes points from a lot; a repayment lowers what its customer owes. Whether so much is left shows when the book
    /// is saved.
    pub fn take(&mut self, lot: &Lot, points: i64, kind: EntryKind, on: Day, cause: Cause) {
        self.change(lot, -i128::from(points));
        if kind == EntryKind::Repay {
            *self.debts.entry(lot.issued.customer_ref).or_default() -= i128::from(points);
        }
        self.enter_lot(lot, points, kind, (on, cause));
    }

    /// Gives points back to the lot that they were taken from, also to one that is used up.
    pub fn give_back(&mut self, lot: &Lot, points: i64, kind: EntryKind, on: Day, cause: Cause) {
        self.change(lot, points.into());
        self.enter_lot(lot, points, kind, (on, cause));
    }

    /// Raises what a customer owes.
    pub fn owe(&mut self, customer_ref: u32, points: i64, dimension: Dimension, on: Day, cause: Cause) {
        *self.debts.entry(customer_ref).or_default() += i128::from(points);
        self.enter((customer_ref, None), points, EntryKind::Owe, (on, cause), dimension);
    }

    /// True when nothing was booked.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn change(&mut self, lot: &Lot, points: i128) {
        let change = self.changes.entry((lot.issued.customer_ref, lot.points_lot_ref)).or_insert(Change {
            expires_on: lot.issued.expires_on,
            issued: lot.issued.points,
            points: 0,
        });
        change.points += points;
    }

    fn enter_lot(&mut self, lot: &Lot, points: i64, kind: EntryKind, at: (Day, Cause)) {
        let customer_ref = lot.issued.customer_ref;
        self.enter((customer_ref, Some(lot.points_lot_ref)), points, kind, at, lot.issued.dimension);
    }

    fn enter(
        &mut self,
        (customer_ref, points_lot_ref): (u32, Option<i64>),
        points: i64,
        kind: EntryKind,
        (on, cause): (Day, Cause),
        dimension: Dimension,
    ) {
        let (debit, credit) = kind.accounts();
        let (cause, cause_ref) = cause.numbers();
        let entry = EntryRow {
            points_entry_ref: self.head.first_entry_ref + self.entries.len() as i64,
            points_batch_ref: self.head.points_batch_ref,
            kind: kind as i64,
            customer_ref: customer_ref.into(),
            points_lot_ref,
            points,
            debit: debit as i64,
            credit: credit as i64,
            on_day: on.number().into(),
            cause,
            cause_ref,
        };
        let key = DayKey {
            on_day: on.number(),
            kind: entry.kind,
            organisation_ref: dimension.organisation_ref,
            tier_ref: dimension.tier_ref,
            partner_ref: dimension.partner_ref,
            debit: entry.debit,
            credit: entry.credit,
        };
        let day = self.days.entry(key).or_default();
        *day = (day.0 + i128::from(points), day.1 + 1);
        self.entries.push(entry);
    }

    /// Writes all that was booked, in pages of rows, and returns the number of the batch; a book without entries writes
    /// nothing. Fails when a lot would fall below nothing or rise above what it was issued with.
    pub fn save<C: Connection>(mut self, connection: &mut C) -> Result<Option<i64>, StoreError> {
        if self.is_empty() {
            return Ok(None);
        }
        let number = self.head.points_batch_ref;
        let lots: Vec<LotRow> = self.lots.iter().map(|lot| LotRow::new(lot, self.terms, number)).collect();
        (self.head.entries, self.head.lots) = (self.entries.len() as i64, lots.len() as i64);
        let mut seal = Seal::new(&self.before, &self.head);
        self.entries.iter().for_each(|entry| seal.entry(entry));
        lots.iter().for_each(|lot| seal.lot(lot));
        self.head.hash = seal.hash().to_vec();
        store::points_lot::insert(connection, &lots)?;
        self.save_lots(connection)?;
        self.save_debts(connection)?;
        self.save_entries(connection, &lots)?;
        let days: Vec<(DayKey, i64, i64)> = self
            .days
            .iter()
            .map(|(key, (sum, entries))| points(*sum).map(|sum| (*key, sum, *entries)))
            .collect::<Result<_, StoreError>>()?;
        store::points_entry::add_to_days(connection, days)?;
        store::points_entry::insert_batch(connection, &self.head)?;
        Ok(Some(number))
    }

    /// Lots of this book are open with all they were issued with, unless something was taken of them at once. Of older
    /// ones what is left is read again, because several takings may be of one lot and callers hold it as it was before
    /// them.
    fn save_lots<C: Connection>(&self, connection: &mut C) -> Result<(), StoreError> {
        let first = self.head.first_lot_ref;
        store::points_lot::open_whole(connection, (first, first + self.head.lots))?;
        let is_known = |(_, lot): &(u32, i64)| *lot < first;
        let known: Vec<(u32, i64)> = self.changes.keys().copied().filter(is_known).collect();
        let mut left = store::points_lot::left(connection, &known)?.into_iter();
        let mut rests = Vec::with_capacity(self.changes.len());
        for (key, change) in &self.changes {
            let before = if is_known(key) { left.next().unwrap_or(0) } else { change.issued };
            let points_left = points(i128::from(before) + change.points)?;
            if points_left < 0 || points_left > change.issued {
                return Err(damaged("more points were moved than a lot has"));
            }
            let (customer_ref, points_lot_ref) = *key;
            rests.push(Rest { customer_ref, points_lot_ref, expires_on: change.expires_on, points_left });
        }
        store::points_lot::put_left(connection, &rests)
    }

    /// Entries that say of lots in a row only that they were earned are written from those lots, a statement a row of
    /// them: what a feed earns travels once.
    fn save_entries<C: Connection>(&self, connection: &mut C, lots: &[LotRow]) -> Result<(), StoreError> {
        let mut others = Vec::new();
        let mut rest = self.entries.as_slice();
        while let Some(first) = rest.first() {
            let length = self.earned_in_a_row(rest, lots);
            if length >= ROW {
                store::points_entry::insert_earned(connection, first, length as i64)?;
            } else {
                others.extend_from_slice(&rest[..length.max(1)]);
            }
            rest = &rest[length.max(1)..];
        }
        store::points_entry::insert(connection, &others)
    }

    /// How many of the first entries say of lots of this book that follow each other that an event earned them.
    fn earned_in_a_row(&self, entries: &[EntryRow], lots: &[LotRow]) -> usize {
        let place = |entry: &EntryRow| entry.points_lot_ref.map(|lot| lot - self.head.first_lot_ref);
        let Some(start) = entries.first().and_then(place).and_then(|start| usize::try_from(start).ok())
        else {
            return 0;
        };
        let lots = lots.get(start..).unwrap_or_default();
        let is_plain = |(entry, lot): &(&EntryRow, &LotRow)| {
            entry.kind == EntryKind::Earn as i64
                && entry.points_lot_ref == Some(lot.points_lot_ref)
                && entry.points == lot.points
                && entry.on_day == lot.earned_on
                && Cause::Event(lot.points_event_ref.unwrap_or(0)).numbers() == (entry.cause, entry.cause_ref)
        };
        entries.iter().zip(lots).take_while(is_plain).count()
    }

    fn save_debts<C: Connection>(&self, connection: &mut C) -> Result<(), StoreError> {
        if self.debts.is_empty() {
            return Ok(());
        }
        let customers: Vec<u32> = self.debts.keys().copied().collect();
        let accounts = store::points_account::of_customers(connection, &customers)?;
        let owed: BTreeMap<u32, i64> =
            accounts.into_iter().map(|account| (account.customer_ref, account.debt)).collect();
        let debts = self.debts.iter().map(|(customer_ref, change)| {
            let debt = i128::from(owed.get(customer_ref).copied().unwrap_or(0)) + change;
            if debt < 0 {
                return Err(damaged("more was repaid than a customer owes"));
            }
            Ok((*customer_ref, points(debt)?))
        });
        let debts: Vec<(u32, i64)> = debts.collect::<Result<_, StoreError>>()?;
        store::points_account::put_debts(connection, &debts)
    }
}

#[cfg(test)]
mod tests;
