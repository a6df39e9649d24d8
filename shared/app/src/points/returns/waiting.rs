//! Returns whose rows are written already: they wait, and are applied as soon as their original is there.

use domain::date::Day;
use store::points_return::{NOBODY, Settled, WaitingRow};
use store::{Connection, StoreError, points_event, points_return};

use super::{ReturnEvent, ReturnRefusal, Returns};
use crate::points::accrual::accounts_of;
use crate::points::{Book, Moment};

impl Returns {
    /// Books the returns that wait for these originals, (source, id), all of them in the order in which they happened,
    /// and writes what became of them; answers the numbers of those that were refused, and why. Nothing happens before
    /// an original is there.
    pub fn apply_waiting<'o, C: Connection>(
        &mut self,
        connection: &mut C,
        book: &mut Book,
        moment: Moment<'_>,
        originals: impl IntoIterator<Item = (&'o str, &'o str)>,
    ) -> Result<Vec<(i64, ReturnRefusal)>, StoreError> {
        let (mut found, mut waiting) = (Vec::new(), Vec::new());
        for (source, original_id) in originals {
            let rows = points_return::waiting(connection, source, original_id)?;
            if rows.is_empty() {
                continue;
            }
            let Some(original) = points_event::find(connection, source, original_id)? else { continue };
            for row in of_account(connection, rows, original.customer_ref)? {
                waiting.push((row, found.len()));
            }
            found.push((original, Vec::new()));
        }
        waiting.sort_unstable_by(|(one, _), (next, _)| order(one).cmp(&order(next)));
        let mut refused = Vec::new();
        for (row, place) in waiting {
            let (original, settled) = &mut found[place];
            let points_event_ref = row.points_event_ref;
            let event = ReturnEvent {
                points_event_ref,
                source: &original.source,
                original_id: &original.event_id,
                amount: row.amount,
                on: Day::from_number(row.occurred_on),
            };
            let outcome = self.book(connection, book, moment, (event, &*original));
            let (is_applied, decision, earned) = match outcome {
                Ok(returned) => (true, returned.decision(), -returned.points),
                Err(ReturnRefusal::Store(error)) => return Err(error),
                Err(refusal) => {
                    let decision = format!("{{\"refused\":\"{refusal}\"}}");
                    refused.push((points_event_ref, refusal));
                    (false, decision, 0)
                }
            };
            settled.push(Settled { points_event_ref, is_applied, decision, earned });
        }
        for (original, settled) in &found {
            points_return::settle(connection, original.points_event_ref, settled)?;
        }
        Ok(refused)
    }
}

/// The order in which returns happened.
fn order(row: &WaitingRow) -> (i64, &str, &str) {
    (row.occurred_at, row.source.as_str(), row.event_id.as_str())
}

/// Those of the waiting returns that are the original's: of nobody who is known, or of a customer whose account is the
/// original's, after merges. One of another customer goes on waiting, for nothing: a feed that mixes two customers up
/// takes from neither.
fn of_account<C: Connection>(
    connection: &mut C,
    mut waiting: Vec<WaitingRow>,
    customer_ref: u32,
) -> Result<Vec<WaitingRow>, StoreError> {
    let is_plain = |row: &WaitingRow| row.customer_ref == NOBODY || row.customer_ref == customer_ref;
    if customer_ref == NOBODY || waiting.iter().all(is_plain) {
        return Ok(waiting);
    }
    let customers: Vec<u32> = waiting.iter().map(|row| row.customer_ref).chain([customer_ref]).collect();
    let accounts = accounts_of(connection, &customers)?;
    waiting.retain(|row| is_plain(row) || accounts.get(&row.customer_ref) == accounts.get(&customer_ref));
    Ok(waiting)
}
