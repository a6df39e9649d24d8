//! From accounts' balances to accounts' months, and from those to the customers' months in the book.

use std::collections::{BTreeMap, HashMap};
use std::iter::Peekable;

use domain::balance::{AccountMonth, DayBalance, MonthSums, month};
use domain::book::{MonthFigures, Origin};
use domain::date::{Day, Month};
use store::balance::{AccountMonthRow, CustomerMonthRow, MonthContent};
use store::{Connection, StoreError};

/// Figures handed to the book at once: a correction of long ago touches many months of many customers, and memory
/// of a component is bounded.
const FIGURES_AT_ONCE: usize = 65_536;

/// An account whose owner, class or closing day changed.
pub(super) struct AccountChange {
    pub account_ref: u32,
    /// Before and after; the same where it stayed.
    pub owners: [u32; 2],
    pub closed_on: Option<Day>,
    /// The earlier of the two closing days, when the closing day changed.
    pub closing_moved_from: Option<Day>,
    /// True when owner or class changed, so that every month of the account counts elsewhere.
    pub moved: bool,
}

/// A month of an account that must be added up from its balances.
#[derive(Clone, Copy)]
pub(super) struct Anew {
    pub account_ref: u32,
    pub customer_ref: u32,
    pub closed_on: Option<Day>,
    pub month: Month,
}

/// Months of a customer that changed; up to the end of what is known when there is no `until`.
#[derive(Clone, Copy)]
pub(super) struct Touched {
    pub customer_ref: u32,
    pub from: Month,
    pub until: Option<Month>,
}

pub(super) fn row(account_ref: u32, month: AccountMonth) -> AccountMonthRow {
    AccountMonthRow {
        account_ref,
        month: month.month.number(),
        closing: month.closing,
        day_sum: month.day_sum,
    }
}

/// Adds up months from their balances (already stored), the month after each, whose opening they are, and the month
/// in which the account closes. Says which months of the owners that changed.
pub(super) fn add_up_anew<C: Connection>(
    connection: &mut C,
    months: &[Anew],
) -> Result<Vec<Touched>, StoreError> {
    if months.is_empty() {
        return Ok(Vec::new());
    }
    let accounts: HashMap<u32, Anew> = months.iter().map(|anew| (anew.account_ref, *anew)).collect();
    let arrived: Vec<(u32, i32)> =
        months.iter().map(|anew| (anew.account_ref, anew.month.number())).collect();
    let mut wanted = arrived.clone();
    wanted.extend(months.iter().filter_map(|anew| {
        let closing = anew.closed_on?.month();
        (closing > anew.month).then_some((anew.account_ref, closing.number()))
    }));
    wanted.extend(store::balance::months_after(connection, &arrived)?);
    wanted.sort_unstable();
    wanted.dedup();
    write_months(connection, &wanted, |account_ref| accounts[&account_ref].closed_on)?;

    let mut arrived = arrived;
    arrived.sort_unstable();
    let touched = wanted.chunk_by(|one, other| one.0 == other.0).map(|months| {
        let (first, last) = (months[0], months[months.len() - 1]);
        let account = &accounts[&first.0];
        let closed = account.closed_on.is_some_and(|closed| closed.month().number() <= last.1);
        Touched {
            customer_ref: account.customer_ref,
            from: Month::from_number(first.1),
            // A month that only opened differently closes as before, and nothing after it changed.
            until: (closed || arrived.binary_search(&last).is_err()).then_some(Month::from_number(last.1)),
        }
    });
    Ok(touched.collect())
}

/// Adds up these months (ascending by account and month) from their balances and writes them.
fn write_months<C: Connection>(
    connection: &mut C,
    wanted: &[(u32, i32)],
    closed_on: impl Fn(u32) -> Option<Day>,
) -> Result<(), StoreError> {
    let contents = store::balance::contents(connection, wanted)?;
    let (mut rows, mut empty): (Vec<AccountMonthRow>, Vec<(u32, i32)>) = (Vec::new(), Vec::new());
    let mut carried: Option<(u32, i32, i64)> = None;
    for content in contents.chunk_by(|one, other| one.0 == other.0) {
        let (account_ref, month_number) = wanted[content[0].0];
        let MonthContent { before, .. } = content[0].1;
        let balances: Vec<DayBalance> = content
            .iter()
            .filter_map(|(_, content)| content.balance)
            .map(|(day, amount)| DayBalance { day: Day::from_number(day), amount })
            .collect();
        // The month before may have been added up a moment ago; the store still has it as it was.
        let computed = carried.filter(|(of, ..)| *of == account_ref);
        let opening = match (before, computed) {
            (Some((stored, closing)), Some((_, computed, _))) if computed < stored => closing,
            (Some((_, closing)), None) => closing,
            (_, Some((_, _, closing))) => closing,
            (None, None) => 0,
        };
        let closed = closed_on(account_ref);
        let of_month = Month::from_number(month_number);
        let closes_here = closed.is_some_and(|closed| closed.month() == of_month);
        if balances.is_empty() && !closes_here {
            empty.push((account_ref, month_number));
            carried = Some((account_ref, month_number, opening));
            continue;
        }
        let added_up = month(of_month, opening, &balances, closed);
        carried = Some((account_ref, month_number, added_up.closing));
        rows.push(self::row(account_ref, added_up));
    }
    store::balance::delete_months(connection, &empty)?;
    store::balance::save_months(connection, rows)
}

