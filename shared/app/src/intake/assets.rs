//! Monthly figures of customers as a warehouse delivers them: the way of a whole book into the house, so that
//! nothing is written but the book.

use domain::book::{Holdings, MonthFigures, Origin};
use domain::intake::Assets;
use store::customer::CustomerPlace;
use store::{Connection, in_transaction};

use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, last_of_each, pair_key,
    sift,
};

/// Takes months of customers. Whether a month was there already is not asked: the book takes it again.
pub fn assets<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Assets<'_>>],
) -> Result<Outcome, IntakeError> {
    let today = context.today();
    let (passed, mut rejected) = sift(entries, |record| record.check(today));
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let people = Distinct::of(passed.iter().map(|entry| entry.record.customer_id.as_ref()));
        let rows = store::customer::places(connection, people.list.iter().copied(), reach.is_limited())?;
        let found: Vec<Option<CustomerPlace>> = people.found(rows);

        let mut figures = Vec::with_capacity(passed.len());
        for (entry, place) in passed.iter().zip(&people.places) {
            let detail = match found[*place] {
                None => "the customer is not known",
                Some(customer) if !reach.covers(customer.organisation_ref) => OUT_OF_REACH,
                Some(customer) => {
                    figures.push(figures_of(&entry.record, customer.customer_ref));
                    continue;
                }
            };
            rejected.push(Rejection { index: entry.index, pointer: "/customer_id", detail });
        }
        let total = figures.len();
        let mut figures = last_of_each(figures, |month| pair_key(month.customer_ref, month.month.number()));
        figures.sort_unstable_by_key(|month| (month.customer_ref, month.month));
        crate::book::record(connection, &figures)?;
        Ok(Outcome::new(figures.len(), total, rejected))
    })
}

/// A delivered figure serves as the month's end and as its daily average.
fn figures_of(record: &Assets<'_>, customer_ref: u32) -> MonthFigures {
    MonthFigures {
        customer_ref,
        month: record.month,
        origin: Origin::Delivered,
        holdings: Some(Holdings {
            deposits_end: record.deposits,
            deposits_average: record.deposits,
            investments_end: record.investments,
            investments_average: record.investments,
            secured_loans: record.secured_loans,
            unsecured_loans: record.unsecured_loans,
        }),
        card_spend: Some(record.card_spend),
    }
}
