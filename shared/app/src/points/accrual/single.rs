//! One event with all that it gave, as people ask for it.

use std::collections::BTreeMap;

use domain::date::Day;
use domain::points::{Balance, Lot};
use store::points_event::{EARNING, EventLot, StoredEvent};
use store::{Connection, StoreError, in_snapshot};

use super::booking::Batch;
use super::earned::{DryRun, Earned, EarnedLot, RefundSaid, RuleSaid, Single};
use super::people::People;
use super::stored::{StoredDecision, StoredRule, read};
use super::{AccrualError, Accrued, Event, Refused, take_fresh};
use crate::access::Caller;
use crate::intake::Entry;
use crate::points::in_force::in_force;
use crate::points::{Moment, Status, Wallet};

fn refusal((pointer, detail): Refused) -> AccrualError {
    AccrualError::Refused { pointer, detail }
}

/// Takes one event. Call it inside a transaction, which an error must roll back.
pub fn accrue_single<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    event: Event<'_>,
) -> Result<Single, AccrualError> {
    let (source, id) = (event.source, event.id);
    if let Some(known) = known_before(connection, &event)? {
        let earned = view(connection, moment, caller, (source, id))?;
        return Ok(match store::points_event::answer(connection, known)? {
            Some(answer) => Single::Answered(answer),
            None => Single::Before(earned),
        });
    }
    let rules = in_force(connection)?;
    let entry = Entry { index: 0, record: event };
    let mut accrued = Accrued::default();
    take_fresh(connection, moment, caller.organisation, &rules, vec![&entry], &mut accrued)?;
    if let Some(rejected) = accrued.rejected.pop() {
        return Err(refusal((rejected.pointer, rejected.detail)));
    }
    let stored = find(connection, source, id)?;
    let points_event_ref = stored.points_event_ref;
    // Its answer is kept for everybody who sees the customer, and so tells of no other one.
    Ok(Single::Now { points_event_ref, earned: earned_of(connection, moment, None, stored)? })
}

/// Keeps the answer that a single event was given, for its repeats.
pub fn keep_answer<C: Connection>(
    connection: &mut C,
    points_event_ref: i64,
    body: &str,
) -> Result<(), StoreError> {
    store::points_event::keep_answer(connection, points_event_ref, body)
}

/// The number of the event when it was taken before.
fn known_before<C: Connection>(connection: &mut C, event: &Event<'_>) -> Result<Option<i64>, AccrualError> {
    match store::points_event::known(connection, [(event.source, vec![event.id])])?.pop() {
        None => Ok(None),
        Some(known) if known.payload_hash == event.payload_hash => Ok(Some(known.points_event_ref)),
        Some(_) => Err(AccrualError::Another),
    }
}

fn find<C: Connection>(connection: &mut C, source: &str, id: &str) -> Result<StoredEvent, AccrualError> {
    store::points_event::find(connection, source, id)?.ok_or(AccrualError::UnknownEvent)
}

/// An event with what it gave, for a caller who sees its customer.
pub fn view<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    (source, id): (&str, &str),
) -> Result<Earned, AccrualError> {
    let stored = find(connection, source, id)?;
    let sees = match store::member::members(connection, &[stored.customer_ref])?.pop() {
        Some(member) => caller.sees(connection, &member)?,
        None => caller.organisation.is_none() && caller.own.is_none(),
    };
    if sees {
        Ok(earned_of(connection, moment, Some(caller), stored)?)
    } else {
        Err(AccrualError::UnknownEvent)
    }
}

/// What the event would earn now; nothing is written.
pub fn dry_run<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: &Caller,
    event: &Event<'_>,
) -> Result<DryRun, AccrualError> {
    if event.return_of.is_some() {
        return Err(refusal(("/refund_of", "a dry run shows what an event earns; a refund takes back")));
    }
    in_snapshot(connection, |connection| {
        if known_before(connection, event)?.is_some() {
            let Earned { earned, lots, rules, .. } =
                view(connection, moment, caller, (event.source, event.id))?;
            return Ok(DryRun { is_known: true, earned, lots, rules });
        }
        let rules = in_force(connection)?;
        let people = People::load(connection, &rules, caller.organisation, &[event])?;
        let customer = people.customer(event).map_err(refusal)?;
        let customer_ref = people.list[customer].customer_ref;
        let next_ref = store::points_event::next_ref(connection)?;
        let mut batch = Batch::open(connection, moment, &rules, people, next_ref)?;
        batch.decide(connection, &rules, &[(event, customer)])?;
        let booked = batch.booked.pop().ok_or(AccrualError::UnknownEvent)?;
        let lots = batch.lots[booked.lots.clone()].iter().map(|lot| (None, of_issued(lot))).collect();
        Ok(DryRun {
            is_known: false,
            earned: booked.earned,
            lots: earned_lots(connection, Some(caller), customer_ref, lots)?,
            rules: rules_said(connection, &booked.decision)?,
        })
    })
}

