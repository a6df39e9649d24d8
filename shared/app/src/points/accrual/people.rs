//! Customers of a batch: who earns, and what rules may know of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::date::Day;
use domain::points::Dimension;
use domain::points::condition::{CustomerFacts, Fact, Reads};
use domain::points::rule::{Earning, RuleSet};
use store::points_event::{Earner, Wanted};
use store::{Connection, StoreError};

use super::super::wallet::held_tiers;
use super::stored::{CustomerSeen, StoredFact, facts_of, read, write};
use super::{Event, Refused};

/// Merges are followed so far; a longer way is damage.
const LONGEST_WAY: usize = 64;

/// The attribute of an event that names who referred its customer.
const REFERRER: &str = "referrer_id";

/// A customer who earns.
pub(super) struct Person {
    /// The number, after merges.
    pub customer_ref: u32,
    /// Where lots are issued now.
    pub dimension: Dimension,
    /// What the customer owes; falls as new lots pay it off.
    pub debt: i64,
    /// What rules read.
    seen: CustomerSeen,
    attributes: Vec<(String, Fact)>,
    /// `seen` as it is stored; none when rules read nothing.
    pub kept: Option<String>,
}

/// Customers and referrers that a batch names.
pub(super) struct People {
    /// Place of each known id among `list`.
    places: HashMap<String, usize>,
    /// One an account: two ids that were merged are one.
    pub list: Vec<Person>,
    within: Option<BTreeSet<u32>>,
}

/// What facts of customers rules ask for; a multiplier asks for the tier.
pub(super) fn reads_of(rules: &RuleSet) -> Reads {
    let mut reads = rules.reads();
    reads.tier = reads.tier || rules.rules().iter().any(|rule| !rule.multipliers.is_empty());
    reads
}

/// True when a rule of that type rewards referrals.
pub(super) fn asks_for_referrer(rules: &RuleSet, kind: &str) -> bool {
    rules.of(kind).iter().any(|place| matches!(rules.rules()[*place].earning, Earning::Referral { .. }))
}

/// Who referred the customer, as the event names them.
pub(super) fn referrer_id<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    event.attributes.iter().find_map(|(name, fact)| match fact {
        Fact::Text(id) if name == REFERRER => Some(id.as_str()),
        _ => None,
    })
}

impl People {
    /// Loads everybody whom the events name; the number of statements does not depend on how many there are.
    pub fn load<C: Connection>(
        connection: &mut C,
        rules: &RuleSet,
        within: Option<u32>,
        events: &[&Event<'_>],
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<&str> = events.iter().map(|event| event.customer_id).collect();
        let referrers = events.iter().filter(|event| asks_for_referrer(rules, event.kind));
        ids.extend(referrers.filter_map(|event| referrer_id(event)));
        ids.sort_unstable();
        ids.dedup();
        let within = within.map(|root| store::api_client::subtree(connection, root)).transpose()?;
        let mut people = Self { places: HashMap::with_capacity(ids.len()), list: Vec::new(), within };
        if ids.is_empty() {
            return Ok(people);
        }
        let reads = reads_of(rules);
        let wanted = Wanted {
            birth_date: reads.birth_date,
            gender: reads.gender,
            opened_on: reads.opened_on,
            attributes: reads.attributes,
        };
        let mut found = store::points_event::earners(connection, ids.iter().copied(), wanted)?;
        follow_merges(connection, &mut found, wanted)?;
        let mut place_of: HashMap<u32, usize> = HashMap::with_capacity(found.len());
        let mut earners: Vec<Earner> = Vec::with_capacity(found.len());
        for (id, earner) in found {
            let place = *place_of.entry(earner.customer_ref).or_insert(earners.len());
            if place == earners.len() {
                earners.push(earner);
            }
            people.places.insert(ids[id].to_owned(), place);
        }
        people.list = persons(connection, earners, reads)?;
        Ok(people)
    }

    /// The place of an event's customer, when the sender may tell of them.
    pub fn customer(&self, event: &Event<'_>) -> Result<usize, Refused> {
        let place =
            self.places.get(event.customer_id).ok_or(("/customer_id", "the customer is not known"))?;
        let unit = self.list[*place].dimension.organisation_ref;
        if self.within.as_ref().is_some_and(|units| !units.contains(&unit)) {
            return Err((
                "/customer_id",
                "the customer belongs to an organisation outside of what this key may write into",
            ));
        }
        Ok(*place)
    }

    /// The place of the customer's referrer, who is known and somebody else; of any organisation, because who brings a
    /// customer to one branch is often another one's.
    pub fn referrer(&self, event: &Event<'_>, customer: usize) -> Option<usize> {
        let place = referrer_id(event).and_then(|id| self.places.get(id))?;
        (*place != customer).then_some(*place)
    }
}

/// Puts the customer that each was merged into in the place of the merged one.
fn follow_merges<C: Connection>(
    connection: &mut C,
    found: &mut [(usize, Earner)],
    wanted: Wanted,
) -> Result<(), StoreError> {
    for _ in 0..LONGEST_WAY {
        let merged: Vec<(usize, u32)> = found
            .iter()
            .enumerate()
            .filter_map(|(place, (_, earner))| earner.merged_into_ref.map(|into| (place, into)))
            .collect();
        if merged.is_empty() {
            return Ok(());
        }
        let refs: Vec<u32> = merged.iter().map(|(_, into)| *into).collect();
        for (at, target) in store::points_event::earners_by_ref(connection, &refs, wanted)? {
            found[merged[at].0].1 = target;
        }
    }
    Err(StoreError::Damaged("a customer was merged in a circle".to_owned()))
}

/// The accounts of customers after merges, by number.
pub(in crate::points) fn accounts_of<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
) -> Result<HashMap<u32, u32>, StoreError> {
    if customer_refs.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = Wanted::default();
    let mut found = store::points_event::earners_by_ref(connection, customer_refs, wanted)?;
    follow_merges(connection, &mut found, wanted)?;
    Ok(found.into_iter().map(|(place, account)| (customer_refs[place], account.customer_ref)).collect())
}

