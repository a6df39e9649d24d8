//! People of the bank.

use std::borrow::Cow;

use domain::date::Day;
use domain::intake::{Employee, Role};
use store::employee::{EmployeeRow, MoveRow};
use store::{Connection, in_transaction};

use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, last_of_each, name_of,
    sift,
};

/// Takes employees.
pub fn employees<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Employee<'_>>],
) -> Result<Outcome, IntakeError> {
    let (passed, mut rejected) = sift(entries, Employee::check);
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let units = Distinct::of(passed.iter().map(|entry| entry.record.organisation_id.as_ref()));
        let found_units = units.found(store::organisation::find(connection, units.list.iter().copied())?);
        let people = Distinct::of(passed.iter().map(|entry| entry.record.id.as_ref()));
        let stored = people.found(store::employee::find(connection, people.list.iter().copied())?);

        let mut good = Vec::with_capacity(passed.len());
        for (at, entry) in passed.into_iter().enumerate() {
            let unit = found_units[units.places[at]];
            let person = people.places[at];
            let moved_from = stored[person].as_ref().map(|row: &EmployeeRow<'_>| row.organisation_ref);
            let wrong = if unit.is_none() {
                Some("the organisation is not known")
            } else if !reach.covers(unit) || moved_from.is_some_and(|from| !reach.covers(Some(from))) {
                Some(OUT_OF_REACH)
            } else {
                None
            };
            match (wrong, unit) {
                (None, Some(unit)) => good.push((person, unit, &entry.record)),
                (detail, _) => rejected.push(Rejection {
                    index: entry.index,
                    pointer: "/organisation_id",
                    detail: detail.unwrap_or_default(),
                }),
            }
        }

        let total = good.len();
        let mut next = store::employee::next_ref(connection)?;
        let (mut rows, mut moves) = (Vec::new(), Vec::new());
        for (person, unit, record) in last_of_each(good, |(person, ..)| *person as u64) {
            let old = stored[person].as_ref();
            let row = row_of(record, unit, old.map_or(next, |old| old.employee_ref));
            match old {
                None => next += 1,
                Some(old) if old.organisation_ref != unit => moves.push(MoveRow {
                    employee_ref: old.employee_ref,
                    from_day: context.today().number(),
                    left_ref: old.organisation_ref,
                    organisation_ref: unit,
                }),
                Some(_) => {}
            }
            if old != Some(&row) {
                rows.push(row);
            }
        }
        store::employee::save(connection, &rows)?;
        store::employee::add_moves(connection, moves)?;
        Ok(Outcome::new(rows.len(), total, rejected))
    })
}

fn row_of<'a>(record: &'a Employee<'_>, organisation_ref: u32, employee_ref: u32) -> EmployeeRow<'a> {
    EmployeeRow {
        employee_ref,
        employee_id: Cow::Borrowed(&record.id),
        organisation_ref,
        name: Cow::Borrowed(&record.name),
        role: Cow::Borrowed(name_of(&Role::NAMES, &record.role)),
        active_from: record.active_from.map(Day::number),
        active_to: record.active_to.map(Day::number),
        seller_share_bp: record.seller_share_bp,
        referrer_share_bp: record.referrer_share_bp,
    }
}
