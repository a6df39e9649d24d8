//! API clients, and the part of the organisation that they see.

use std::collections::BTreeSet;

use crate::{Connection, StoreError, Value};

/// Our own number of an organisation.
pub type OrganisationRef = u32;

/// What a key's hash leads to.
#[derive(Debug)]
pub struct KeyOwner {
    /// Id of the client.
    pub api_client_id: String,
    /// Names of its scopes, separated by spaces.
    pub scopes: String,
    /// Root of what it sees: its own organisation, or else its employee's present one.
    pub organisation_ref: Option<OrganisationRef>,
    /// The employee it stands for.
    pub employee_id: Option<String>,
    /// The employee's last day, as days since 1970-01-01.
    pub employee_active_to: Option<i64>,
    /// Our number of that employee, when he or she is a customer manager.
    pub manager_ref: Option<u32>,
}

/// The owner of a key that is not revoked.
pub fn by_key_hash<C: Connection>(
    connection: &mut C,
    key_hash: &[u8; 32],
) -> Result<Option<KeyOwner>, StoreError> {
    connection
        .execute(
            "select c.api_client_id, c.scopes, coalesce(c.organisation_ref, e.organisation_ref) as organisation_ref,
                    e.employee_id, e.active_to,
                    case when e.role = 'manager' then e.employee_ref end
             from api_client c left join employee e on e.employee_ref = c.employee_ref
             where c.key_hash = ?1 and c.revoked_at is null",
            &[key_hash.to_vec().into()],
        )?
        .read_first("api_client.by_key_hash", |row| {
            Ok(KeyOwner {
                api_client_id: row.text()?,
                scopes: row.text()?,
                organisation_ref: row.narrow_or_null()?,
                employee_id: row.text_or_null()?,
                employee_active_to: row.integer_or_null()?,
                manager_ref: row.narrow_or_null()?,
            })
        })
}

/// A client to be kept.
pub struct NewApiClient<'a> {
    /// Id of the client.
    pub api_client_id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// SHA-256 of its key.
    pub key_hash: &'a [u8; 32],
    /// Names of its scopes, separated by spaces.
    pub scopes: &'a str,
    /// Root of what it sees.
    pub organisation_ref: Option<OrganisationRef>,
    /// The employee it stands for.
    pub employee_ref: Option<u32>,
    /// Who made it.
    pub created_by: &'a str,
    /// When, in milliseconds.
    pub created_at: i64,
}

/// Keeps a new client.
pub fn insert<C: Connection>(connection: &mut C, new: &NewApiClient<'_>) -> Result<(), StoreError> {
    connection.execute(
        "insert into api_client
           (api_client_id, name, key_hash, scopes, organisation_ref, employee_ref, created_by, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            new.api_client_id.into(),
            new.name.into(),
            new.key_hash.to_vec().into(),
            new.scopes.into(),
            new.organisation_ref.into(),
            new.employee_ref.into(),
            new.created_by.into(),
            new.created_at.into(),
        ],
    )?;
    Ok(())
}

/// A client without its key.
#[derive(Debug)]
pub struct ApiClient {
    /// Id of the client.
    pub api_client_id: String,
    /// What people call it.
    pub name: String,
    /// Names of its scopes, separated by spaces.
    pub scopes: String,
    /// Root of what it sees, when that was set for the client itself.
    pub organisation_id: Option<String>,
    /// The employee it stands for.
    pub employee_id: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// When it was revoked, in milliseconds.
    pub revoked_at: Option<i64>,
}

