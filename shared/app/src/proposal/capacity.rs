//! How many customers a manager takes, and when somebody is away.

use std::collections::HashMap;

use domain::date::Day;
use store::assignment_proposal::{
    AbsenceRow, CapacityRow, absences, add_absence, capacity_page, put_capacity, remove_absence,
};
use store::assignment_settings::CapacityDefinition;
use store::{Connection, StoreError};

use super::staff::manager_role;
use crate::points::Moment;

/// The greatest capacity; whoever needs more leaves it out, which is no limit.
pub const GREATEST_CAPACITY: u32 = 1_000_000;

/// Days of the longest absence.
pub const GREATEST_ABSENCE_DAYS: i32 = 3_660;

/// Why a capacity or an absence was not written.
#[derive(Debug, thiserror::Error)]
pub enum CapacityError {
    /// No scheme has a tier of this code.
    #[error("no scheme has this tier")]
    UnknownTier {
        /// Its code, as it came.
        code: String,
    },
    /// A figure is too large.
    #[error("0 to {GREATEST_CAPACITY} customers are asked for")]
    TooLarge {
        /// The tier's code; none: of all tiers together.
        code: Option<String>,
    },
    /// The last day lies before the first, or far after it.
    #[error("to is from or up to {GREATEST_ABSENCE_DAYS} days later")]
    Span,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A manager with what applies to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityView {
    /// The bank's id.
    pub employee_id: String,
    /// Where the manager works.
    pub organisation_ref: u32,
    /// The capacity that applies.
    pub capacity: CapacityDefinition,
    /// Whether it is the manager's own, and not that of the settings.
    pub is_own: bool,
    /// Customers whose primary manager that is today.
    pub customers: u64,
}

/// Writes the capacity of a manager. Call it inside a transaction.
pub fn put<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    employee_ref: u32,
    capacity: CapacityDefinition,
) -> Result<CapacityDefinition, CapacityError> {
    let known = store::tier::tier_codes(connection)?;
    for (code, most) in &capacity.tiers {
        if !known.values().any(|known| known == code) {
            return Err(CapacityError::UnknownTier { code: code.clone() });
        }
        if *most > GREATEST_CAPACITY {
            return Err(CapacityError::TooLarge { code: Some(code.clone()) });
        }
    }
    if capacity.total.is_some_and(|total| total > GREATEST_CAPACITY) {
        return Err(CapacityError::TooLarge { code: None });
    }
    let row = CapacityRow { employee_ref, capacity };
    put_capacity(connection, &row, moment.person, moment.now_ms)?;
    Ok(row.capacity)
}

/// Managers under an organisation (`None`: the whole bank) after an id, by id, with what applies to them.
pub fn list<C: Connection>(
    connection: &mut C,
    organisation_ref: Option<u32>,
    today: Day,
    after: &str,
    limit: u32,
) -> Result<Vec<CapacityView>, StoreError> {
    let usual = store::assignment_settings::read(connection)?.settings.capacity;
    let found = capacity_page(connection, manager_role(), organisation_ref, after, limit)?;
    let refs: Vec<u32> = found.iter().map(|(person, _)| person.employee_ref).collect();
    let mut held: HashMap<u32, u64> = HashMap::new();
    for row in store::assignment_proposal::held_by(connection, &refs, today.number())? {
        *held.entry(row.employee_ref).or_default() += 1;
    }
    let view = |(person, own): (store::recipient::PersonRow, Option<CapacityDefinition>)| CapacityView {
        organisation_ref: person.organisation_ref,
        is_own: own.is_some(),
        capacity: own.unwrap_or_else(|| usual.clone()),
        customers: held.get(&person.employee_ref).copied().unwrap_or(0),
        employee_id: person.employee_id,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Writes an absence; one of the same employee that begins on the same day is replaced.
pub fn put_absence<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    employee_ref: u32,
    (from, to): (Day, Day),
    reason: Option<&str>,
) -> Result<(), CapacityError> {
    if !(from..=from.plus(GREATEST_ABSENCE_DAYS)).contains(&to) {
        return Err(CapacityError::Span);
    }
    let row = AbsenceRow {
        employee_ref,
        from_day: from.number(),
        to_day: to.number(),
        reason: reason.map(str::to_owned),
        changed_by: moment.person.to_owned(),
        changed_at: moment.now_ms,
    };
    Ok(add_absence(connection, &row)?)
}

/// Takes the absence back that begins on a day; says whether there was one.
pub fn take_back_absence<C: Connection>(
    connection: &mut C,
    employee_ref: u32,
    from: Day,
) -> Result<bool, StoreError> {
    remove_absence(connection, employee_ref, from.number())
}

/// Absences of an employee that begin after a day's number, the earliest first.
pub fn absences_of<C: Connection>(
    connection: &mut C,
    employee_ref: u32,
    after: i64,
    limit: u32,
) -> Result<Vec<AbsenceRow>, StoreError> {
    absences(connection, employee_ref, after, limit)
}
