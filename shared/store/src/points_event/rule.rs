//! What events ask of rules.

use std::collections::BTreeMap;

use crate::{Connection, StoreError, dialect};

/// Ids and versions of rules by their numbers.
pub fn rule_names<C: Connection>(
    connection: &mut C,
    points_rule_refs: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, (String, u32)>, StoreError> {
    let list = points_rule_refs.into_iter().map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    let sql = format!(
        "select points_rule_ref, points_rule_id, version
         from {} cross join points_rule where points_rule_ref = row.value",
        dialect::batch(1)
    );
    let rows = connection
        .execute(&sql, &[format!("[{list}]").into()])?
        .read("points_event.rule_names", |row| Ok((row.integer()?, (row.text()?, row.narrow()?))))?;
    Ok(rows.into_iter().collect())
}

/// True when lots of some version of a rule, in force or not, may end by inactivity; a version that only names the word
/// costs a look that finds nothing.
pub fn was_inactivity_asked<C: Connection>(connection: &mut C) -> Result<bool, StoreError> {
    connection
        .execute(
            "select exists (select 1 from points_rule
                            where activated_at is not null and definition like '%\"inactivity\"%')",
            &[],
        )?
        .read_one("points_event.was_inactivity_asked", |row| row.flag())
}
