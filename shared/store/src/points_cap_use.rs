//! What limits of rules have been used: by customer and period, and of budgets.

use crate::batch;
use crate::{Connection, StoreError, dialect};

/// What a rule with a cap gave a customer in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapUse<'a> {
    /// The customer.
    pub customer_ref: u32,
    /// The rule's id; its versions share a cap.
    pub points_rule_id: &'a str,
    /// 1 day, 2 month, 3 as long as the rule lives.
    pub per: i64,
    /// The day, the month, or 0.
    pub period: i32,
    /// Points.
    pub points: i64,
}

/// What was used, of each of these keys (their `points` are not looked at), as (place, points); nothing used is left
/// out.
pub fn used<'a, C: Connection>(
    connection: &mut C,
    keys: impl IntoIterator<Item = CapUse<'a>>,
) -> Result<Vec<(usize, i64)>, StoreError> {
    let rows = keys
        .into_iter()
        .map(|key| [key.customer_ref.into(), key.points_rule_id.into(), key.per.into(), key.period.into()]);
    let sql = "select wanted.place, points from wanted cross join points_cap_use
         where points_cap_use.customer_ref = wanted.customer and points_rule_id = wanted.rule
           and points_cap_use.per = wanted.per and points_cap_use.period = wanted.period";
    batch::select(connection, "points_cap_use.used", ("customer, rule, per, period", sql), rows, |row| {
        Ok((row.narrow()?, row.integer()?))
    })
}

/// Adds to what was used.
pub fn add<'a, C: Connection>(
    connection: &mut C,
    uses: impl IntoIterator<Item = CapUse<'a>>,
) -> Result<(), StoreError> {
    let rows = uses.into_iter().map(|used| {
        [
            used.customer_ref.into(),
            used.points_rule_id.into(),
            used.per.into(),
            used.period.into(),
            used.points.into(),
        ]
    });
    let into = "insert into points_cap_use (customer_ref, points_rule_id, per, period, points)";
    let then = "on conflict (customer_ref, points_rule_id, per, period) do update set
           points = points_cap_use.points + excluded.points";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// What budgets have left, as (place in `ids`, points). A campaign without a row has no budget.
pub fn budgets<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(usize, i64)>, StoreError> {
    let sql = format!(
        "select row.key, budget - used from {} cross join points_campaign where points_campaign_id = row.value",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[batch::Batch::of_texts(ids).into_value()])?
        .read("points_cap_use.budgets", |row| Ok((row.narrow()?, row.integer()?)))
}

/// Uses a budget up by so many points; more than there is violates `points_campaign_within_budget`.
pub fn use_budget<C: Connection>(connection: &mut C, id: &str, points: i64) -> Result<(), StoreError> {
    connection.execute(
        "update points_campaign set used = used + ?2 where points_campaign_id = ?1",
        &[id.into(), points.into()],
    )?;
    Ok(())
}
