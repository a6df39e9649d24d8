//! Budgets of campaigns in points.

use store::points_campaign::{self, CampaignRow};
use store::{Connection, StoreError};

/// The greatest budget, in points.
pub const GREATEST_BUDGET: i64 = 1_000_000_000_000_000;

/// Why a budget was not shown or set.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// No budget was ever set for it.
    #[error("the campaign is not known")]
    UnknownCampaign,
    /// Below zero, or beyond the greatest.
    #[error("a budget is 0 to 1 000 000 000 000 000 points")]
    Range,
    /// More has been given already.
    #[error("more points of the campaign have been given already")]
    BelowUsed {
        /// Points that were given.
        used: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets the budget of a campaign, a new one too. Call it inside a transaction.
pub fn set_budget<C: Connection>(
    connection: &mut C,
    id: &str,
    budget: i64,
) -> Result<CampaignRow, CampaignError> {
    if !(0..=GREATEST_BUDGET).contains(&budget) {
        return Err(CampaignError::Range);
    }
    let used = points_campaign::by_id(connection, id)?.map_or(0, |row| row.used);
    if budget < used {
        return Err(CampaignError::BelowUsed { used });
    }
    Ok(points_campaign::put_budget(connection, id, budget)?)
}

/// The budget of a campaign.
pub fn campaign<C: Connection>(connection: &mut C, id: &str) -> Result<CampaignRow, CampaignError> {
    points_campaign::by_id(connection, id)?.ok_or(CampaignError::UnknownCampaign)
}

/// Campaigns after an id, by id.
pub fn campaigns<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<CampaignRow>, StoreError> {
    points_campaign::page(connection, after, limit)
}
