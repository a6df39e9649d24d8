//! Accrual: events earn points by the rules in force, each event once for ever.
//!
//! A batch goes one way: what is known is put aside, everybody it names and every limit it may touch is loaded at once,
//! rules decide in memory in the order in which the events happened, and all is written together. The number of
//! statements depends on the pages of rows, not on the number of events.

use std::collections::HashMap;

use domain::date::Day;
use domain::intake::SHANGHAI_OFFSET_MINUTES;
use domain::points::condition::{EventFacts, Fact};
use domain::points::rule::RuleSet;
use store::{Connection, StoreError};

use super::Moment;
use super::in_force::in_force;
use crate::intake::{Entry, Rejection};

mod booking;
mod earned;
mod fingerprint;
mod limits;
mod people;
mod refund;
mod replay;
mod single;
pub mod stored;
mod transactions;

pub use earned::{DryRun, Earned, EarnedLot, RefundSaid, RuleSaid, Single};
pub(in crate::points) use people::accounts_of;
pub use replay::{ReplayReport, replay};
pub use single::{accrue_single, dry_run, keep_answer, view};
pub(crate) use transactions::accrue_transactions;

use booking::Batch;
use refund::Refund;

/// Something that may earn points, or take them back.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The system that tells of it.
    pub source: &'a str,
    /// That system's id.
    pub id: &'a str,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// The business day of that instant.
    pub occurred_on: Day,
    /// Whose.
    pub customer_id: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Minor units, above zero.
    pub amount: Option<i64>,
    /// By which channel.
    pub channel: Option<&'a str>,
    /// The merchant's category.
    pub merchant_category: Option<&'a str>,
    /// The bank's product.
    pub product_id: Option<&'a str>,
    /// Where it happened.
    pub organisation_id: Option<&'a str>,
    /// The bank on the other side.
    pub counterparty_bank: Option<&'a str>,
    /// The sender's free facts, each name once.
    pub attributes: Vec<(String, Fact)>,
    /// Id, in the same source, of the event that this one takes back, which then has an amount.
    pub return_of: Option<&'a str>,
    /// What tells a repeat from a different event ([`Event::fingerprint`] where the sender's record has none).
    pub payload_hash: i64,
}

/// What became of a batch; every event is counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accrued {
    /// Kept, whether or not they earned.
    pub accepted: usize,
    /// Known already.
    pub duplicates: usize,
    /// Not kept, in the order of the request.
    pub rejected: Vec<Rejection>,
}

