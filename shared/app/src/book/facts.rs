//! Loading the facts that a scheme looks at, chunk by chunk, straight from the columns.

use std::collections::{HashMap, HashSet};

use domain::book::{Measure, MonthColumns, SLOTS, customer_at, slot_of};
use domain::date::Day;
use domain::tier::Scheme;
use domain::tier::kernel::ChunkFacts;
use domain::tier::scheme::{self, AssetBasis, CARD_SPEND_MONTHS, CardLevel, Coefficients};
use store::book::{ChunkRow, ColumnRow};
use store::{Connection, StoreError, column};

/// What a scheme needs at a date.
pub struct FactsPlan {
    as_of: Day,
    months: usize,
    basis: AssetBasis,
    coefficients: Coefficients,
    card_spend: bool,
    secured_loans: bool,
    unsecured_loans: bool,
    card_levels: Vec<CardLevel>,
}

impl FactsPlan {
    /// The needs of a scheme at a date.
    pub fn new(scheme: &Scheme, as_of: Day) -> Self {
        Self {
            as_of,
            months: scheme.months(),
            basis: scheme.basis(),
            coefficients: scheme.coefficients(),
            card_spend: scheme.uses(scheme::Measure::CardSpend),
            secured_loans: scheme.uses(scheme::Measure::SecuredLoans),
            unsecured_loans: scheme.uses(scheme::Measure::UnsecuredLoans),
            card_levels: scheme.card_levels(),
        }
    }

    /// The assets of so many months up to a date, and nothing else.
    pub fn of_assets(as_of: Day, months: usize, basis: AssetBasis) -> Self {
        Self {
            as_of,
            months,
            basis,
            coefficients: Coefficients::default(),
            card_spend: false,
            secured_loans: false,
            unsecured_loans: false,
            card_levels: Vec::new(),
        }
    }

    fn current(&self) -> i32 {
        self.as_of.month().number()
    }

    fn first(&self) -> i32 {
        self.current() + 1 - self.months as i32
    }

    fn measures(&self) -> (Measure, Measure) {
        match self.basis {
            AssetBasis::MonthEnd => (Measure::AssetsEnd, Measure::InvestmentsEnd),
            AssetBasis::DailyAverage => (Measure::AssetsAverage, Measure::InvestmentsAverage),
        }
    }
}

/// Loads chunks `from..to` into `room`, one entry a chunk. The chunks' overlay must have been folded.
pub fn load_facts<C: Connection>(
    connection: &mut C,
    plan: &FactsPlan,
    from: u32,
    to: u32,
    room: &mut Vec<ChunkFacts>,
) -> Result<(), StoreError> {
    let rows = store::book::chunks(connection, from, to)?;
    room.resize_with((to - from) as usize, ChunkFacts::default);
    for facts in room.iter_mut() {
        clear(facts, plan);
    }
    let mut last_months = vec![0; room.len()];
    for row in rows {
        let at = (row.chunk_id - from) as usize;
        last_months[at] = row.last_month;
        let ChunkRow { customers, organisation, opened, .. } = row;
        (room[at].customers, room[at].organisation, room[at].opened) = (customers, organisation, opened);
    }
    load_assets(connection, plan, (from, to), room)?;
    load_current(connection, plan, (from, to), room)?;
    // A month that the chunk has no columns of yet stands as the latest one that it has.
    for (at, last_month) in last_months.into_iter().enumerate() {
        if last_month != 0 && last_month < plan.current() {
            let stored = store::book::chunk_columns(connection, from + at as u32, (last_month, last_month))?;
            carry(plan, last_month, &store::book::month_columns(&stored)?.carried(), &mut room[at]);
        }
    }
    Ok(())
}

fn clear(facts: &mut ChunkFacts, plan: &FactsPlan) {
    facts.customers = 0;
    facts.assets.resize_with(plan.months, Vec::new);
    for month in &mut facts.assets {
        month.resize(SLOTS, 0);
    }
    for column in [&mut facts.card_spend, &mut facts.secured_loans, &mut facts.unsecured_loans] {
        column.clear();
    }
    facts.cards.clear();
}

