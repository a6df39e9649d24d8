//! Rules of points: every version of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Connection, Row, StoreError};

/// What a version says. Amounts are minor units, days are numbers since 1970-01-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDefinition {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Types of events.
    pub events: Vec<String>,
    /// Condition in CEL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What is earned.
    pub earn: EarnDefinition,
    /// Basis points by code of the tier.
    pub multipliers_bp: BTreeMap<String, u32>,
    /// Caps in the bank's order.
    pub caps: Vec<CapDefinition>,
    /// truncate | reject.
    pub over_cap: String,
    /// Campaign whose budget it uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
    /// When its points end.
    pub expiry: ExpiryDefinition,
    /// Days until its points can be spent.
    pub pending_days: u16,
    /// additive | exclusive.
    pub stacking: String,
    /// The higher goes first.
    pub priority: i32,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i32>,
    /// only_pending | within_balance | debt.
    pub return_policy: String,
    /// grandfather, where its activation left points that were issued before as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
}

/// What a rule gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EarnDefinition {
    /// Points for each so much of the amount; rounding: floor | half_up | ceiling.
    PerAmount {
        /// Points.
        points: i64,
        /// Minor units.
        per: i64,
        /// Rounding.
        rounding: String,
    },
    /// The same for every event.
    Fixed {
        /// Points.
        points: i64,
    },
    /// Points for two.
    Referral {
        /// To who was referred.
        customer: i64,
        /// To who referred.
        referrer: i64,
    },
}

/// A cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapDefinition {
    /// transaction | day | month | campaign.
    pub per: String,
    /// At most so many.
    pub points: i64,
}

/// When points end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpiryDefinition {
    /// They do not.
    Never {},
    /// So long after they can be spent first; unit: days | months | years.
    Rolling {
        /// How many.
        amount: u16,
        /// Of what.
        unit: String,
    },
    /// At the end of a month.
    MonthEnd {
        /// Months later.
        months: u16,
    },
    /// At the end of a year.
    YearEnd {
        /// Years later.
        years: u16,
    },
    /// On days of the calendar.
    Dates {
        /// Month and day of each.
        dates: Vec<(u8, u8)>,
        /// Days that there are at least.
        at_least_days: u16,
    },
    /// So long after the customer's last activity.
    Inactivity {
        /// Months.
        months: u16,
    },
}

/// A version with its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Its number; 0 before it is stored.
    pub points_rule_ref: i64,
    /// The bank's id of the rule.
    pub points_rule_id: String,
    /// Number of the version, from 1.
    pub version: u32,
    /// draft | active | retired.
    pub state: String,
    /// What it says.
    pub definition: RuleDefinition,
    /// Who wrote it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who made it active.
    pub activated_by: Option<String>,
    /// When, in milliseconds.
    pub activated_at: Option<i64>,
    /// Who ended it: in person, or by making another version active.
    pub retired_by: Option<String>,
    /// When, in milliseconds.
    pub retired_at: Option<i64>,
}

/// The active versions, and what else an event asks of rules. The digest is 0 when there is nothing, and otherwise not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActiveRules {
    /// In order of their ids.
    pub rules: Vec<RuleRow>,
    /// Lots of some version, active or not, may end by inactivity.
    pub was_inactivity_asked: bool,
    /// Equal for equal numbers, ids, versions and definitions, and the same answer about inactivity.
    pub digest: i64,
}

const COLUMNS: &str = "points_rule_ref, points_rule_id, version, state, definition, created_by, created_at,
  activated_by, activated_at, retired_by, retired_at";

/// The row, and its definition as it is stored.
fn row_and_text(row: &mut Row<'_>) -> Result<(RuleRow, String), StoreError> {
    let (points_rule_ref, points_rule_id) = (row.integer()?, row.text()?);
    let version: u32 = row.narrow()?;
    let (state, text) = (row.text()?, row.text()?);
    let definition = serde_json::from_str(&text).map_err(|_| {
        StoreError::Damaged(format!("version {version} of rule {points_rule_id} does not have its form"))
    })?;
    let row = RuleRow {
        points_rule_ref,
        points_rule_id,
        version,
        state,
        definition,
        created_by: row.text()?,
        created_at: row.integer()?,
        activated_by: row.text_or_null()?,
        activated_at: row.integer_or_null()?,
        retired_by: row.text_or_null()?,
        retired_at: row.integer_or_null()?,
    };
    Ok((row, text))
}

