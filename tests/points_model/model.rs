//! The ledger in memory: as short as it can be said.

use super::{DAY_MS, PEOPLE};

/// A lot of the model. `order` stands for the number: later lots have greater ones.
#[derive(Clone, Debug)]
pub struct Lot {
    pub owner: usize,
    pub purchase: usize,
    pub earned: i64,
    pub last: i64,
    pub left: i64,
    pub order: usize,
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub owner: usize,
    pub until_ms: i64,
    /// (place of the lot, points)
    pub parts: Vec<(usize, i64)>,
    pub id: String,
}

#[derive(Clone, Debug)]
pub struct Purchase {
    pub owner: usize,
    pub units: i64,
    pub returned: i64,
    pub taken: i64,
}

#[derive(Default)]
pub struct Model {
    pub now_ms: i64,
    pub lots: Vec<Lot>,
    pub holds: Vec<Hold>,
    pub purchases: Vec<Purchase>,
    pub debt: [i64; PEOPLE],
}

impl Model {
    pub fn today(&self) -> i64 {
        (self.now_ms + 8 * 3_600_000).div_euclid(DAY_MS)
    }

    pub fn held(&self, lot: usize) -> i64 {
        let open = self.holds.iter().filter(|hold| hold.until_ms > self.now_ms);
        open.flat_map(|hold| &hold.parts).filter(|(place, _)| *place == lot).map(|(_, points)| points).sum()
    }

    fn spendable(&self, lot: usize) -> i64 {
        if self.lots[lot].last < self.today() { 0 } else { self.lots[lot].left - self.held(lot) }
    }

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

    pub fn take(&mut self, parts: &[(usize, i64)]) {
        parts.iter().for_each(|(place, points)| self.lots[*place].left -= points);
    }
}