fn persons<C: Connection>(
    connection: &mut C,
    earners: Vec<Earner>,
    reads: Reads,
) -> Result<Vec<Person>, StoreError> {
    let refs: Vec<u32> = earners.iter().map(|earner| earner.customer_ref).collect();
    let tiers = held_tiers(connection, &refs)?;
    let codes = if reads.tier { store::tier::tier_codes(connection)? } else { BTreeMap::new() };
    let units =
        if reads.organisation_id { store::member::organisation_ids(connection)? } else { HashMap::new() };
    earners
        .into_iter()
        .zip(tiers)
        .map(|(earner, tier_ref)| {
            let attributes: BTreeMap<String, StoredFact> =
                earner.attributes.as_deref().map(read).transpose()?.unwrap_or_default();
            let seen = CustomerSeen {
                tier: codes.get(&tier_ref).cloned(),
                organisation_id: units.get(&earner.organisation_ref).cloned(),
                gender: earner.gender,
                birth_date: earner.birth_date,
                opened_on: earner.opened_on,
                // Customers are in no segment before segments are drawn.
                segments: Vec::new(),
                attributes,
            };
            let kept = if reads.any() { Some(write(&seen)?) } else { None };
            Ok(Person {
                customer_ref: earner.customer_ref,
                dimension: Dimension { organisation_ref: earner.organisation_ref, tier_ref, partner_ref: 0 },
                debt: earner.debt,
                attributes: facts_of(seen.attributes.clone()),
                seen,
                kept,
            })
        })
        .collect()
}

impl Person {
    /// What rules may know.
    pub fn facts(&self) -> CustomerFacts<'_> {
        customer_facts(&self.seen, &self.attributes)
    }
}

/// Kept facts as rules see them; `attributes` are those of `seen`.
pub(super) fn customer_facts<'a>(
    seen: &'a CustomerSeen,
    attributes: &'a [(String, Fact)],
) -> CustomerFacts<'a> {
    CustomerFacts {
        tier: seen.tier.as_deref(),
        organisation_id: seen.organisation_id.as_deref().unwrap_or(""),
        gender: seen.gender.as_deref(),
        birth_date: seen.birth_date.map(Day::from_number),
        opened_on: seen.opened_on.map(Day::from_number),
        segments: &seen.segments,
        attributes,
    }
}