/// Adds up again what depended on the accounts' owner, class or closing day.
pub(super) fn accounts_changed<C: Connection>(
    connection: &mut C,
    changes: &[AccountChange],
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let by_account: HashMap<u32, &AccountChange> =
        changes.iter().map(|change| (change.account_ref, change)).collect();
    let all: Vec<(u32, i32)> = changes.iter().map(|change| (change.account_ref, 0)).collect();
    let mut firsts: BTreeMap<u32, i32> = BTreeMap::new();
    let mut wanted = Vec::new();
    for (account_ref, month) in store::balance::months_from(connection, &all)? {
        let first = firsts.entry(account_ref).or_insert(month);
        *first = month.min(*first);
        let moved_from = by_account[&account_ref].closing_moved_from;
        if moved_from.is_some_and(|from| month >= from.month().number()) {
            wanted.push((account_ref, month));
        }
    }
    // An account that never had a balance is worth nothing before it closes and after.
    for change in changes {
        let closing = change.closed_on.filter(|_| change.closing_moved_from.is_some()).map(Day::month);
        if let (Some(month), Some(first)) = (closing, firsts.get(&change.account_ref))
            && month.number() >= *first
        {
            wanted.push((change.account_ref, month.number()));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    if !wanted.is_empty() {
        write_months(connection, &wanted, |account_ref| by_account[&account_ref].closed_on)?;
    }
    let mut touched = Vec::new();
    for (account_ref, first) in firsts {
        let change = by_account[&account_ref];
        let from = match change.closing_moved_from {
            Some(closed) if !change.moved => closed.month().number().max(first),
            _ => first,
        };
        let from = Month::from_number(from);
        touched.extend(change.owners.map(|customer_ref| Touched { customer_ref, from, until: None }));
    }
    customers(connection, &touched)
}

/// Takes the changed months of customers into the book.
pub(super) fn customers<C: Connection>(connection: &mut C, touched: &[Touched]) -> Result<(), StoreError> {
    if touched.is_empty() {
        return Ok(());
    }
    let mut ranges: BTreeMap<u32, (Month, Option<Month>)> = BTreeMap::new();
    for Touched { customer_ref, from, until } in touched {
        let range = ranges.entry(*customer_ref).or_insert((*from, *until));
        range.0 = range.0.min(*from);
        range.1 = range.1.zip(*until).map(|(one, other)| one.max(other));
    }
    let wanted: Vec<(u32, i32)> =
        ranges.iter().map(|(customer_ref, (from, _))| (*customer_ref, from.number())).collect();
    let mut rows = store::balance::of_customers(connection, &wanted)?.into_iter().peekable();
    let mut book = IntoBook::begin(connection)?;
    let mut own = Vec::new();
    for (place, (customer_ref, (from, until))) in ranges.into_iter().enumerate() {
        take_place(&mut rows, place, &mut own);
        book.add(connection, Touched { customer_ref, from, until }, &own)?;
    }
    book.end(connection)
}

/// Takes the rows of one place off a list that is sorted by places.
pub(super) fn take_place(
    rows: &mut Peekable<impl Iterator<Item = (usize, CustomerMonthRow)>>,
    place: usize,
    own: &mut Vec<CustomerMonthRow>,
) {
    own.clear();
    while let Some((_, row)) = rows.next_if(|(of, _)| *of == place) {
        own.push(row);
    }
}

/// Figures on their way into the book.
pub(super) struct IntoBook {
    last_of_book: Option<Month>,
    figures: Vec<MonthFigures>,
}

impl IntoBook {
    pub(super) fn begin<C: Connection>(connection: &mut C) -> Result<Self, StoreError> {
        Ok(Self { last_of_book: crate::book::last_month(connection)?, figures: Vec::new() })
    }

    /// The customer's figures of every month that was touched, from the months of all their accounts: by account and
    /// month in ascending order, the last one of equals counting.
    pub(super) fn add<C: Connection>(
        &mut self,
        connection: &mut C,
        Touched { customer_ref, from, until }: Touched,
        rows: &[CustomerMonthRow],
    ) -> Result<(), StoreError> {
        let latest = rows.iter().map(|row| Month::from_number(row.month)).max();
        let until = until.or(latest.max(self.last_of_book)).unwrap_or(from).max(from);
        let by_account = rows.chunk_by(|one, other| one.account_ref == other.account_ref);
        let mut accounts: Vec<(&[CustomerMonthRow], usize)> = by_account.map(|rows| (rows, 0)).collect();
        for number in from.number()..=until.number() {
            let month = Month::from_number(number);
            let mut sums = MonthSums::default();
            for (rows, at) in &mut accounts {
                while rows.get(*at + 1).is_some_and(|row| row.month <= number) {
                    *at += 1;
                }
                let row = &rows[*at];
                if row.month == number {
                    sums.add(row.class, row.closing, row.day_sum);
                } else if row.month < number {
                    sums.add(row.class, row.closing, row.closing * i64::from(month.days()));
                }
            }
            self.figures.push(MonthFigures {
                customer_ref,
                month,
                origin: Origin::RolledUp,
                holdings: Some(sums.holdings(month.days())),
                card_spend: None,
            });
        }
        if self.figures.len() >= FIGURES_AT_ONCE {
            crate::book::record(connection, &self.figures)?;
            self.figures.clear();
        }
        Ok(())
    }

    pub(super) fn end<C: Connection>(self, connection: &mut C) -> Result<(), StoreError> {
        crate::book::record(connection, &self.figures)
    }
}
