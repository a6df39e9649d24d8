//! Events of a batch, decided in memory and written together.

use std::borrow::Cow;
use std::ops::Range;

use domain::date::Day;
use domain::points::condition::Facts;
use domain::points::earning::{Decided, Reason, decide};
use domain::points::rule::{Earning, Rule, RuleSet};
use domain::points::{Cause, EntryKind, Lot, LotState, NewLot};
use store::points_event::{EARNING, NewEvent};
use store::points_referral::Referral as Referred;
use store::{Connection, StoreError};

use super::Event;
use super::limits::{Limits, Turn};
use super::people::{People, asks_for_referrer};
use super::stored::{Details, Referral, StoredDecision, StoredRule, write};
use crate::points::spend::{active_now, catch_up};
use crate::points::{Book, Moment};

/// A batch under way. Nothing is written before [`Batch::save`].
pub(super) struct Batch<'e> {
    today: Day,
    people: People,
    limits: Limits,
    book: Book,
    next_ref: i64,
    /// What was decided, in the order in which it was.
    pub booked: Vec<Booked<'e>>,
    /// Lots that were issued.
    pub lots: Vec<Lot>,
    referrals: Vec<Referred>,
}

/// An event that was decided on.
pub(super) struct Booked<'e> {
    event: &'e Event<'e>,
    points_event_ref: i64,
    customer: usize,
    /// What each rule said.
    pub decision: StoredDecision,
    /// Points for the customer.
    pub earned: i64,
    /// Places of its lots.
    pub lots: Range<usize>,
}

/// A side of an event that gets a lot.
#[derive(Clone, Copy)]
struct Share {
    person: usize,
    points: i64,
    points_event_ref: i64,
}

impl<'e> Batch<'e> {
    /// Opens the ledger for a batch whose first event gets the number `next_ref`.
    pub fn open<C: Connection>(
        connection: &mut C,
        moment: Moment<'_>,
        rules: &RuleSet,
        people: People,
        next_ref: i64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            today: moment.today,
            people,
            limits: Limits::new(rules),
            book: Book::open(connection, moment)?,
            next_ref,
            booked: Vec::new(),
            lots: Vec::new(),
            referrals: Vec::new(),
        })
    }

    /// Decides on events, with the places of their customers, in the order given.
    pub fn decide<C: Connection>(
        &mut self,
        connection: &mut C,
        rules: &RuleSet,
        events: &[(&'e Event<'e>, usize)],
    ) -> Result<(), StoreError> {
        let people = &self.people;
        let asks = events.iter().map(|(event, customer)| {
            let person = &people.list[*customer];
            (person.customer_ref, Facts { event: event.facts(), customer: person.facts() })
        });
        self.limits.load(connection, rules, asks)?;
        self.booked.reserve(events.len());
        let mut said = Vec::new();
        for (event, customer) in events {
            said.clear();
            self.decide_one(rules, event, *customer, &mut said);
        }
        Ok(())
    }

    fn decide_one(
        &mut self,
        rules: &RuleSet,
        event: &'e Event<'e>,
        customer: usize,
        said: &mut Vec<Decided>,
    ) {
        let points_event_ref = self.next_ref;
        self.next_ref += 1;
        let person = &self.people.list[customer];
        let customer_ref = person.customer_ref;
        let referrer = self.people.referrer(event, customer);
        let referral = if !asks_for_referrer(rules, event.kind) {
            None
        } else if self.limits.was_referred(customer_ref) {
            Some(Referral::Known)
        } else {
            referrer.is_none().then_some(Referral::NoReferrer)
        };
        let facts = Facts { event: event.facts(), customer: person.facts() };
        let mut turn = self.limits.turn(customer_ref, event.occurred_on, referral);
        decide(rules, &facts, &mut turn, said);
        let decision = decision_of(rules, &turn, said, referral);
        let first_lot = self.lots.len();
        let mut earned = 0;
        for decided in said.iter().filter(|decided| decided.points > 0) {
            let rule = &rules.rules()[decided.rule];
            earned += decided.points;
            self.issue(rule, event, Share { person: customer, points: decided.points, points_event_ref });
            let Some(referrer) = referrer.filter(|_| matches!(rule.earning, Earning::Referral { .. })) else {
                continue;
            };
            if decided.referrer_points > 0 {
                let points = decided.referrer_points;
                self.issue(rule, event, Share { person: referrer, points, points_event_ref });
            }
            let referrer_ref = self.people.list[referrer].customer_ref;
            self.referrals.push(Referred { customer_ref, referrer_ref, points_event_ref });
            self.limits.refer(customer_ref);
        }
        let lots = first_lot..self.lots.len();
        self.booked.push(Booked { event, points_event_ref, customer, decision, earned, lots });
    }

    /// Issues a lot; what can be spent at once pays debt off first.
    fn issue(&mut self, rule: &Rule, event: &Event<'_>, share: Share) {
        let person = &mut self.people.list[share.person];
        let on = event.occurred_on;
        let available_on = on.plus(rule.pending_days.into());
        let cause = Cause::Event(share.points_event_ref);
        let lot = NewLot {
            customer_ref: person.customer_ref,
            points: share.points,
            earned_on: on,
            available_on,
            expires_on: rule.expiry.last_day(available_on),
            inactivity_months: rule.expiry.inactivity_months(),
            dimension: person.dimension,
            return_policy: rule.return_policy,
            points_rule_ref: Some(rule.points_rule_ref),
            points_event_ref: Some(share.points_event_ref),
            origin_lot_ref: None,
        };
        let lot = self.book.issue(lot, EntryKind::Earn, on, cause);
        self.lots.push(lot);
        if person.debt > 0 && lot.state(self.today) == LotState::Active {
            let repaid = person.debt.min(share.points);
            person.debt -= repaid;
            self.book.take(&lot, repaid, EntryKind::Repay, self.today, cause);
        }
    }

    /// Writes events, lots, limits and referrals, and notes that customers who earned were active.
    pub fn save<C: Connection>(self, connection: &mut C, rules: &RuleSet) -> Result<(), StoreError> {
        let rows = self.booked.iter().map(|booked| booked.row(&self.people));
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        store::points_event::insert(connection, rows)?;
        self.book.save(connection)?;
        self.limits.save(connection, rules)?;
        store::points_referral::insert(connection, self.referrals)?;
        if rules.has_inactivity() {
            let earned = self.booked.iter().filter(|booked| booked.earned > 0);
            let active = earned
                .map(|booked| (self.people.list[booked.customer].customer_ref, booked.event.occurred_on));
            active_now(connection, &active.collect::<Vec<_>>(), self.today)?;
            catch_up(connection, &self.lots)?;
        }
        Ok(())
    }
}

