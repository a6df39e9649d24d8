//! Returns of events that earned points.
//!
//! A return lies in `points_event` under its own source and id. Its `return_of` is the original's id where both come
//! from one source, and `source/id` where they do not: the ids of callers hold no slash.

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::points_event::{RETURN, WAITING};
use crate::{Connection, StoreError, Value, batch, dialect};

/// Stands for customer and organisation of a return that waits, until its original tells whose it is.
pub const NOBODY: u32 = u32::MAX;

/// What a return of that source writes as `return_of`.
pub fn return_of(source: &str, original_source: &str, original_id: &str) -> String {
    if source == original_source {
        original_id.to_owned()
    } else {
        format!("{original_source}/{original_id}")
    }
}

/// What tells a repeat of a return from a different one under its id.
pub fn payload_hash(original_source: &str, original_id: &str, amount: i64) -> i64 {
    xxh3_64(format!("{original_source}/{original_id}/{amount}").as_bytes()) as i64
}

/// Rows of returns of the original (?1, ?2).
const OF_ORIGINAL: &str = "points_event.return_of in (?2, ?1 || '/' || ?2)
   and (points_event.source = ?1 or points_event.return_of <> ?2)";

/// Returns of an original that were applied, as (number, amount).
pub fn applied<C: Connection>(
    connection: &mut C,
    source: &str,
    original_id: &str,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = format!(
        "select points_event_ref, coalesce(amount, 0) from points_event where {OF_ORIGINAL} and kind = {RETURN}
         order by points_event_ref"
    );
    connection
        .execute(&sql, &[source.into(), original_id.into()])?
        .read("points_return.applied", |row| Ok((row.integer()?, row.integer()?)))
}

/// A return that waits for its original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRow {
    /// Its number.
    pub points_event_ref: i64,
    /// The system that tells of it.
    pub source: String,
    /// That system's id.
    pub event_id: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// Whose, as far as was known when it came; [`NOBODY`]: the original tells.
    pub customer_ref: u32,
    /// What it takes back, in minor units.
    pub amount: i64,
    /// The business day that it counts in.
    pub occurred_on: i32,
}

/// Returns that wait for an original, in the order in which they happened.
pub fn waiting<C: Connection>(
    connection: &mut C,
    source: &str,
    original_id: &str,
) -> Result<Vec<WaitingRow>, StoreError> {
    let sql = format!(
        "select points_event_ref, source, event_id, occurred_at, customer_ref, coalesce(amount, 0), occurred_on
         from points_event where {OF_ORIGINAL} and kind = {WAITING}
         order by occurred_at, source, event_id"
    );
    connection.execute(&sql, &[source.into(), original_id.into()])?.read("points_return.waiting", |row| {
        Ok(WaitingRow {
            points_event_ref: row.integer()?,
            source: row.text()?,
            event_id: row.text()?,
            occurred_at: row.integer()?,
            customer_ref: row.narrow()?,
            amount: row.integer()?,
            occurred_on: row.narrow()?,
        })
    })
}

/// Places of those originals, (source, id), for which returns wait.
pub fn waited_for<C: Connection>(
    connection: &mut C,
    originals: &[(&str, &str)],
) -> Result<Vec<usize>, StoreError> {
    let sql = format!(
        "select distinct wanted.place from wanted cross join points_event
         where return_of in (wanted.id, wanted.source || '/' || wanted.id)
           and (points_event.source = wanted.source or return_of <> wanted.id) and kind = {WAITING}"
    );
    let rows = originals.iter().map(|(source, id)| [(*source).into(), (*id).into()]);
    batch::select(connection, "points_return.waited_for", ("source, id", &sql), rows, |row| row.narrow())
}

/// What became of a return that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its number.
    pub points_event_ref: i64,
    /// True when it was applied; one that was refused goes on waiting, for nothing.
    pub is_applied: bool,
    /// What it did, as JSON.
    pub decision: String,
    /// Points that it gave the customer: zero or below.
    pub earned: i64,
}

/// Number, kind, decision and points, as an array.
#[derive(Serialize)]
struct SettledRow<'a>(i64, i64, &'a str, i64);

impl<'a> From<&'a Settled> for SettledRow<'a> {
    fn from(settled: &'a Settled) -> Self {
        let kind = if settled.is_applied { RETURN } else { WAITING };
        Self(settled.points_event_ref, kind, &settled.decision, settled.earned)
    }
}

/// Writes what became of returns of an original; customer, organisation and tier become the original's.
pub fn settle<C: Connection>(
    connection: &mut C,
    original_ref: i64,
    returns: &[Settled],
) -> Result<(), StoreError> {
    let rows: Vec<SettledRow<'_>> = returns.iter().map(SettledRow::from).collect();
    let rows = serde_json::to_string(&rows).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let sql = format!(
        "update points_event
         set kind = row.value ->> 1, decision = row.value ->> 2, earned = row.value ->> 3,
           customer_ref = original.customer_ref, organisation_ref = original.organisation_ref,
           tier_ref = original.tier_ref
         from {} cross join points_event as original
         where original.points_event_ref = ?2 and points_event.points_event_ref = row.value ->> 0",
        dialect::batch(1)
    );
    connection.execute(&sql, &[rows.into(), original_ref.into()])?;
    Ok(())
}

/// Forgets returns that were refused in the request that told of them and led to nothing: they can be told again,
/// corrected.
pub fn forget<C: Connection>(connection: &mut C, points_event_refs: &[i64]) -> Result<(), StoreError> {
    let rows = points_event_refs.iter().map(|number| [Value::from(*number)]);
    batch::delete(connection, ("points_event", ["points_event_ref"]), rows)
}
