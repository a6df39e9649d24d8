//! Plans: what is to be sold in a month.

use crate::{Connection, Row, StoreError, batch};

/// Stands where a plan has no organisation or no employee: numbers of both begin at 0.
const NOBODY: i64 = -1;

/// Whose plan it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanOf {
    /// An organisation, with all below it.
    Organisation(u32),
    /// An employee.
    Employee(u32),
}

impl PlanOf {
    fn columns(self) -> (i64, i64) {
        match self {
            PlanOf::Organisation(number) => (number.into(), NOBODY),
            PlanOf::Employee(number) => (NOBODY, number.into()),
        }
    }

    fn read(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (organisation, employee) = (row.integer()?, row.integer()?);
        let found = match (u32::try_from(organisation), u32::try_from(employee)) {
            (Ok(number), Err(_)) => Some(PlanOf::Organisation(number)),
            (Err(_), Ok(number)) => Some(PlanOf::Employee(number)),
            _ => None,
        };
        found.ok_or_else(|| StoreError::Damaged("a plan is nobody's, or that of two".to_owned()))
    }
}

/// A plan as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanRow {
    /// Number of the month.
    pub month: i32,
    /// Whose.
    pub of: PlanOf,
    /// The product; 0: all together.
    pub sale_product_ref: i64,
    /// Minor units.
    pub amount: i64,
}

/// A plan with the ids that callers know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanView {
    /// The plan.
    pub row: PlanRow,
    /// Id of the organisation or employee.
    pub id: String,
    /// Number of the organisation, or of the one where the employee works.
    pub organisation_ref: u32,
    /// Id of the product; nothing for all together.
    pub product_id: Option<String>,
    /// Who wrote it.
    pub changed_by: String,
    /// When, in milliseconds.
    pub changed_at: i64,
}

/// Writes plans; one of the same month, person and product is replaced.
pub fn save<C: Connection>(
    connection: &mut C,
    rows: &[PlanRow],
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let rows = rows.iter().map(|row| {
        let (organisation, employee) = row.of.columns();
        [
            row.month.into(),
            organisation.into(),
            employee.into(),
            row.sale_product_ref.into(),
            row.amount.into(),
            person.into(),
            now_ms.into(),
        ]
    });
    let into =
        "insert into sale_plan (month, organisation_ref, employee_ref, sale_product_ref, amount, changed_by,
           changed_at)";
    let then = "on conflict (month, organisation_ref, employee_ref, sale_product_ref) do update set
           amount = excluded.amount, changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    batch::insert(connection, into, then, rows)?;
    Ok(())
}

/// Plans of the months `from..=to`: by month, organisations before employees, by number and product.
pub fn of_months<C: Connection>(
    connection: &mut C,
    (from, to): (i32, i32),
) -> Result<Vec<PlanView>, StoreError> {
    connection
        .execute(
            "select month, sale_plan.organisation_ref, sale_plan.employee_ref, sale_plan.sale_product_ref,
               sale_plan.amount, coalesce(organisation_id, employee_id),
               coalesce(organisation.organisation_ref, employee.organisation_ref), sale_product_id,
               changed_by, changed_at
             from sale_plan
             left join organisation on organisation.organisation_ref = sale_plan.organisation_ref
             left join employee on employee.employee_ref = sale_plan.employee_ref
             left join sale_product on sale_product.sale_product_ref = sale_plan.sale_product_ref
             where month >= ?1 and month <= ?2
             order by month, sale_plan.employee_ref, sale_plan.organisation_ref, sale_plan.sale_product_ref",
            &[from.into(), to.into()],
        )?
        .read("sale_plan.of_months", |row| {
            Ok(PlanView {
                row: PlanRow {
                    month: row.narrow()?,
                    of: PlanOf::read(row)?,
                    sale_product_ref: row.integer()?,
                    amount: row.integer()?,
                },
                id: row.text()?,
                organisation_ref: row.narrow()?,
                product_id: row.text_or_null()?,
                changed_by: row.text()?,
                changed_at: row.integer()?,
            })
        })
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    #[test]
    fn a_plan_is_replaced_and_the_first_organisation_is_told_from_the_first_employee() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        for sql in [
            "insert into organisation (organisation_ref, organisation_id, name) values (0, 'HQ', 'x')",
            "insert into employee (employee_ref, employee_id, organisation_ref, name, role)
             values (0, 'e', 0, 'x', 'x')",
        ] {
            connection.execute(sql, &[]).expect("written");
        }
        let plan = |of, sale_product_ref, amount| PlanRow { month: 24_000, of, sale_product_ref, amount };
        let rows = [plan(PlanOf::Organisation(0), 0, 5), plan(PlanOf::Employee(0), 0, 7)];
        save(&mut connection, &rows, "a", 1).expect("written");
        save(&mut connection, &[plan(PlanOf::Employee(0), 0, 8)], "b", 2).expect("replaced");
        let read = of_months(&mut connection, (24_000, 24_000)).expect("read");
        let told: Vec<(PlanOf, i64, &str, &str)> = read
            .iter()
            .map(|view| (view.row.of, view.row.amount, view.id.as_str(), view.changed_by.as_str()))
            .collect();
        assert_eq!(told, [(PlanOf::Organisation(0), 5, "HQ", "a"), (PlanOf::Employee(0), 8, "e", "b")]);
        assert!(of_months(&mut connection, (24_001, 24_010)).expect("read").is_empty());
    }
}
