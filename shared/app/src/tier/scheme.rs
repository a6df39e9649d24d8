//! The life of a scheme: draft → submitted → approved (by another person) → active from a date → retired.

use domain::date::Day;
use domain::tier::Scheme;
use store::Connection;
use store::tier::SchemeRow;

use super::TierError;

/// Writes a draft; a draft of the same id is replaced, anything further along is not.
pub fn draft<C: Connection>(
    connection: &mut C,
    id: &str,
    zone: &str,
    scheme: Scheme,
    person: &str,
    now: i64,
) -> Result<SchemeRow, TierError> {
    let existing = store::tier::scheme_by_id(connection, id)?;
    if existing.is_some_and(|existing| existing.state != "draft") {
        return Err(TierError::SchemeExists);
    }
    let codes: Vec<&str> = scheme.tiers().iter().map(|tier| tier.code.as_str()).collect();
    let known = store::tier::tier_codes(connection)?;
    let new = codes.iter().filter(|code| !known.values().any(|known| known == *code)).count();
    if known.len() + new > 255 {
        return Err(TierError::TooManyCodes);
    }
    store::tier::register_codes(connection, &codes)?;
    let row = SchemeRow {
        tier_scheme_ref: 0,
        tier_scheme_id: id.to_owned(),
        state: "draft".to_owned(),
        zone: zone.to_owned(),
        scheme,
        simulation: None,
        created_by: person.to_owned(),
        created_at: now,
        submitted_by: None,
        approved_by: None,
        activated_by: None,
        active_from: None,
        active_to: None,
        retired_by: None,
    };
    store::tier::put_scheme(connection, &row)?;
    self::scheme(connection, id)
}

/// The scheme of an id.
pub fn scheme<C: Connection>(connection: &mut C, id: &str) -> Result<SchemeRow, TierError> {
    store::tier::scheme_by_id(connection, id)?.ok_or(TierError::UnknownScheme)
}

/// Schemes after an id, by id.
pub fn list<C: Connection>(connection: &mut C, after: &str, limit: u32) -> Result<Vec<SchemeRow>, TierError> {
    Ok(store::tier::schemes(connection, after, limit)?)
}

/// Submits a draft together with its simulated effect, which the approver sees.
pub fn submit<C: Connection>(
    connection: &mut C,
    id: &str,
    simulation: String,
    person: &str,
) -> Result<SchemeRow, TierError> {
    let done = |row: &SchemeRow| row.state == "submitted" && row.submitted_by.as_deref() == Some(person);
    step(connection, id, &["draft"], done, |row| {
        row.state = "submitted".to_owned();
        row.simulation = Some(simulation);
        row.submitted_by = Some(person.to_owned());
        Ok(())
    })
}

/// Approves a submitted scheme; neither its author nor its submitter may.
pub fn approve<C: Connection>(connection: &mut C, id: &str, person: &str) -> Result<SchemeRow, TierError> {
    let done = |row: &SchemeRow| row.state == "approved" && row.approved_by.as_deref() == Some(person);
    step(connection, id, &["submitted"], done, |row| {
        if row.created_by == person || row.submitted_by.as_deref() == Some(person) {
            return Err(TierError::SamePerson);
        }
        row.state = "approved".to_owned();
        row.approved_by = Some(person.to_owned());
        Ok(())
    })
}

/// Makes an approved scheme active from a day. The schemes in force until then end on that day.
pub fn activate<C: Connection>(
    connection: &mut C,
    id: &str,
    from: Day,
    person: &str,
) -> Result<SchemeRow, TierError> {
    let done = |row: &SchemeRow| row.state == "active" && row.active_from == Some(from.number());
    let row = step(connection, id, &["approved"], done, |row| {
        row.state = "active".to_owned();
        row.activated_by = Some(person.to_owned());
        row.active_from = Some(from.number());
        Ok(())
    })?;
    store::tier::end_others(connection, from.number(), id)?;
    Ok(row)
}

/// Takes a scheme out of force from `today` on; one that never was active is withdrawn.
pub fn retire<C: Connection>(
    connection: &mut C,
    id: &str,
    today: Day,
    person: &str,
) -> Result<SchemeRow, TierError> {
    let in_force = store::tier::scheme_in_force(connection, today.number())?;
    if in_force.is_some_and(|row| row.tier_scheme_id == id) {
        return Err(TierError::LastScheme);
    }
    let done = |row: &SchemeRow| row.state == "retired";
    step(connection, id, &["draft", "submitted", "approved", "active"], done, |row| {
        row.state = "retired".to_owned();
        row.retired_by = Some(person.to_owned());
        if row.active_from.is_some() && row.active_to.is_none_or(|to| to > today.number()) {
            row.active_to = Some(today.number().max(row.active_from.unwrap_or(0)));
        }
        Ok(())
    })
}

/// The state that people see: an active scheme whose time has ended is retired.
pub fn state_on(row: &SchemeRow, today: Day) -> &str {
    if row.state == "active" && row.active_to.is_some_and(|to| to <= today.number()) {
        "retired"
    } else {
        &row.state
    }
}

fn step<C: Connection>(
    connection: &mut C,
    id: &str,
    from: &'static [&'static str],
    done: impl FnOnce(&SchemeRow) -> bool,
    change: impl FnOnce(&mut SchemeRow) -> Result<(), TierError>,
) -> Result<SchemeRow, TierError> {
    let mut row = scheme(connection, id)?;
    // A step repeated by the same person is answered as the first time.
    if done(&row) {
        return Ok(row);
    }
    if !from.contains(&row.state.as_str()) {
        return Err(TierError::State { is: row.state, wanted: from[0] });
    }
    change(&mut row)?;
    store::tier::put_scheme(connection, &row)?;
    Ok(row)
}
