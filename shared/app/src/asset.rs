//! Asset monitoring: whose assets rose or fell between two months.

use domain::book::{Measure, SLOTS, chunk_of, customer_at};
use domain::date::Month;
use store::member::Member;
use store::{Connection, StoreError, column, in_snapshot, in_transaction};

/// A customer whose assets moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Who.
    pub member: Member,
    /// Assets at the end of the first month.
    pub before: i64,
    /// Assets at the end of the last month.
    pub after: i64,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct MovementFilter {
    /// First month.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// Smallest rise or fall, in minor units.
    pub at_least: i64,
    /// By organisation number; `None`: all.
    pub organisations: Option<Vec<bool>>,
}

/// Customers whose assets rose or fell by at least so much between two month ends, from the customer number `start`;
/// answers where the next page starts.
pub fn movements<C: Connection>(
    connection: &mut C,
    filter: &MovementFilter,
    start: u32,
    limit: usize,
) -> Result<(Vec<Movement>, Option<u32>), StoreError> {
    for chunk_id in store::book_change::changed_chunks(connection)? {
        in_transaction(connection, |connection| crate::book::fold(connection, chunk_id, &[]))?;
    }
    in_snapshot(connection, |connection| {
        let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
        let mut found: Vec<(u32, i64, i64)> = Vec::new();
        let mut chunk_id = chunk_of(start);
        while chunk_id < chunks && found.len() <= limit {
            let rows = store::book::chunks(connection, chunk_id, chunk_id + 1)?;
            let organisation = rows.into_iter().next().map(|row| row.organisation).unwrap_or_default();
            let before = assets_at(connection, chunk_id, filter.from)?;
            let after = assets_at(connection, chunk_id, filter.to)?;
            for (slot, organisation_ref) in organisation.iter().enumerate() {
                let sees = filter
                    .organisations
                    .as_ref()
                    .is_none_or(|of| of.get(*organisation_ref as usize).copied().unwrap_or(false));
                let change = after[slot].saturating_sub(before[slot]);
                let customer_ref = customer_at(chunk_id, slot);
                if sees && customer_ref >= start && change != 0 && change.saturating_abs() >= filter.at_least
                {
                    found.push((customer_ref, before[slot], after[slot]));
                }
            }
            chunk_id += 1;
        }
        let next = found.get(limit).map(|(customer_ref, ..)| *customer_ref);
        found.truncate(limit);
        let refs: Vec<u32> = found.iter().map(|(customer_ref, ..)| *customer_ref).collect();
        let members = store::member::members(connection, &refs)?;
        let movements = members.into_iter().zip(found).map(|(member, (_, before, after))| Movement {
            member,
            before,
            after,
        });
        Ok((movements.collect(), next))
    })
}

/// Assets of a chunk's customers at a month's end; the latest month that the chunk has stands for later ones.
fn assets_at<C: Connection>(connection: &mut C, chunk_id: u32, month: Month) -> Result<Vec<i64>, StoreError> {
    let last = store::book::chunks(connection, chunk_id, chunk_id + 1)?.pop().map_or(0, |row| row.last_month);
    let number = month.number();
    if last != 0 && number > last {
        let stored = store::book::chunk_columns(connection, chunk_id, (last, last))?;
        let mut carried = store::book::month_columns(&stored)?.carried().column(Measure::AssetsEnd).to_vec();
        carried.resize(SLOTS, 0);
        return Ok(carried);
    }
    let mut assets = vec![0; SLOTS];
    for row in
        store::book::columns(connection, (chunk_id, chunk_id + 1), Measure::AssetsEnd, (number, number))?
    {
        column::decode(&row.data, &mut assets)?;
    }
    Ok(assets)
}
