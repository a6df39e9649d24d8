//! Events that earn points, each once for ever, and the customers they are about.

use crate::batch::{self, grouped};
use crate::{Connection, Row, StoreError};

mod earner;
mod rule;

pub use earner::{Earner, Wanted, earners, earners_by_ref};
pub use rule::{rule_names, was_inactivity_asked};

/// `points_event.kind`: an event that rules decided on.
pub const EARNING: i64 = 1;
/// `points_event.kind`: a return that was applied.
pub const RETURN: i64 = 2;
/// `points_event.kind`: a return that waits for its original.
pub const WAITING: i64 = 3;

/// An event that was taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its source.
    pub source: String,
    /// Place in the source's list.
    pub place: usize,
    /// Its number.
    pub points_event_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// What tells a repeat from a different one.
    pub payload_hash: i64,
}

/// Which of these events (ids by source) were taken before.
pub fn known<'a, C: Connection>(
    connection: &mut C,
    events: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<Vec<Known>, StoreError> {
    let sql = "select source.key, known.key, points_event_ref, customer_ref, payload_hash
         from json_each(?1) as source cross join json_each(source.value) as known cross join points_event
         where points_event.source = source.key and event_id = known.value";
    connection.execute(sql, &[grouped(events)])?.read("points_event.known", |row| {
        Ok(Known {
            source: row.text()?,
            place: row.narrow()?,
            points_event_ref: row.integer()?,
            customer_ref: row.narrow()?,
            payload_hash: row.integer()?,
        })
    })
}

/// True when any event was ever taken.
pub fn any<C: Connection>(connection: &mut C) -> Result<bool, StoreError> {
    connection
        .execute("select exists (select 1 from points_event)", &[])?
        .read_one("points_event.any", |row| row.flag())
}

/// The number that the next event gets.
pub fn next_ref<C: Connection>(connection: &mut C) -> Result<i64, StoreError> {
    connection
        .execute("select coalesce(max(points_event_ref), 0) + 1 from points_event", &[])?
        .read_one("points_event.next_ref", |row| row.integer())
}

/// An event to be written.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// Its number.
    pub points_event_ref: i64,
    /// The system that told of it.
    pub source: &'a str,
    /// That system's id.
    pub event_id: &'a str,
    /// What tells a repeat from a different one.
    pub payload_hash: i64,
    /// [`EARNING`], [`RETURN`] or [`WAITING`].
    pub kind: i64,
    /// Whose.
    pub customer_ref: u32,
    /// The customer's organisation at that time.
    pub organisation_ref: u32,
    /// The customer's tier at that time; 0: none.
    pub tier_ref: u8,
    /// Its type.
    pub type_name: &'a str,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// The business day of that instant.
    pub occurred_on: i32,
    /// Minor units.
    pub amount: Option<i64>,
    /// Id, in the same source, of the event that it takes back.
    pub return_of: Option<&'a str>,
    /// Its own facts that have no column, as JSON.
    pub details: Option<String>,
    /// The customer's facts that rules saw, as JSON.
    pub facts: Option<String>,
    /// What each rule said, as JSON.
    pub decision: String,
    /// Points that it gave the customer.
    pub earned: i64,
}

/// Writes events that are not stored yet.
pub fn insert<'a, C: Connection>(
    connection: &mut C,
    events: impl IntoIterator<Item = NewEvent<'a>>,
) -> Result<(), StoreError> {
    let rows = events.into_iter().map(|event| {
        [
            event.points_event_ref.into(),
            event.source.into(),
            event.event_id.into(),
            event.payload_hash.into(),
            event.kind.into(),
            event.customer_ref.into(),
            event.organisation_ref.into(),
            u32::from(event.tier_ref).into(),
            event.type_name.into(),
            event.occurred_at.into(),
            event.occurred_on.into(),
            event.amount.into(),
            event.return_of.into(),
            event.details.into(),
            event.facts.into(),
            event.decision.into(),
            event.earned.into(),
        ]
    });
    let into = "insert into points_event (points_event_ref, source, event_id, payload_hash, kind, customer_ref,
           organisation_ref, tier_ref, type, occurred_at, occurred_on, amount, return_of, details, facts, decision,
           earned)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number.
    pub points_event_ref: i64,
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub event_id: String,
    /// [`EARNING`], [`RETURN`] or [`WAITING`].
    pub kind: i64,
    /// Whose.
    pub customer_ref: u32,
    /// Its type.
    pub type_name: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// The business day of that instant.
    pub occurred_on: i32,
    /// Minor units.
    pub amount: Option<i64>,
    /// Id, in the same source, of the event that it takes back.
    pub return_of: Option<String>,
    /// Its own facts that have no column, as JSON.
    pub details: Option<String>,
    /// The customer's facts that rules saw, as JSON.
    pub facts: Option<String>,
    /// What each rule said, as JSON.
    pub decision: String,
    /// Points that it gave the customer.
    pub earned: i64,
}

