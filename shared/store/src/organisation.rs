//! The units of the bank as a tree.

use std::borrow::Cow;

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, dialect};

/// One unit as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow<'a> {
    /// Our number.
    pub organisation_ref: u32,
    /// The bank's id.
    pub organisation_id: Cow<'a, str>,
    /// Our number of the unit above.
    pub parent_ref: Option<u32>,
    /// Name.
    pub name: Cow<'a, str>,
    /// What the bank calls this level.
    pub level: Option<Cow<'a, str>>,
}

/// Every unit. A bank has some thousands, and a change to a tree is judged by looking at the whole of it.
pub fn all<C: Connection>(connection: &mut C) -> Result<Vec<OrganisationRow<'static>>, StoreError> {
    connection
        .execute("select organisation_ref, organisation_id, parent_ref, name, level from organisation", &[])?
        .read("organisation.all", |row| {
            Ok(OrganisationRow {
                organisation_ref: row.narrow()?,
                organisation_id: row.text()?.into(),
                parent_ref: row.narrow_or_null()?,
                name: row.text()?.into(),
                level: row.text_or_null()?.map(Cow::from),
            })
        })
}

/// A `with` clause that names the organisations at and below that of parameter `?n`: `under (organisation_ref)`; none
/// for null. `union` (not `union all`) ends on a cycle.
pub(crate) fn under(parameter: u8) -> String {
    format!(
        "with recursive under (organisation_ref) as (
           select organisation_ref from organisation where organisation_ref = ?{parameter}
           union select organisation.organisation_ref from organisation
           join under on organisation.parent_ref = under.organisation_ref)"
    )
}

/// Writes units, new or changed.
pub fn save<'a, C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = &'a OrganisationRow<'a>>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.organisation_ref.into(),
            row.organisation_id.as_ref().into(),
            row.parent_ref.into(),
            row.name.as_ref().into(),
            row.level.as_deref().into(),
        ]
    });
    let into = "insert into organisation (organisation_ref, organisation_id, parent_ref, name, level)";
    let then = "on conflict (organisation_ref) do update set
           parent_ref = excluded.parent_ref, name = excluded.name, level = excluded.level";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Numbers of the units with these ids, as (place in `ids`, number); unknown ids are left out.
pub fn find<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(usize, u32)>, StoreError> {
    let sql = format!(
        "select row.key, organisation_ref from {} cross join organisation where organisation_id = row.value",
        dialect::batch(1)
    );
    connection
        .execute(&sql, &[Batch::of_texts(ids).into_value()])?
        .read("organisation.find", |row| Ok((row.narrow()?, row.narrow()?)))
}
