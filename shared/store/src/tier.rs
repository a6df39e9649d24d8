//! Tier schemes, numbers of tier codes, overrides.

use std::collections::BTreeMap;

use domain::tier::scheme::{
    AssetBasis, CardLevel, Coefficients, Criterion, Measure, Scheme, SchemeParts, StatusLimits, Tier,
};
use serde::{Deserialize, Serialize};

use crate::{Connection, Row, StoreError, dialect};

/// A scheme as its row holds it; amounts in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    zone: String,
    asset_basis: String,
    deposits_bp: u32,
    investments_bp: u32,
    confirm: bool,
    tiers: Vec<TierDefinition>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TierDefinition {
    code: String,
    zh: String,
    en: String,
    window_months: u8,
    any_of: Vec<CriterionDefinition>,
    status: Option<(u8, u8)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionDefinition {
    measure: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<String>,
}

const MEASURES: [(Measure, &str); 4] = [
    (Measure::Assets, "assets"),
    (Measure::CardSpend, "card_spend"),
    (Measure::SecuredLoans, "secured_loans"),
    (Measure::UnsecuredLoans, "unsecured_loans"),
];

fn definition(scheme: &Scheme, zone: &str) -> Definition {
    let criterion = |criterion: &Criterion| match criterion {
        Criterion::Card(level) => CriterionDefinition {
            measure: "card_level".to_owned(),
            at_least: None,
            below: None,
            is: Some(level.code().to_owned()),
        },
        Criterion::Amount { measure, at_least, below } => CriterionDefinition {
            measure: MEASURES.iter().find(|(of, _)| of == measure).map_or("", |(_, name)| name).to_owned(),
            at_least: Some(*at_least),
            below: *below,
            is: None,
        },
    };
    Definition {
        zone: zone.to_owned(),
        asset_basis: match scheme.basis() {
            AssetBasis::MonthEnd => "month_end".to_owned(),
            AssetBasis::DailyAverage => "daily_average".to_owned(),
        },
        deposits_bp: scheme.coefficients().deposits_bp,
        investments_bp: scheme.coefficients().investments_bp,
        confirm: scheme.confirm(),
        tiers: scheme
            .tiers()
            .iter()
            .map(|tier| TierDefinition {
                code: tier.code.clone(),
                zh: tier.name_zh.clone(),
                en: tier.name_en.clone(),
                window_months: tier.window_months,
                any_of: tier.any_of.iter().map(criterion).collect(),
                status: tier.status.map(|limits| (limits.observed_to, limits.attention_to)),
            })
            .collect(),
    }
}

fn scheme(definition: Definition) -> Option<(Scheme, String)> {
    let criterion = |stored: CriterionDefinition| {
        let level = |name: &str| CardLevel::ALL.into_iter().find(|level| level.code() == name);
        match stored.is {
            Some(name) => level(&name).map(Criterion::Card),
            None => Some(Criterion::Amount {
                measure: MEASURES.iter().find(|(_, name)| *name == stored.measure)?.0,
                at_least: stored.at_least?,
                below: stored.below,
            }),
        }
    };
    let tiers: Option<Vec<Tier>> = definition
        .tiers
        .into_iter()
        .map(|tier| {
            Some(Tier {
                code: tier.code,
                name_zh: tier.zh,
                name_en: tier.en,
                window_months: tier.window_months,
                any_of: tier.any_of.into_iter().map(criterion).collect::<Option<_>>()?,
                status: tier
                    .status
                    .map(|(observed_to, attention_to)| StatusLimits { observed_to, attention_to }),
            })
        })
        .collect();
    let parts = SchemeParts {
        basis: match definition.asset_basis.as_str() {
            "month_end" => AssetBasis::MonthEnd,
            "daily_average" => AssetBasis::DailyAverage,
            _ => return None,
        },
        coefficients: Coefficients {
            deposits_bp: definition.deposits_bp,
            investments_bp: definition.investments_bp,
        },
        confirm: definition.confirm,
        tiers: tiers?,
    };
    Some((Scheme::parse(parts).ok()?, definition.zone))
}

/// A scheme with its life.
#[derive(Clone, Debug)]
pub struct SchemeRow {
    /// Its number; 0 before it is stored.
    pub tier_scheme_ref: i64,
    /// The caller's id.
    pub tier_scheme_id: String,
    /// draft | submitted | approved | active | retired.
    pub state: String,
    /// IANA time zone of its dates.
    pub zone: String,
    /// The parameters.
    pub scheme: Scheme,
    /// The effect shown to the approver, as JSON.
    pub simulation: Option<String>,
    /// Who drafted it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// Who made it active.
    pub activated_by: Option<String>,
    /// First day in force.
    pub active_from: Option<i32>,
    /// First day no longer in force.
    pub active_to: Option<i32>,
    /// Who retired it.
    pub retired_by: Option<String>,
}

const COLUMNS: &str =
    "tier_scheme_ref, tier_scheme_id, state, definition, simulation, created_by, created_at,
  submitted_by, approved_by, activated_by, active_from, active_to, retired_by";

fn scheme_row(row: &mut Row<'_>) -> Result<SchemeRow, StoreError> {
    let (tier_scheme_ref, tier_scheme_id, state) = (row.integer()?, row.text()?, row.text()?);
    let stored: Option<Definition> = serde_json::from_str(&row.text()?).ok();
    let (scheme, zone) = stored.and_then(scheme).ok_or_else(|| {
        StoreError::Damaged(format!("the definition of tier scheme {tier_scheme_id} does not have its form"))
    })?;
    Ok(SchemeRow {
        tier_scheme_ref,
        tier_scheme_id,
        state,
        zone,
        scheme,
        simulation: row.text_or_null()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        submitted_by: row.text_or_null()?,
        approved_by: row.text_or_null()?,
        activated_by: row.text_or_null()?,
        active_from: row.narrow_or_null()?,
        active_to: row.narrow_or_null()?,
        retired_by: row.text_or_null()?,
    })
}

/// The scheme of an id.
pub fn scheme_by_id<C: Connection>(connection: &mut C, id: &str) -> Result<Option<SchemeRow>, StoreError> {
    let sql = format!("select {COLUMNS} from tier_scheme where tier_scheme_id = ?1");
    connection.execute(&sql, &[id.into()])?.read_first("tier.scheme_by_id", scheme_row)
}

/// The scheme of a number.
pub fn scheme_by_ref<C: Connection>(
    connection: &mut C,
    number: i64,
) -> Result<Option<SchemeRow>, StoreError> {
    let sql = format!("select {COLUMNS} from tier_scheme where tier_scheme_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("tier.scheme_by_ref", scheme_row)
}

/// Schemes after an id, by id.
pub fn schemes<C: Connection>(
    connection: &mut C,
    after: &str,
    limit: u32,
) -> Result<Vec<SchemeRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from tier_scheme where tier_scheme_id > ?1 order by tier_scheme_id limit ?2"
    );
    connection.execute(&sql, &[after.into(), limit.into()])?.read("tier.schemes", scheme_row)
}

