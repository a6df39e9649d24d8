//! Intake: what feeds deliver, taken in one transaction a request. Good records are kept, bad ones are named.
//!
//! Every kind goes the same way: check each record alone, look up everything the batch names, decide, write what
//! changed. The number of statements does not depend on the number of records.

mod accounts;
mod assets;
mod balances;
mod customers;
mod employees;
mod organisations;
mod rollup;
mod transactions;

use std::collections::{BTreeSet, HashSet};

use domain::date::Day;
use domain::intake::{Broken, business_day};
use store::{Connection, StoreError};

pub use accounts::accounts;
pub use assets::assets;
pub use balances::balances;
pub use customers::customers;
pub use employees::employees;
pub use organisations::organisations;
pub use transactions::transactions;

/// When a request came, in which zone the bank counts its days, and how far its sender may reach.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// Offset of the programme's zone (see [`business_day`]).
    pub zone_offset_minutes: i32,
    /// The organisation whose subtree the sender may write into; everything when there is none.
    pub within: Option<u32>,
}

impl Context {
    fn today(&self) -> Day {
        business_day(self.now_ms, self.zone_offset_minutes)
    }
}

/// A record and its place in the request.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Place in the request, from 0.
    pub index: usize,
    /// The record.
    pub record: T,
}

/// Why a record was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Place in the request, from 0.
    pub index: usize,
    /// JSON pointer of the member to look at.
    pub pointer: &'static str,
    /// What is wrong with it.
    pub detail: &'static str,
}

/// What became of a request's records; every record is counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Kept.
    pub accepted: usize,
    /// Known already, or replaced by a later record of the same request.
    pub duplicates: usize,
    /// Not kept, in the order of the request.
    pub rejected: Vec<Rejection>,
}

impl Outcome {
    /// Of `good` records some were written, the others known already.
    fn new(written: usize, good: usize, mut rejected: Vec<Rejection>) -> Self {
        rejected.sort_unstable_by_key(|rejection| rejection.index);
        Self { accepted: written, duplicates: good - written, rejected }
    }
}

/// Why a request as a whole could not be taken. What is wrong with single records is no error but a [`Rejection`].
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The store refused or failed; nothing of the request is kept.
    #[error("intake is not stored")]
    Store(#[from] StoreError),
}

/// The units that the sender may write into.
enum Reach {
    Everything,
    Subtree(BTreeSet<u32>),
}

impl Reach {
    fn load<C: Connection>(connection: &mut C, context: &Context) -> Result<Self, StoreError> {
        Ok(match context.within {
            None => Self::Everything,
            Some(root) => Self::Subtree(store::api_client::subtree(connection, root)?),
        })
    }

    fn is_limited(&self) -> bool {
        matches!(self, Self::Subtree(_))
    }

    /// An organisation that was not looked up is out of reach of a limited sender.
    fn covers(&self, organisation_ref: Option<u32>) -> bool {
        match self {
            Self::Everything => true,
            Self::Subtree(units) => organisation_ref.is_some_and(|unit| units.contains(&unit)),
        }
    }
}

const OUT_OF_REACH: &str = "the record belongs to an organisation outside of what this key may write into";

fn broken(index: usize, Broken { pointer, detail }: Broken) -> Rejection {
    Rejection { index, pointer, detail }
}

/// Splits a request into the records that pass `check` and the rejections of the others.
fn sift<T>(
    entries: &[Entry<T>],
    check: impl Fn(&T) -> Result<(), Broken>,
) -> (Vec<&Entry<T>>, Vec<Rejection>) {
    let mut passed = Vec::with_capacity(entries.len());
    let mut rejected = Vec::new();
    for entry in entries {
        match check(&entry.record) {
            Ok(()) => passed.push(entry),
            Err(rule) => rejected.push(broken(entry.index, rule)),
        }
    }
    (passed, rejected)
}

/// Keeps the last record of each key, because the last one wins, in the order of the request. Keys are numbers alike
/// for every kind, so that the component carries one set and not one a kind.
fn last_of_each<T>(records: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let mut seen: HashSet<u64> = HashSet::with_capacity(records.len());
    let mut kept: Vec<T> = Vec::with_capacity(records.len());
    for record in records.into_iter().rev() {
        if seen.insert(key(&record)) {
            kept.push(record);
        }
    }
    kept.reverse();
    kept
}

/// A key of two numbers.
fn pair_key(one: u32, other: i32) -> u64 {
    u64::from(one) << 32 | u64::from(other as u32)
}

/// The distinct texts of a batch in ascending order, because a tree is entered in its own order twice as quickly as at
/// random, and for each text of the batch its place among them.
struct Distinct<'a> {
    list: Vec<&'a str>,
    places: Vec<usize>,
}

impl<'a> Distinct<'a> {
    fn of(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts = texts.into_iter().enumerate();
        let mut sorted: Vec<_> = texts.map(|(index, text)| (first_bytes(text), text, index)).collect();
        sorted.sort_unstable();
        let mut distinct = Self { list: Vec::with_capacity(sorted.len()), places: vec![0; sorted.len()] };
        for (_, text, index) in sorted {
            if distinct.list.last() != Some(&text) {
                distinct.list.push(text);
            }
            distinct.places[index] = distinct.list.len() - 1;
        }
        distinct
    }

    /// What was found for each text, from (place, what).
    fn found<T: Clone>(&self, rows: impl IntoIterator<Item = (usize, T)>) -> Vec<Option<T>> {
        let mut found = vec![None; self.list.len()];
        for (place, what) in rows {
            if let Some(slot) = found.get_mut(place) {
                *slot = Some(what);
            }
        }
        found
    }
}

/// A number that sorts as the text's first eight bytes do, which tell most ids apart.
fn first_bytes(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(first.len());
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

/// The name of a value in one of the domain's tables of names.
fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    names.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests;
