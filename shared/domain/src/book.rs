//! The book: what is known of every customer, month by month.

use crate::date::Month;

/// Where a month's figures came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Added up from the balances of accounts: stands until a later month says otherwise.
    RolledUp,
    /// Delivered for the whole customer by a warehouse: replaces the month, and later months without figures are zero.
    Delivered,
}

/// Assets and loans of one customer's month, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Holdings {
    /// Deposits at the month's end.
    pub deposits_end: i64,
    /// Deposits, average of the daily closing balances.
    pub deposits_average: i64,
    /// Investments at the month's end.
    pub investments_end: i64,
    /// Investments, average of the daily closing balances.
    pub investments_average: i64,
    /// Secured loans at the month's end.
    pub secured_loans: i64,
    /// Unsecured loans at the month's end.
    pub unsecured_loans: i64,
}

/// What a feed says of one customer's month. A part that is `None` stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// The customer's place in the book.
    pub customer_ref: u32,
    /// The month.
    pub month: Month,
    /// Where the figures came from; a rolled-up figure never replaces a delivered month.
    pub origin: Origin,
    /// Assets and loans.
    pub holdings: Option<Holdings>,
    /// Card spend of this month alone.
    pub card_spend: Option<i64>,
}

/// Customers of one chunk. A chunk is what a batch reads and writes at once; 4 096 customers make half a megabyte.
pub const SLOTS: usize = 4096;

/// The chunk that a customer lies in.
pub const fn chunk_of(customer_ref: u32) -> u32 {
    customer_ref / SLOTS as u32
}

/// The customer's place in the chunk.
pub const fn slot_of(customer_ref: u32) -> usize {
    customer_ref as usize % SLOTS
}

/// The customer at a place.
pub const fn customer_at(chunk_id: u32, slot: usize) -> u32 {
    chunk_id * SLOTS as u32 + slot as u32
}

/// What the book keeps of each month, one column each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Measure {
    /// How the month came about (see [`Origin`]): 0 nothing known, 1 rolled up, 2 delivered.
    Origin = 0,
    /// Deposits and investments at the month's end.
    AssetsEnd = 1,
    /// Deposits and investments, daily average.
    AssetsAverage = 2,
    /// Investments at the month's end.
    InvestmentsEnd = 3,
    /// Investments, daily average.
    InvestmentsAverage = 4,
    /// Secured loans at the month's end.
    SecuredLoans = 5,
    /// Unsecured loans at the month's end.
    UnsecuredLoans = 6,
    /// Card spend of the month.
    CardSpend = 7,
}

impl Measure {
    /// All measures, in the order of their numbers.
    pub const ALL: [Measure; 8] = [
        Self::Origin,
        Self::AssetsEnd,
        Self::AssetsAverage,
        Self::InvestmentsEnd,
        Self::InvestmentsAverage,
        Self::SecuredLoans,
        Self::UnsecuredLoans,
        Self::CardSpend,
    ];
}

impl Origin {
    /// The origin's number in its column.
    pub const fn number(self) -> i64 {
        match self {
            Self::RolledUp => 1,
            Self::Delivered => 2,
        }
    }
}

/// All columns of one chunk and month, by [`Measure`]; an empty column is all zero.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MonthColumns([Vec<i64>; 8]);

/// The figures of one customer's month as the columns hold them, by [`Measure`].
pub type MonthRow = [i64; 8];

impl MonthColumns {
    /// The column of a measure.
    pub fn column(&self, measure: Measure) -> &[i64] {
        &self.0[measure as usize]
    }

    /// The column of a measure, to be filled.
    pub fn column_mut(&mut self, measure: Measure) -> &mut Vec<i64> {
        &mut self.0[measure as usize]
    }

    /// One customer's figures.
    pub fn row(&self, slot: usize) -> MonthRow {
        std::array::from_fn(|measure| self.0[measure].get(slot).copied().unwrap_or(0))
    }

