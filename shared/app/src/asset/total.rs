//! Totals over time: by organisation with all below it, by held tier, by class.

use domain::book::{Measure, customer_at};
use domain::date::{Day, Month};
use domain::total::{Total, add_column};
use store::book::ChunkRow;
use store::{Connection, in_snapshot};

use super::Sight;
use super::month::{each_month, each_page, fold_all};
use crate::organisation::Tree;
use crate::tier::TierError;
use crate::tier::held::{HeldOn, latest_change};

/// What totals are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Organisations, each with all below it.
    Organisation,
    /// Tiers held at the month's end.
    Tier,
    /// Deposits, investments, secured loans, unsecured loans, card spend.
    Class,
}

/// Names of the classes, in their order.
const CLASSES: [&str; 5] = ["deposits", "investments", "secured_loans", "unsecured_loans", "card_spend"];

/// Places for tier numbers; place 0 is for customers who hold none.
const TIERS: usize = 256;

/// Which totals are asked for.
#[derive(Clone, Debug)]
pub struct TotalFilter {
    /// What they are told apart by.
    pub by: Grouping,
    /// First and last month.
    pub months: (Month, Month),
    /// Whose.
    pub sight: Sight,
}

/// The total of a month and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalLine {
    /// The month.
    pub month: Month,
    /// The organisation's id, the tier's code or the class; `None`: no tier held.
    pub key: Option<String>,
    /// Customers: opened by the month's end or with assets in it; of a class those with a figure.
    pub customers: u64,
    /// Assets, or the class's figure, at the month's end (card spend: of the month), in minor units.
    pub amount: i64,
}

/// Totals of each month, oldest first; keys that have nothing to tell are left out, except classes.
pub fn totals<C: Connection>(connection: &mut C, filter: &TotalFilter) -> Result<Vec<TotalLine>, TierError> {
    fold_all(connection, &filter.sight)?;
    in_snapshot(connection, |connection| match filter.by {
        Grouping::Organisation => by_organisation(connection, filter),
        Grouping::Tier => by_tier(connection, filter),
        Grouping::Class => by_class(connection, filter),
    })
}

/// Totals by month, then by place of the key.
struct Sums {
    first: Month,
    width: usize,
    totals: Vec<Total>,
}

impl Sums {
    fn new((first, last): (Month, Month), width: usize) -> Self {
        let months = (last.number() + 1 - first.number()).max(0) as usize;
        Self { first, width, totals: vec![Total::default(); months * width] }
    }

    fn of(&mut self, month: Month) -> &mut [Total] {
        let start = (month.number() - self.first.number()) as usize * self.width;
        &mut self.totals[start..start + self.width]
    }

    /// Adds the assets of a chunk's customers at a month's end, by the place of each one's key.
    fn add_assets(
        &mut self,
        (chunk, month, assets): (&ChunkRow, Month, &[i64]),
        sight: &Sight,
        key: impl Fn(usize) -> usize,
    ) {
        let last_day = month.last_day().number();
        let customers = chunk.organisation.len();
        add_column(
            self.of(month),
            &assets[..customers],
            |slot| sees(sight, chunk, slot).then(|| key(slot)),
            |slot| chunk.opened[slot] <= last_day,
        );
    }

    /// Months with their totals, oldest first.
    fn months(&self) -> impl Iterator<Item = (Month, &[Total])> {
        let months = self.totals.chunks(self.width.max(1)).enumerate();
        months.map(move |(at, totals)| (self.first.plus(at as i32), totals))
    }
}

#[inline]
fn sees(sight: &Sight, chunk: &ChunkRow, slot: usize) -> bool {
    sight.sees(chunk.organisation[slot], customer_at(chunk.chunk_id, slot))
}

fn line(month: Month, key: Option<&str>, total: &Total) -> TotalLine {
    let key = key.map(str::to_owned);
    TotalLine { month, key, customers: total.customers, amount: total.amount() }
}