const COLUMNS: &str =
    "points_event_ref, source, event_id, kind, customer_ref, type, occurred_at, occurred_on, amount,
       return_of, details, facts, decision, earned";

fn stored_event(row: &mut Row<'_>) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        points_event_ref: row.integer()?,
        source: row.text()?,
        event_id: row.text()?,
        kind: row.integer()?,
        customer_ref: row.narrow()?,
        type_name: row.text()?,
        occurred_at: row.integer()?,
        occurred_on: row.narrow()?,
        amount: row.integer_or_null()?,
        return_of: row.text_or_null()?,
        details: row.text_or_null()?,
        facts: row.text_or_null()?,
        decision: row.text()?,
        earned: row.integer()?,
    })
}

/// The event of a source and an id.
pub fn find<C: Connection>(
    connection: &mut C,
    source: &str,
    event_id: &str,
) -> Result<Option<StoredEvent>, StoreError> {
    let sql = format!("select {COLUMNS} from points_event where source = ?1 and event_id = ?2");
    connection.execute(&sql, &[source.into(), event_id.into()])?.read_first("points_event.find", stored_event)
}

/// Events that rules decided on, after a number, by number.
pub fn decided_after<C: Connection>(
    connection: &mut C,
    after: i64,
    limit: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from points_event where points_event_ref > ?1 and kind = {EARNING}
         order by points_event_ref limit ?2"
    );
    connection.execute(&sql, &[after.into(), limit.into()])?.read("points_event.decided_after", stored_event)
}

/// Keeps the answer that a single event was given.
pub fn keep_answer<C: Connection>(
    connection: &mut C,
    points_event_ref: i64,
    body: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into points_event_answer (points_event_ref, body) values (?1, ?2)
         on conflict (points_event_ref) do nothing",
        &[points_event_ref.into(), body.into()],
    )?;
    Ok(())
}

/// The answer that an event was given; none when it came in a batch.
pub fn answer<C: Connection>(
    connection: &mut C,
    points_event_ref: i64,
) -> Result<Option<String>, StoreError> {
    connection
        .execute(
            "select body from points_event_answer where points_event_ref = ?1",
            &[points_event_ref.into()],
        )?
        .read_first("points_event.answer", |row| row.text())
}

/// A lot that an event gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLot {
    /// Its number.
    pub points_lot_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// Above zero.
    pub points: i64,
    /// The first day on which it can be spent.
    pub available_on: i32,
    /// The last day on which it can be spent.
    pub expires_on: Option<i32>,
}

/// The lots that an event gave, by number; what became of them later is left out.
pub fn lots<C: Connection>(connection: &mut C, points_event_ref: i64) -> Result<Vec<EventLot>, StoreError> {
    connection
        .execute(
            "select points_lot_ref, customer_ref, points, available_on, expires_on from points_lot
             where points_event_ref = ?1 and origin_lot_ref is null order by points_lot_ref",
            &[points_event_ref.into()],
        )?
        .read("points_event.lots", |row| {
            Ok(EventLot {
                points_lot_ref: row.integer()?,
                customer_ref: row.narrow()?,
                points: row.integer()?,
                available_on: row.narrow()?,
                expires_on: row.narrow_or_null()?,
            })
        })
}
