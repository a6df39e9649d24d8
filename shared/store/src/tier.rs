//! Tier schemes, and numbers of tier codes.

use std::collections::BTreeMap;

use domain::tier::Scheme;

use crate::{Connection, Row, StoreError, dialect, tier_definition};

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
    let (scheme, zone) = tier_definition::read(&row.text()?).ok_or_else(|| {
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
    let stored = tier_definition::write(&row.scheme, &row.zone)?;
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
