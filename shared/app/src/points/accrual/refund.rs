//! Events that take others back: they wait in their rows, and are applied as soon as their original is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::points::Dimension;
use store::points_event::{NewEvent, WAITING};
use store::{Connection, StoreError, points_return};

use super::people::accounts_of;
use super::{Accrued, Event, Refused, booking, rejection};
use crate::intake::Entry;
use crate::points::returns::{ReturnRefusal, Returns, waited_for};
use crate::points::{Book, Moment};

/// A refund with the account of its customer.
pub(super) struct Refund<'e> {
    /// The event.
    pub entry: &'e Entry<Event<'e>>,
    /// Number of the account, after merges.
    pub customer_ref: u32,
    /// Where the account is kept.
    pub dimension: Dimension,
}

const ANOTHERS: Refused = ("/customer_id", "the original belongs to another customer");
const NO_ORIGINAL: Refused = ("/refund_of", "the original is not known");

/// Writes refunds from the number `next_ref` on, and applies those whose original is there, in the order in which they
/// happened: also earlier ones that waited for one of the `arrived` events, (source, id). A sender who is `limited` to a
/// part of the bank may not let a refund wait, because nobody knows yet whose points it takes. A refund of these that
/// cannot be applied is rejected and not kept, so that it can be sent again, corrected; an earlier one stays, with the
/// reason.
pub(super) fn apply<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (arrived, refunds): (&[(&str, &str)], &[Refund<'_>]),
    (next_ref, is_limited): (i64, bool),
    accrued: &mut Accrued,
) -> Result<(), StoreError> {
    let mut due: BTreeSet<(&str, &str)> = BTreeSet::new();
    if !arrived.is_empty() {
        due.extend(waited_for(connection, arrived)?.into_iter().map(|place| arrived[place]));
    }
    let owners = owners_of_originals(connection, refunds)?;
    let (mut rows, mut written) = (Vec::with_capacity(refunds.len()), Vec::with_capacity(refunds.len()));
    for refund in refunds {
        let (event, index) = (&refund.entry.record, refund.entry.index);
        let original = (event.source, event.return_of.unwrap_or_default());
        match owners.get(&original) {
            Some(owner) if *owner != refund.customer_ref => accrued.rejected.push(rejection(index, ANOTHERS)),
            None if is_limited => accrued.rejected.push(rejection(index, NO_ORIGINAL)),
            _ => {
                rows.push(row(refund, next_ref + rows.len() as i64)?);
                written.push(index);
                due.insert(original);
                accrued.accepted += 1;
            }
        }
    }
    store::points_event::insert(connection, rows)?;
    if due.is_empty() {
        return Ok(());
    }
    let mut book = Book::open(connection, moment)?;
    let mut returns = Returns::default();
    let refused = returns.apply_waiting(connection, &mut book, moment, due)?;
    book.save(connection)?;
    let places: HashMap<i64, usize> = (next_ref..).zip(written).collect();
    let mut forgotten = Vec::new();
    for (number, refusal) in refused {
        if let Some(index) = places.get(&number) {
            accrued.rejected.push(rejection(*index, reason(&refusal)));
            accrued.accepted -= 1;
            forgotten.push(number);
        }
    }
    points_return::forget(connection, &forgotten)
}

/// Where a refund is wrong, and how.
fn reason(refusal: &ReturnRefusal) -> Refused {
    match refusal {
        ReturnRefusal::NoAmount => ("/refund_of", "the original has no amount"),
        ReturnRefusal::NotReturnable => ("/refund_of", "the original is a refund itself"),
        _ => ("/amount", "no more is refunded than is left of the original's amount"),
    }
}

/// Whose the known originals are, after merges.
fn owners_of_originals<'e, C: Connection>(
    connection: &mut C,
    refunds: &[Refund<'e>],
) -> Result<HashMap<(&'e str, &'e str), u32>, StoreError> {
    let mut by_source: BTreeMap<&'e str, Vec<&'e str>> = BTreeMap::new();
    for refund in refunds {
        let event = &refund.entry.record;
        by_source.entry(event.source).or_default().extend(event.return_of);
    }
    if by_source.is_empty() {
        return Ok(HashMap::new());
    }
    let known =
        store::points_event::known(connection, by_source.iter().map(|(source, ids)| (*source, ids.clone())))?;
    let mut customers: Vec<u32> = known.iter().map(|original| original.customer_ref).collect();
    customers.sort_unstable();
    customers.dedup();
    let accounts = accounts_of(connection, &customers)?;
    let mut owners = HashMap::with_capacity(known.len());
    for original in known {
        let at = by_source.get_key_value(original.source.as_str());
        let id = at.and_then(|(source, ids)| ids.get(original.place).map(|id| (*source, *id)));
        if let (Some(id), Some(account)) = (id, accounts.get(&original.customer_ref)) {
            owners.insert(id, *account);
        }
    }
    Ok(owners)
}

fn row<'e>(refund: &Refund<'e>, points_event_ref: i64) -> Result<NewEvent<'e>, StoreError> {
    let event = &refund.entry.record;
    Ok(NewEvent {
        points_event_ref,
        source: event.source,
        event_id: event.id,
        payload_hash: event.payload_hash,
        kind: WAITING,
        customer_ref: refund.customer_ref,
        organisation_ref: refund.dimension.organisation_ref,
        tier_ref: refund.dimension.tier_ref,
        type_name: event.kind,
        occurred_at: event.occurred_at,
        occurred_on: event.occurred_on.number(),
        amount: event.amount,
        return_of: event.return_of,
        details: booking::details(event)?,
        facts: None,
        decision: "{}".to_owned(),
        earned: 0,
    })
}
