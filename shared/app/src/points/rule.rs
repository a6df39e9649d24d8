//! The life of a rule: a version is a draft, then active at once, then retired. What a version says never changes.

use domain::points::ReturnPolicy;
use domain::points::rule::Rule;
use store::points_rule::{RuleDefinition, RuleRow};
use store::{Connection, StoreError};

use super::Moment;
use super::programme::{programme, renew_rules_digest};

mod definition;

use definition::compile;
pub(super) use definition::stored;

/// Why a rule was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum PointsRuleError {
    /// There is no such rule, or no such version of it.
    #[error("the rule is not known")]
    UnknownRule,
    /// It makes no sense.
    #[error("{reason}")]
    Broken {
        /// Pointer to what is wrong.
        pointer: String,
        /// What is wrong.
        reason: String,
    },
    /// A version of this state does not take the step.
    #[error("the version is {state}")]
    State {
        /// draft | active | retired.
        state: String,
    },
    /// Its author wants to make it active, and the programme asks for another person.
    #[error("somebody else than its author has to make the rule active")]
    SamePerson,
    /// It is worse for points than the version before.
    #[error("the version is worse for customers than the one before, which gave points that they still hold")]
    WouldDevalue {
        /// What is worse.
        pointer: &'static str,
        /// Points of the rule that customers hold.
        points: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the answer says of points that were issued before, where a version is worse than the one before.
pub const GRANDFATHER: &str = "grandfather";

/// Which version is to become active.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activation {
    /// Its number; the latest when absent. With four eyes it is asked for, so that what somebody looked at is what
    /// becomes active.
    pub version: Option<u32>,
    /// It may be worse than the version before: points that were issued keep their terms.
    pub grandfather: bool,
}

/// Writes a draft: version 1, or the next one; a draft that waits is retired. The same content as that of the waiting
/// draft stays the version it is: a version is the name of one content. Call it inside a transaction.
pub fn draft<C: Connection>(
    connection: &mut C,
    id: &str,
    definition: RuleDefinition,
    moment: Moment<'_>,
) -> Result<RuleRow, PointsRuleError> {
    let latest = store::points_rule::versions(connection, id)?.pop();
    let version = latest.as_ref().map_or(1, |latest| latest.version + 1);
    let waiting = latest.filter(|latest| latest.state == "draft");
    if let Some(waiting) = waiting.as_ref().filter(|waiting| waiting.definition == definition) {
        return Ok(waiting.clone());
    }
    let mut row = RuleRow {
        points_rule_ref: 0,
        points_rule_id: id.to_owned(),
        version,
        state: "draft".to_owned(),
        definition,
        created_by: moment.person.to_owned(),
        created_at: moment.now_ms,
        activated_by: None,
        activated_at: None,
        retired_by: None,
        retired_at: None,
    };
    refers_to_what_is_known(connection, &compile(&row)?)?;
    if let Some(waiting) = waiting {
        end(connection, waiting, moment)?;
    }
    row.points_rule_ref = store::points_rule::put(connection, &row)?;
    Ok(row)
}

/// Tiers and campaigns are never taken away, so it is enough to look when a version is written.
fn refers_to_what_is_known<C: Connection>(connection: &mut C, rule: &Rule) -> Result<(), PointsRuleError> {
    let broken =
        |pointer: String, reason: &str| PointsRuleError::Broken { pointer, reason: reason.to_owned() };
    let codes = store::tier::tier_codes(connection)?;
    let is_unknown = |tier: &String| !codes.values().any(|code| code == tier);
    if let Some((tier, _)) = rule.multipliers.iter().find(|(tier, _)| is_unknown(tier)) {
        let pointer = format!("/multipliers_bp/{}", tier.replace('~', "~0").replace('/', "~1"));
        return Err(broken(pointer, "no tier scheme has a tier of this code"));
    }
    if let Some(campaign) = &rule.campaign
        && store::points_campaign::by_id(connection, campaign)?.is_none()
    {
        return Err(broken("/campaign_id".to_owned(), "set the budget of the campaign first"));
    }
    Ok(())
}

