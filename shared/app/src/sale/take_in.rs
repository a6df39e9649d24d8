//! Transactions become sales: of a product that has a rule on the day, with the credit that the assignment of the buyer
//! gives at once. What is taken in twice is a sale once, and feeds may send a refund before its sale.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, Transaction, TransactionKind, business_day};
use domain::retention::works_on;
use domain::sale::{Assigned, Share, State, Step, automatic};
use store::assignment::Standing;
use store::sale::{Candidate, HistoryRow, SaleRow};
use store::{Connection, StoreError};

use super::refund::take_back;
use super::{Booking, Ledger, Rules, default_run};
use crate::points::Moment;

/// Transactions of a page, where sales that came before their rule are taken in.
const PAGE: u32 = 4_096;

/// Pages that are taken in when a rule is written; a product with more history is done by the default run.
const PAGES_AT_ONCE: u32 = 8;

/// Takes in what intake has written, in its transaction. Nothing is asked of the store when no sale and no refund is
/// among it, and one small question when no product has a rule.
pub(crate) fn take_in<C: Connection>(
    connection: &mut C,
    now_ms: i64,
    today: Day,
    taken: &[&Transaction<'_>],
) -> Result<(), StoreError> {
    let (mut sold, mut taken_back) = (BySource::new(), BySource::new());
    for record in taken {
        match (record.kind, &record.product_id, &record.refund_of) {
            (TransactionKind::Sale, Some(_), _) => sold.entry(&record.source).or_default().insert(&record.id),
            (TransactionKind::Refund, _, Some(of)) => {
                taken_back.entry(&record.source).or_default().insert(of)
            }
            _ => false,
        };
    }
    if (sold.is_empty() && taken_back.is_empty()) || !store::sale_product::any_rule(connection)? {
        return Ok(());
    }
    let moment = Moment { now_ms, today, person: "intake" };
    let rules = Rules::load(connection)?;
    let new = match sold.is_empty() {
        true => Vec::new(),
        false => {
            let candidates = store::sale::candidates(connection, lists(sold))?;
            keep(connection, (&rules, today), candidates)?
        }
    };
    let earlier = match taken_back.is_empty() {
        true => Vec::new(),
        false => store::sale::of_transactions(connection, lists(taken_back))?,
    };
    settle(connection, moment, &rules, new, earlier)
}

/// Notes that the sales of a product from a day on that came before the product had a rule are to be taken in, and takes
/// in the first of them. Call it inside the transaction that wrote the rule.
pub(super) fn begin_history<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    (sale_product_ref, product_ids): (i64, &[String]),
    from: Day,
) -> Result<(), StoreError> {
    const DAY_MS: i64 = 86_400_000;
    let midnight = i64::from(from.number()) * DAY_MS - i64::from(SHANGHAI_OFFSET_MINUTES) * 60_000;
    let rows = product_ids.iter().map(|product_id| HistoryRow {
        product_id: product_id.clone(),
        sale_product_ref,
        occurred_at: midnight - 1,
        bank_transaction_ref: i64::MAX,
    });
    store::sale::begin_history(connection, rows)?;
    for _ in 0..PAGES_AT_ONCE {
        if !take_in_history(connection, moment)? {
            break;
        }
    }
    Ok(())
}

/// Takes in a page of the sales that came before their product had a rule; returns false when none is left. Call it inside
/// a transaction.
pub(super) fn take_in_history<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
) -> Result<bool, StoreError> {
    let Some(mut under_way) = store::sale::open_history(connection)? else { return Ok(false) };
    let after = (under_way.occurred_at, under_way.bank_transaction_ref);
    let page = store::sale::candidates_of_code(connection, &under_way.product_id, after, PAGE)?;
    match page.last() {
        Some(last) if page.len() == PAGE as usize => {
            under_way.occurred_at = last.occurred_at;
            under_way.bank_transaction_ref = last.bank_transaction_ref;
            store::sale::advance_history(connection, &under_way)?;
        }
        _ => store::sale::end_history(connection, &under_way.product_id)?,
    }
    let rules = Rules::load(connection)?;
    let new = keep(connection, (&rules, moment.today), page)?;
    settle(connection, moment, &rules, new, Vec::new())?;
    Ok(true)
}

/// Ids by source, each once.
type BySource<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn lists<'a>(ids: BySource<'a>) -> impl Iterator<Item = (&'a str, Vec<&'a str>)> {
    ids.into_iter().map(|(source, ids)| (source, Vec::from_iter(ids)))
}

