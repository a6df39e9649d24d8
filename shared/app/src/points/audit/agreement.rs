//! Rows that have to agree with lots.

use std::collections::BTreeMap;

use store::points_audit;
use store::{Connection, StoreError};

use super::{Difference, MOST_DIFFERENCES, Sum, of_lot, whole};
use crate::points::clock;

/// Versions of rules that are read at once.
const PAGE: u32 = 1_000;

/// Last days, budgets, holds and events that do not agree with lots, and what refers to rows that are gone.
pub(super) fn differences<C: Connection>(
    connection: &mut C,
    now_ms: i64,
) -> Result<Vec<Difference>, StoreError> {
    let now_ms = clock::instant(connection, now_ms)?;
    let ends = points_audit::ends(connection, MOST_DIFFERENCES)?;
    let mut found: Vec<Difference> = ends.into_iter().map(|row| of_lot(Sum::End, row)).collect();
    found.extend(campaigns(connection)?);
    let holds = points_audit::holds(connection, now_ms, MOST_DIFFERENCES)?;
    found.extend(holds.into_iter().map(|row| of_lot(Sum::Hold, row)));
    let events = points_audit::events(connection, MOST_DIFFERENCES)?;
    found.extend(events.into_iter().map(|row| Difference {
        of: Some(format!("{}/{}", row.source, row.event_id)),
        customer_id: row.customer_id,
        ..whole(Sum::Event, row.expected, row.kept)
    }));
    let lots = points_audit::lots_without_event(connection, MOST_DIFFERENCES)?;
    found.extend(lots.into_iter().map(|row| of_lot(Sum::Event, row)));
    let entries = points_audit::entries_without_lot(connection, MOST_DIFFERENCES)?;
    found.extend(entries.into_iter().map(|row| of_lot(Sum::Entry, row)));
    Ok(found)
}

/// Campaigns whose budget was used otherwise than the versions of rules that belong to them gave. What came back with a
/// return stays used.
fn campaigns<C: Connection>(connection: &mut C) -> Result<Vec<Difference>, StoreError> {
    let given: BTreeMap<i64, i64> = points_audit::given_by_rule(connection)?.into_iter().collect();
    let mut by_campaign: BTreeMap<String, i64> = BTreeMap::new();
    let mut after = (String::new(), 0);
    loop {
        let page = store::points_rule::page(connection, (&after.0, after.1), None, PAGE)?;
        let Some(last) = page.last() else { break };
        after = (last.points_rule_id.clone(), last.version.into());
        for row in page {
            if let (Some(campaign), Some(points)) =
                (row.definition.campaign_id, given.get(&row.points_rule_ref))
            {
                *by_campaign.entry(campaign).or_default() += points;
            }
        }
    }
    let campaigns = store::points_campaign::all(connection)?;
    let differing = campaigns.into_iter().filter_map(|row| {
        let expected = by_campaign.get(&row.points_campaign_id).copied().unwrap_or(0);
        let is_wrong = expected != row.used;
        let difference = whole(Sum::Campaign, expected, row.used);
        is_wrong.then_some(Difference { of: Some(row.points_campaign_id), ..difference })
    });
    Ok(differing.take(MOST_DIFFERENCES as usize).collect())
}
