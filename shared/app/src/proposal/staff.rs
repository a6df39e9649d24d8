//! The people of a proposal: who may be chosen, who keeps customers and gets nobody, who is not there.

use std::collections::{BTreeMap, HashMap};

use domain::date::Day;
use domain::intake::Role;
use domain::proposal::{Availability, Capacity, Manager};
use domain::retention::works_on;
use store::assignment_settings::CapacityDefinition;
use store::recipient::PersonRow;
use store::{Connection, StoreError};

use super::Asked;
use crate::organisation::Tree;

/// What somebody is to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// A manager of the part, who works on the day.
    Chosen,
    /// Works, and is no manager of the part or is away for a while: keeps those who are served, and gets nobody.
    Kept,
    /// Is away for so long that others take over.
    Absent,
    /// Does not work on the day.
    Left,
}

struct Person {
    organisation_ref: u32,
    presence: Presence,
}

/// Everybody who may be chosen, and everybody who holds a customer of the part.
pub(super) struct Staff<'a> {
    tree: &'a Tree,
    asked: &'a Asked,
    /// Last days of the absences that the day falls into, with those that follow without a day between.
    away: HashMap<u32, i32>,
    people: BTreeMap<u32, Person>,
}

impl<'a> Staff<'a> {
    /// Reads the managers of the part.
    pub(super) fn load<C: Connection>(
        connection: &mut C,
        tree: &'a Tree,
        asked: &'a Asked,
    ) -> Result<Self, StoreError> {
        let (mut away, day) = (HashMap::new(), asked.from.number());
        for absence in store::assignment_proposal::absences_from(connection, day)? {
            // One absence that begins on the day after another prolongs it.
            let last = away.entry(absence.employee_ref).or_insert(day - 1);
            if absence.from_day <= last.saturating_add(1) {
                *last = absence.to_day.max(*last);
            }
        }
        away.retain(|_, last| *last >= day);
        let mut staff = Self { tree, asked, away, people: BTreeMap::new() };
        for manager in store::recipient::of_role(connection, manager_role())? {
            let is_of_part = asked.organisation_ref.is_none_or(|top| staff.lies_under(&manager, top));
            if is_of_part {
                staff.add(&manager, true);
            }
        }
        Ok(staff)
    }

    /// Reads those of these employees who are not known yet.
    pub(super) fn add_holders<C: Connection>(
        &mut self,
        connection: &mut C,
        employee_refs: impl Iterator<Item = u32>,
    ) -> Result<(), StoreError> {
        let mut unknown: Vec<u32> =
            employee_refs.filter(|employee_ref| !self.people.contains_key(employee_ref)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        for person in store::assignment_proposal::people(connection, &unknown)? {
            self.add(&person, false);
        }
        Ok(())
    }

    fn lies_under(&self, person: &PersonRow, top: u32) -> bool {
        self.tree.upwards(person.organisation_ref).any(|unit| unit == top)
    }

    fn add(&mut self, person: &PersonRow, is_manager_of_part: bool) {
        let day = self.asked.from;
        let (first, last) =
            (person.active_from.map(Day::from_number), person.active_to.map(Day::from_number));
        let days_away =
            self.away.get(&person.employee_ref).map_or(0, |last| last.saturating_sub(day.number()) + 1);
        let presence = if !works_on(first, last, day) {
            Presence::Left
        } else if days_away >= i32::from(self.asked.hand_over_days.max(1)) {
            Presence::Absent
        } else if is_manager_of_part && days_away == 0 {
            Presence::Chosen
        } else {
            Presence::Kept
        };
        let organisation_ref = person.organisation_ref;
        self.people.insert(person.employee_ref, Person { organisation_ref, presence });
    }

    /// Numbers of those who may be chosen, ascending.
    pub(super) fn chosen(&self) -> Vec<u32> {
        let chosen = self.people.iter().filter(|(_, person)| person.presence == Presence::Chosen);
        chosen.map(|(employee_ref, _)| *employee_ref).collect()
    }

    /// Of somebody who is there and serves a unit, whether they may be chosen or only keep whom they have; nothing of
    /// anybody else.
    pub(super) fn serving(&self, employee_ref: u32, organisation_ref: u32) -> Option<Presence> {
        let person = self.people.get(&employee_ref)?;
        let is_there = matches!(person.presence, Presence::Chosen | Presence::Kept);
        let serves = || self.tree.upwards(organisation_ref).any(|unit| unit == person.organisation_ref);
        (is_there && serves()).then_some(person.presence)
    }

    /// Everybody as the rule knows them, by number, and who of them may be chosen.
    pub(super) fn managers(
        &self,
        capacity: impl Fn(u32) -> Capacity,
        mut beyond: BTreeMap<u32, BTreeMap<u8, u32>>,
    ) -> (Vec<Manager>, Vec<bool>) {
        let manager = |(employee_ref, person): (&u32, &Person)| Manager {
            employee_ref: *employee_ref,
            organisation_ref: person.organisation_ref,
            capacity: match person.presence {
                // No room at all, so that nobody comes to them.
                Presence::Kept => Capacity { total: Some(0), tiers: BTreeMap::new() },
                Presence::Chosen | Presence::Absent | Presence::Left => capacity(*employee_ref),
            },
            availability: match person.presence {
                Presence::Chosen | Presence::Kept => Availability::Present,
                Presence::Absent => Availability::Absent,
                Presence::Left => Availability::Left,
            },
            beyond: beyond.remove(employee_ref).unwrap_or_default(),
        };
        let managers = self.people.iter().map(manager).collect();
        (managers, self.people.values().map(|person| person.presence == Presence::Chosen).collect())
    }
}

/// What each manager takes as things are now.
pub(super) struct Capacities {
    /// Of the settings.
    usual: Capacity,
    /// The own ones of those who have one.
    own: HashMap<u32, Capacity>,
}

impl Capacities {
    /// Reads the own capacities of these employees.
    pub(super) fn load<C: Connection>(
        connection: &mut C,
        usual: &CapacityDefinition,
        tier_refs: &HashMap<String, u8>,
        employee_refs: &[u32],
    ) -> Result<Self, StoreError> {
        let own = store::assignment_proposal::capacities(connection, employee_refs)?;
        let own = own.into_iter().map(|row| (row.employee_ref, capacity(&row.capacity, tier_refs)));
        Ok(Self { usual: capacity(usual, tier_refs), own: own.collect() })
    }

    /// The own capacity, or that of the settings.
    pub(super) fn of(&self, employee_ref: u32) -> &Capacity {
        self.own.get(&employee_ref).unwrap_or(&self.usual)
    }
}

/// A capacity by the numbers of tiers; a tier that no scheme has any more is left out.
fn capacity(definition: &CapacityDefinition, tier_refs: &HashMap<String, u8>) -> Capacity {
    let tiers = definition.tiers.iter();
    Capacity {
        total: definition.total,
        tiers: tiers.filter_map(|(code, most)| Some((*tier_refs.get(code)?, *most))).collect(),
    }
}

/// The name of the role that takes customers.
pub(super) fn manager_role() -> &'static str {
    Role::NAMES.iter().find(|(_, role)| *role == Role::Manager).map_or("", |(name, _)| name)
}
