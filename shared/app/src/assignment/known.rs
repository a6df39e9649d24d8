//! What many rows are judged by, read together: their customers, the employees they name, the tree of units.

use std::collections::{BTreeSet, HashMap};

use domain::assignment::{ManagerRole, ManagerShare, check_shares};
use domain::date::Day;
use domain::retention::works_on;
use store::customer::CustomerPlace;
use store::employee::EmployeeRow;
use store::{Connection, StoreError};

use super::{AssignmentError, NewAssignment};
use crate::access::Caller;
use crate::organisation::Tree;

/// What all rows are judged by.
pub(super) struct Known {
    /// By place; nothing for an id that no customer has.
    customers: Vec<Option<CustomerPlace>>,
    employees: HashMap<String, EmployeeRow<'static>>,
    tree: Tree,
    /// Organisations that the caller sees; `None`: all.
    sees: Option<BTreeSet<u32>>,
    /// Customers whom a customer manager's key sees, ascending.
    own: Option<Vec<u32>>,
}

impl Known {
    /// Reads what is known of these customers and employees.
    pub(super) fn load<'a, C: Connection>(
        connection: &mut C,
        caller: &Caller,
        customer_ids: &[&str],
        employee_ids: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let mut customers = vec![None; customer_ids.len()];
        for (place, customer) in store::customer::places(connection, customer_ids.iter().copied(), true)? {
            if let Some(slot) = customers.get_mut(place) {
                *slot = Some(customer);
            }
        }
        let ids: BTreeSet<&str> = employee_ids.into_iter().collect();
        let employees = store::employee::find(connection, ids)?.into_iter();
        let own = match caller.own_customers() {
            None => None,
            Some(own) => Some(store::portfolio::of_employee(connection, own)?),
        };
        Ok(Self {
            customers,
            employees: employees.map(|(_, row)| (row.employee_id.to_string(), row)).collect(),
            tree: Tree::load(connection)?,
            sees: caller.subtree(connection)?,
            own,
        })
    }

    fn covers(&self, organisation_ref: u32) -> bool {
        self.sees.as_ref().is_none_or(|sees| sees.contains(&organisation_ref))
    }

    /// Number and organisation of the customer at a place, if the caller sees the customer.
    pub(super) fn customer(&self, place: usize) -> Result<(u32, u32), AssignmentError> {
        let customer =
            self.customers.get(place).copied().flatten().ok_or(AssignmentError::UnknownCustomer)?;
        let organisation_ref = customer.organisation_ref.ok_or(AssignmentError::UnknownCustomer)?;
        let is_own = |own: &Vec<u32>| own.binary_search(&customer.customer_ref).is_ok();
        if self.covers(organisation_ref) && self.own.as_ref().is_none_or(is_own) {
            Ok((customer.customer_ref, organisation_ref))
        } else {
            Err(AssignmentError::UnknownCustomer)
        }
    }

    /// The shares of managers of a customer of that organisation, and where the primary one works.
    pub(super) fn managers(
        &self,
        organisation_ref: u32,
        new: &NewAssignment<'_>,
    ) -> Result<(Vec<ManagerShare>, u32), AssignmentError> {
        let (mut shares, mut works_at) = (Vec::with_capacity(new.managers.len()), organisation_ref);
        for (place, wanted) in new.managers.iter().enumerate() {
            let unknown = || AssignmentError::UnknownEmployee { place };
            let employee = self.employees.get(&wanted.employee_id).ok_or_else(unknown)?;
            let unit = employee.organisation_ref;
            // Nobody else would see the customer.
            if !self.covers(unit) || !self.tree.upwards(organisation_ref).any(|above| above == unit) {
                return Err(unknown());
            }
            let (first, last) =
                (employee.active_from.map(Day::from_number), employee.active_to.map(Day::from_number));
            if !works_on(first, last, new.from) {
                return Err(AssignmentError::Away { place });
            }
            if wanted.role == ManagerRole::Primary {
                works_at = unit;
            }
            let (role, share_bp) = (wanted.role, wanted.share_bp);
            shares.push(ManagerShare { employee_ref: employee.employee_ref, role, share_bp });
        }
        check_shares(&shares)?;
        Ok((shares, works_at))
    }
}
