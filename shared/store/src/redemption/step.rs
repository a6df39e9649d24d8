//! States that redemptions come to, who brought them there, and what they were paid with.

use super::State;
use crate::points_lot::numbers;
use crate::{Connection, StoreError, Value, batch, dialect};

/// A state that a redemption came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// The state.
    pub state: State,
    /// Who brought it there.
    pub person: String,
    /// When, in milliseconds.
    pub at: i64,
}

/// Notes the state that a redemption came to.
pub fn add_step<C: Connection>(
    connection: &mut C,
    redemption_ref: i64,
    state: State,
    (person, at): (&str, i64),
) -> Result<(), StoreError> {
    connection.execute(
        "insert into redemption_step (redemption_ref, step_number, state, person, at)
         select ?1, count(*), ?2, ?3, ?4 from redemption_step where redemption_ref = ?1",
        &[redemption_ref.into(), state.name().into(), person.into(), at.into()],
    )?;
    Ok(())
}

/// Brings a redemption to a state.
pub fn come_to<C: Connection>(
    connection: &mut C,
    redemption_ref: i64,
    state: State,
    by: (&str, i64),
) -> Result<(), StoreError> {
    connection.execute(
        "update redemption set state = ?2 where redemption_ref = ?1",
        &[redemption_ref.into(), state.name().into()],
    )?;
    add_step(connection, redemption_ref, state, by)
}

/// States that a redemption came to, the earliest first.
pub fn steps<C: Connection>(connection: &mut C, redemption_ref: i64) -> Result<Vec<StepRow>, StoreError> {
    connection
        .execute(
            "select state, person, at from redemption_step where redemption_ref = ?1 order by step_number",
            &[redemption_ref.into()],
        )?
        .read("redemption.steps", |row| {
            Ok(StepRow { state: row.named(&State::NAMES)?, person: row.text()?, at: row.integer()? })
        })
}

/// Books up to `limit` redemptions that a partner did not confirm in time, puts their pieces back, and says how many
/// there were. Call it inside a transaction.
pub fn lapse<C: Connection>(
    connection: &mut C,
    (person, now_ms): (&str, i64),
    limit: u32,
) -> Result<u64, StoreError> {
    let lapsed = connection
        .execute(
            "update redemption set state = 'timed_out' where redemption_ref in (
               select redemption_ref from redemption where state = 'reserved' and confirm_by <= ?1
               order by confirm_by limit ?2)
             returning redemption_ref",
            &[now_ms.into(), limit.into()],
        )?
        .read("redemption.lapse", |row| row.integer())?;
    if lapsed.is_empty() {
        return Ok(0);
    }
    // They came to two states: reserved, and this one.
    let rows = lapsed
        .iter()
        .map(|number| [Value::from(*number), 1_i64.into(), "timed_out".into(), person.into(), now_ms.into()]);
    let into = "insert into redemption_step (redemption_ref, step_number, state, person, at)";
    batch::insert(connection, into, "", rows)?;
    let of = dialect::batch(1);
    let sql = format!(
        "update reward set stock = stock + (
           select sum(quantity) from redemption
           where redemption.reward_ref = reward.reward_ref and redemption_ref in (select row.value from {of}))
         where stock is not null and reward_ref in (
           select reward_ref from redemption where redemption_ref in (select row.value from {of}))"
    );
    connection.execute(&sql, &[numbers(&lapsed)])?;
    Ok(lapsed.len() as u64)
}

/// Points that were taken from a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidRow {
    /// Number of the lot.
    pub points_lot_ref: i64,
    /// Above zero.
    pub points: i64,
    /// Version of the programme's settings under which the lot was issued.
    pub terms: u32,
}

/// What entries of a kind with this cause took from lots, by lot.
pub fn paid_with<C: Connection>(
    connection: &mut C,
    (cause, cause_ref): (i64, i64),
    kind: i64,
) -> Result<Vec<PaidRow>, StoreError> {
    connection
        .execute(
            "select points_lot.points_lot_ref, sum(points_entry.points), terms
             from points_entry join points_lot on points_lot.points_lot_ref = points_entry.points_lot_ref
             where cause = ?1 and cause_ref = ?2 and cause > 1 and kind = ?3
             group by points_lot.points_lot_ref, terms order by points_lot.points_lot_ref",
            &[cause.into(), cause_ref.into(), kind.into()],
        )?
        .read("redemption.paid_with", |row| {
            Ok(PaidRow { points_lot_ref: row.integer()?, points: row.integer()?, terms: row.narrow()? })
        })
}
