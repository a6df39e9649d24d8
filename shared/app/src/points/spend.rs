//! Spending: from what ends first, all or nothing.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::expiry::Expiry;
use domain::points::{Cause, EntryKind, SpendError, Taking, lot};
use store::points_lot::Rest;
use store::{Connection, StoreError};

use super::{Book, Status, Wallet};

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

/// Which lots points would be taken from, the pool's among them.
pub fn choose(wallet: &Wallet, points: i64, today: Day) -> Result<Vec<Taking>, SpendRefusal> {
    match wallet.status {
        Status::Open => Ok(lot::spend(&wallet.lots, points, today)?),
        Status::Blocked => Err(SpendRefusal::Blocked),
        Status::Merged { .. } => Err(SpendRefusal::Merged),
    }
}

/// Books the spending of points, of the pool's lots too, and counts as activity of the customer. Places are those of
/// the wallet's lots, which stay as they were loaded: load it again before spending twice in one book.
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
    for taking in &takings {
        book.take(&wallet.lots[taking.place], taking.points, kind, today, cause);
    }
    active_now(connection, &[(wallet.customer_ref, today)])?;
    Ok(takings)
}

/// Notes that customers were active: their stored lots that end by inactivity, and had not ended by the day, end so
/// much later, never earlier. Call it once a batch.
pub fn active_now<C: Connection>(connection: &mut C, active: &[(u32, Day)]) -> Result<(), StoreError> {
    let mut days: BTreeMap<u32, Vec<Day>> = BTreeMap::new();
    for (customer_ref, on) in active {
        days.entry(*customer_ref).or_default().push(*on);
    }
    days.values_mut().for_each(|days| days.sort_unstable());
    let customers: Vec<u32> = days.keys().copied().collect();
    let mut moved: Vec<Rest> = Vec::new();
    for (rest, months) in store::points_lot::inactive(connection, &customers)? {
        let mut end = rest.expires_on;
        for on in days.get(&rest.customer_ref).into_iter().flatten() {
            if end.is_some_and(|end| end >= *on) {
                end = end.max(Expiry::Inactivity { months }.last_day(*on));
            }
        }
        if end != rest.expires_on {
            moved.push(Rest { expires_on: end, ..rest });
        }
    }
    store::points_lot::move_ends(connection, &moved)
}
