//! Customers of a batch of events.

use crate::batch::Batch;
use crate::{Connection, Row, StoreError, dialect};

/// Which facts of customers are read; what is not asked for is not looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Date of birth.
    pub birth_date: bool,
    /// Gender.
    pub gender: bool,
    /// Customer since.
    pub opened_on: bool,
    /// The bank's own facts.
    pub attributes: bool,
}

/// A customer that earns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earner {
    /// The number.
    pub customer_ref: u32,
    /// The unit that keeps the customer.
    pub organisation_ref: u32,
    /// Date of birth.
    pub birth_date: Option<i32>,
    /// As the bank writes it.
    pub gender: Option<String>,
    /// Customer since.
    pub opened_on: Option<i32>,
    /// The bank's own facts as JSON text.
    pub attributes: Option<String>,
    /// What the customer owes, in points.
    pub debt: i64,
    /// The customer that this one was merged into.
    pub merged_into_ref: Option<u32>,
}

/// Customers of these ids, as (place in `ids`, who); unknown ids are left out.
pub fn earners<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
    wanted: Wanted,
) -> Result<Vec<(usize, Earner)>, StoreError> {
    let sql = earners_sql("customer_id", wanted);
    connection.execute(&sql, &[Batch::of_texts(ids).into_value()])?.read("points_event.earners", earner)
}

/// Customers of these numbers, as (place in `customer_refs`, who).
pub fn earners_by_ref<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    wanted: Wanted,
) -> Result<Vec<(usize, Earner)>, StoreError> {
    let list = customer_refs.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let sql = earners_sql("customer.customer_ref", wanted);
    connection.execute(&sql, &[format!("[{list}]").into()])?.read("points_event.earners_by_ref", earner)
}

fn earners_sql(key: &str, wanted: Wanted) -> String {
    let column = |is_wanted: bool, name: &'static str| if is_wanted { name } else { "null" };
    format!(
        "select row.key, customer.customer_ref, organisation_ref, {}, {}, {}, {}, coalesce(debt, 0), merged_into_ref
         from {} cross join customer
         left join points_account on points_account.customer_ref = customer.customer_ref
         where {key} = row.value",
        column(wanted.birth_date, "birth_date"),
        column(wanted.gender, "gender"),
        column(wanted.opened_on, "opened_on"),
        column(wanted.attributes, "attributes"),
        dialect::batch(1)
    )
}

fn earner(row: &mut Row<'_>) -> Result<(usize, Earner), StoreError> {
    let place = row.narrow()?;
    Ok((
        place,
        Earner {
            customer_ref: row.narrow()?,
            organisation_ref: row.narrow()?,
            birth_date: row.narrow_or_null()?,
            gender: row.text_or_null()?,
            opened_on: row.narrow_or_null()?,
            attributes: row.text_or_null()?,
            debt: row.integer()?,
            merged_into_ref: row.narrow_or_null()?,
        },
    ))
}
