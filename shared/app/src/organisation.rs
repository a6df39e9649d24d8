//! The bank's units as a tree: what counts for one counts for all above it.

use std::collections::BTreeMap;
use std::iter::successors;

use store::organisation::OrganisationRow;
use store::{Connection, StoreError};

/// Every unit by its number.
pub(crate) struct Tree {
    units: BTreeMap<u32, OrganisationRow<'static>>,
}

impl Tree {
    /// Reads the units of the bank.
    pub(crate) fn load<C: Connection>(connection: &mut C) -> Result<Self, StoreError> {
        let units = store::organisation::all(connection)?;
        Ok(Self { units: units.into_iter().map(|unit| (unit.organisation_ref, unit)).collect() })
    }

    /// The units, by number.
    pub(crate) fn units(&self) -> impl Iterator<Item = &OrganisationRow<'static>> {
        self.units.values()
    }

    /// The unit and all above it, upwards. Intake lets no cycle in.
    pub(crate) fn upwards(&self, organisation_ref: u32) -> impl Iterator<Item = u32> {
        successors(Some(organisation_ref), move |unit| self.parent(*unit))
    }

    /// The unit above.
    pub(crate) fn parent(&self, organisation_ref: u32) -> Option<u32> {
        self.units.get(&organisation_ref)?.parent_ref
    }

    /// The bank's id of the unit; empty for a number that no unit has.
    pub(crate) fn id(&self, organisation_ref: u32) -> &str {
        self.units.get(&organisation_ref).map_or("", |unit| unit.organisation_id.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use store::native::NativeConnection;

    use super::*;

    #[test]
    fn a_unit_counts_for_itself_and_for_all_above_it() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let unit = |organisation_ref: u32, id: &'static str, parent_ref| OrganisationRow {
            organisation_ref,
            organisation_id: id.into(),
            parent_ref,
            name: id.into(),
            level: None,
        };
        let units =
            [unit(1, "HQ", None), unit(2, "B1", Some(1)), unit(3, "K1", Some(2)), unit(4, "B2", Some(1))];
        store::organisation::save(&mut connection, &units).expect("saved");
        let tree = Tree::load(&mut connection).expect("read");
        let above = |unit: u32| tree.upwards(unit).collect::<Vec<_>>();
        assert_eq!([above(1), above(3), above(4)], [vec![1], vec![3, 2, 1], vec![4, 1]]);
        assert_eq!((tree.parent(3), tree.id(3), tree.id(9)), (Some(2), "K1", ""));
        assert_eq!(tree.units().count(), 4);
    }
}
