//! Whom a question is about.

use domain::book::customer_at;
use store::portfolio::Own;
use store::{Connection, StoreError};

/// A part of the bank's customers.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    organisations: Option<Vec<bool>>,
    /// Ascending.
    customers: Option<Vec<u32>>,
}

impl Sight {
    /// Customers of these organisations by number (`None`: all) who are each of the employees' own.
    pub fn load<C: Connection>(
        connection: &mut C,
        organisations: Option<Vec<bool>>,
        owners: &[Own],
    ) -> Result<Self, StoreError> {
        let mut customers: Option<Vec<u32>> = None;
        for owner in owners {
            let mut own = store::portfolio::of_employee(connection, *owner)?;
            if let Some(others) = &customers {
                own.retain(|customer_ref| others.binary_search(customer_ref).is_ok());
            }
            customers = Some(own);
        }
        Ok(Self { organisations, customers })
    }

    /// Nobody.
    pub fn of_nobody() -> Self {
        Self { organisations: None, customers: Some(Vec::new()) }
    }

    /// True when the organisation may be named.
    pub(crate) fn covers(&self, organisation_ref: u32) -> bool {
        let covered = |of: &Vec<bool>| of.get(organisation_ref as usize).copied().unwrap_or(false);
        self.organisations.as_ref().is_none_or(covered)
    }

    /// True when the customer of the organisation is one of them.
    #[inline]
    pub(crate) fn sees(&self, organisation_ref: u32, customer_ref: u32) -> bool {
        self.covers(organisation_ref)
            && self.customers.as_ref().is_none_or(|own| own.binary_search(&customer_ref).is_ok())
    }

    /// The first number from `customer_ref` on at which one of them may be.
    pub(crate) fn next_seen(&self, customer_ref: u32) -> Option<u32> {
        match &self.customers {
            None => Some(customer_ref),
            Some(own) => own.get(own.partition_point(|one| *one < customer_ref)).copied(),
        }
    }

    /// True when one of them may lie in the chunks `from..to`.
    pub(super) fn looks_into(&self, from: u32, to: u32) -> bool {
        let next = self.next_seen(customer_at(from, 0));
        next.is_some_and(|customer_ref| customer_ref < customer_at(to, 0))
    }
}