fn load_assets<C: Connection>(
    connection: &mut C,
    plan: &FactsPlan,
    (from, to): (u32, u32),
    room: &mut [ChunkFacts],
) -> Result<(), StoreError> {
    let (assets, investments) = plan.measures();
    let months = (plan.first(), plan.current());
    let place = |row: &ColumnRow| ((row.chunk_id - from) as usize, (plan.current() - row.month) as usize);
    // Room is used again from page to page, so what has no column is cleared, and nothing is cleared twice.
    let mut loaded = vec![false; room.len() * plan.months];
    for row in basis_columns(connection, (from, to), assets, months)? {
        let (chunk, month) = place(&row);
        column::decode(&row.data, &mut room[chunk].assets[month])?;
        loaded[chunk * plan.months + month] = true;
    }
    for (at, _) in loaded.iter().enumerate().filter(|(_, loaded)| !**loaded) {
        room[at / plan.months].assets[at % plan.months].fill(0);
    }
    if plan.coefficients.are_plain() {
        return Ok(());
    }
    let rows = basis_columns(connection, (from, to), investments, months)?;
    let invested: HashMap<(usize, usize), &ColumnRow> = rows.iter().map(|row| (place(row), row)).collect();
    let mut figures = vec![0; SLOTS];
    for (chunk, facts) in room.iter_mut().enumerate() {
        for (month, totals) in facts.assets.iter_mut().enumerate() {
            match invested.get(&(chunk, month)) {
                Some(row) => column::decode(&row.data, &mut figures)?,
                None => figures.fill(0),
            }
            for (total, investments) in totals.iter_mut().zip(&figures) {
                *total = plan.coefficients.weigh(*total, *investments);
            }
        }
    }
    Ok(())
}

/// Columns of a measure; an average that equals its month's end is replaced by that.
fn basis_columns<C: Connection>(
    connection: &mut C,
    chunks: (u32, u32),
    measure: Measure,
    months: (i32, i32),
) -> Result<Vec<ColumnRow>, StoreError> {
    let (same, mut own): (Vec<_>, Vec<_>) = store::book::columns(connection, chunks, measure, months)?
        .into_iter()
        .partition(|row| column::is_same_as_end(&row.data));
    if !same.is_empty() {
        let wanted: HashSet<(u32, i32)> = same.iter().map(|row| (row.chunk_id, row.month)).collect();
        let ends = store::book::columns(connection, chunks, store::book::end_of(measure), months)?;
        own.extend(ends.into_iter().filter(|row| wanted.contains(&(row.chunk_id, row.month))));
    }
    Ok(own)
}

fn load_current<C: Connection>(
    connection: &mut C,
    plan: &FactsPlan,
    (from, to): (u32, u32),
    room: &mut [ChunkFacts],
) -> Result<(), StoreError> {
    let current = plan.current();
    if plan.card_spend {
        let year = (current + 1 - CARD_SPEND_MONTHS, current);
        for row in store::book::columns(connection, (from, to), Measure::CardSpend, year)? {
            let sums = &mut room[(row.chunk_id - from) as usize].card_spend;
            sums.resize(SLOTS, 0);
            column::add(&row.data, sums)?;
        }
    }
    if plan.secured_loans {
        for row in store::book::columns(connection, (from, to), Measure::SecuredLoans, (current, current))? {
            replace(&row, &mut room[(row.chunk_id - from) as usize].secured_loans)?;
        }
    }
    if plan.unsecured_loans {
        for row in store::book::columns(connection, (from, to), Measure::UnsecuredLoans, (current, current))?
        {
            replace(&row, &mut room[(row.chunk_id - from) as usize].unsecured_loans)?;
        }
    }
    let customers = (customer_at(from, 0), customer_at(to, 0));
    for level in &plan.card_levels {
        for customer_ref in
            store::book::card_holders(connection, level.code(), customers, plan.as_of.number())?
        {
            let cards = &mut room[(domain::book::chunk_of(customer_ref) - from) as usize].cards;
            cards.resize(SLOTS, 0);
            cards[slot_of(customer_ref)] |= level.bit();
        }
    }
    Ok(())
}

fn replace(row: &ColumnRow, figures: &mut Vec<i64>) -> Result<(), StoreError> {
    figures.resize(SLOTS, 0);
    column::decode(&row.data, figures)
}

/// Fills the months after the chunk's latest one.
fn carry(plan: &FactsPlan, last_month: i32, carried: &MonthColumns, facts: &mut ChunkFacts) {
    let missing = ((plan.current() - last_month) as usize).min(plan.months);
    let (assets, investments) = (carried.column(Measure::AssetsEnd), carried.column(Measure::InvestmentsEnd));
    for month in &mut facts.assets[..missing] {
        for (slot, total) in assets.iter().enumerate() {
            month[slot] = plan.coefficients.weigh(*total, investments.get(slot).copied().unwrap_or(0));
        }
    }
    if plan.secured_loans {
        facts.secured_loans = carried.column(Measure::SecuredLoans).to_vec();
    }
    if plan.unsecured_loans {
        facts.unsecured_loans = carried.column(Measure::UnsecuredLoans).to_vec();
    }
}
