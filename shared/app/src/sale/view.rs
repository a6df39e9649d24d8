//! A sale as people see it: what is known of it, who is credited, and how it came to that.

use std::collections::{BTreeMap, BTreeSet};

use domain::sale::{Line, Role, Share, standing};
use store::sale::SaleRow;
use store::sale_adjustment::AdjustmentRow;
use store::sale_credit::CreditRow;
use store::sale_registration::RegistrationView;
use store::sale_view::{SaleFilter, SaleView};
use store::{Connection, StoreError};

use crate::access::Caller;

/// A sale with everything that was said and booked about it.
#[derive(Clone, Debug)]
pub struct Credits {
    /// The sale.
    pub sale: SaleView,
    /// Who is credited, each with the amount in minor units.
    pub shares: Vec<(Share, i64)>,
    /// The lines of the ledger, in the order in which they were booked.
    pub lines: Vec<CreditRow>,
    /// Who registered, withdrawn registrations too.
    pub registrations: Vec<RegistrationView>,
    /// The latest adjustment.
    pub adjustment: Option<AdjustmentRow>,
    employees: BTreeMap<u32, String>,
}

impl Credits {
    /// Id of who is credited in a role; nothing for the organisation itself.
    pub fn employee_id(&self, role: Role, employee_ref: u32) -> Option<&str> {
        match role {
            Role::Organisation => None,
            Role::Seller | Role::Referrer => self.employees.get(&employee_ref).map(String::as_str),
        }
    }
}

/// The credits of a transaction's sale; nothing when there is none that the caller sees.
pub fn credits<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    (source, id): (&str, &str),
) -> Result<Option<Credits>, StoreError> {
    match seen(connection, caller, (source, id))? {
        Some(sale) => credits_of(connection, sale.sale_ref).map(Some),
        None => Ok(None),
    }
}

/// Sales after a number, at most `limit`, by number; a customer manager's key sees those of the own organisation alone.
pub fn sales<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    filter: SaleFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<SaleView>, StoreError> {
    let filter = SaleFilter { exactly: own_organisation(connection, caller)?, ..filter };
    store::sale_view::page(connection, &filter, after, limit)
}

/// The sale of a transaction, if the caller sees the organisation that sold.
pub(super) fn seen<C: Connection>(
    connection: &mut C,
    caller: &Caller,
    (source, id): (&str, &str),
) -> Result<Option<SaleRow>, StoreError> {
    let Some(sale) = store::sale::find(connection, source, id)? else { return Ok(None) };
    let own = own_organisation(connection, caller)?;
    let is_own = own.is_none_or(|own| own == sale.organisation_ref);
    Ok((is_own && caller.covers(connection, sale.organisation_ref)?).then_some(sale))
}

/// True when a sale was taken back as a whole. A sale of nothing never is.
pub(super) fn is_reversed(sale: &SaleRow) -> bool {
    sale.refunded > 0 && sale.net_amount() <= 0
}

/// Where a customer manager works, when the caller is one: that organisation's sales are what the manager may register.
fn own_organisation<C: Connection>(connection: &mut C, caller: &Caller) -> Result<Option<u32>, StoreError> {
    match caller.own {
        None => Ok(None),
        Some(_) => {
            let place = store::api_client::employee(connection, &caller.person)?;
            Ok(place.map(|place| place.organisation_ref))
        }
    }
}

/// The credits of the sale of a number.
pub(super) fn credits_of<C: Connection>(connection: &mut C, sale_ref: i64) -> Result<Credits, StoreError> {
    let sale = store::sale_view::by_ref(connection, sale_ref)?
        .ok_or_else(|| StoreError::Damaged("a sale has no transaction, customer or product".to_owned()))?;
    let lines = store::sale_credit::of_sales(connection, &[sale_ref])?;
    let registrations = store::sale_registration::of_sale(connection, sale_ref)?;
    let adjustment = store::sale_adjustment::latest(connection, sale_ref)?;
    let proposed = adjustment.iter().flat_map(|adjustment| &adjustment.credits);
    let named: BTreeSet<u32> = lines
        .iter()
        .map(|line| (line.role, line.employee_ref))
        .chain(proposed.map(|share| (share.role, share.employee_ref)))
        .filter(|(role, _)| *role != Role::Organisation)
        .map(|(_, employee_ref)| employee_ref)
        .collect();
    let named: Vec<u32> = named.into_iter().collect();
    let employees = store::sale_view::employee_ids(connection, &named)?.into_iter().collect();
    let shares = with_amounts(&lines);
    Ok(Credits { sale, shares, lines, registrations, adjustment, employees })
}

/// The shares that stand, each with what its lines add up to.
fn with_amounts(rows: &[CreditRow]) -> Vec<(Share, i64)> {
    let line = |row: &CreditRow| Line {
        employee_ref: row.employee_ref,
        role: row.role,
        share_bp: row.share_bp,
        amount: row.amount,
    };
    let lines: Vec<Line> = rows.iter().map(line).collect();
    let amount = |share: &Share| -> i64 {
        let is_own = |line: &&Line| (line.role, line.employee_ref) == (share.role, share.employee_ref);
        lines.iter().filter(is_own).map(|line| line.amount).sum()
    };
    standing(&lines).into_iter().map(|share| (share, amount(&share))).collect()
}
