//! The credit ledger: who is credited for a sale and with how much. Lines are added and never changed.

use domain::sale::{Role, Step};

use crate::sale::numbers;
use crate::{Connection, Row, StoreError, batch, dialect};

/// A line as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditRow {
    /// Its number; 0 before it is stored.
    pub sale_credit_ref: i64,
    /// The sale.
    pub sale_ref: i64,
    /// Who is credited; 0 for the organisation itself, which the role tells from an employee of this number.
    pub employee_ref: u32,
    /// As what.
    pub role: Role,
    /// The share behind it, in basis points; 0 when the line takes all away.
    pub share_bp: u32,
    /// Minor units, below zero when it takes away.
    pub amount: i64,
    /// What it was booked for.
    pub step: Step,
    /// The business day that it counts in.
    pub on_day: i32,
    /// The day from which it is known.
    pub booked_on: i32,
    /// The version of the rule.
    pub sale_rule_ref: i64,
    /// The assignment behind it.
    pub assignment_ref: Option<i64>,
    /// The campaign behind it.
    pub campaign_ref: Option<i64>,
    /// Who, or what, booked it.
    pub person: String,
    /// When, in milliseconds.
    pub written_at: i64,
}

fn credit(row: &mut Row<'_>) -> Result<CreditRow, StoreError> {
    Ok(CreditRow {
        sale_credit_ref: row.integer()?,
        sale_ref: row.integer()?,
        employee_ref: row.narrow()?,
        role: role(row.integer()?)?,
        share_bp: row.narrow()?,
        amount: row.integer()?,
        step: step(row.integer()?)?,
        on_day: row.narrow()?,
        booked_on: row.narrow()?,
        sale_rule_ref: row.integer()?,
        assignment_ref: row.integer_or_null()?,
        campaign_ref: row.integer_or_null()?,
        person: row.text()?,
        written_at: row.integer()?,
    })
}

/// The role of a stored number.
pub(crate) fn role(number: i64) -> Result<Role, StoreError> {
    Role::from_number(number).ok_or_else(|| StoreError::Damaged("the role of a credit is unknown".to_owned()))
}

fn step(number: i64) -> Result<Step, StoreError> {
    Step::from_number(number).ok_or_else(|| StoreError::Damaged("the step of a credit is unknown".to_owned()))
}

/// Adds lines, in their order.
pub fn add<C: Connection>(
    connection: &mut C,
    lines: impl IntoIterator<Item = CreditRow>,
) -> Result<(), StoreError> {
    let rows = lines.into_iter().map(|line| {
        [
            line.sale_ref.into(),
            line.employee_ref.into(),
            line.role.number().into(),
            line.share_bp.into(),
            line.amount.into(),
            line.step.number().into(),
            line.on_day.into(),
            line.booked_on.into(),
            line.sale_rule_ref.into(),
            line.assignment_ref.into(),
            line.campaign_ref.into(),
            line.person.into(),
            line.written_at.into(),
        ]
    });
    let into =
        "insert into sale_credit (sale_ref, employee_ref, role, share_bp, amount, step, on_day, booked_on,
           sale_rule_ref, assignment_ref, campaign_ref, person, written_at)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// All lines of these sales, by sale and in the order in which they were added.
pub fn of_sales<C: Connection>(connection: &mut C, sale_refs: &[i64]) -> Result<Vec<CreditRow>, StoreError> {
    let sql = format!(
        "select sale_credit_ref, sale_ref, employee_ref, role, share_bp, amount, step, on_day, booked_on,
           sale_rule_ref, assignment_ref, campaign_ref, person, written_at
         from {} cross join sale_credit where sale_ref = row.value
         order by sale_ref, sale_credit_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(sale_refs)])?.read("sale_credit.of_sales", credit)
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    #[test]
    fn lines_read_as_they_were_written_by_sale_and_in_their_order() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let line = |sale_ref, employee_ref, role, amount| CreditRow {
            sale_credit_ref: 0,
            sale_ref,
            employee_ref,
            role,
            share_bp: 5_000,
            amount,
            step: Step::Automatic,
            on_day: 20_000,
            booked_on: 20_001,
            sale_rule_ref: 1,
            assignment_ref: Some(3),
            campaign_ref: None,
            person: "intake".to_owned(),
            written_at: 7,
        };
        let written = [
            line(9, 0, Role::Seller, 5),
            line(8, 0, Role::Organisation, -5),
            line(9, 0, Role::Organisation, i64::MAX),
            line(7, 1, Role::Referrer, 0),
        ];
        add(&mut connection, written.clone()).expect("written");
        let read = of_sales(&mut connection, &[9, 8, 1]).expect("read");
        let numbered =
            |place: usize| CreditRow { sale_credit_ref: place as i64 + 1, ..written[place].clone() };
        assert_eq!(read, [numbered(1), numbered(0), numbered(2)]);
    }
}