/// Why events were not taken. What is wrong with single ones of a batch is no error but a [`Rejection`].
#[derive(Debug, thiserror::Error)]
pub enum AccrualError {
    /// Another event is known under the same source and id.
    #[error("another event is known under this source and id")]
    Another,
    /// The event breaks a rule.
    #[error("{detail}")]
    Refused {
        /// JSON pointer of the member to look at.
        pointer: &'static str,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// There is no such event, or it is not the sender's to see.
    #[error("the event is not known")]
    UnknownEvent,
    /// The store failed; nothing is kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A pointer and what is wrong there.
type Refused = (&'static str, &'static str);

const ANOTHER: Refused = ("/id", "another event is known under this source and id");

/// Takes events: those of customers in the subtree `within`, of all when there is none. Call it inside a transaction.
pub fn accrue<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    within: Option<u32>,
    entries: &[Entry<Event<'_>>],
) -> Result<Accrued, AccrualError> {
    let rules = in_force(connection)?;
    let mut accrued = Accrued::default();
    let fresh = without_known(connection, entries, &mut accrued)?;
    take_fresh(connection, moment, within, &rules, fresh, &mut accrued)?;
    accrued.rejected.sort_unstable_by_key(|rejection| rejection.index);
    Ok(accrued)
}

/// Decides on events that are not known yet and writes everything.
fn take_fresh<'e, C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    within: Option<u32>,
    rules: &RuleSet,
    fresh: Vec<&'e Entry<Event<'e>>>,
    accrued: &mut Accrued,
) -> Result<(), StoreError> {
    let events: Vec<&Event<'e>> = fresh.iter().map(|entry| &entry.record).collect();
    let people = people::People::load(connection, rules, within, &events)?;
    let (mut earning, mut refunds) = (Vec::with_capacity(fresh.len()), Vec::new());
    for entry in fresh {
        match people.customer(&entry.record) {
            Ok(customer) if entry.record.return_of.is_some() => {
                let person = &people.list[customer];
                let (customer_ref, dimension) = (person.customer_ref, person.dimension);
                refunds.push(Refund { entry, customer_ref, dimension });
            }
            Ok(customer) => earning.push((&entry.record, customer)),
            Err(refused) => accrued.rejected.push(rejection(entry.index, refused)),
        }
    }
    earning.sort_unstable_by_key(|(event, _): &(&'e Event<'e>, usize)| order(event));
    refunds.sort_unstable_by_key(|refund: &Refund<'e>| order(&refund.entry.record));
    accrued.accepted += earning.len();
    let mut next_ref = store::points_event::next_ref(connection)?;
    let arrived: Vec<(&str, &str)> = earning.iter().map(|(event, _)| (event.source, event.id)).collect();
    if !earning.is_empty() {
        let mut batch = Batch::open(connection, moment, rules, people, next_ref)?;
        batch.decide(connection, rules, &earning)?;
        next_ref += earning.len() as i64;
        batch.save(connection, rules)?;
    }
    refund::apply(connection, moment, (&arrived, &refunds), (next_ref, within.is_some()), accrued)
}

/// The order in which events happened.
fn order<'e>(event: &'e Event<'e>) -> (i64, &'e str, &'e str) {
    (event.occurred_at, event.source, event.id)
}

fn rejection(index: usize, (pointer, detail): Refused) -> Rejection {
    Rejection { index, pointer, detail }
}

/// Puts aside what was taken before, and what a request tells twice.
fn without_known<'e, C: Connection>(
    connection: &mut C,
    entries: &'e [Entry<Event<'e>>],
    accrued: &mut Accrued,
) -> Result<Vec<&'e Entry<Event<'e>>>, StoreError> {
    let mut by_source: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        by_source.entry(entry.record.source).or_default().push(place);
    }
    // A tree is entered in its own order more quickly than at random.
    for places in by_source.values_mut() {
        places.sort_unstable_by_key(|place| entries[*place].record.id);
    }
    let ids = by_source
        .iter()
        .map(|(source, places)| (*source, places.iter().map(|place| entries[*place].record.id).collect()));
    let mut hashes: HashMap<(&str, &str), i64> = HashMap::with_capacity(entries.len());
    for known in store::points_event::known(connection, ids)? {
        if let Some(place) = by_source.get(known.source.as_str()).and_then(|places| places.get(known.place)) {
            let event = &entries[*place].record;
            hashes.insert((event.source, event.id), known.payload_hash);
        }
    }
    let mut fresh = Vec::with_capacity(entries.len());
    for entry in entries {
        let event = &entry.record;
        match hashes.get(&(event.source, event.id)) {
            Some(hash) if *hash == event.payload_hash => accrued.duplicates += 1,
            Some(_) => accrued.rejected.push(rejection(entry.index, ANOTHER)),
            None => {
                hashes.insert((event.source, event.id), event.payload_hash);
                fresh.push(entry);
            }
        }
    }
    Ok(fresh)
}

impl Event<'_> {
    /// What rules may know of it.
    fn facts(&self) -> EventFacts<'_> {
        EventFacts {
            kind: self.kind,
            source: self.source,
            on: self.occurred_on,
            minute_of_day: minute_of_day(self.occurred_at),
            amount: self.amount,
            channel: self.channel,
            merchant_category: self.merchant_category,
            product_id: self.product_id,
            organisation_id: self.organisation_id,
            counterparty_bank: self.counterparty_bank,
            attributes: &self.attributes,
        }
    }
}

/// Minutes of an instant since its day began in the programme's zone.
fn minute_of_day(instant_ms: i64) -> u16 {
    const MINUTE_MS: i64 = 60_000;
    let local = instant_ms.div_euclid(MINUTE_MS) + i64::from(SHANGHAI_OFFSET_MINUTES);
    local.rem_euclid(24 * 60) as u16
}
