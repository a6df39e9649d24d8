//! Customers that a filter selects for a batch.

use domain::date::Day;
use store::{Connection, StoreError};

use super::AssignmentError;
use super::waiting::waiting_now;
use crate::access::Caller;

/// Customers that a filter may select.
pub const GREATEST_SELECTION: usize = 100_000;

/// Waiting customers that are read at a time.
const WAITING_A_PAGE: usize = 4096;

/// Whom a filter selects: all that is said has to hold.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Top of the customers' subtree; `None`: the whole bank.
    pub organisation_ref: Option<u32>,
    /// Its organisations by number; `None`: all.
    pub organisations: Option<&'a [bool]>,
    /// Code of the held tier.
    pub tier: Option<&'a str>,
    /// The employee who has a share on the day; of whatever part of the bank that the caller sees.
    pub manager_id: Option<&'a str>,
    /// Only who waits on the day.
    pub waiting: bool,
}

impl Selection<'_> {
    fn covers(&self, organisation_ref: u32) -> bool {
        self.organisations.is_none_or(|of| of.get(organisation_ref as usize).copied().unwrap_or(false))
    }
}

/// Ids of the customers that a filter selects on a day, by our numbers.
pub fn select<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    selection: Selection<'_>,
    on: Day,
) -> Result<Vec<String>, AssignmentError> {
    let mut refs = match (selection.waiting, selection.manager_id) {
        (true, _) => who_wait(connection, selection, on)?,
        (false, Some(id)) => of_manager(connection, caller, id, on)?,
        (false, None) => {
            let limit = GREATEST_SELECTION as u32 + 1;
            // A tier is looked at afterwards: then more customers than may be selected have to be read.
            let limit = if selection.tier.is_some() { u32::MAX } else { limit };
            store::assignment::customers_under(connection, selection.organisation_ref, limit)?
        }
    };
    if let (true, Some(id)) = (selection.waiting, selection.manager_id) {
        let of_manager = of_manager(connection, caller, id, on)?;
        refs.retain(|customer_ref| of_manager.binary_search(customer_ref).is_ok());
    }
    if let Some(code) = selection.tier {
        let codes = store::tier::tier_codes(connection)?;
        let found = codes.iter().find(|(_, known)| *known == code);
        let (wanted, _) = found.ok_or(AssignmentError::UnknownTier { place: 0 })?;
        let held = crate::points::wallet::held_tiers(connection, &refs)?;
        refs = refs.into_iter().zip(held).filter(|(_, held)| held == wanted).map(|(one, _)| one).collect();
    }
    if refs.len() > GREATEST_SELECTION {
        return Err(AssignmentError::TooMany);
    }
    let members = store::member::members(connection, &refs)?.into_iter();
    let seen = members.filter(|customer| selection.covers(customer.organisation_ref));
    Ok(seen.map(|customer| customer.customer_id).collect())
}

fn of_manager<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    id: &str,
    on: Day,
) -> Result<Vec<u32>, AssignmentError> {
    let employee = store::api_client::employee(connection, id)?.ok_or(AssignmentError::UnknownManager)?;
    if !caller.covers(connection, employee.organisation_ref)? {
        return Err(AssignmentError::UnknownManager);
    }
    Ok(store::assignment::of_employee(connection, employee.employee_ref, on.number())?)
}

fn who_wait<C: Connection>(
    connection: &mut C,
    selection: Selection<'_>,
    on: Day,
) -> Result<Vec<u32>, StoreError> {
    let (mut refs, mut next) = (Vec::new(), Some(0));
    while let Some(start) = next.filter(|_| refs.len() <= GREATEST_SELECTION) {
        let (rows, unread) = waiting_now(connection, on, selection.organisations, start, WAITING_A_PAGE)?;
        refs.extend(rows.into_iter().map(|row| row.customer.customer_ref));
        next = unread;
    }
    Ok(refs)
}
