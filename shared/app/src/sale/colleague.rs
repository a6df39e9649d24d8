//! Who may be credited for a sale: employees of the organisation that sold.

use domain::date::Day;
use domain::retention::works_on;
use store::employee::EmployeeRow;
use store::sale::SaleRow;
use store::{Connection, StoreError};

/// Why an employee is not credited for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// No employee of this id, or one of another organisation; told alike, so that nobody learns who works where.
    #[error("no employee of this id works at the organisation that sold")]
    Elsewhere,
    /// The employee had not begun to work, or worked no longer.
    #[error("the employee did not work on the day of the sale")]
    Away,
}

/// Numbers of the employees of these ids, in their order, as far as they worked at the organisation that sold on the day
/// of the sale.
pub(super) fn colleagues<C: Connection>(
    connection: &mut C,
    sale: &SaleRow,
    employee_ids: &[&str],
) -> Result<Vec<Result<u32, Stranger>>, StoreError> {
    let mut colleagues = vec![Err(Stranger::Elsewhere); employee_ids.len()];
    for (place, employee) in store::employee::find(connection, employee_ids.iter().copied())? {
        if let Some(colleague) = colleagues.get_mut(place) {
            *colleague = judge(sale, &employee);
        }
    }
    Ok(colleagues)
}

fn judge(sale: &SaleRow, employee: &EmployeeRow<'_>) -> Result<u32, Stranger> {
    let (first, last) =
        (employee.active_from.map(Day::from_number), employee.active_to.map(Day::from_number));
    if employee.organisation_ref != sale.organisation_ref {
        Err(Stranger::Elsewhere)
    } else if works_on(first, last, Day::from_number(sale.sold_on)) {
        Ok(employee.employee_ref)
    } else {
        Err(Stranger::Away)
    }
}
