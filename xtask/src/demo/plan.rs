//! What bank to make: how large, until when, from which seed; and the tree of its organisations.

use chrono::NaiveDate;

use super::names::{CITIES, QUARTERS};
use super::random::Random;
use crate::failure::Failure;
use crate::month::CalendarMonth;

/// Ids have eight digits.
const MOST_CUSTOMERS: u64 = 99_999_999;

/// A year for the longest window of the seed scheme, and one month more, so that a review has a review before it.
pub const MONTHS: i64 = 14;

const CUSTOMERS_A_BRANCH: u64 = 2_000;
const FEWEST_BRANCHES: u64 = 12;
const BRANCHES_A_REGION: u64 = 8;

/// A demo bank: the same plan is the same bank, to the byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Number of customers.
    pub customers: u64,
    /// Another seed, other people.
    pub seed: u64,
    /// The latest month that has figures.
    pub last_month: CalendarMonth,
}

impl Plan {
    /// A bank whose latest month is the last that is complete on `as_of`.
    pub fn new(customers: u64, seed: u64, as_of: NaiveDate) -> Result<Self, Failure> {
        if !(1..=MOST_CUSTOMERS).contains(&customers) {
            return Err(Failure::new(
                format!("{customers} customers cannot be made"),
                format!("choose --customers between 1 and {MOST_CUSTOMERS}"),
            ));
        }
        Ok(Self { customers, seed, last_month: CalendarMonth::complete_on(as_of) })
    }

    /// The month at place `month` of the history, 0 being the first.
    pub fn month(&self, month: i64) -> CalendarMonth {
        self.last_month.plus((month - (MONTHS - 1)) as i32)
    }

    /// Number of branches.
    pub fn branches(&self) -> u64 {
        (self.customers / CUSTOMERS_A_BRANCH).max(FEWEST_BRANCHES)
    }

    /// Number of regional offices.
    pub fn regions(&self) -> u64 {
        self.branches().div_ceil(BRANCHES_A_REGION).max(3)
    }

    /// The region of a branch.
    pub fn region_of(&self, branch: u64) -> u64 {
        branch % self.regions()
    }

    /// The branch of a customer. Two neighbours in number share theirs, because they may share a household.
    pub fn branch_of(&self, customer: u64) -> u64 {
        let mut random = Random::of(self.seed, 3, customer / 2);
        // The smaller of two draws now and then: branches differ in size, as they do.
        let branch = random.below(self.branches());
        if random.chance(400_000) { branch.min(random.below(self.branches())) } else { branch }
    }

    /// Regional office's name.
    pub fn region_name(&self, region: u64) -> String {
        let city = CITIES[region as usize % CITIES.len()];
        match region as usize / CITIES.len() {
            0 => format!("{city}分行"),
            more => format!("{city}第{}分行", more + 1),
        }
    }

    /// Branch's name.
    pub fn branch_name(&self, branch: u64) -> String {
        let (region, place) = (self.region_of(branch), (branch / self.regions()) as usize);
        let city = CITIES[region as usize % CITIES.len()];
        match place / QUARTERS.len() {
            0 => format!("{city}{}支行", QUARTERS[place]),
            more => format!("{city}{}第{}支行", QUARTERS[place % QUARTERS.len()], more + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month::parse_date;

    #[test]
    fn a_bank_of_a_million_has_five_hundred_branches_and_each_has_customers() {
        let plan = Plan::new(1_000_000, 1, parse_date("2026-11-22").unwrap()).unwrap();
        assert_eq!((plan.branches(), plan.regions()), (500, 63));
        let mut size = vec![0u32; 500];
        (0..plan.customers).for_each(|customer| size[plan.branch_of(customer) as usize] += 1);
        assert!(size.iter().all(|customers| (900..4_000).contains(customers)), "{size:?}");
        assert_eq!(plan.month(MONTHS - 1).to_string(), "2026-10");
        assert_eq!(plan.month(0).to_string(), "2025-09");
    }

    #[test]
    fn an_empty_bank_is_refused_with_advice() {
        let failure = Plan::new(0, 1, parse_date("2026-11-22").unwrap()).unwrap_err();
        assert!(failure.to_string().contains("--customers"));
    }
}