/// Makes a draft active, from the next event on; the version that was active is retired. One that is active already is
/// answered as it is. Call it inside a transaction.
pub fn activate<C: Connection>(
    connection: &mut C,
    id: &str,
    activation: Activation,
    moment: Moment<'_>,
) -> Result<RuleRow, PointsRuleError> {
    let versions = store::points_rule::versions(connection, id)?;
    let mut row = choose(&versions, activation.version)?.clone();
    let four_eyes = programme(connection)?.four_eyes;
    if four_eyes && activation.version.is_none() {
        let reason = "where a second person decides, the version that was looked at is named".to_owned();
        return Err(PointsRuleError::Broken { pointer: "/version".to_owned(), reason });
    }
    if row.state == "active" {
        return Ok(row);
    }
    if row.state != "draft" {
        return Err(PointsRuleError::State { state: row.state });
    }
    if four_eyes && row.created_by == moment.person {
        return Err(PointsRuleError::SamePerson);
    }
    if activation.grandfather {
        row.definition.issued = Some(GRANDFATHER.to_owned());
    } else if let Some(before) = last_active(&versions)
        && let Some(pointer) = what_is_worse(&stored(before)?, &stored(&row)?)
    {
        let points = store::points_rule::open_points(connection, Some(id))?;
        if points > 0 {
            return Err(PointsRuleError::WouldDevalue { pointer, points });
        }
    }
    if let Some(active) = versions.iter().find(|version| version.state == "active") {
        end(connection, active.clone(), moment)?;
    }
    row.state = "active".to_owned();
    row.activated_by = Some(moment.person.to_owned());
    row.activated_at = Some(moment.now_ms);
    store::points_rule::put(connection, &row)?;
    renew_rules_digest(connection, moment)?;
    Ok(row)
}

/// The version that gave points last, whether or not it still does.
fn last_active(versions: &[RuleRow]) -> Option<&RuleRow> {
    versions
        .iter()
        .filter(|version| version.activated_at.is_some())
        .max_by_key(|version| (version.state == "active", version.activated_at, version.version))
}

/// Pointer to what makes the second rule worse for points than the first.
fn what_is_worse(before: &Rule, after: &Rule) -> Option<&'static str> {
    let harshness = |policy: ReturnPolicy| policy as i64;
    if after.expiry.is_shorter_than(&before.expiry) {
        Some("/expiry")
    } else if harshness(after.return_policy) > harshness(before.return_policy) {
        Some("/return_policy")
    } else {
        None
    }
}

/// Takes a rule out of force, from the next event on. A rule that was never active is withdrawn. Call it inside a
/// transaction.
pub fn retire<C: Connection>(
    connection: &mut C,
    id: &str,
    moment: Moment<'_>,
) -> Result<RuleRow, PointsRuleError> {
    let versions = store::points_rule::versions(connection, id)?;
    let row = last_active(&versions).or(versions.last()).ok_or(PointsRuleError::UnknownRule)?;
    // Retired stays retired: a repeat must not reach for a draft that was written since.
    if row.state == "retired" {
        return Ok(row.clone());
    }
    let row = end(connection, row.clone(), moment)?;
    renew_rules_digest(connection, moment)?;
    Ok(row)
}

fn end<C: Connection>(
    connection: &mut C,
    mut row: RuleRow,
    moment: Moment<'_>,
) -> Result<RuleRow, StoreError> {
    row.state = "retired".to_owned();
    row.retired_by = Some(moment.person.to_owned());
    row.retired_at = Some(moment.now_ms);
    store::points_rule::put(connection, &row)?;
    Ok(row)
}

/// A version of a rule; the active one when none is named, or else the latest.
pub fn rule<C: Connection>(
    connection: &mut C,
    id: &str,
    version: Option<u32>,
) -> Result<RuleRow, PointsRuleError> {
    let mut versions = store::points_rule::versions(connection, id)?;
    if version.is_none() && versions.iter().any(|row| row.state == "active") {
        versions.retain(|row| row.state == "active");
    }
    choose(&versions, version).cloned()
}

/// The version of a number, or the latest.
pub(super) fn choose(versions: &[RuleRow], version: Option<u32>) -> Result<&RuleRow, PointsRuleError> {
    let found = match version {
        None => versions.last(),
        Some(number) => versions.iter().find(|row| row.version == number),
    };
    found.ok_or(PointsRuleError::UnknownRule)
}

/// Versions of rules after an id and version, by id and version; of one state when it is named.
pub fn rules<C: Connection>(
    connection: &mut C,
    after: (&str, i64),
    state: Option<&str>,
    limit: u32,
) -> Result<Vec<RuleRow>, StoreError> {
    store::points_rule::page(connection, after, state, limit)
}
