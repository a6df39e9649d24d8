//! The people of the bank.

use std::borrow::Cow;

use crate::batch::{self, Batch};
use crate::{Connection, StoreError, dialect};

mod post;

pub(crate) use post::post_sql;
pub use post::{MoveRow, PostRow, add_moves, posts_on};

/// One employee as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeRow<'a> {
    /// Our number.
    pub employee_ref: u32,
    /// The bank's id.
    pub employee_id: Cow<'a, str>,
    /// Where they work.
    pub organisation_ref: u32,
    /// Name.
    pub name: Cow<'a, str>,
    /// Name of the role.
    pub role: Cow<'a, str>,
    /// First day of work.
    pub active_from: Option<i32>,
    /// Last day of work.
    pub active_to: Option<i32>,
    /// Share as a seller.
    pub seller_share_bp: Option<i64>,
    /// Share as a referrer.
    pub referrer_share_bp: Option<i64>,
}

/// Stored employees with these ids, as (place in `ids`, row), and the next free number.
pub fn find<'a, C: Connection>(
    connection: &mut C,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<(usize, EmployeeRow<'static>)>, StoreError> {
    let sql = format!(
        "select row.key, employee_ref, employee_id, organisation_ref, name, role, active_from, active_to,
           seller_share_bp, referrer_share_bp
         from {} cross join employee where employee_id = row.value",
        dialect::batch(1)
    );
    connection.execute(&sql, &[Batch::of_texts(ids).into_value()])?.read("employee.find", |row| {
        let key = row.narrow()?;
        Ok((
            key,
            EmployeeRow {
                employee_ref: row.narrow()?,
                employee_id: row.text()?.into(),
                organisation_ref: row.narrow()?,
                name: row.text()?.into(),
                role: row.text()?.into(),
                active_from: row.narrow_or_null()?,
                active_to: row.narrow_or_null()?,
                seller_share_bp: row.integer_or_null()?,
                referrer_share_bp: row.integer_or_null()?,
            },
        ))
    })
}

/// The number that the next new employee gets.
pub fn next_ref<C: Connection>(connection: &mut C) -> Result<u32, StoreError> {
    connection
        .execute("select coalesce(max(employee_ref), -1) + 1 from employee", &[])?
        .read_one("employee.next_ref", |row| row.narrow())
}

/// Writes employees, new or changed.
pub fn save<'a, C: Connection>(
    connection: &mut C,
    rows: impl IntoIterator<Item = &'a EmployeeRow<'a>>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| {
        [
            row.employee_ref.into(),
            row.employee_id.as_ref().into(),
            row.organisation_ref.into(),
            row.name.as_ref().into(),
            row.role.as_ref().into(),
            row.active_from.into(),
            row.active_to.into(),
            row.seller_share_bp.into(),
            row.referrer_share_bp.into(),
        ]
    });
    let into = "insert into employee (employee_ref, employee_id, organisation_ref, name, role, active_from, active_to,
           seller_share_bp, referrer_share_bp)";
    let then = "on conflict (employee_ref) do update set
           organisation_ref = excluded.organisation_ref, name = excluded.name, role = excluded.role,
           active_from = excluded.active_from, active_to = excluded.active_to,
           seller_share_bp = excluded.seller_share_bp, referrer_share_bp = excluded.referrer_share_bp";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}
