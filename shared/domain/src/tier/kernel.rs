//! The rule of [`super::decision`] over the columns of a chunk: the same answers, without an allocation a customer.
//!
//! Known: columns of facts and of held tiers. Promised: for every customer exactly the decision that
//! [`super::decide`] makes (a property test holds both together).

use super::decision::{Decision, Facts, Held, Override, holds_otherwise, months_below, settle};
use super::scheme::{Criterion, LONGEST_WINDOW_MONTHS, Measure, Scheme};
use crate::book::SLOTS;
use crate::date::Day;

/// The facts of a chunk's customers that a scheme looks at. An empty column is all zero.
#[derive(Clone, Debug, Default)]
pub struct ChunkFacts {
    /// Customers in the chunk.
    pub customers: usize,
    /// Organisation of each.
    pub organisation: Vec<u32>,
    /// Day on which each became a customer; `i32::MIN` where the bank did not say.
    pub opened: Vec<i32>,
    /// Assets by month, newest first, each column with a figure a customer.
    pub assets: Vec<Vec<i64>>,
    /// Card spend of twelve months.
    pub card_spend: Vec<i64>,
    /// Secured loans, current month.
    pub secured_loans: Vec<i64>,
    /// Unsecured loans, current month.
    pub unsecured_loans: Vec<i64>,
    /// Bits of valid card levels.
    pub cards: Vec<u8>,
}

impl ChunkFacts {
    /// The facts of one customer; `assets` is room for the months.
    pub fn facts<'a>(&self, slot: usize, assets: &'a mut [i64; SCRATCH]) -> Facts<'a> {
        for (room, month) in assets.iter_mut().zip(&self.assets) {
            *room = month[slot];
        }
        Facts { assets: &assets[..self.assets.len()], ..self.without_assets(slot) }
    }

    fn without_assets(&self, slot: usize) -> Facts<'static> {
        let at = |column: &[i64]| column.get(slot).copied().unwrap_or(0);
        Facts {
            assets: &[],
            card_spend: at(&self.card_spend),
            secured_loans: at(&self.secured_loans),
            unsecured_loans: at(&self.unsecured_loans),
            cards: self.cards.get(slot).copied().unwrap_or(0),
        }
    }

    fn column(&self, measure: Measure) -> &[i64] {
        match measure {
            Measure::Assets => self.assets.first().map_or(&[], Vec::as_slice),
            Measure::CardSpend => &self.card_spend,
            Measure::SecuredLoans => &self.secured_loans,
            Measure::UnsecuredLoans => &self.unsecured_loans,
        }
    }
}

/// Room for the months of one customer.
pub const SCRATCH: usize = LONGEST_WINDOW_MONTHS as usize + 1;

/// Who is looked at in a run.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Customers who opened later are not customers yet.
    pub as_of: Day,
    /// By organisation number: looked at or not. `None`: the whole bank.
    pub organisations: Option<&'a [bool]>,
}

impl Scope<'_> {
    /// True when the organisation is looked at.
    pub fn includes(&self, organisation: u32) -> bool {
        self.organisations
            .is_none_or(|looked_at| looked_at.get(organisation as usize).copied().unwrap_or(false))
    }
}

/// What a tier asks of the assets of months.
enum AssetRule {
    /// Nothing: it is met otherwise, or takes everyone.
    None,
    /// One threshold: a customer is below while the highest month so far is.
    AtLeast(i64),
    /// Bands or several thresholds: each month is looked at.
    General,
}

/// The compiled scheme with the room it works in; made once a run.
pub struct Kernel<'a> {
    scheme: &'a Scheme,
    rules: Vec<AssetRule>,
    /// `highest[k][slot]`: highest assets of the current month and the k months before it.
    highest: Vec<Vec<i64>>,
    met: Vec<u8>,
    counted: Vec<bool>,
}

impl<'a> Kernel<'a> {
    /// Compiles a scheme.
    pub fn new(scheme: &'a Scheme) -> Self {
        let rules = scheme
            .tiers()
            .iter()
            .map(|tier| {
                let mut assets = tier.any_of.iter().filter(|criterion| criterion.is_assets());
                match (assets.next(), assets.next()) {
                    (None, _) => AssetRule::None,
                    (Some(Criterion::Amount { at_least, below: None, .. }), None) => {
                        AssetRule::AtLeast(*at_least)
                    }
                    _ => AssetRule::General,
                }
            })
            .collect();
        Self {
            scheme,
            rules,
            highest: vec![vec![0; SLOTS]; scheme.months()],
            met: vec![0; SLOTS],
            counted: vec![false; SLOTS],
        }
    }

