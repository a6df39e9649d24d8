//! Customers: each gets a place in the book once, in the order of arrival.

use std::borrow::Cow;

use domain::date::Day;
use domain::intake::Customer;
use store::customer::CustomerRow;
use store::{Connection, in_transaction};

use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, last_of_each, sift,
};

/// Takes customers, and tells the book who is new, moved, or opened on another day.
pub fn customers<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Customer<'_>>],
) -> Result<Outcome, IntakeError> {
    let today = context.today();
    let (passed, mut rejected) = sift(entries, |record| record.check(today));
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let units = Distinct::of(passed.iter().map(|entry| entry.record.organisation_id.as_ref()));
        let found_units = units.found(store::organisation::find(connection, units.list.iter().copied())?);
        let people = Distinct::of(passed.iter().map(|entry| entry.record.id.as_ref()));
        let stored = people.found(store::customer::find(connection, people.list.iter().copied())?);

        let mut good = Vec::with_capacity(passed.len());
        for (at, entry) in passed.into_iter().enumerate() {
            let unit = found_units[units.places[at]];
            let person = people.places[at];
            let moved_from = stored[person].as_ref().map(|row: &CustomerRow<'_>| row.organisation_ref);
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
        let mut next = store::customer::next_ref(connection)?;
        let (mut rows, mut changed) = (Vec::new(), Vec::new());
        for (person, unit, record) in last_of_each(good, |(person, ..)| *person as u64) {
            let old = stored[person].as_ref();
            let row = row_of(record, unit, old.map_or(next, |old| old.customer_ref));
            if old.is_none() {
                next += 1;
            }
            if old.map(book_facts) != Some(book_facts(&row)) {
                changed.push(row.customer_ref);
            }
            if old != Some(&row) {
                rows.push(row);
            }
        }
        store::customer::save(connection, &rows)?;
        crate::book::customers_changed(connection, &changed)?;
        Ok(Outcome::new(rows.len(), total, rejected))
    })
}

/// What the book keeps of a customer.
fn book_facts(row: &CustomerRow<'_>) -> (u32, Option<i32>) {
    (row.organisation_ref, row.opened_on)
}

fn row_of<'a>(record: &'a Customer<'_>, organisation_ref: u32, customer_ref: u32) -> CustomerRow<'a> {
    CustomerRow {
        customer_ref,
        customer_id: Cow::Borrowed(&record.id),
        organisation_ref,
        name: Cow::Borrowed(&record.name),
        phone: record.phone.as_deref().map(Cow::Borrowed),
        email: record.email.as_deref().map(Cow::Borrowed),
        birth_date: record.birth_date.map(Day::number),
        gender: record.gender.as_deref().map(Cow::Borrowed),
        opened_on: record.opened_on.map(Day::number),
        household_id: record.household_id.as_deref().map(Cow::Borrowed),
        time_zone: record.time_zone.as_deref().map(Cow::Borrowed),
        consents: record.consents.as_deref().map(Cow::Borrowed),
        attributes: record.attributes.as_deref().map(Cow::Borrowed),
    }
}
