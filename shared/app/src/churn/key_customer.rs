//! The status of key customers, for supervisors: how many hold each tier, with which status and which assets, who was lost,
//! and what has moved since the end of the month before.

use std::collections::HashMap;

use domain::book::SLOTS;
use domain::date::Day;
use domain::tier::scheme::AssetBasis;
use domain::tier::state::{NO_TIER, TierStates};
use store::{Connection, in_snapshot};

use super::ChurnError;
use crate::book::{FactsPlan, fold_waiting, load_facts};
use crate::organisation::Tree;
use crate::tier::held::{HeldOn, latest_change, review_dates};

/// Chunks that are in memory together.
const PAGE_CHUNKS: u32 = 16;

/// Customers of a tier on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// Who hold it.
    pub customers: u64,
    /// Of them, by status: normal, observed, attention, churned (held by an override alone).
    pub by_status: [u64; 4],
    /// Who have lost it and not reached it again.
    pub lost: u64,
    /// Assets at the end of the date's month of those who hold it, in minor units.
    pub assets: i128,
}

/// One tier of one organisation and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// The organisation.
    pub organisation_id: String,
    /// The one above, if it is seen.
    pub parent_id: Option<String>,
    /// The tier.
    pub tier: String,
    /// On the date.
    pub now: Standing,
    /// At the end of the month before.
    pub before: Standing,
    /// Customers who hold the tier now and held another or none before.
    pub joined: u64,
    /// Customers who held the tier before and hold another now.
    pub left: u64,
}

/// The status of key customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCustomers {
    /// Date.
    pub as_of: Day,
    /// End of the month before.
    pub before: Day,
    /// Date of the review whose tiers are counted.
    pub reviewed_on: Day,
    /// Date of the review whose tiers are those before; `None`: there was none, and nobody held any.
    pub before_reviewed_on: Option<Day>,
    /// Organisations by number, the tiers from the highest down.
    pub lines: Vec<KeyLine>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    now: Standing,
    before: Standing,
    joined: u64,
    left: u64,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        for (sum, part) in [(&mut self.now, &other.now), (&mut self.before, &other.before)] {
            sum.customers += part.customers;
            sum.lost += part.lost;
            sum.assets += part.assets;
            sum.by_status.iter_mut().zip(part.by_status).for_each(|(sum, part)| *sum += part);
        }
        self.joined += other.joined;
        self.left += other.left;
    }

    fn is_empty(&self) -> bool {
        [self.now, self.before].iter().all(|of| of.customers == 0 && of.lost == 0)
    }
}

/// Sums by organisation and the store's number of the tier.
struct Table {
    sums: Vec<Sums>,
    /// Numbers of tiers, with that of none.
    tiers: usize,
}

impl Table {
    fn at(&mut self, organisation: u32, tier: u8) -> &mut Sums {
        let place = organisation as usize * self.tiers + usize::from(tier);
        if self.sums.len() <= place {
            self.sums.resize((organisation as usize + 1) * self.tiers, Sums::default());
        }
        &mut self.sums[place]
    }

    /// Counts a chunk. `assets` are those of the two months, the later one first.
    fn count(
        &mut self,
        organisation: &[u32],
        now: &TierStates,
        before: Option<&TierStates>,
        assets: [&[i64]; 2],
    ) {
        for (slot, organisation) in organisation.iter().enumerate() {
            let (tier, was) = (now.tier[slot], before.map_or(NO_TIER, |before| before.tier[slot]));
            stand(&mut self.at(*organisation, tier).now, now, slot, assets[0][slot]);
            self.at(*organisation, now.lost_tier[slot]).now.lost += 1;
            if let Some(before) = before {
                stand(&mut self.at(*organisation, was).before, before, slot, assets[1][slot]);
                self.at(*organisation, before.lost_tier[slot]).before.lost += 1;
            }
            if tier != was {
                self.at(*organisation, tier).joined += 1;
                self.at(*organisation, was).left += 1;
            }
        }
    }
}

fn stand(standing: &mut Standing, states: &TierStates, slot: usize, assets: i64) {
    standing.customers += 1;
    standing.assets += i128::from(assets);
    if let Some(count) = standing.by_status.get_mut(usize::from(states.status[slot]).wrapping_sub(1)) {
        *count += 1;
    }
}

