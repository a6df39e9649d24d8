//! Spending: from what ends first, all or nothing.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::expiry::Expiry;
use domain::points::{Cause, EntryKind, Lot, SpendError, Taking, lot};
use store::points_lot::Rest;
use store::{Connection, StoreError};

use super::{Book, Status, Wallet, debt};

/// Why points were not spent. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SpendRefusal {
    /// Zero, or below.
    #[error("points are a whole number above zero")]
    NotPositive,
    /// There is less.
    #[error("there are not enough points to spend")]
    NotEnough {
        /// What there is.
        spendable: i64,
    },
    /// The account is blocked.
    #[error("the account is blocked")]
    Blocked,
    /// The account was merged into another.
    #[error("the account was merged into another")]
    Merged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SpendError> for SpendRefusal {
    fn from(error: SpendError) -> Self {
        match error {
            SpendError::NotPositive => Self::NotPositive,
            SpendError::NotEnough { spendable } => Self::NotEnough { spendable },
        }
    }
}

/// Which lots points would be taken from, the pool's among them. What pays off debt of the lots' owners is not there to
/// be spent.
pub fn choose(wallet: &Wallet, points: i64, today: Day) -> Result<Vec<Taking>, SpendRefusal> {
    match wallet.status {
        Status::Open => {
            let mut lots = debt::lots_after(wallet, today);
            if let Some(paying) = &wallet.paying {
                let others = lots.iter_mut().filter(|lot| !paying.contains(&lot.points_lot_ref));
                others.for_each(|lot| lot.left = lot.held);
            }
            Ok(lot::spend(&lots, points, today)?)
        }
        Status::Blocked => Err(SpendRefusal::Blocked),
        Status::Merged { .. } => Err(SpendRefusal::Merged),
    }
}

/// Books the spending of points, of the pool's lots too, after what the lots' owners owe is paid off, and counts as
/// activity of the customer. Places are those of the wallet's lots, which stay as they were loaded: load it again before
/// spending twice in one book.
pub fn spend<C: Connection>(
    connection: &mut C,
    book: &mut Book,
    wallet: &Wallet,
    points: i64,
    kind: EntryKind,
    cause: Cause,
    today: Day,
) -> Result<Vec<Taking>, SpendRefusal> {
    let takings = choose(wallet, points, today)?;
    debt::pay(book, wallet, cause, today);
    for taking in &takings {
        book.take(&wallet.lots[taking.place], taking.points, kind, today, cause);
    }
    active_now(connection, &[(wallet.customer_ref, today)], today)?;
    Ok(takings)
}

/// Notes that customers were active on days: their stored lots that end by inactivity, and had not ended by the day, end
/// so much later, never earlier. What has ended by today stays so, however early the activity was that is told only now:
/// otherwise it would depend on whether a job has booked the end. Call it once a batch.
pub fn active_now<C: Connection>(
    connection: &mut C,
    active: &[(u32, Day)],
    today: Day,
) -> Result<(), StoreError> {
    let mut days: BTreeMap<u32, Vec<Day>> = BTreeMap::new();
    for (customer_ref, on) in active {
        days.entry(*customer_ref).or_default().push(*on);
    }
    days.values_mut().for_each(|days| days.sort_unstable());
    let customers: Vec<u32> = days.keys().copied().collect();
    let mut moved: Vec<Rest> = Vec::new();
    for (rest, months) in store::points_lot::inactive(connection, &customers)? {
        if rest.expires_on.is_none_or(|end| end >= today) {
            moved.extend(moved_by(rest, months, days.get(&rest.customer_ref)));
        }
    }
    store::points_lot::move_ends(connection, &moved)
}

/// Lots that were issued just now and end by inactivity, and whose events happened before activity that is known by now:
/// each such day moves a lot's end that had not come by then, as if all had been told of in its order. Lots are as they
/// were issued, by number. Call it when events and entries are written.
pub(super) fn catch_up<C: Connection>(connection: &mut C, issued: &[Lot]) -> Result<(), StoreError> {
    let Some(first) = issued.first() else { return Ok(()) };
    let days = active_days(connection, issued)?;
    if days.is_empty() {
        return Ok(());
    }
    let customers: Vec<u32> = days.keys().copied().collect();
    let lots = store::points_lot::inactive(connection, &customers)?;
    let new = lots.into_iter().filter(|(rest, _)| rest.points_lot_ref >= first.points_lot_ref);
    let moved = new.filter_map(|(rest, months)| moved_by(rest, months, days.get(&rest.customer_ref)));
    store::points_lot::move_ends(connection, &moved.collect::<Vec<Rest>>())
}

/// Lots that are used up stopped moving with their customers' activity: gives them the ends that they would have had with
/// something left, by all activity that is known.
pub(super) fn follow_activity<C: Connection>(connection: &mut C, lots: &mut [Lot]) -> Result<(), StoreError> {
    let days = active_days(connection, lots)?;
    for lot in lots.iter_mut().filter(|lot| lot.left == 0) {
        let Some(months) = lot.issued.inactivity_months else { continue };
        let days = days.get(&lot.issued.customer_ref);
        lot.issued.expires_on = end_after(lot.issued.expires_on, months, days);
    }
    Ok(())
}

/// Days, ascending, on which customers of lots that end by inactivity were active since the first of their lots.
fn active_days<C: Connection>(
    connection: &mut C,
    lots: &[Lot],
) -> Result<BTreeMap<u32, Vec<Day>>, StoreError> {
    let mut since: BTreeMap<u32, i32> = BTreeMap::new();
    for lot in lots.iter().filter(|lot| lot.issued.inactivity_months.is_some()) {
        let earned_on = lot.issued.earned_on.number();
        let first = since.entry(lot.issued.customer_ref).or_insert(earned_on);
        *first = earned_on.min(*first);
    }
    let mut days: BTreeMap<u32, Vec<Day>> = BTreeMap::new();
    if since.is_empty() {
        return Ok(days);
    }
    let since: Vec<(u32, i32)> = since.into_iter().collect();
    for (customer_ref, on) in store::points_lot::active_days(connection, &since)? {
        days.entry(customer_ref).or_default().push(Day::from_number(on));
    }
    days.values_mut().for_each(|days| days.sort_unstable());
    Ok(days)
}

/// A lot with the end to which activity on these days, ascending, moves it; nothing when it stays.
fn moved_by(rest: Rest, months: u16, days: Option<&Vec<Day>>) -> Option<Rest> {
    let end = end_after(rest.expires_on, months, days);
    (end != rest.expires_on).then_some(Rest { expires_on: end, ..rest })
}

/// The end to which activity on these days, ascending, moves one that has not come by then.
fn end_after(mut end: Option<Day>, months: u16, days: Option<&Vec<Day>>) -> Option<Day> {
    for on in days.into_iter().flatten() {
        if end.is_some_and(|end| end >= *on) {
            end = end.max(Expiry::Inactivity { months }.last_day(*on));
        }
    }
    end
}
