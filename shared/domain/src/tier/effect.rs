//! What a run over the book adds up to: the matrix of moves, statuses, organisations, people near a threshold.

use super::decision::{Decision, Outcome, Status};
use super::kernel::{ChunkFacts, Kernel};
use super::scheme::{Criterion, Measure, Scheme};
use super::state::{NO_TIER, Positions, Standing, TierStates};

/// Customers and their assets in one cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    /// Customers.
    pub customers: u64,
    /// Their assets of the current month.
    pub assets: i128,
}

/// How many went where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Moves {
    /// Customers looked at.
    pub customers: u64,
    /// Decided for the first time.
    pub first: u64,
    /// To a higher tier.
    pub upgraded: u64,
    /// To a lower tier, the churned ones included.
    pub downgraded: u64,
    /// Lost a tier with status because of too many months below.
    pub churned: u64,
    /// In the tier they held.
    pub unchanged: u64,
    /// From a tier that the scheme no longer has.
    pub reassigned: u64,
}

impl Moves {
    /// Counts one decision.
    #[inline]
    pub fn add(&mut self, outcome: Outcome) {
        self.customers += 1;
        match outcome {
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::First => self.first += 1,
            Outcome::Upgraded => self.upgraded += 1,
            Outcome::Downgraded => self.downgraded += 1,
            Outcome::Churned => {
                self.downgraded += 1;
                self.churned += 1;
            }
            Outcome::Reassigned => self.reassigned += 1,
        }
    }

    /// Adds the counts of another part of the book.
    pub fn merge(&mut self, other: &Moves) {
        self.customers += other.customers;
        self.first += other.first;
        self.upgraded += other.upgraded;
        self.downgraded += other.downgraded;
        self.churned += other.churned;
        self.unchanged += other.unchanged;
        self.reassigned += other.reassigned;
    }
}

/// Customers near one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The tier.
    pub tier: usize,
    /// What is measured.
    pub measure: Measure,
    /// The threshold.
    pub at_least: i64,
    /// Up to a tenth below it.
    pub under: u64,
    /// On it or up to a tenth above.
    pub over: u64,
}

/// Everything that a run adds up to.
#[derive(Clone, Debug)]
pub struct Effect {
    tiers: usize,
    /// Totals of the run.
    pub moves: Moves,
    /// `[tier held before, as numbered by the store][new position]`.
    matrix: Vec<Cell>,
    /// `[position][status]`: for a lost tier the status churned of that tier, otherwise the status of the new tier.
    statuses: Vec<[u64; 4]>,
    /// By organisation number: moves, and customers by new position.
    organisations: Vec<Option<(Moves, Vec<u64>)>>,
    /// Thresholds of the scheme in its order.
    pub near: Vec<Near>,
    groups: Vec<Group>,
}

/// Thresholds that are compared with the same figures.
#[derive(Clone, Debug)]
struct Group {
    tier: usize,
    measure: Measure,
    /// A tenth below the lowest of them.
    lowest: i64,
    /// Positions among the thresholds.
    members: Vec<usize>,
}

fn groups(scheme: &Scheme, near: &[Near]) -> Vec<Group> {
    let window = |tier: usize| scheme.tiers()[tier].window_months;
    let mut groups: Vec<Group> = Vec::new();
    for (position, of) in near.iter().enumerate() {
        let low = of.at_least - of.at_least / 10;
        let same = |group: &&mut Group| {
            group.measure == of.measure
                && (of.measure != Measure::Assets || window(group.tier) == window(of.tier))
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.lowest = group.lowest.min(low);
                group.members.push(position);
            }
            None => {
                groups.push(Group {
                    tier: of.tier,
                    measure: of.measure,
                    lowest: low,
                    members: vec![position],
                });
            }
        }
    }
    groups
}

impl Effect {
    /// Nothing counted yet.
    pub fn new(scheme: &Scheme) -> Self {
        let tiers = scheme.tiers().len();
        let near: Vec<Near> = scheme
            .tiers()
            .iter()
            .enumerate()
            .flat_map(|(tier, of)| of.any_of.iter().map(move |criterion| (tier, criterion)))
            .filter_map(|(tier, criterion)| match criterion {
                Criterion::Amount { measure, at_least, .. } => {
                    Some(Near { tier, measure: *measure, at_least: *at_least, under: 0, over: 0 })
                }
                Criterion::Card(_) => None,
            })
            .collect();
        Self {
            tiers,
            moves: Moves::default(),
            matrix: vec![Cell::default(); 256 * tiers],
            statuses: vec![[0; 4]; tiers],
            organisations: Vec::new(),
            groups: groups(scheme, &near),
            near,
        }
    }