fn rule_row(row: &mut Row<'_>) -> Result<RuleRow, StoreError> {
    row_and_text(row).map(|(row, _)| row)
}

/// The active versions of all rules.
pub fn active<C: Connection>(connection: &mut C) -> Result<ActiveRules, StoreError> {
    let sql = format!("select {COLUMNS} from points_rule where state = 'active' order by points_rule_id");
    let mut content = Vec::new();
    let rules = connection.execute(&sql, &[])?.read("points_rule.active", |row| {
        let (row, text) = row_and_text(row)?;
        content.extend_from_slice(&row.points_rule_ref.to_le_bytes());
        content.extend_from_slice(&row.version.to_le_bytes());
        for part in [&row.points_rule_id, &text] {
            content.extend_from_slice(&(part.len() as u64).to_le_bytes());
            content.extend_from_slice(part.as_bytes());
        }
        Ok(row)
    })?;
    let was_inactivity_asked = crate::points_event::was_inactivity_asked(connection)?;
    content.push(u8::from(was_inactivity_asked));
    let is_nothing = rules.is_empty() && !was_inactivity_asked;
    let digest = if is_nothing { 0 } else { xxh3_64(&content) as i64 | 1 };
    Ok(ActiveRules { rules, was_inactivity_asked, digest })
}

/// Every version of a rule, the first one first.
pub fn versions<C: Connection>(connection: &mut C, id: &str) -> Result<Vec<RuleRow>, StoreError> {
    let sql = format!("select {COLUMNS} from points_rule where points_rule_id = ?1 order by version");
    connection.execute(&sql, &[id.into()])?.read("points_rule.versions", rule_row)
}

/// Versions after an id and version, by id and version; of one state when it is named.
pub fn page<C: Connection>(
    connection: &mut C,
    (after_id, after_version): (&str, i64),
    state: Option<&str>,
    limit: u32,
) -> Result<Vec<RuleRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from points_rule
         where (points_rule_id, version) > (?1, ?2) and (?3 is null or state = ?3)
         order by points_rule_id, version limit ?4"
    );
    connection
        .execute(&sql, &[after_id.into(), after_version.into(), state.into(), limit.into()])?
        .read("points_rule.page", rule_row)
}

/// Writes a version, a new one or all of one that exists, and returns its number.
pub fn put<C: Connection>(connection: &mut C, row: &RuleRow) -> Result<i64, StoreError> {
    let definition =
        serde_json::to_string(&row.definition).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection
        .execute(
            "insert into points_rule (points_rule_id, version, state, definition, created_by, created_at,
               activated_by, activated_at, retired_by, retired_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             on conflict (points_rule_id, version) do update set state = excluded.state,
               definition = excluded.definition, created_by = excluded.created_by,
               created_at = excluded.created_at, activated_by = excluded.activated_by,
               activated_at = excluded.activated_at, retired_by = excluded.retired_by,
               retired_at = excluded.retired_at
             returning points_rule_ref",
            &[
                row.points_rule_id.as_str().into(),
                row.version.into(),
                row.state.as_str().into(),
                definition.into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
                row.activated_by.clone().into(),
                row.activated_at.into(),
                row.retired_by.clone().into(),
                row.retired_at.into(),
            ],
        )?
        .read_one("points_rule.put", |row| row.integer())
}

/// Points that are left of lots that any version of a rule gave; of all lots when none is named.
pub fn open_points<C: Connection>(connection: &mut C, id: Option<&str>) -> Result<i64, StoreError> {
    let rows = match id {
        None => connection.execute("select coalesce(sum(points_left), 0) from points_open_lot", &[])?,
        Some(id) => connection.execute(
            "select coalesce(sum(rest.points_left), 0)
             from points_rule cross join points_lot as lot cross join points_open_lot as rest
             where points_rule.points_rule_id = ?1 and lot.points_rule_ref = points_rule.points_rule_ref
               and rest.customer_ref = lot.customer_ref and rest.points_lot_ref = lot.points_lot_ref",
            &[id.into()],
        )?,
    };
    rows.read_one("points_rule.open_points", |row| row.integer())
}
