//! Registrations: who says that they sold, or referred the customer.

use domain::sale::Role;

use crate::sale::numbers;
use crate::sale_credit::role;
use crate::{Connection, StoreError, dialect};

/// A registration as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationRow {
    /// The sale.
    pub sale_ref: i64,
    /// Its number among those of the sale, from 1; 0 before it is stored.
    pub number: u32,
    /// Who sold or referred.
    pub employee_ref: u32,
    /// Seller or referrer.
    pub role: Role,
    /// Who registered it.
    pub registered_by: String,
    /// Day.
    pub registered_on: i32,
    /// When, in milliseconds.
    pub registered_at: i64,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When, in milliseconds.
    pub withdrawn_at: Option<i64>,
}

/// A registration with the id that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationView {
    /// The registration.
    pub row: RegistrationRow,
    /// Who sold or referred.
    pub employee_id: String,
}

/// A registration that stands, with what the ratio of seller and referrer asks of the employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingRow {
    /// The sale.
    pub sale_ref: i64,
    /// Who sold or referred.
    pub employee_ref: u32,
    /// Seller or referrer.
    pub role: Role,
    /// The employee's share as a seller.
    pub seller_share_bp: Option<u32>,
    /// The employee's share as a referrer.
    pub referrer_share_bp: Option<u32>,
}

/// Writes a new registration and returns its number. At most one of a role stands.
pub fn add<C: Connection>(connection: &mut C, row: &RegistrationRow) -> Result<u32, StoreError> {
    connection
        .execute(
            "insert into sale_registration (sale_ref, number, employee_ref, role, registered_by, registered_on,
               registered_at)
             select ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 from sale_registration where sale_ref = ?1
             returning number",
            &[
                row.sale_ref.into(),
                row.employee_ref.into(),
                row.role.number().into(),
                row.registered_by.as_str().into(),
                row.registered_on.into(),
                row.registered_at.into(),
            ],
        )?
        .read_one("sale_registration.add", |row| row.narrow())
}

/// Withdraws a registration; one that was withdrawn stays as it is.
pub fn withdraw<C: Connection>(
    connection: &mut C,
    (sale_ref, number): (i64, u32),
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update sale_registration set withdrawn_by = ?3, withdrawn_at = ?4
         where sale_ref = ?1 and number = ?2 and withdrawn_at is null",
        &[sale_ref.into(), number.into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// Registrations of a sale by number, withdrawn ones too.
pub fn of_sale<C: Connection>(
    connection: &mut C,
    sale_ref: i64,
) -> Result<Vec<RegistrationView>, StoreError> {
    let sql =
        "select sale_ref, number, sale_registration.employee_ref, sale_registration.role, registered_by,
           registered_on, registered_at, withdrawn_by, withdrawn_at, employee_id
         from sale_registration join employee on employee.employee_ref = sale_registration.employee_ref
         where sale_ref = ?1 order by number";
    connection.execute(sql, &[sale_ref.into()])?.read("sale_registration.of_sale", |row| {
        Ok(RegistrationView {
            row: RegistrationRow {
                sale_ref: row.integer()?,
                number: row.narrow()?,
                employee_ref: row.narrow()?,
                role: role(row.integer()?)?,
                registered_by: row.text()?,
                registered_on: row.narrow()?,
                registered_at: row.integer()?,
                withdrawn_by: row.text_or_null()?,
                withdrawn_at: row.integer_or_null()?,
            },
            employee_id: row.text()?,
        })
    })
}

/// Registrations of these sales that stand, by sale and role.
pub fn standing<C: Connection>(
    connection: &mut C,
    sale_refs: &[i64],
) -> Result<Vec<StandingRow>, StoreError> {
    let sql = format!(
        "select sale_ref, sale_registration.employee_ref, sale_registration.role, seller_share_bp, referrer_share_bp
         from {} cross join sale_registration cross join employee
         where sale_ref = row.value and withdrawn_at is null
           and employee.employee_ref = sale_registration.employee_ref
         order by sale_ref, sale_registration.role",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(sale_refs)])?.read("sale_registration.standing", |row| {
        Ok(StandingRow {
            sale_ref: row.integer()?,
            employee_ref: row.narrow()?,
            role: role(row.integer()?)?,
            seller_share_bp: row.narrow_or_null()?,
            referrer_share_bp: row.narrow_or_null()?,
        })
    })
}