/// What is kept of a decision: what each rule said, and what its limits were at before.
pub(super) fn decision_of(
    rules: &RuleSet,
    turn: &Turn<'_>,
    said: &[Decided],
    referral: Option<Referral>,
) -> StoredDecision {
    let kept = |decided: &Decided| {
        let number = rules.rules()[decided.rule].points_rule_ref;
        let (points, referrer_points) = (decided.points, decided.referrer_points);
        let name = match (decided.reason, referral) {
            (Reason::ConditionNotMet, _) => return StoredRule::Unmet(number),
            (Reason::AlreadyReferred, Some(Referral::NoReferrer)) => Reason::Unanswered.name(),
            (reason, _) => reason.name(),
        };
        match turn.before(decided.rule) {
            Some((used, left)) => {
                StoredRule::Limited(number, points, referrer_points, Cow::Borrowed(name), used, left)
            }
            None => StoredRule::Said(number, points, referrer_points, Cow::Borrowed(name)),
        }
    };
    StoredDecision { rules: said.iter().map(kept).collect(), referral }
}

impl<'e> Booked<'e> {
    fn row(&self, people: &People) -> Result<NewEvent<'e>, StoreError> {
        let (event, person) = (self.event, &people.list[self.customer]);
        Ok(NewEvent {
            points_event_ref: self.points_event_ref,
            source: event.source,
            event_id: event.id,
            payload_hash: event.payload_hash,
            kind: EARNING,
            customer_ref: person.customer_ref,
            organisation_ref: person.dimension.organisation_ref,
            tier_ref: person.dimension.tier_ref,
            type_name: event.kind,
            occurred_at: event.occurred_at,
            occurred_on: event.occurred_on.number(),
            amount: event.amount,
            return_of: None,
            details: details(event)?,
            facts: person.kept.clone(),
            decision: write(&self.decision)?,
            earned: self.earned,
        })
    }
}

/// The event's own facts that have no column.
pub(super) fn details(event: &Event<'_>) -> Result<Option<String>, StoreError> {
    let details = Details {
        channel: event.channel.map(Cow::Borrowed),
        merchant_category: event.merchant_category.map(Cow::Borrowed),
        product_id: event.product_id.map(Cow::Borrowed),
        organisation_id: event.organisation_id.map(Cow::Borrowed),
        counterparty_bank: event.counterparty_bank.map(Cow::Borrowed),
        attributes: event.attributes.iter().map(|(name, fact)| (name.clone(), fact.into())).collect(),
    };
    if details == Details::default() { Ok(None) } else { write(&details).map(Some) }
}