/// The scheme in force on a day: of those whose time includes it the one that became active last.
pub fn scheme_in_force<C: Connection>(connection: &mut C, day: i32) -> Result<Option<SchemeRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from tier_scheme
         where active_from <= ?1 and (active_to is null or active_to > ?1)
         order by active_from desc, tier_scheme_ref desc limit 1"
    );
    connection.execute(&sql, &[day.into()])?.read_first("tier.scheme_in_force", scheme_row)
}

/// Writes a scheme: a new row, or all of an existing one.
pub fn put_scheme<C: Connection>(connection: &mut C, row: &SchemeRow) -> Result<(), StoreError> {
    let stored = serde_json::to_string(&definition(&row.scheme, &row.zone))
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection.execute(
        "insert into tier_scheme (tier_scheme_id, state, definition, simulation, created_by, created_at,
           submitted_by, approved_by, activated_by, active_from, active_to, retired_by)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         on conflict (tier_scheme_id) do update set state = excluded.state, definition = excluded.definition,
           simulation = excluded.simulation, created_by = excluded.created_by, created_at = excluded.created_at,
           submitted_by = excluded.submitted_by, approved_by = excluded.approved_by,
           activated_by = excluded.activated_by, active_from = excluded.active_from,
           active_to = excluded.active_to, retired_by = excluded.retired_by",
        &[
            row.tier_scheme_id.as_str().into(),
            row.state.as_str().into(),
            stored.into(),
            row.simulation.clone().into(),
            row.created_by.as_str().into(),
            row.created_at.into(),
            row.submitted_by.clone().into(),
            row.approved_by.clone().into(),
            row.activated_by.clone().into(),
            row.active_from.into(),
            row.active_to.into(),
            row.retired_by.clone().into(),
        ],
    )?;
    Ok(())
}

/// Ends the time of the schemes in force when another becomes active on `from`.
pub fn end_others<C: Connection>(connection: &mut C, from: i32, except: &str) -> Result<(), StoreError> {
    connection.execute(
        "update tier_scheme set active_to = ?1
         where active_from <= ?1 and (active_to is null or active_to > ?1) and tier_scheme_id <> ?2",
        &[from.into(), except.into()],
    )?;
    Ok(())
}

/// All tier codes by number.
pub fn tier_codes<C: Connection>(connection: &mut C) -> Result<BTreeMap<u8, String>, StoreError> {
    let rows = connection
        .execute("select tier_ref, tier_code from tier", &[])?
        .read("tier.tier_codes", |row| Ok((row.narrow()?, row.text()?)))?;
    Ok(rows.into_iter().collect())
}

