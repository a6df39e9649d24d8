//! What is taken from the lots that a reservation holds.

use std::collections::{BTreeMap, BTreeSet};

use domain::points::{Lot, lot};
use store::{Connection, StoreError, points_account, points_reservation};

use crate::points::{SpendRefusal, Status};

/// So many points of the lots that a reservation holds, in the order of spending. Lots of a member of the pool who was
/// blocked or merged since are left.
pub(super) fn takings<C: Connection>(
    connection: &mut C,
    points_reservation_ref: i64,
    points: i64,
    now_ms: i64,
) -> Result<Vec<(Lot, i64)>, SpendRefusal> {
    let holds = points_reservation::holds(connection, points_reservation_ref)?;
    let numbers: Vec<i64> = holds.iter().map(|hold| hold.points_lot_ref).collect();
    let mut lots = store::points_lot::by_refs(connection, &numbers, now_ms)?;
    let of_lot: BTreeMap<i64, i64> =
        holds.into_iter().map(|hold| (hold.points_lot_ref, hold.points)).collect();
    if lots.len() != numbers.len() || of_lot.values().sum::<i64>() < points {
        let what = "a reservation holds fewer points than it says";
        return Err(StoreError::Damaged(what.to_owned()).into());
    }
    let owners: BTreeSet<u32> = lots.iter().map(|lot| lot.issued.customer_ref).collect();
    let owners: Vec<u32> = owners.into_iter().collect();
    for owner in points_account::of_customers(connection, &owners)? {
        if Status::of(&owner)? != Status::Open {
            lots.retain(|lot| lot.issued.customer_ref != owner.customer_ref);
        }
    }
    let takings = lot::take(&lots, points, |lot| of_lot.get(&lot.points_lot_ref).copied().unwrap_or(0));
    let found: i64 = takings.iter().map(|taking| taking.points).sum();
    if found < points {
        return Err(SpendRefusal::NotEnough { spendable: found });
    }
    Ok(takings.into_iter().map(|taking| (lots[taking.place], taking.points)).collect())
}