fn of_issued(lot: &Lot) -> EventLot {
    EventLot {
        points_lot_ref: lot.points_lot_ref,
        customer_ref: lot.issued.customer_ref,
        points: lot.issued.points,
        available_on: lot.issued.available_on.number(),
        expires_on: lot.issued.expires_on.map(Day::number),
    }
}

/// Lots with the ids of their customers, and the numbers that are to be shown: those of the event's own customer, and
/// those of a referrer if there is a caller who sees that one.
fn earned_lots<C: Connection>(
    connection: &mut C,
    caller: Option<&Caller>,
    own_ref: u32,
    lots: Vec<(Option<i64>, EventLot)>,
) -> Result<Vec<EarnedLot>, StoreError> {
    let refs: Vec<u32> = lots.iter().map(|(_, lot)| lot.customer_ref).collect();
    let mut ids: BTreeMap<u32, String> = BTreeMap::new();
    for member in store::member::members(connection, &refs)? {
        let is_shown = match caller {
            _ if member.customer_ref == own_ref => true,
            Some(caller) => caller.sees(connection, &member)?,
            None => false,
        };
        if is_shown {
            ids.insert(member.customer_ref, member.customer_id);
        }
    }
    let lots = lots.into_iter().filter_map(|(points_lot_ref, lot)| {
        Some(EarnedLot {
            points_lot_ref,
            customer_id: ids.get(&lot.customer_ref)?.clone(),
            points: lot.points,
            available_on: Day::from_number(lot.available_on),
            expires_on: lot.expires_on.map(Day::from_number),
        })
    });
    Ok(lots.collect())
}

fn rules_said<C: Connection>(
    connection: &mut C,
    decision: &StoredDecision,
) -> Result<Vec<RuleSaid>, StoreError> {
    let names = store::points_event::rule_names(connection, decision.rules.iter().map(StoredRule::rule_ref))?;
    let said = decision.rules.iter().filter_map(|rule| {
        let (id, version) = names.get(&rule.rule_ref())?;
        Some(RuleSaid {
            rule: id.clone(),
            version: *version,
            points: rule.points(),
            reason: rule.reason().to_owned(),
        })
    });
    Ok(said.collect())
}

fn earned_of<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: Option<&Caller>,
    stored: StoredEvent,
) -> Result<Earned, StoreError> {
    let mut lots = Vec::new();
    let (mut rules, mut refund) = (Vec::new(), None);
    if stored.kind == EARNING {
        let given = store::points_event::lots(connection, stored.points_event_ref)?;
        let given = given.into_iter().map(|lot| (Some(lot.points_lot_ref), lot)).collect();
        lots = earned_lots(connection, caller, stored.customer_ref, given)?;
        rules = rules_said(connection, &read(&stored.decision)?)?;
    } else {
        let is_waiting = stored.kind == store::points_event::WAITING;
        refund = Some(RefundSaid { is_waiting, ..read(&stored.decision)? });
    }
    let member = store::member::members(connection, &[stored.customer_ref])?.pop();
    let balance = match &member {
        Some(member) => balance(connection, moment, caller, member.customer_ref)?,
        None => None,
    };
    Ok(Earned {
        source: stored.source,
        id: stored.event_id,
        customer_id: member.map(|member| member.customer_id),
        kind: stored.type_name,
        occurred_at: stored.occurred_at,
        earned: stored.earned,
        lots,
        rules,
        refund,
        balance,
    })
}

/// The account of a customer, or of the one that the customer was merged into, if there is a caller and sees that one.
fn balance<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    caller: Option<&Caller>,
    customer_ref: u32,
) -> Result<Option<Balance>, StoreError> {
    let mut wallet = Wallet::load(connection, customer_ref, moment.now_ms)?;
    // A merge goes into an account that is open, so that this ends.
    while let Status::Merged { into } = wallet.status {
        wallet = Wallet::load(connection, into, moment.now_ms)?;
    }
    if wallet.customer_ref != customer_ref {
        let holder = store::member::members(connection, &[wallet.customer_ref])?.pop();
        match (caller, holder) {
            (Some(caller), Some(holder)) if caller.sees(connection, &holder)? => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(wallet.balance(moment.today)))
}
