//! What several functions say of points alike: balances, and refusals of spending.

use app::points::SpendRefusal;
use domain::points::Balance;
use serde::Serialize;

use crate::field::Date;
use crate::{Problem, Slug};

/// Points that end together.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExpiringPoints {
    /// The last day on which they can be spent.
    pub on: Date,
    /// How many.
    pub points: i64,
}

/// A customer's points.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct PointsBalance {
    /// To be spent now.
    pub active: i64,
    /// Not yet to be spent.
    pub pending: i64,
    /// Held by open reservations.
    pub reserved: i64,
    /// What could be spent if the account were not blocked.
    pub blocked: i64,
    /// What is there and ends, by last day, the earliest first.
    pub expiring: Vec<ExpiringPoints>,
    /// What the customer owes; later points pay it off first.
    pub debt: i64,
}

impl From<Balance> for PointsBalance {
    fn from(balance: Balance) -> Self {
        let expiring = balance.expiring.into_iter();
        let expiring = expiring.map(|(on, points)| ExpiringPoints { on: Date(on), points });
        Self {
            active: balance.active,
            pending: balance.pending,
            reserved: balance.reserved,
            blocked: balance.blocked,
            expiring: expiring.collect(),
            debt: balance.debt,
        }
    }
}

impl From<SpendRefusal> for Problem {
    fn from(refusal: SpendRefusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            SpendRefusal::NotPositive => Self::rule("/points", text),
            SpendRefusal::NotEnough { spendable } => {
                Self::conflict(Slug::NotEnoughPoints, text).with("spendable", &spendable)
            }
            SpendRefusal::Blocked => Self::conflict(Slug::AccountBlocked, text),
            SpendRefusal::Merged => Self::conflict(Slug::AccountClosed, text),
            SpendRefusal::Store(error) => error.into(),
        }
    }
}
