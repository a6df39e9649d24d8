//! Who is told about a customer.

use std::collections::BTreeMap;

use super::Addressee;

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// An employee, by number.
    Employee(u32),
    /// Whoever sees to this organisation, by number: nobody else was found.
    Organisation(u32),
}

/// The tree of organisations, and who heads them on one day.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    above: BTreeMap<u32, u32>,
    branch_managers: BTreeMap<u32, Vec<u32>>,
}

impl Staff {
    /// From pairs of an organisation and the one above it, and of an organisation and a branch manager who works there
    /// on the day.
    pub fn new(
        above: impl IntoIterator<Item = (u32, u32)>,
        branch_managers: impl IntoIterator<Item = (u32, u32)>,
    ) -> Self {
        let mut staff = Self { above: above.into_iter().collect(), branch_managers: BTreeMap::new() };
        for (organisation, employee) in branch_managers {
            staff.branch_managers.entry(organisation).or_default().push(employee);
        }
        staff
    }

    /// True when an organisation is that one or lies below it.
    pub fn lies_under(&self, organisation: u32, above: u32) -> bool {
        let mut at = organisation;
        for _ in 0..=self.above.len() {
            if at == above {
                return true;
            }
            match self.above.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        false
    }

    /// Who is told about a customer of an organisation, whose retention case `owner` takes care of.
    ///
    /// Where nobody is found it is the organisation whose branch manager was looked for.
    pub fn recipients(&self, to: Addressee, organisation: u32, owner: Option<u32>) -> Vec<Recipient> {
        let from = match to {
            Addressee::Manager => match owner {
                Some(owner) => return vec![Recipient::Employee(owner)],
                None => organisation,
            },
            Addressee::BranchManager => organisation,
            Addressee::Supervisor => match self.above.get(&organisation) {
                Some(above) => *above,
                None => return vec![Recipient::Organisation(organisation)],
            },
        };
        match self.nearest(from) {
            [] => vec![Recipient::Organisation(from)],
            found => found.iter().copied().map(Recipient::Employee).collect(),
        }
    }

    /// The branch managers of the organisation, or else of the nearest above that has one.
    fn nearest(&self, organisation: u32) -> &[u32] {
        let mut at = organisation;
        // No way up is longer than there are organisations with one above, unless the stored tree is damaged.
        for _ in 0..=self.above.len() {
            if let Some(found) = self.branch_managers.get(&at) {
                return found;
            }
            match self.above.get(&at) {
                Some(above) => at = *above,
                None => break,
            }
        }
        &[]
    }
}
