//! Who may be credited for a sale: employees of the organisation that sold, as it was staffed on the day.

use domain::date::Day;
use domain::retention::works_on;
use domain::sale::{Role, Share};
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
/// of the sale, or are among those who are `credited` for it anyway: a manager who has moved keeps the customers until
/// they are assigned to somebody else.
pub(super) fn colleagues<C: Connection>(
    connection: &mut C,
    sale: &SaleRow,
    credited: &[Share],
    employee_ids: &[&str],
) -> Result<Vec<Result<u32, Stranger>>, StoreError> {
    let mut colleagues = vec![Err(Stranger::Elsewhere); employee_ids.len()];
    for (place, post) in store::employee::posts_on(connection, employee_ids.iter().copied(), sale.sold_on)? {
        if let Some(colleague) = colleagues.get_mut(place) {
            let keeps =
                |share: &Share| share.role != Role::Organisation && share.employee_ref == post.employee_ref;
            *colleague = match credited.iter().any(keeps) {
                true => Ok(post.employee_ref),
                false => judge(sale, &post),
            };
        }
    }
    Ok(colleagues)
}

/// True when everybody in these shares may still be credited, as far as is known by now.
pub(super) fn are_colleagues<C: Connection>(
    connection: &mut C,
    sale: &SaleRow,
    credited: &[Share],
    shares: &[Share],
) -> Result<bool, StoreError> {
    let people = shares.iter().filter(|share| share.role != Role::Organisation);
    let numbers: Vec<u32> = people.map(|share| share.employee_ref).collect();
    let named = store::sale_view::employee_ids(connection, &numbers)?;
    let ids: Vec<&str> = named.iter().map(|(_, id)| id.as_str()).collect();
    Ok(colleagues(connection, sale, credited, &ids)?.iter().all(Result::is_ok))
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