/// Counts the customers who hold tiers above the lowest one of the scheme in force, over organisations by number (`None`:
/// all), each with all below it. `tier` asks for one tier alone.
pub fn key_customers<C: Connection>(
    connection: &mut C,
    as_of: Day,
    tier: Option<&str>,
    organisations: Option<&[bool]>,
) -> Result<KeyCustomers, ChurnError> {
    let chunks = store::book::customers(connection)?.div_ceil(SLOTS as u32);
    for from in (0..chunks).step_by(PAGE_CHUNKS as usize) {
        fold_waiting(connection, from, chunks.min(from + PAGE_CHUNKS))?;
    }
    in_snapshot(connection, |connection| {
        let before = as_of.month().plus(-1).last_day();
        let reviews = review_dates(connection)?;
        let reviewed = |day: Day| reviews.iter().rev().copied().find(|review| *review <= day);
        let reviewed_on = reviewed(as_of).ok_or(ChurnError::NothingReviewed)?;
        let before_reviewed_on = reviewed(before);
        let days: Vec<Day> = before_reviewed_on.into_iter().chain([reviewed_on]).collect();
        let last_tier = store::tier::tier_codes(connection)?.into_keys().max().unwrap_or(NO_TIER);
        let mut table = Table { sums: Vec::new(), tiers: usize::from(last_tier) + 1 };
        let (mut held, mut room) = (HeldOn::default(), Vec::new());
        let plan = FactsPlan::of_assets(as_of, 2, AssetBasis::MonthEnd);
        let is_present = latest_change(connection)? == Some(reviewed_on);
        for from in (0..chunks).step_by(PAGE_CHUNKS as usize) {
            let to = chunks.min(from + PAGE_CHUNKS);
            load_facts(connection, &plan, from, to, &mut room)?;
            let present = store::state::states(connection, from, to)?;
            let past = if is_present { &days[..days.len() - 1] } else { &days[..] };
            for ((chunk_id, facts), present) in (from..to).zip(&room).zip(present) {
                let mut states = held.days(connection, chunk_id, &present, past)?;
                if is_present {
                    states.push(present);
                }
                let Some((now, earlier)) = states.split_last() else { continue };
                let known = &facts.organisation[..facts.customers];
                table.count(known, now, earlier.last(), [&facts.assets[0], &facts.assets[1]]);
            }
        }
        let lines = lines(connection, table, (reviewed_on, tier), organisations)?;
        Ok(KeyCustomers { as_of, before, reviewed_on, before_reviewed_on, lines })
    })
}

fn lines<C: Connection>(
    connection: &mut C,
    mut table: Table,
    (reviewed_on, tier): (Day, Option<&str>),
    organisations: Option<&[bool]>,
) -> Result<Vec<KeyLine>, ChurnError> {
    let scheme = store::tier::scheme_in_force(connection, reviewed_on.number())?
        .ok_or(ChurnError::NothingReviewed)?
        .scheme;
    let positions = crate::tier::positions(connection, &scheme)?;
    let key_tiers = 0..scheme.tiers().len().saturating_sub(1);
    let tree = Tree::load(connection)?;
    let seen = |unit: u32| organisations.is_none_or(|seen| seen.get(unit as usize).copied().unwrap_or(false));
    let mut lines = Vec::new();
    for place in key_tiers {
        let code = &scheme.tiers()[place].code;
        if tier.is_some_and(|tier| tier != code) {
            continue;
        }
        let tier_ref = positions.tier_ref(place);
        let mut rolled_up: HashMap<u32, Sums> = HashMap::new();
        for unit in tree.units() {
            let own = *table.at(unit.organisation_ref, tier_ref);
            for above in tree.upwards(unit.organisation_ref).filter(|_| !own.is_empty()) {
                rolled_up.entry(above).or_default().add(&own);
            }
        }
        for unit in tree.units().filter(|unit| seen(unit.organisation_ref)) {
            let Some(sums) = rolled_up.get(&unit.organisation_ref) else { continue };
            let parent = unit.parent_ref.filter(|above| seen(*above));
            lines.push((
                unit.organisation_ref,
                KeyLine {
                    organisation_id: unit.organisation_id.to_string(),
                    parent_id: parent.map(|above| tree.id(above).to_owned()),
                    tier: code.to_string(),
                    now: sums.now,
                    before: sums.before,
                    joined: sums.joined,
                    left: sums.left,
                },
            ));
        }
    }
    // Stable: within an organisation the tiers stay in their order.
    lines.sort_by_key(|(organisation_ref, _)| *organisation_ref);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}