    /// Puts one figure.
    pub fn put(&mut self, measure: Measure, slot: usize, figure: i64) {
        let column = &mut self.0[measure as usize];
        if column.len() <= slot {
            if figure == 0 {
                return;
            }
            column.resize(SLOTS, 0);
        }
        column[slot] = figure;
    }

    /// The next month while nothing is known of it: what was rolled up from accounts stands, as its end and as its
    /// average; what was delivered for its month only is zero again; nobody has spent yet.
    pub fn carried(&self) -> Self {
        let mut next = Self::default();
        if !self.column(Measure::Origin).contains(&Origin::RolledUp.number()) {
            return next;
        }
        for slot in 0..SLOTS {
            let row = carried_row(&self.row(slot));
            for measure in Measure::ALL {
                next.put(measure, slot, row[measure as usize]);
            }
        }
        next
    }

    /// Applies what a feed said of a customer's month.
    pub fn apply(&mut self, slot: usize, change: &MonthChange) {
        let mut row = self.row(slot);
        change.apply(&mut row);
        for measure in Measure::ALL {
            self.put(measure, slot, row[measure as usize]);
        }
    }
}

/// One customer's next month while nothing is known of it; see [`MonthColumns::carried`].
pub fn carried_row(row: &MonthRow) -> MonthRow {
    if row[Measure::Origin as usize] != Origin::RolledUp.number() {
        return MonthRow::default();
    }
    let mut next = *row;
    next[Measure::AssetsAverage as usize] = row[Measure::AssetsEnd as usize];
    next[Measure::InvestmentsAverage as usize] = row[Measure::InvestmentsEnd as usize];
    next[Measure::CardSpend as usize] = 0;
    next
}

/// Measures of [`MonthChange::holdings`], in its order.
pub const HOLDING_MEASURES: [Measure; 6] = [
    Measure::AssetsEnd,
    Measure::AssetsAverage,
    Measure::InvestmentsEnd,
    Measure::InvestmentsAverage,
    Measure::SecuredLoans,
    Measure::UnsecuredLoans,
];

/// A change of one customer's month in the terms of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthChange {
    /// The customer's place in the book.
    pub customer_ref: u32,
    /// The month.
    pub month: Month,
    /// Where the figures came from.
    pub origin: Origin,
    /// Assets and loans, by [`HOLDING_MEASURES`].
    pub holdings: Option<[i64; 6]>,
    /// Card spend of the month.
    pub card_spend: Option<i64>,
}

impl MonthChange {
    /// Applies the change to a month's figures. A rolled-up figure leaves a delivered month as it is.
    pub fn apply(&self, row: &mut MonthRow) {
        let delivered = row[Measure::Origin as usize] == Origin::Delivered.number();
        if delivered && self.origin == Origin::RolledUp {
            return;
        }
        if let Some(holdings) = self.holdings {
            for (measure, figure) in HOLDING_MEASURES.into_iter().zip(holdings) {
                row[measure as usize] = figure;
            }
            row[Measure::Origin as usize] = self.origin.number();
        }
        if let Some(card_spend) = self.card_spend {
            row[Measure::CardSpend as usize] = card_spend;
        }
    }

    /// Merges a later change of the same customer and month into this one.
    pub fn merge(&mut self, later: &MonthChange) {
        if self.holdings.is_some() && self.origin == Origin::Delivered && later.origin == Origin::RolledUp {
            return;
        }
        if later.holdings.is_some() {
            (self.holdings, self.origin) = (later.holdings, later.origin);
        }
        self.card_spend = later.card_spend.or(self.card_spend);
    }
}

impl From<&MonthFigures> for MonthChange {
    fn from(figures: &MonthFigures) -> Self {
        let MonthFigures { customer_ref, month, origin, holdings, card_spend } = *figures;
        let holdings = holdings.map(|of| {
            [
                of.deposits_end.saturating_add(of.investments_end),
                of.deposits_average.saturating_add(of.investments_average),
                of.investments_end,
                of.investments_average,
                of.secured_loans,
                of.unsecured_loans,
            ]
        });
        Self { customer_ref, month, origin, holdings, card_spend }
    }
}