/// Gives numbers to codes that have none yet; at most 255 codes over all schemes.
pub fn register_codes<C: Connection>(connection: &mut C, codes: &[&str]) -> Result<(), StoreError> {
    let batch = serde_json::to_string(codes).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let sql = format!(
        "insert into tier (tier_ref, tier_code)
         select (select coalesce(max(tier_ref), 0) from tier) + row_number() over (order by row.key), row.value
         from {} where not exists (select 1 from tier where tier_code = row.value)",
        dialect::batch(1)
    );
    connection.execute(&sql, &[batch.into()])?;
    Ok(())
}

/// An override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideRow {
    /// Its number; 0 before it is stored.
    pub tier_override_ref: i64,
    /// Whom it concerns.
    pub customer_ref: u32,
    /// risk | lock | floor.
    pub kind: String,
    /// The tier.
    pub tier_code: String,
    /// overdue | fraud | manual.
    pub cause: String,
    /// In a person's words.
    pub reason: String,
    /// First day.
    pub from_on: i32,
    /// Last day.
    pub until_on: Option<i32>,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// First day no longer in force.
    pub ended_on: Option<i32>,
}

fn override_row(row: &mut Row<'_>) -> Result<OverrideRow, StoreError> {
    Ok(OverrideRow {
        tier_override_ref: row.integer()?,
        customer_ref: row.narrow()?,
        kind: row.text()?,
        tier_code: row.text()?,
        cause: row.text()?,
        reason: row.text()?,
        from_on: row.narrow()?,
        until_on: row.narrow_or_null()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        ended_by: row.text_or_null()?,
        ended_on: row.narrow_or_null()?,
    })
}

const OVERRIDE_COLUMNS: &str =
    "tier_override_ref, customer_ref, kind, tier_code, cause, reason, from_on, until_on,
  created_by, created_at, ended_by, ended_on";

/// Overrides in force on a day for customers of a range.
pub fn overrides_in_force<C: Connection>(
    connection: &mut C,
    (from, to): (u32, u32),
    day: i32,
) -> Result<Vec<OverrideRow>, StoreError> {
    let sql = format!(
        "select {OVERRIDE_COLUMNS} from tier_override
         where customer_ref >= ?1 and customer_ref < ?2 and from_on <= ?3
           and (until_on is null or until_on >= ?3) and (ended_on is null or ended_on > ?3)
         order by customer_ref, tier_override_ref"
    );
    connection
        .execute(&sql, &[from.into(), to.into(), day.into()])?
        .read("tier.overrides_in_force", override_row)
}

/// All overrides of one customer, the latest first.
pub fn overrides_of<C: Connection>(
    connection: &mut C,
    customer_ref: u32,
) -> Result<Vec<OverrideRow>, StoreError> {
    let sql = format!(
        "select {OVERRIDE_COLUMNS} from tier_override where customer_ref = ?1 order by tier_override_ref desc"
    );
    connection.execute(&sql, &[customer_ref.into()])?.read("tier.overrides_of", override_row)
}

/// Writes a new override and returns its number.
pub fn add_override<C: Connection>(connection: &mut C, row: &OverrideRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into tier_override (customer_ref, kind, tier_code, cause, reason, from_on, until_on, created_by,
               created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) returning tier_override_ref",
            &[
                row.customer_ref.into(),
                row.kind.as_str().into(),
                row.tier_code.as_str().into(),
                row.cause.as_str().into(),
                row.reason.as_str().into(),
                row.from_on.into(),
                row.until_on.into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("tier.add_override", |row| row.integer())
}

/// Ends an override; nothing is deleted.
pub fn end_override<C: Connection>(
    connection: &mut C,
    number: i64,
    by: &str,
    day: i32,
) -> Result<(), StoreError> {
    connection.execute(
        "update tier_override set ended_by = ?2, ended_on = ?3 where tier_override_ref = ?1 and ended_on is null",
        &[number.into(), by.into(), day.into()],
    )?;
    Ok(())
}

/// Notes that an organisation confirmed its part of a review.
pub fn add_confirmation<C: Connection>(
    connection: &mut C,
    (job_ref, organisation_ref): (i64, u32),
    by: &str,
    at: i64,
    customers: u64,
) -> Result<(), StoreError> {
    connection.execute(
        "insert into tier_confirmation (job_ref, organisation_ref, confirmed_by, confirmed_at, customers)
         values (?1, ?2, ?3, ?4, ?5)
         on conflict (job_ref, organisation_ref) do update set confirmed_by = excluded.confirmed_by,
           confirmed_at = excluded.confirmed_at, customers = tier_confirmation.customers + excluded.customers",
        &[job_ref.into(), organisation_ref.into(), by.into(), at.into(), (customers as i64).into()],
    )?;
    Ok(())
}