    /// Measures a chunk: afterwards [`Kernel::decide`] answers for its customers.
    pub fn measure(&mut self, chunk: &ChunkFacts, scope: &Scope<'_>) {
        let customers = chunk.customers;
        let as_of = scope.as_of.number();
        for slot in 0..customers {
            self.counted[slot] = chunk.opened[slot] <= as_of;
        }
        if scope.organisations.is_some() {
            for slot in 0..customers {
                self.counted[slot] &= scope.includes(chunk.organisation[slot]);
            }
        }
        self.accumulate(chunk);
        let tiers = self.scheme.tiers();
        self.met[..customers].fill((tiers.len() - 1) as u8);
        // From the lowest to the highest, so that the highest tier met is written last.
        for position in (0..tiers.len()).rev() {
            self.mark_by_assets(chunk, position);
            for criterion in &tiers[position].any_of {
                mark_otherwise(chunk, criterion, position as u8, &mut self.met[..customers]);
            }
        }
    }

    /// True when the customer at `slot` is looked at in this run.
    #[inline]
    pub fn counts(&self, slot: usize) -> bool {
        self.counted[slot]
    }

    /// The decision for one customer of the measured chunk.
    #[inline]
    pub fn decide(&self, chunk: &ChunkFacts, slot: usize, held: Held, standing: &[Override]) -> Decision {
        settle(self.scheme, usize::from(self.met[slot]), held, standing, |tier| {
            self.months_below(chunk, slot, tier)
        })
    }

    /// Assets of the current month.
    #[inline]
    pub fn assets(&self, slot: usize) -> i64 {
        self.highest[0][slot]
    }

    /// What a threshold is compared with: the highest month of the tier's window for assets, the current figure of
    /// the other measures. An empty column is all zero.
    pub fn compared<'b>(&'b self, chunk: &'b ChunkFacts, tier: usize, measure: Measure) -> &'b [i64] {
        let window = usize::from(self.scheme.tiers()[tier].window_months);
        match measure {
            Measure::Assets => &self.highest[window][..chunk.customers],
            other => chunk.column(other),
        }
    }

    fn accumulate(&mut self, chunk: &ChunkFacts) {
        let customers = chunk.customers;
        for month in 0..self.highest.len() {
            let (before, rest) = self.highest.split_at_mut(month);
            let (here, assets) = (&mut rest[0][..customers], &chunk.assets[month][..customers]);
            match before.last() {
                None => here.copy_from_slice(assets),
                Some(before) => {
                    for ((here, before), assets) in here.iter_mut().zip(&before[..customers]).zip(assets) {
                        *here = if *assets > *before { *assets } else { *before };
                    }
                }
            }
        }
    }

    fn mark_by_assets(&mut self, chunk: &ChunkFacts, position: usize) {
        let tier = &self.scheme.tiers()[position];
        let customers = chunk.customers;
        match self.rules[position] {
            AssetRule::None => {}
            AssetRule::AtLeast(at_least) => {
                let highest = &self.highest[usize::from(tier.window_months)][..customers];
                for (met, highest) in self.met[..customers].iter_mut().zip(highest) {
                    *met = if *highest >= at_least { position as u8 } else { *met };
                }
            }
            AssetRule::General => {
                let mut months = [0; SCRATCH];
                for slot in 0..customers {
                    let facts = chunk.facts(slot, &mut months);
                    if months_below(tier, &facts) <= tier.window_months {
                        self.met[slot] = position as u8;
                    }
                }
            }
        }
    }

    #[inline]
    fn months_below(&self, chunk: &ChunkFacts, slot: usize, position: usize) -> u8 {
        let tier = &self.scheme.tiers()[position];
        match self.rules[position] {
            AssetRule::AtLeast(at_least) => {
                // Most holders are above now: no need to look at anything else.
                if self.highest[0][slot] >= at_least {
                    return 0;
                }
                let now = chunk.without_assets(slot);
                if tier.any_of.iter().any(|criterion| holds_otherwise(criterion, &now)) {
                    return 0;
                }
                self.highest.iter().take_while(|highest| highest[slot] < at_least).count() as u8
            }
            AssetRule::None => months_below(tier, &chunk.without_assets(slot)),
            AssetRule::General => months_below(tier, &chunk.facts(slot, &mut [0; SCRATCH])),
        }
    }
}

fn mark_otherwise(chunk: &ChunkFacts, criterion: &Criterion, position: u8, met: &mut [u8]) {
    match criterion {
        Criterion::Amount { measure: Measure::Assets, .. } => {}
        Criterion::Amount { measure, at_least, below } => {
            let below = below.unwrap_or(i64::MAX);
            for (met, figure) in met.iter_mut().zip(chunk.column(*measure)) {
                *met = if (*figure >= *at_least) & (*figure < below) { position } else { *met };
            }
        }
        Criterion::Card(level) => {
            let bit = level.bit();
            for (met, cards) in met.iter_mut().zip(&chunk.cards) {
                *met = if cards & bit != 0 { position } else { *met };
            }
        }
    }
}
