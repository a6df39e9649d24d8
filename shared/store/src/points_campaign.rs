//! Budgets of campaigns in points.

use crate::{Connection, Row, StoreError};

/// A budget and what rules gave of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignRow {
    /// Its number.
    pub points_campaign_ref: i64,
    /// The bank's id.
    pub points_campaign_id: String,
    /// Points that rules of the campaign may give.
    pub budget: i64,
    /// Points that they gave.
    pub used: i64,
}

const COLUMNS: &str = "points_campaign_ref, points_campaign_id, budget, used";

fn campaign_row(row: &mut Row<'_>) -> Result<CampaignRow, StoreError> {
    Ok(CampaignRow {
        points_campaign_ref: row.integer()?,
        points_campaign_id: row.text()?,
        budget: row.integer()?,
        used: row.integer()?,
    })
}

/// The campaign of an id.
pub fn by_id<C: Connection>(connection: &mut C, id: &str) -> Result<Option<CampaignRow>, StoreError> {
    let sql = format!("select {COLUMNS} from points_campaign where points_campaign_id = ?1");
    connection.execute(&sql, &[id.into()])?.read_first("points_campaign.by_id", campaign_row)
}

/// Campaigns after an id, by id.
pub fn page<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<CampaignRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from points_campaign
         where points_campaign_id > ?1 order by points_campaign_id limit ?2"
    );
    connection.execute(&sql, &[after.into(), limit.into()])?.read("points_campaign.page", campaign_row)
}

/// Every campaign; a bank has some hundreds.
pub fn all<C: Connection>(connection: &mut C) -> Result<Vec<CampaignRow>, StoreError> {
    let sql = format!("select {COLUMNS} from points_campaign order by points_campaign_id");
    connection.execute(&sql, &[])?.read("points_campaign.all", campaign_row)
}

/// Writes a budget, of a new campaign or of one that exists. What was used stays, and may not be more than the budget.
pub fn put_budget<C: Connection>(
    connection: &mut C,
    id: &str,
    budget: i64,
) -> Result<CampaignRow, StoreError> {
    let sql = format!(
        "insert into points_campaign (points_campaign_id, budget, used) values (?1, ?2, 0)
         on conflict (points_campaign_id) do update set budget = excluded.budget
         returning {COLUMNS}"
    );
    connection
        .execute(&sql, &[id.into(), budget.into()])?
        .read_one("points_campaign.put_budget", campaign_row)
}