/// A sale that was written, and who is credited for it at once.
struct New {
    sale: SaleRow,
    automatic: Option<Vec<Share>>,
}

/// Writes those that a rule of their day makes sales. All of them wait, until something is booked.
fn keep<C: Connection>(
    connection: &mut C,
    (rules, today): (&Rules, Day),
    candidates: Vec<Candidate>,
) -> Result<Vec<New>, StoreError> {
    let sold_on = |sold: &Candidate| business_day(sold.occurred_at, SHANGHAI_OFFSET_MINUTES);
    let asked: Vec<(u32, i32)> =
        candidates.iter().map(|sold| (sold.customer_ref, sold_on(sold).number())).collect();
    let standing = match asked.is_empty() {
        true => Vec::new(),
        false => store::assignment::standing_on(connection, &asked)?,
    };
    let mut new = Vec::with_capacity(candidates.len());
    for (sold, standing) in candidates.into_iter().zip(standing) {
        let day = sold_on(&sold);
        let Some(version) = rules.on(sold.sale_product_ref, day) else { continue };
        let rule = &version.rule;
        let organisation_ref =
            rule.selling_organisation(sold.organisation_ref, sold.customer_organisation_ref);
        // Who serves at one organisation has no part in what another one sold.
        let served = sold.teller_organisation_ref == Some(organisation_ref)
            && works_on(sold.teller_from.map(Day::from_number), sold.teller_to.map(Day::from_number), day);
        let assigned = standing.map(|standing| assigned(&standing, day));
        let sale = SaleRow {
            sale_ref: sold.bank_transaction_ref,
            source: sold.source,
            transaction_id: sold.transaction_id,
            customer_ref: sold.customer_ref,
            sale_product_ref: sold.sale_product_ref,
            sale_rule_ref: version.sale_rule_ref,
            organisation_ref,
            teller_ref: sold.teller_ref.filter(|_| served),
            assignment_ref: assigned.as_ref().map(|assigned| assigned.assignment_ref),
            campaign_ref: None,
            channel: sold.channel,
            sold_on: day.number(),
            due_on: rule.due_on(day).number(),
            closes_on: rule.closes_on(day).number(),
            booked_on: day.max(today).number(),
            amount: sold.amount,
            refunded: 0,
            state: State::Waiting,
        };
        new.push(New { automatic: automatic(rule, organisation_ref, assigned.as_ref()), sale });
    }
    store::sale::insert(connection, new.iter().map(|new| &new.sale))?;
    Ok(new)
}

/// An assignment as it stood on a day.
pub(super) fn assigned(standing: &Standing, day: Day) -> Assigned {
    let managers = standing.managers.iter().map(|manager| {
        let (from, to) = (manager.active_from.map(Day::from_number), manager.active_to.map(Day::from_number));
        (manager.share, works_on(from, to, day))
    });
    Assigned {
        organisation_ref: standing.organisation_ref,
        managers: managers.collect(),
        assignment_ref: standing.assignment_ref,
    }
}

/// Books what the assignment gives, decides new sales whose window is over, and takes back what was taken back of new and
/// earlier sales.
fn settle<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    rules: &Rules,
    new: Vec<New>,
    earlier: Vec<SaleRow>,
) -> Result<(), StoreError> {
    let mut sales: BTreeMap<i64, SaleRow> = earlier.into_iter().map(|sale| (sale.sale_ref, sale)).collect();
    let numbers: Vec<i64> = sales.keys().copied().collect();
    let mut ledger = Ledger::open(connection, moment, &numbers)?;
    let mut late = BTreeSet::new();
    for New { mut sale, automatic } in new {
        if let Some(target) = &automatic {
            let booking = Booking {
                step: Step::Automatic,
                state: State::Automatic,
                target,
                on_day: Day::from_number(sale.sold_on),
            };
            ledger.book(&mut sale, &booking);
        } else if sale.due_on <= moment.today.number() {
            late.insert(sale.sale_ref);
        }
        sales.insert(sale.sale_ref, sale);
    }
    if sales.is_empty() {
        return Ok(());
    }
    // Nobody can register for a sale that comes after its window: the default need not wait for the night.
    let late = sales.values_mut().filter(|sale| late.contains(&sale.sale_ref)).collect();
    default_run::decide(connection, rules, &mut ledger, late)?;
    take_back(connection, &mut ledger, &mut sales)?;
    ledger.save(connection)
}
