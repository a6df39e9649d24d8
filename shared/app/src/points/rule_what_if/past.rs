//! What was known of an event and its customer when it happened, as far as it was kept. What no rule read then is taken
//! from what is known of the customer now.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::date::Day;
use domain::intake::SHANGHAI_OFFSET_MINUTES;
use domain::points::condition::{CustomerFacts, EventFacts, Facts, Reads};
use domain::points::rule::{REFERRAL, RuleSet};
use store::points_event::{Earner, Wanted};
use store::points_past_event::PastEvent;
use store::{Connection, StoreError};

use crate::points::accrual::stored::{CustomerSeen, Details, StoredFact, facts_of, read};

/// The attribute of an event that names who referred its customer.
const REFERRER: &str = "referrer_id";

/// Names of tiers and units, and the customers of a page.
pub(super) struct Past {
    /// Codes of tiers.
    pub codes: BTreeMap<u8, String>,
    /// Ids of organisations.
    pub units: HashMap<u32, String>,
    reads: Reads,
    from: Day,
    present: HashMap<u32, Earner>,
    /// Events of the page whose referral can be rewarded, as far as the days before the span tell.
    referrals: HashSet<i64>,
}

impl Past {
    /// For rules of both sides, and a span from that day on.
    pub fn load<C: Connection>(
        connection: &mut C,
        [now, then]: [&RuleSet; 2],
        from: Day,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            codes: store::tier::tier_codes(connection)?,
            units: store::member::organisation_ids(connection)?,
            reads: now.reads().union(then.reads()),
            from,
            present: HashMap::new(),
            referrals: HashSet::new(),
        })
    }

    /// Looks up the customers of a page.
    pub fn meet<C: Connection>(&mut self, connection: &mut C, page: &[PastEvent]) -> Result<(), StoreError> {
        let Reads { gender, birth_date, opened_on, attributes, .. } = self.reads;
        let wanted = Wanted { birth_date, gender, opened_on, attributes };
        self.present.clear();
        if wanted != Wanted::default() {
            let refs: HashSet<u32> = page.iter().map(|event| event.customer_ref).collect();
            let refs: Vec<u32> = refs.into_iter().collect();
            let found = store::points_event::earners_by_ref(connection, &refs, wanted)?;
            self.present.extend(found.into_iter().map(|(_, earner)| (earner.customer_ref, earner)));
        }
        self.referrals = self.rewardable(connection, page)?;
        Ok(())
    }

    /// Referrals that name a known customer who is somebody else, of customers who were not referred before the span.
    fn rewardable<C: Connection>(
        &self,
        connection: &mut C,
        page: &[PastEvent],
    ) -> Result<HashSet<i64>, StoreError> {
        let mut named: Vec<(&PastEvent, String)> = Vec::new();
        for event in page.iter().filter(|event| event.type_name == REFERRAL) {
            let details: Details<'_> = event.details.as_deref().map(read).transpose()?.unwrap_or_default();
            if let Some(StoredFact::Text(id)) = details.attributes.get(REFERRER) {
                named.push((event, id.clone()));
            }
        }
        if named.is_empty() {
            return Ok(HashSet::new());
        }
        let ids = named.iter().map(|(_, id)| id.as_str());
        let known: HashMap<usize, u32> = store::points_event::earners(connection, ids, Wanted::default())?
            .into_iter()
            .map(|(place, earner)| (place, earner.merged_into_ref.unwrap_or(earner.customer_ref)))
            .collect();
        let refs: Vec<u32> = named.iter().map(|(event, _)| event.customer_ref).collect();
        let before = store::points_past_event::referred_before(connection, &refs, self.from.number())?;
        let before: HashSet<u32> = before.into_iter().collect();
        let can_be = |(place, (event, _)): (usize, &(&PastEvent, String))| {
            let referrer = known.get(&place)?;
            let is_new = *referrer != event.customer_ref && !before.contains(&event.customer_ref);
            is_new.then_some(event.points_event_ref)
        };
        Ok(named.iter().enumerate().filter_map(can_be).collect())
    }

    /// Hands on what is known of an event of the page, and whether its referral can be rewarded.
    pub fn with_facts<T>(
        &self,
        event: &PastEvent,
        work: impl FnOnce(Facts<'_>, bool) -> T,
    ) -> Result<T, StoreError> {
        let details: Details<'_> = event.details.as_deref().map(read).transpose()?.unwrap_or_default();
        let seen: CustomerSeen = event.facts.as_deref().map(read).transpose()?.unwrap_or_default();
        let present = self.present.get(&event.customer_ref);
        let kept_now = present.and_then(|earner| earner.attributes.as_deref());
        let mut attributes: BTreeMap<String, StoredFact> =
            kept_now.map(read).transpose()?.unwrap_or_default();
        attributes.extend(seen.attributes);
        let (of_customer, of_event) = (facts_of(attributes), facts_of(details.attributes));
        let birth_date = seen.birth_date.or(present.and_then(|earner| earner.birth_date));
        let opened_on = seen.opened_on.or(present.and_then(|earner| earner.opened_on));
        let customer = CustomerFacts {
            tier: self.codes.get(&event.tier_ref).map(String::as_str),
            organisation_id: self.units.get(&event.organisation_ref).map_or("", String::as_str),
            gender: seen.gender.as_deref().or(present.and_then(|earner| earner.gender.as_deref())),
            birth_date: birth_date.map(Day::from_number),
            opened_on: opened_on.map(Day::from_number),
            segments: &seen.segments,
            attributes: &of_customer,
        };
        let facts = EventFacts {
            kind: &event.type_name,
            source: &event.source,
            on: Day::from_number(event.occurred_on),
            minute_of_day: minute_of_day(event.occurred_at),
            amount: event.amount,
            channel: details.channel.as_deref(),
            merchant_category: details.merchant_category.as_deref(),
            product_id: details.product_id.as_deref(),
            organisation_id: details.organisation_id.as_deref(),
            counterparty_bank: details.counterparty_bank.as_deref(),
            attributes: &of_event,
        };
        let may_be_referred = self.referrals.contains(&event.points_event_ref);
        Ok(work(Facts { event: facts, customer }, may_be_referred))
    }
}

/// Minutes of an instant since its day began in the programme's zone.
fn minute_of_day(instant_ms: i64) -> u16 {
    const MINUTE_MS: i64 = 60_000;
    let local = instant_ms.div_euclid(MINUTE_MS) + i64::from(SHANGHAI_OFFSET_MINUTES);
    local.rem_euclid(24 * 60) as u16
}
