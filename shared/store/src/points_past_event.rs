//! Events of a span of days, to be decided again by other rules.

use crate::{Connection, StoreError, dialect};

/// An event that rules decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    /// Its number.
    pub points_event_ref: i64,
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub event_id: String,
    /// Whose.
    pub customer_ref: u32,
    /// The customer's organisation at that time.
    pub organisation_ref: u32,
    /// The customer's tier at that time; 0: none.
    pub tier_ref: u8,
    /// Its type.
    pub type_name: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// The business day of that instant.
    pub occurred_on: i32,
    /// Minor units.
    pub amount: Option<i64>,
    /// Its own facts that have no column, as JSON.
    pub details: Option<String>,
    /// The customer's facts that rules saw, as JSON.
    pub facts: Option<String>,
}

/// How many events the days `from..=to` have; counts no further than `limit`.
pub fn count<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
    limit: u32,
) -> Result<u32, StoreError> {
    connection
        .execute(
            "select count(*) from (select 1 from points_event
               where kind = 1 and occurred_on >= ?1 and occurred_on <= ?2 limit ?3) as found",
            &[from.into(), to.into(), limit.into()],
        )?
        .read_one("points_past_event.count", |row| row.narrow())
}

/// Events up to a day after a place of (day, number), by day and number.
pub fn page<C: Connection>(
    connection: &mut C,
    after: (i32, i64),
    to: i32,
    limit: u32,
) -> Result<Vec<PastEvent>, StoreError> {
    connection
        .execute(
            "select points_event_ref, source, event_id, customer_ref, organisation_ref, tier_ref, type, occurred_at,
               occurred_on, amount, details, facts
             from points_event
             where kind = 1 and (occurred_on, points_event_ref) > (?1, ?2) and occurred_on <= ?3
             order by occurred_on, points_event_ref limit ?4",
            &[after.0.into(), after.1.into(), to.into(), limit.into()],
        )?
        .read("points_past_event.page", |row| {
            Ok(PastEvent {
                points_event_ref: row.integer()?,
                source: row.text()?,
                event_id: row.text()?,
                customer_ref: row.narrow()?,
                organisation_ref: row.narrow()?,
                tier_ref: row.narrow()?,
                type_name: row.text()?,
                occurred_at: row.integer()?,
                occurred_on: row.narrow()?,
                amount: row.integer_or_null()?,
                details: row.text_or_null()?,
                facts: row.text_or_null()?,
            })
        })
}

/// Which of these customers were referred by an event of a day before `from`.
pub fn referred_before<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    from: i32,
) -> Result<Vec<u32>, StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select points_referral.customer_ref from {} cross join points_referral cross join points_event
         where points_referral.customer_ref = row.value
           and points_event.points_event_ref = points_referral.points_event_ref and occurred_on < ?2",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[format!("[{list}]").into(), from.into()])?
        .read("points_past_event.referred_before", |row| row.narrow())
}
