//! What a proposal comes to, as its row holds it: JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a proposal comes to, as its row holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Customers it looked at.
    pub clients: u64,
    /// How many customers have to move at least.
    pub lower_bound: u64,
    /// Moves by the name of their reason.
    pub reasons: BTreeMap<String, u64>,
    /// Customers who get nobody, by the name of the reason.
    pub left: BTreeMap<String, u64>,
    /// Customers who are not with the larger part of their household, though somebody could serve all of it.
    pub split: u64,
    /// Everybody who may be chosen and everybody who loses somebody, by number.
    pub by_manager: Vec<ManagerLoad>,
}

/// What a manager holds before and after a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagerLoad {
    /// Number of the employee.
    pub employee_ref: u32,
    /// Customers before.
    pub before: u64,
    /// Customers after.
    pub after: u64,
    /// Of those after, how many are above a capacity.
    pub over: u64,
    /// How many the manager takes; none when there is no limit, or when the manager may not be chosen.
    pub capacity: Option<u32>,
}
