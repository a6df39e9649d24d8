//! The ledger in memory: as short as it can be said.

use super::{DAY_MS, PEOPLE};

/// A lot of the model. `order` stands for the number: later lots have greater ones.
#[derive(Clone, Debug)]
pub struct Lot {
    /// Whose.
    pub owner: usize,
    /// Place of the purchase that gave it; `usize::MAX` of one that was transferred.
    pub purchase: usize,
    /// Day of the purchase.
    pub earned: i64,
    /// The last day on which it can be spent.
    pub last: i64,
    /// Points.
    pub left: i64,
    /// The later, the greater.
    pub order: usize,
}

/// An open reservation.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Whose.
    pub owner: usize,
    /// From when on it holds nothing.
    pub until_ms: i64,
    /// (place of the lot, points)
    pub parts: Vec<(usize, i64)>,
    /// The bank's id of it.
    pub id: String,
}

/// A purchase of so many units.
#[derive(Clone, Debug)]
pub struct Purchase {
    /// Whose.
    pub owner: usize,
    /// Units, and points.
    pub units: i64,
    /// Units that came back.
    pub returned: i64,
    /// Points that were due for them.
    pub taken: i64,
}

/// What there is.
#[derive(Default)]
pub struct Model {
    /// The present instant.
    pub now_ms: i64,
    /// Used up or not.
    pub lots: Vec<Lot>,
    /// Reservations that nobody ended.
    pub holds: Vec<Hold>,
    /// In their order.
    pub purchases: Vec<Purchase>,
    /// What each customer owes.
    pub debt: [i64; PEOPLE],
}

impl Model {
    /// The day in Shanghai.
    pub fn today(&self) -> i64 {
        (self.now_ms + 8 * 3_600_000).div_euclid(DAY_MS)
    }

    /// Points of a lot that reservations hold.
    pub fn held(&self, lot: usize) -> i64 {
        let open = self.holds.iter().filter(|hold| hold.until_ms > self.now_ms);
        open.flat_map(|hold| &hold.parts).filter(|(place, _)| *place == lot).map(|(_, points)| points).sum()
    }

    fn spendable(&self, lot: usize) -> i64 {
        if self.lots[lot].last < self.today() { 0 } else { self.lots[lot].left - self.held(lot) }
    }

    /// What a customer can spend.
    pub fn active(&self, owner: usize) -> i64 {
        (0..self.lots.len()).filter(|lot| self.lots[*lot].owner == owner).map(|lot| self.spendable(lot)).sum()
    }

    /// Up to so many points in the order of spending; those of `first` before all others.
    pub fn pick(&self, owner: usize, points: i64, first: Option<usize>) -> Vec<(usize, i64)> {
        let mut order: Vec<usize> =
            (0..self.lots.len()).filter(|lot| self.lots[*lot].owner == owner).collect();
        order.sort_by_key(|place| {
            let lot = &self.lots[*place];
            (Some(lot.purchase) != first, lot.last, lot.earned, lot.order)
        });
        let mut wanted = points;
        let mut picked = Vec::new();
        for place in order {
            let part = self.spendable(place).min(wanted);
            if part > 0 {
                wanted -= part;
                picked.push((place, part));
            }
        }
        picked
    }

    /// What pays off a customer's debt, before anything is spent.
    pub fn due(&self, owner: usize) -> Vec<(usize, i64)> {
        self.pick(owner, self.debt[owner], None)
    }

    /// What a customer can spend when the debt is paid off.
    pub fn free(&self, owner: usize) -> i64 {
        self.active(owner) - self.due(owner).iter().map(|(_, points)| points).sum::<i64>()
    }

    /// Pays off a customer's debt, as far as the points go.
    pub fn repay(&mut self, owner: usize) {
        let due = self.due(owner);
        self.take(&due);
        self.debt[owner] -= due.iter().map(|(_, points)| points).sum::<i64>();
    }

    /// Takes points from lots.
    pub fn take(&mut self, parts: &[(usize, i64)]) {
        parts.iter().for_each(|(place, points)| self.lots[*place].left -= points);
    }
}
