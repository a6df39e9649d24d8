//! Who may be credited for a sale: employees of the organisation that sold, as it was staffed on the day.

use domain::date::Day;
use domain::retention::works_on;
use store::employee::PostRow;
use store::sale::SaleRow;
use store::{Connection, StoreError};

/// Why an employee is not credited for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// No employee of this id, or one of another organisation on the day of the sale; told alike, so that nobody learns
    /// who works where.
    #[error("no employee of this id worked at the organisation that sold on the day of the sale")]
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
    for (place, post) in store::employee::posts_on(connection, employee_ids.iter().copied(), sale.sold_on)? {
        if let Some(colleague) = colleagues.get_mut(place) {
            *colleague = judge(sale, &post);
        }
    }
    Ok(colleagues)
}

fn judge(sale: &SaleRow, post: &PostRow) -> Result<u32, Stranger> {
    let (first, last) = (post.active_from.map(Day::from_number), post.active_to.map(Day::from_number));
    if post.organisation_ref != sale.organisation_ref {
        Err(Stranger::Elsewhere)
    } else if works_on(first, last, Day::from_number(sale.sold_on)) {
        Ok(post.employee_ref)
    } else {
        Err(Stranger::Away)
    }
}
