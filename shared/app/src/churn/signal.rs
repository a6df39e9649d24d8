//! Customers of whom an early signal tells, straight from the columns of the book.

use domain::book::{SLOTS, chunk_of, customer_at};
use domain::date::Day;
use domain::signal::{Figures, Signal};
use domain::tier::scheme::AssetBasis;
use store::member::Member;
use store::{Connection, in_snapshot, in_transaction};

use super::ChurnError;
use crate::book::{FactsPlan, load_facts};

/// Chunks that one page looks through: a rare signal then answers short pages, but in time.
const CHUNKS_A_PAGE: u32 = 64;

/// A customer of whom a signal tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub member: Member,
    /// What the rule compared.
    pub figures: Figures,
}

/// Customers from the number `start` of whom the signal tells at a date, over organisations by number (`None`: all);
/// answers where the next page starts.
pub fn signals<C: Connection>(
    connection: &mut C,
    signal: Signal,
    as_of: Day,
    organisations: Option<&[bool]>,
    start: u32,
    limit: usize,
) -> Result<(Vec<Found>, Option<u32>), ChurnError> {
    for chunk_id in store::book_change::changed_chunks(connection)? {
        in_transaction(connection, |connection| crate::book::fold(connection, chunk_id, &[]))?;
    }
    let basis = match signal {
        Signal::BalanceRatio { .. } => AssetBasis::DailyAverage,
        Signal::AssetsDown { .. } => AssetBasis::MonthEnd,
    };
    let plan = FactsPlan::of_assets(as_of, signal.months(), basis);
    in_snapshot(connection, |connection| {
        let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
        let (mut room, mut found) = (Vec::new(), Vec::new());
        let mut chunk_id = chunk_of(start);
        let end = chunks.min(chunk_id + CHUNKS_A_PAGE);
        while chunk_id < end && found.len() <= limit {
            load_facts(connection, &plan, chunk_id, chunk_id + 1, &mut room)?;
            for facts in &room {
                for slot in 0..facts.customers {
                    let seen = organisations
                        .is_none_or(|of| of.get(facts.organisation[slot] as usize).copied().unwrap_or(false));
                    let customer_ref = customer_at(chunk_id, slot);
                    if seen
                        && customer_ref >= start
                        && let Some(figures) = signal.fires(|month| facts.assets[month][slot])
                    {
                        found.push((customer_ref, figures));
                    }
                }
            }
            chunk_id += 1;
        }
        let unread = (end < chunks).then(|| customer_at(end, 0));
        let next = found.get(limit).map(|(customer_ref, _)| *customer_ref).or(unread);
        found.truncate(limit);
        let refs: Vec<u32> = found.iter().map(|(customer_ref, _)| *customer_ref).collect();
        let members = store::member::members(connection, &refs)?;
        let found = members.into_iter().zip(found).map(|(member, (_, figures))| Found { member, figures });
        Ok((found.collect(), next))
    })
}
