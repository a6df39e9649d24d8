//! The people and names that alerts need, read together for a page.

use std::collections::{BTreeSet, HashMap};

use domain::date::Day;
use domain::intake::Role;
use domain::retention::works_on;
use domain::strategy::{Addressee, Recipient, Staff, Strategy};
use store::recipient::{CustomerRow, PersonRow};
use store::{Connection, StoreError};

use crate::churn::tier_name::TierNames;

/// The people and names that a page's alerts need.
pub(in crate::churn) struct Directory {
    pub(in crate::churn) customers: HashMap<u32, CustomerRow>,
    /// Ids of employees, and where they work.
    employees: HashMap<u32, (String, u32)>,
    organisation_ids: HashMap<u32, String>,
    staff: Staff,
    pub(super) tier_names: TierNames,
    today: Day,
}

impl Directory {
    /// Reads what alerts of these customers need, on a day.
    pub(in crate::churn) fn load<C: Connection>(
        connection: &mut C,
        customers: &BTreeSet<u32>,
        today: Day,
    ) -> Result<Self, StoreError> {
        let refs: Vec<u32> = customers.iter().copied().collect();
        let customers = store::recipient::customers(connection, &refs, today.number())?;
        let heads = Role::NAMES.iter().find(|(_, role)| *role == Role::BranchManager);
        let mut heads = store::recipient::of_role(connection, heads.map_or("", |(name, _)| name))?;
        heads.retain(|head| works(head, today));
        let units = store::organisation::all(connection)?;
        let owners = customers.iter().filter_map(|customer| customer.owner.as_ref());
        Ok(Self {
            employees: heads
                .iter()
                .chain(owners)
                .map(|person| (person.employee_ref, (person.employee_id.clone(), person.organisation_ref)))
                .collect(),
            staff: Staff::new(
                units.iter().filter_map(|unit| Some((unit.organisation_ref, unit.parent_ref?))),
                heads.iter().map(|head| (head.organisation_ref, head.employee_ref)),
            ),
            customers: customers.into_iter().map(|customer| (customer.customer_ref, customer)).collect(),
            organisation_ids: units
                .into_iter()
                .map(|unit| (unit.organisation_ref, unit.organisation_id.into_owned()))
                .collect(),
            tier_names: TierNames::load(connection, today)?,
            today,
        })
    }

    /// Who is told; an owner who is not at work, or was moved to where the customer is not seen, takes care of nobody.
    pub(super) fn recipients(&self, strategy: &Strategy, customer: &CustomerRow) -> Vec<Recipient> {
        let sees = |owner: &&PersonRow| {
            let place = customer.organisation_ref;
            works(owner, self.today) && self.staff.lies_under(place, owner.organisation_ref)
        };
        let owner = customer.owner.as_ref().filter(sees);
        let owner = owner.map(|owner| owner.employee_ref);
        strategy.to.map_or_else(Vec::new, |to| self.staff.recipients(to, customer.organisation_ref, owner))
    }

    /// Those who head the customer's organisation, or else the nearest above that somebody heads.
    pub(in crate::churn) fn heads(&self, customer: &CustomerRow) -> Vec<Recipient> {
        self.staff.recipients(Addressee::BranchManager, customer.organisation_ref, None)
    }

    /// The id of a recipient.
    pub(super) fn id(&self, recipient: Recipient) -> Result<&str, StoreError> {
        let found = match recipient {
            Recipient::Employee(number) => self.employees.get(&number).map(|(id, _)| id),
            Recipient::Organisation(number) => self.organisation_ids.get(&number),
        };
        found.map(String::as_str).ok_or_else(unknown)
    }

    /// Who has to do a task, and the organisation whose lists show it: an employee's tasks are for those who see where
    /// the employee works, wherever the customer is.
    pub(in crate::churn) fn in_charge(&self, recipient: Recipient) -> Result<(Option<u32>, u32), StoreError> {
        match recipient {
            Recipient::Employee(number) => {
                let (_, works_at) = self.employees.get(&number).ok_or_else(unknown)?;
                Ok((Some(number), *works_at))
            }
            Recipient::Organisation(number) => Ok((None, number)),
        }
    }
}

/// A recipient as a part of keys: employees and organisations have numbers of their own.
pub(in crate::churn) fn key_part(recipient: Recipient) -> String {
    match recipient {
        Recipient::Employee(number) => format!("e{number}"),
        Recipient::Organisation(number) => format!("o{number}"),
    }
}

fn unknown() -> StoreError {
    StoreError::Damaged("a recipient of an alert is not stored".to_owned())
}

fn works(person: &PersonRow, day: Day) -> bool {
    works_on(person.active_from.map(Day::from_number), person.active_to.map(Day::from_number), day)
}