fn by_organisation<C: Connection>(
    connection: &mut C,
    filter: &TotalFilter,
) -> Result<Vec<TotalLine>, TierError> {
    let tree = Tree::load(connection)?;
    let width = tree.units().map(|unit| unit.organisation_ref as usize + 1).max().unwrap_or(0);
    let mut sums = Sums::new(filter.months, width);
    each_page(connection, &filter.sight, |connection, chunks| {
        each_month(connection, chunks, [Measure::AssetsEnd], filter.months, |chunk, month, [assets]| {
            let key = |slot: usize| chunk.organisation[slot] as usize;
            sums.add_assets((chunk, month, assets.as_slice()), &filter.sight, key);
        })
    })?;
    let mut lines = Vec::new();
    for (month, own) in sums.months() {
        let mut totals = vec![Total::default(); width];
        for (place, total) in own.iter().enumerate().filter(|(_, total)| !total.is_empty()) {
            for unit in tree.upwards(place as u32) {
                totals[unit as usize].add_total(total);
            }
        }
        for unit in tree.units().filter(|unit| filter.sight.covers(unit.organisation_ref)) {
            let total = &totals[unit.organisation_ref as usize];
            if !total.is_empty() {
                lines.push(line(month, Some(&unit.organisation_id), total));
            }
        }
    }
    Ok(lines)
}

fn by_tier<C: Connection>(connection: &mut C, filter: &TotalFilter) -> Result<Vec<TotalLine>, TierError> {
    let (first, last) = filter.months;
    let changed_on = latest_change(connection)?;
    let ends = (first.number()..=last.number()).map(|number| Month::from_number(number).last_day());
    // From the latest review on, the present columns are those of the date.
    let past: Vec<Day> = ends.filter(|day| changed_on.is_some_and(|changed_on| *day < changed_on)).collect();
    let (mut held, mut sums) = (HeldOn::default(), Sums::new(filter.months, TIERS));
    each_page(connection, &filter.sight, |connection, chunks| {
        for chunk in chunks {
            let present = store::state::states(connection, chunk.chunk_id, chunk.chunk_id + 1)?;
            let present = present.into_iter().next().unwrap_or_default();
            let mut states = held.days(connection, chunk.chunk_id, &present, &past)?;
            states.push(present);
            let alone = std::slice::from_ref(chunk);
            each_month(connection, alone, [Measure::AssetsEnd], filter.months, |chunk, month, [assets]| {
                let states = &states[past.len().min((month.number() - first.number()) as usize)];
                let key = |slot: usize| usize::from(states.tier[slot]);
                sums.add_assets((chunk, month, assets.as_slice()), &filter.sight, key);
            })?;
        }
        Ok::<_, TierError>(())
    })?;
    let codes = store::tier::tier_codes(connection)?;
    let mut lines = Vec::new();
    for (month, totals) in sums.months() {
        // Who holds no tier comes last.
        for number in (1..=u8::MAX).chain([0]) {
            let total = &totals[usize::from(number)];
            if !total.is_empty() {
                lines.push(line(month, codes.get(&number).map(String::as_str), total));
            }
        }
    }
    Ok(lines)
}

fn by_class<C: Connection>(connection: &mut C, filter: &TotalFilter) -> Result<Vec<TotalLine>, TierError> {
    let measures = [
        Measure::AssetsEnd,
        Measure::InvestmentsEnd,
        Measure::SecuredLoans,
        Measure::UnsecuredLoans,
        Measure::CardSpend,
    ];
    let mut sums = Sums::new(filter.months, CLASSES.len());
    each_page(connection, &filter.sight, |connection, chunks| {
        each_month(connection, chunks, measures, filter.months, |chunk, month, columns| {
            let [assets, investments, secured, unsecured, spend] = columns;
            let totals = sums.of(month);
            for slot in (0..chunk.organisation.len()).filter(|slot| sees(&filter.sight, chunk, *slot)) {
                let deposits = assets[slot].saturating_sub(investments[slot]);
                let figures = [deposits, investments[slot], secured[slot], unsecured[slot], spend[slot]];
                for (total, figure) in totals.iter_mut().zip(figures) {
                    total.add(figure != 0, figure);
                }
            }
        })
    })?;
    let lines = sums.months().flat_map(|(month, totals)| {
        let named = CLASSES.into_iter().zip(totals);
        named.map(move |(class, total)| line(month, Some(class), total))
    });
    Ok(lines.collect())
}
