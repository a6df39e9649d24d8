//! One customer's months: the columns' figures with the overlay on top.

use domain::book::{Measure, MonthRow, carried_row, chunk_of, slot_of};
use domain::date::{Day, Month};
use domain::tier::scheme::{AssetBasis, CARD_SPEND_MONTHS};
use domain::tier::{Facts, Scheme};
use store::{Connection, StoreError};

/// Figures of the months `first..=last` of one customer, oldest first.
pub fn customer_months<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
    first: Month,
    last: Month,
) -> Result<Vec<MonthRow>, StoreError> {
    let (chunk_id, slot) = (chunk_of(customer_ref), slot_of(customer_ref));
    let stored_to = store::book::last_month_of_chunk(connection, chunk_id)?;
    let changes = store::book_change::month_changes(connection, customer_ref, customer_ref + 1)?;
    // What is carried into the first month may come from an earlier one: the columns' latest, or a single change.
    let mut from = first.number();
    if stored_to != 0 {
        from = from.min(stored_to);
    }
    if let Some(change) = changes.first() {
        from = from.min(change.month.number());
    }
    let mut stored = vec![MonthRow::default(); (stored_to.min(last.number()) + 1 - from).max(0) as usize];
    let known = (from, stored_to.min(last.number()));
    for (month, measure, figure) in store::slot::figures(connection, (chunk_id, slot), known)? {
        let figures = &mut stored[(month - from) as usize];
        figures[measure as usize] = figure.unwrap_or(figures[store::book::end_of(measure) as usize]);
    }
    let mut months: Vec<MonthRow> = Vec::new();
    for month in from..=last.number() {
        let carried = months.last().map(carried_row).unwrap_or_default();
        let mut row = stored.get((month - from) as usize).copied().unwrap_or(carried);
        for change in changes.iter().filter(|change| change.month.number() == month) {
            change.apply(&mut row);
        }
        months.push(row);
    }
    Ok(months.split_off((first.number() - from) as usize))
}

/// The facts of one customer at a date, as a scheme looks at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerFacts {
    /// Assets, newest month first.
    pub assets: Vec<i64>,
    /// Card spend of twelve months.
    pub card_spend: i64,
    /// Secured loans, current month.
    pub secured_loans: i64,
    /// Unsecured loans, current month.
    pub unsecured_loans: i64,
    /// Bits of valid card levels that the scheme looks at.
    pub cards: u8,
}

impl CustomerFacts {
    /// For the rule.
    pub fn facts(&self) -> Facts<'_> {
        let Self { assets, card_spend, secured_loans, unsecured_loans, cards } = self;
        Facts {
            assets,
            card_spend: *card_spend,
            secured_loans: *secured_loans,
            unsecured_loans: *unsecured_loans,
            cards: *cards,
        }
    }
}

/// Loads the facts of one customer.
pub fn customer_facts<C: Connection>(
    connection: &mut C,
    scheme: &Scheme,
    customer_ref: u32,
    as_of: Day,
) -> Result<CustomerFacts, StoreError> {
    let current = as_of.month();
    let months = scheme.months().max(CARD_SPEND_MONTHS as usize);
    let mut rows = customer_months(connection, customer_ref, current.plus(1 - months as i32), current)?;
    rows.reverse();
    let (assets, investments) = match scheme.basis() {
        AssetBasis::MonthEnd => (Measure::AssetsEnd, Measure::InvestmentsEnd),
        AssetBasis::DailyAverage => (Measure::AssetsAverage, Measure::InvestmentsAverage),
    };
    let weigh = |row: &MonthRow| scheme.coefficients().weigh(row[assets as usize], row[investments as usize]);
    let year = &rows[..CARD_SPEND_MONTHS as usize];
    let mut cards = 0;
    for level in scheme.card_levels() {
        let holders = store::book::card_holders(
            connection,
            level.code(),
            (customer_ref, customer_ref + 1),
            as_of.number(),
        )?;
        cards |= if holders.is_empty() { 0 } else { level.bit() };
    }
    Ok(CustomerFacts {
        assets: rows[..scheme.months()].iter().map(weigh).collect(),
        card_spend: year.iter().fold(0, |sum, row| sum.saturating_add(row[Measure::CardSpend as usize])),
        secured_loans: rows[0][Measure::SecuredLoans as usize],
        unsecured_loans: rows[0][Measure::UnsecuredLoans as usize],
        cards,
    })
}
