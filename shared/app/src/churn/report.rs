//! The report for management and supervisors: who stands where, by organisation with all below it, and what has moved
//! since the end of the month before.

use std::collections::BTreeMap;

use domain::date::Day;
use store::{Connection, in_snapshot};

use super::ChurnError;
use crate::organisation::Tree;

/// Customers by the status that their spell has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Below the tier's threshold for the first months.
    pub observed: u64,
    /// For longer.
    pub attention: u64,
    /// The tier is lost, or held only by an override.
    pub churned: u64,
}

impl Counts {
    fn add(&mut self, status: u8, customers: u64) {
        match status {
            1 => self.observed += customers,
            2 => self.attention += customers,
            _ => self.churned += customers,
        }
    }
}

/// One tier of one organisation and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// The organisation.
    pub organisation_id: String,
    /// The one above.
    pub parent_id: Option<String>,
    /// The tier.
    pub tier: String,
    /// On the date.
    pub now: Counts,
    /// At the end of the month before.
    pub before: Counts,
    /// Alerts opened since then.
    pub opened: u64,
    /// Customers who recovered since then.
    pub recovered: u64,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Date.
    pub as_of: Day,
    /// End of the month before.
    pub before: Day,
    /// Date of the latest check up to the date; without one nothing is known.
    pub checked_on: Option<Day>,
    /// Date of the latest check up to the end of the month before.
    pub before_checked_on: Option<Day>,
    /// Organisations from the top down, each tier that has something to tell.
    pub lines: Vec<ReportLine>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    now: Counts,
    before: Counts,
    opened: u64,
    recovered: u64,
}

/// The report as of a date, over the organisations by number (`None`: all).
pub fn report<C: Connection>(
    connection: &mut C,
    as_of: Day,
    organisations: Option<&[bool]>,
) -> Result<Report, ChurnError> {
    in_snapshot(connection, |connection| {
        let before = as_of.month().plus(-1).last_day();
        let tree = Tree::load(connection)?;
        let mut sums: BTreeMap<(u32, u8), Sums> = BTreeMap::new();
        // Every count goes to its organisation and all above.
        let mut put = |organisation: u32, tier: u8, add: &dyn Fn(&mut Sums)| {
            for unit in tree.upwards(organisation) {
                add(sums.entry((unit, tier)).or_default());
            }
        };
        for row in store::churn_alert::standing(connection, as_of.number())? {
            put(row.organisation_ref, row.tier_ref, &|sums| sums.now.add(row.status, row.customers));
        }
        for row in store::churn_alert::standing(connection, before.number())? {
            put(row.organisation_ref, row.tier_ref, &|sums| sums.before.add(row.status, row.customers));
        }
        for row in store::churn_alert::movements(connection, (before.number(), as_of.number()))? {
            put(row.organisation_ref, row.tier_ref, &|sums| {
                sums.opened += row.opened;
                sums.recovered += row.recovered;
            });
        }
        let codes = store::tier::tier_codes(connection)?;
        let name = |unit: u32| tree.id(unit).to_owned();
        let seen =
            |unit: u32| organisations.is_none_or(|seen| seen.get(unit as usize).copied().unwrap_or(false));
        let lines = sums
            .into_iter()
            .filter(|((unit, _), _)| seen(*unit))
            .map(|((unit, tier), sums)| ReportLine {
                organisation_id: name(unit),
                parent_id: tree.parent(unit).filter(|above| seen(*above)).map(name),
                tier: codes.get(&tier).cloned().unwrap_or_default(),
                now: sums.now,
                before: sums.before,
                opened: sums.opened,
                recovered: sums.recovered,
            })
            .collect();
        let mut checked = |day: Day| {
            let found = store::job::latest_done_date(connection, super::check::KIND, day.number())?;
            Ok::<_, ChurnError>(found.map(Day::from_number))
        };
        let (checked_on, before_checked_on) = (checked(as_of)?, checked(before)?);
        Ok(Report { as_of, before, checked_on, before_checked_on, lines })
    })
}
