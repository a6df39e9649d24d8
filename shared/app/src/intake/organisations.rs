//! Units of the bank: the tree stays a tree.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use domain::intake::Organisation;
use store::organisation::OrganisationRow;
use store::{Connection, in_transaction};

use super::{
    Context, Distinct, Entry, IntakeError, OUT_OF_REACH, Outcome, Reach, Rejection, last_of_each, sift,
};

/// Takes units. A parent may come in the same request, before or after its children.
pub fn organisations<C: Connection>(
    connection: &mut C,
    context: &Context,
    entries: &[Entry<Organisation<'_>>],
) -> Result<Outcome, IntakeError> {
    let (passed, rejected) = sift(entries, Organisation::check);
    in_transaction(connection, |connection| {
        let reach = Reach::load(connection, context)?;
        let stored = store::organisation::all(connection)?;
        let (rows, outcome) = Plan::new(&stored, &reach).decide(passed, rejected);
        store::organisation::save(connection, &rows)?;
        Ok(outcome)
    })
}

struct Plan<'a> {
    stored: HashMap<&'a str, &'a OrganisationRow<'static>>,
    stored_ids: HashMap<u32, &'a str>,
    reach: &'a Reach,
}

/// Parents by unit, as the request would have them.
type Parents<'a> = HashMap<&'a str, Option<&'a str>>;

/// What is wrong with a unit's new place; nothing, mostly.
type Verdict = Option<&'static str>;

const UNKNOWN: &str = "the parent organisation is not known";
const CYCLE: &str = "the organisation would be above itself";

/// A refused record leaves its unit where it was, which may close a cycle with another record; so the rest is
/// judged again. A real feed needs one round or two, and this many only somebody who looks for trouble.
const MAX_ROUNDS: usize = 64;

impl<'a> Plan<'a> {
    fn new(stored: &'a [OrganisationRow<'static>], reach: &'a Reach) -> Self {
        Self {
            stored: stored.iter().map(|row| (row.organisation_id.as_ref(), row)).collect(),
            stored_ids: stored
                .iter()
                .map(|row| (row.organisation_ref, row.organisation_id.as_ref()))
                .collect(),
            reach,
        }
    }

    /// The rows to write, and what becomes of the records. Of several records of one unit the last is judged; the
    /// others count as replaced.
    fn decide(
        &self,
        incoming: Vec<&'a Entry<Organisation<'a>>>,
        mut rejected: Vec<Rejection>,
    ) -> (Vec<OrganisationRow<'a>>, Outcome) {
        let total = incoming.len();
        let refused_alone = rejected.len();
        let ids = Distinct::of(incoming.iter().map(|entry| entry.record.id.as_ref()));
        let incoming = ids.places.into_iter().zip(incoming).collect();
        let last = last_of_each(incoming, |(id, _)| *id as u64);
        let mut last: Vec<_> = last.into_iter().map(|(_, entry)| entry).collect();
        for round in 0..=MAX_ROUNDS {
            let parents: Parents<'a> = last
                .iter()
                .map(|entry| (entry.record.id.as_ref(), entry.record.parent_id.as_deref()))
                .collect();
            let verdicts = self.judge(&parents);
            let before = last.len();
            last.retain(|entry| {
                let verdict = verdicts.get(entry.record.id.as_ref()).copied().flatten();
                let verdict = if round == MAX_ROUNDS { Some(CYCLE) } else { verdict };
                if let Some(detail) = verdict {
                    rejected.push(Rejection { index: entry.index, pointer: "/parent_id", detail });
                }
                verdict.is_none()
            });
            if last.len() == before {
                break;
            }
        }
        let rows = self.rows(last);
        let good = total - (rejected.len() - refused_alone);
        let outcome = Outcome::new(rows.len(), good, rejected);
        (rows, outcome)
    }

    /// The stored parent of a unit that is stored.
    fn stored_parent(&self, row: &OrganisationRow<'_>) -> Option<&'a str> {
        row.parent_ref.and_then(|parent| self.stored_ids.get(&parent).copied())
    }

    /// Walks up from every unit of the request and judges from the top down; no unit is walked twice.
    fn judge(&self, parents: &Parents<'a>) -> HashMap<&'a str, Verdict> {
        let mut verdicts: HashMap<&'a str, Verdict> = HashMap::new();
        for start in parents.keys() {
            let (mut path, mut on_path) = (Vec::new(), HashSet::new());
            let mut at = Some(*start);
            while let Some(id) = at {
                if verdicts.contains_key(id) {
                    break;
                }
                if !on_path.insert(id) {
                    let from = path.iter().position(|step| *step == id).unwrap_or(0);
                    let cycle = path.split_off(from);
                    // Units that stay where they are did not close the cycle.
                    verdicts.extend(cycle.into_iter().map(|id| (id, parents.get(id).map(|_| CYCLE))));
                    break;
                }
                path.push(id);
                at = match (parents.get(id), self.stored.get(id)) {
                    (Some(parent), _) => *parent,
                    (None, Some(row)) => self.stored_parent(row),
                    (None, None) => None,
                };
            }
            for id in path.into_iter().rev() {
                let verdict = self.verdict(id, parents, &verdicts);
                verdicts.insert(id, verdict);
            }
        }
        verdicts
    }

    fn verdict(&self, id: &str, parents: &Parents<'a>, above: &HashMap<&str, Verdict>) -> Verdict {
        let parent = *parents.get(id)?;
        let old = self.stored.get(id);
        let stays = old.is_some_and(|row| self.stored_parent(row) == parent);
        let old_is_covered = old.is_none_or(|row| self.reach.covers(Some(row.organisation_ref)));
        let parent_is_covered = match parent {
            None => !self.reach.is_limited(),
            Some(parent) => match self.stored.get(parent) {
                Some(row) => self.reach.covers(Some(row.organisation_ref)),
                // A new unit: it exists if its own record is kept, and then it is where the sender may write.
                None if !parents.contains_key(parent) => return Some(UNKNOWN),
                None if above.get(parent).copied().flatten().is_some() => return Some(UNKNOWN),
                None => true,
            },
        };
        (!old_is_covered || !(stays || parent_is_covered)).then_some(OUT_OF_REACH)
    }

    fn rows(&self, last: Vec<&'a Entry<Organisation<'a>>>) -> Vec<OrganisationRow<'a>> {
        let mut next = self.stored.values().map(|row| row.organisation_ref + 1).max().unwrap_or(0);
        let mut refs: HashMap<&str, u32> =
            self.stored.iter().map(|(id, row)| (*id, row.organisation_ref)).collect();
        for entry in &last {
            refs.entry(entry.record.id.as_ref()).or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
        last.into_iter()
            .map(|entry| OrganisationRow {
                organisation_ref: refs[entry.record.id.as_ref()],
                organisation_id: Cow::Borrowed(entry.record.id.as_ref()),
                parent_ref: entry.record.parent_id.as_deref().map(|id| refs[id]),
                name: Cow::Borrowed(entry.record.name.as_ref()),
                level: entry.record.level.as_deref().map(Cow::Borrowed),
            })
            .filter(|row| self.stored.get(row.organisation_id.as_ref()).is_none_or(|old| *old != row))
            .collect()
    }
}
