//! What a customer can spend from, loaded together.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Day;
use domain::points::{Balance, Dimension, Lot, lot};
use store::points_account::{self, AccountRow};
use store::{Connection, StoreError};

use super::clock;

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Points are earned and spent.
    Open,
    /// Points are earned and none is spent.
    Blocked,
    /// Its lots are another customer's now.
    Merged {
        /// Number of that customer.
        into: u32,
    },
}

impl Status {
    /// The status that an account says.
    pub fn of(account: &AccountRow) -> Result<Self, StoreError> {
        match (account.state, account.merged_into_ref) {
            (points_account::OPEN, _) => Ok(Self::Open),
            (points_account::BLOCKED, _) => Ok(Self::Blocked),
            (points_account::MERGED, Some(into)) => Ok(Self::Merged { into }),
            _ => Err(StoreError::Damaged("an account is in a state of no meaning".to_owned())),
        }
    }
}

/// A customer's points, and those of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Number of the customer.
    pub customer_ref: u32,
    /// How the account stands.
    pub status: Status,
    /// What the customer owes.
    pub debt: i64,
    /// What other members of the pool owe, by customer; their lots pay it off before anybody spends them.
    pub others_debts: BTreeMap<u32, i64>,
    /// Lots of which something is left: the customer's own, and those of the pool's other members who are not blocked.
    /// `held` counts reservations whose time is not over, as of now and of the last writer's instant.
    pub lots: Vec<Lot>,
    /// Numbers of the lots that alone may be spent; any when there is none. Debt is paid off from all lots either way.
    pub paying: Option<BTreeSet<i64>>,
    /// Number of the customer's organisation.
    pub organisation_ref: u32,
    /// Number of the tier that the customer holds; 0: none.
    pub tier_ref: u8,
}

impl Wallet {
    /// Loads a customer's points. A merge is not followed; the status tells of it.
    pub fn load<C: Connection>(
        connection: &mut C,
        customer_ref: u32,
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        let now_ms = clock::instant(connection, now_ms)?;
        let account = points_account::of_customer(connection, customer_ref)?;
        let organisation_ref = points_account::organisations(connection, &[customer_ref])?
            .pop()
            .ok_or_else(|| StoreError::Damaged("points of a customer who is not known".to_owned()))?;
        let (mut owners, mut others_debts) = (vec![customer_ref], BTreeMap::new());
        if let Some(pool) = account.points_pool_ref {
            for member in points_account::of_pool(connection, pool)? {
                if member.customer_ref != customer_ref && Status::of(&member)? == Status::Open {
                    owners.push(member.customer_ref);
                    others_debts.insert(member.customer_ref, member.debt);
                }
            }
        }
        Ok(Self {
            customer_ref,
            status: Status::of(&account)?,
            debt: account.debt,
            others_debts,
            lots: store::points_lot::open(connection, &owners, now_ms)?,
            paying: None,
            organisation_ref,
            tier_ref: held_tiers(connection, &[customer_ref])?.pop().unwrap_or(0),
        })
    }

    /// Lots of this customer alone.
    pub fn own_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(|lot| lot.issued.customer_ref == self.customer_ref)
    }

    /// The balance of the customer's own lots on a day.
    pub fn balance(&self, today: Day) -> Balance {
        let own: Vec<Lot> = self.own_lots().copied().collect();
        lot::balance(&own, today, self.debt, self.status == Status::Blocked)
    }

    /// By what lots that are issued to this customer now are counted.
    pub fn dimension(&self) -> Dimension {
        Dimension { organisation_ref: self.organisation_ref, tier_ref: self.tier_ref, partner_ref: 0 }
    }
}

/// Numbers of the tiers that these customers hold, in their order; 0: none. Each chunk is read once.
pub fn held_tiers<C: Connection>(connection: &mut C, customer_refs: &[u32]) -> Result<Vec<u8>, StoreError> {
    points_account::held_tiers(connection, customer_refs)
}
