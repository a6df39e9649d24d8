//! Names of tiers in sentences.

use std::collections::BTreeMap;

use domain::date::Day;
use store::{Connection, StoreError};

/// Chinese and English names by code, of the scheme in force.
pub(crate) struct TierNames(BTreeMap<String, (String, String)>);

impl TierNames {
    /// Reads them.
    pub(crate) fn load<C: Connection>(connection: &mut C, today: Day) -> Result<Self, StoreError> {
        let scheme = store::tier::scheme_in_force(connection, today.number())?.map(|row| row.scheme);
        let tiers = scheme.iter().flat_map(|scheme| scheme.tiers());
        let names = tiers.map(|tier| (tier.code.clone(), (tier.name_zh.clone(), tier.name_en.clone())));
        Ok(Self(names.collect()))
    }

    /// The names of a tier; its code where the scheme in force has no such tier.
    pub(crate) fn of<'a>(&'a self, code: &'a str) -> (&'a str, &'a str) {
        self.0.get(code).map_or((code, code), |(zh, en)| (zh.as_str(), en.as_str()))
    }
}