    /// Counts one decision.
    #[inline]
    pub fn add(
        &mut self,
        organisation: u32,
        held_ref: u8,
        held: Option<usize>,
        decision: &Decision,
        assets: i64,
    ) {
        self.moves.add(decision.outcome);
        let cell = &mut self.matrix[usize::from(held_ref) * self.tiers + decision.tier];
        cell.customers += 1;
        cell.assets += i128::from(assets);
        match (decision.outcome, held) {
            (Outcome::Churned, Some(held)) => self.statuses[held][Status::Churned as usize] += 1,
            _ => {
                if let Some(status) = decision.status {
                    self.statuses[decision.tier][status as usize] += 1;
                }
            }
        }
        let organisation = organisation as usize;
        if self.organisations.len() <= organisation {
            self.organisations.resize(organisation + 1, None);
        }
        let (moves, tiers) =
            self.organisations[organisation].get_or_insert_with(|| (Moves::default(), vec![0; self.tiers]));
        moves.add(decision.outcome);
        tiers[decision.tier] += 1;
    }

    /// Decides and counts a measured chunk: every customer, and the people near each threshold.
    pub fn add_chunk(
        &mut self,
        kernel: &Kernel<'_>,
        chunk: &ChunkFacts,
        states: &TierStates,
        positions: &Positions,
        standing: &Standing,
    ) {
        for_each_decision(kernel, chunk, states, positions, standing, |slot, held, decision| {
            self.add(chunk.organisation[slot], held, positions.position(held), decision, kernel.assets(slot));
        });
        for group in 0..self.groups.len() {
            self.add_near(kernel, chunk, group);
        }
    }

    /// Counts the people near the thresholds of one group. Most are far below the lowest and cost one comparison.
    fn add_near(&mut self, kernel: &Kernel<'_>, chunk: &ChunkFacts, group: usize) {
        let Group { tier, measure, lowest, ref members } = self.groups[group];
        for (slot, figure) in kernel.compared(chunk, tier, measure).iter().enumerate() {
            if *figure < lowest || !kernel.counts(slot) {
                continue;
            }
            for member in members {
                let near = &mut self.near[*member];
                let tenth = near.at_least / 10;
                near.under += u64::from(*figure >= near.at_least - tenth && *figure < near.at_least);
                near.over +=
                    u64::from(*figure >= near.at_least && figure.saturating_sub(tenth) <= near.at_least);
            }
        }
    }

    /// Cells with customers: tier held before (`None` before the first review), new position.
    pub fn matrix(&self) -> impl Iterator<Item = (Option<u8>, usize, Cell)> {
        self.matrix.iter().enumerate().filter(|(_, cell)| cell.customers > 0).map(|(at, cell)| {
            let held = (at / self.tiers) as u8;
            ((held != NO_TIER).then_some(held), at % self.tiers, *cell)
        })
    }

    /// Statuses with customers.
    pub fn statuses(&self) -> impl Iterator<Item = (usize, Status, u64)> {
        const ALL: [Status; 4] = [Status::Normal, Status::Observed, Status::Attention, Status::Churned];
        self.statuses.iter().enumerate().flat_map(|(tier, counts)| {
            ALL.into_iter()
                .zip(counts)
                .filter(|(_, count)| **count > 0)
                .map(move |(status, count)| (tier, status, *count))
        })
    }

    /// Organisations with customers: number, moves, customers by new position.
    pub fn organisations(&self) -> impl Iterator<Item = (u32, &Moves, &[u64])> {
        self.organisations.iter().enumerate().filter_map(|(organisation, counts)| {
            counts.as_ref().map(|(moves, tiers)| (organisation as u32, moves, tiers.as_slice()))
        })
    }
}

/// Decides every customer of a measured chunk whom the run looks at, and hands the decision on with the held tier.
#[inline]
pub fn for_each_decision(
    kernel: &Kernel<'_>,
    chunk: &ChunkFacts,
    states: &TierStates,
    positions: &Positions,
    standing: &Standing,
    mut visit: impl FnMut(usize, u8, &Decision),
) {
    for slot in 0..chunk.customers {
        if kernel.counts(slot) {
            let held_ref = states.tier[slot];
            visit(slot, held_ref, &kernel.decide(chunk, slot, positions.held(held_ref), standing.of(slot)));
        }
    }
}