/// Clients after `after` in order of their ids; below `root` where one is given.
pub fn page<C: Connection>(
    connection: &mut C,
    after: Option<&str>,
    root: Option<OrganisationRef>,
    limit: u32,
) -> Result<Vec<ApiClient>, StoreError> {
    connection
        .execute(
            "with recursive inside (organisation_ref) as (
               select ?2 where ?2 is not null
               union select o.organisation_ref from organisation o join inside i on o.parent_ref = i.organisation_ref
             )
             select c.api_client_id, c.name, c.scopes, o.organisation_id, e.employee_id, c.created_by, c.created_at,
                    c.revoked_at
             from api_client c
             left join employee e on e.employee_ref = c.employee_ref
             left join organisation o on o.organisation_ref = c.organisation_ref
             where c.api_client_id > ?1
               and (?2 is null
                    or coalesce(c.organisation_ref, e.organisation_ref) in (select organisation_ref from inside))
             order by c.api_client_id limit ?3",
            &[after.unwrap_or("").into(), root.into(), limit.into()],
        )?
        .read("api_client.page", |row| {
            Ok(ApiClient {
                api_client_id: row.text()?,
                name: row.text()?,
                scopes: row.text()?,
                organisation_id: row.text_or_null()?,
                employee_id: row.text_or_null()?,
                created_by: row.text()?,
                created_at: row.integer()?,
                revoked_at: row.integer_or_null()?,
            })
        })
}

/// The root of what a client sees: nothing when there is no such client, `Some(None)` when it sees everything.
pub fn organisation_of<C: Connection>(
    connection: &mut C,
    api_client_id: &str,
) -> Result<Option<Option<OrganisationRef>>, StoreError> {
    connection
        .execute(
            "select coalesce(c.organisation_ref, e.organisation_ref) as organisation_ref
             from api_client c left join employee e on e.employee_ref = c.employee_ref
             where c.api_client_id = ?1",
            &[api_client_id.into()],
        )?
        .read_first("api_client.organisation_of", |row| row.narrow_or_null())
}

/// Revokes a client; a client that is revoked keeps its first date.
pub fn revoke<C: Connection>(connection: &mut C, api_client_id: &str, now_ms: i64) -> Result<(), StoreError> {
    connection.execute(
        "update api_client set revoked_at = ?2 where api_client_id = ?1 and revoked_at is null",
        &[api_client_id.into(), now_ms.into()],
    )?;
    Ok(())
}

/// Our number of an organisation.
pub fn organisation<C: Connection>(
    connection: &mut C,
    organisation_id: &str,
) -> Result<Option<OrganisationRef>, StoreError> {
    connection
        .execute(
            "select organisation_ref from organisation where organisation_id = ?1",
            &[organisation_id.into()],
        )?
        .read_first("api_client.organisation", |row| row.narrow())
}

/// An employee as far as access goes.
#[derive(Clone, Copy, Debug)]
pub struct EmployeePlace {
    /// Our number of the employee.
    pub employee_ref: u32,
    /// Where the employee works.
    pub organisation_ref: OrganisationRef,
}

/// The employee of that id.
pub fn employee<C: Connection>(
    connection: &mut C,
    employee_id: &str,
) -> Result<Option<EmployeePlace>, StoreError> {
    connection
        .execute(
            "select employee_ref, organisation_ref from employee where employee_id = ?1",
            &[employee_id.into()],
        )?
        .read_first("api_client.employee", |row| {
            Ok(EmployeePlace { employee_ref: row.narrow()?, organisation_ref: row.narrow()? })
        })
}

/// The organisation `root` and everything below it. `union` (not `union all`) ends even on a cycle.
pub fn subtree<C: Connection>(
    connection: &mut C,
    root: OrganisationRef,
) -> Result<BTreeSet<OrganisationRef>, StoreError> {
    Ok(connection
        .execute(
            "with recursive inside (organisation_ref) as (
               values (?1)
               union select o.organisation_ref from organisation o join inside i on o.parent_ref = i.organisation_ref
             )
             select organisation_ref from inside",
            &[Value::from(root)],
        )?
        .read("api_client.subtree", |row| row.narrow())?
        .into_iter()
        .collect())
}

/// True when `organisation` is `root` or lies below it: walks up, which is as short as the tree is deep.
pub fn lies_under<C: Connection>(
    connection: &mut C,
    organisation: OrganisationRef,
    root: OrganisationRef,
) -> Result<bool, StoreError> {
    connection
        .execute(
            "with recursive above (organisation_ref) as (
               values (?1)
               union select o.parent_ref from organisation o join above a on o.organisation_ref = a.organisation_ref
               where o.parent_ref is not null
             )
             select exists (select 1 from above where organisation_ref = ?2)",
            &[organisation.into(), root.into()],
        )?
        .read_one("api_client.lies_under", |row| row.flag())
}
