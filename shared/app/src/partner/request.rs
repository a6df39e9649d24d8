//! What a partner asks for: giving, taking and exchanging points, and cancelling what it took.
//!
//! Each runs in one transaction of the caller: the request is kept under its id, booked, and its answer kept with it.

use domain::points::expiry::{Expiry, Unit};
use domain::points::rule::MOST_POINTS;
use domain::points::{Cause, Dimension, EntryKind, LotState, NewLot, ReturnPolicy};
use store::member::Member;
use store::partner::PartnerRow;
use store::partner_request::{NewRequest, RequestKind};
use store::{Connection, StoreError};

use super::customer::{CustomerRefusal, customer, wallet};
use super::exchange::{Direction, points_of};
use super::limit::{LimitRefusal, use_up};
use crate::points::spend::{active_now, spend};
use crate::points::{Book, Moment, SpendRefusal, Wallet};

/// A request whose signature was right.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose.
    pub partner: &'a PartnerRow,
    /// What the partner knows it by.
    pub webhook_id: &'a str,
    /// SHA-256 of what is asked.
    pub payload_hash: &'a [u8; 32],
    /// When.
    pub moment: Moment<'a>,
}

/// Points for or from a customer.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Whose.
    pub customer_id: &'a str,
    /// Points of an earn or a burn; units of an exchange.
    pub amount: i64,
    /// The partner's own words for it.
    pub reference: Option<&'a str>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Number of the request.
    pub number: i64,
    /// Whose points.
    pub customer_id: String,
    /// Points that moved.
    pub points: i64,
    /// What the customer can spend now.
    pub active: i64,
}

/// Why a request was not done. Nothing was changed, and its id can be used again.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The id came with another request before.
    #[error("this webhook-id came with another request before")]
    IdReused,
    /// Of the customer.
    #[error(transparent)]
    Customer(#[from] CustomerRefusal),
    /// Zero, below, or more than any request may move.
    #[error("a whole number from 1 to 1000000000000")]
    Amount,
    /// A limit, or the budget.
    #[error(transparent)]
    Limit(#[from] LimitRefusal),
    /// No rate was agreed.
    #[error("no exchange was agreed with the partner")]
    NoExchange,
    /// The units come to no point, or to more than can be moved.
    #[error("so many units come to no points, or to too many")]
    NoPoints,
    /// The partner has no burn of this id.
    #[error("no burn of the partner has this webhook-id")]
    UnknownBurn,
    /// The burn was cancelled before.
    #[error("the burn was cancelled before")]
    Cancelled,
    /// The points were not spent.
    #[error(transparent)]
    Spend(#[from] SpendRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The answer that this request got before; nothing when it is new.
pub fn known<C: Connection>(connection: &mut C, asked: Asked<'_>) -> Result<Option<String>, RequestError> {
    let found = store::partner_request::find(connection, asked.partner.partner_ref, asked.webhook_id)?;
    match found {
        None => Ok(None),
        Some(row) if row.payload_hash == asked.payload_hash => Ok(Some(row.answer)),
        Some(_) => Err(RequestError::IdReused),
    }
}

/// Keeps the answer of a request that was done, in its transaction.
pub fn answer<C: Connection>(connection: &mut C, number: i64, text: &str) -> Result<(), StoreError> {
    store::partner_request::answer(connection, number, text)
}

/// The points or units of a request, if there may be so many.
pub(super) fn in_range(amount: i64) -> Result<i64, RequestError> {
    if (1..=MOST_POINTS).contains(&amount) { Ok(amount) } else { Err(RequestError::Amount) }
}

/// A row of this request, without what is special to its kind.
pub(super) fn row<'a>(asked: Asked<'a>, kind: RequestKind, customer_ref: u32, points: i64) -> NewRequest<'a> {
    NewRequest {
        partner_ref: asked.partner.partner_ref,
        webhook_id: asked.webhook_id,
        payload_hash: asked.payload_hash,
        kind,
        customer_ref,
        points,
        units: None,
        reference: None,
        of_ref: None,
        on_day: asked.moment.today.number(),
        received_at: asked.moment.now_ms,
    }
}

/// What was done, with what the customer can spend after it.
pub(super) fn done<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    (number, customer): (i64, &Member),
    points: i64,
) -> Result<Done, RequestError> {
    let wallet = Wallet::load(connection, customer.customer_ref, asked.moment.now_ms)?;
    let active = wallet.balance(asked.moment.today).active;
    Ok(Done { number, customer_id: customer.customer_id.clone(), points, active })
}

/// What the customer of an id can spend; kept nowhere.
pub fn balance<C: Connection>(
    connection: &mut C,
    customer_id: &str,
    moment: Moment<'_>,
) -> Result<i64, RequestError> {
    let found = customer(connection, customer_id)?;
    Ok(wallet(connection, found.customer_ref, moment.now_ms)?.balance(moment.today).active)
}

/// Gives points.
pub fn earn<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    order: Order<'_>,
) -> Result<Done, RequestError> {
    let points = in_range(order.amount)?;
    give(connection, asked, order, (RequestKind::Earn, EntryKind::PartnerEarn), (points, None))
}

/// Takes points.
pub fn burn<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    order: Order<'_>,
) -> Result<Done, RequestError> {
    let points = in_range(order.amount)?;
    take(connection, asked, order, (RequestKind::Burn, EntryKind::PartnerBurn), (points, None))
}

/// Exchanges units of the partner at the agreed rate.
pub fn exchange<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    direction: Direction,
    order: Order<'_>,
) -> Result<Done, RequestError> {
    let terms = asked.partner.terms.exchange.ok_or(RequestError::NoExchange)?;
    let units = in_range(order.amount)?;
    let points = points_of(&terms, direction, units).filter(|points| *points <= MOST_POINTS);
    let moved = (points.ok_or(RequestError::NoPoints)?, Some(units));
    match direction {
        Direction::In => {
            give(connection, asked, order, (RequestKind::ExchangeIn, EntryKind::ExchangeIn), moved)
        }
        Direction::Out => {
            take(connection, asked, order, (RequestKind::ExchangeOut, EntryKind::ExchangeOut), moved)
        }
    }
}

fn give<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    order: Order<'_>,
    (kind, entry): (RequestKind, EntryKind),
    (points, units): (i64, Option<i64>),
) -> Result<Done, RequestError> {
    let Asked { partner, moment, .. } = asked;
    let customer = customer(connection, order.customer_id)?;
    let wallet = wallet(connection, customer.customer_ref, moment.now_ms)?;
    use_up(connection, partner, customer.customer_ref, points, true, moment.today)?;
    let row = row(asked, kind, customer.customer_ref, points);
    let number =
        store::partner_request::add(connection, &NewRequest { units, reference: order.reference, ..row })?;
    let (cause, today) = (Cause::PartnerRequest(number), moment.today);
    let mut book = Book::open(connection, moment)?;
    let expiry = partner.terms.expiry_months.map(|amount| Expiry::Rolling { amount, unit: Unit::Months });
    let lot = NewLot {
        customer_ref: customer.customer_ref,
        points,
        earned_on: today,
        available_on: today,
        expires_on: expiry.and_then(|expiry| expiry.last_day(today)),
        inactivity_months: None,
        dimension: Dimension { partner_ref: partner.partner_ref, ..wallet.dimension() },
        return_policy: ReturnPolicy::WithinBalance,
        points_rule_ref: None,
        points_event_ref: None,
        origin_lot_ref: None,
    };
    let lot = book.issue(lot, entry, today, cause);
    let repaid = wallet.debt.min(points);
    if repaid > 0 {
        book.take(&lot, repaid, EntryKind::Repay, today, cause);
    }
    book.save(connection)?;
    active_now(connection, &[(customer.customer_ref, today)])?;
    done(connection, asked, (number, &customer), points)
}

fn take<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    order: Order<'_>,
    (kind, entry): (RequestKind, EntryKind),
    (points, units): (i64, Option<i64>),
) -> Result<Done, RequestError> {
    let Asked { partner, moment, .. } = asked;
    let customer = customer(connection, order.customer_id)?;
    let wallet = wallet(connection, customer.customer_ref, moment.now_ms)?;
    use_up(connection, partner, customer.customer_ref, points, false, moment.today)?;
    let row = row(asked, kind, customer.customer_ref, points);
    let number =
        store::partner_request::add(connection, &NewRequest { units, reference: order.reference, ..row })?;
    let mut book = Book::open(connection, moment)?;
    spend(connection, &mut book, &wallet, points, entry, Cause::PartnerRequest(number), moment.today)?;
    book.save(connection)?;
    done(connection, asked, (number, &customer), points)
}

/// Cancels a burn: its points go back to their lots. Those of a lot that has ended since are given again, as a lot that
/// lasts for as many days as the programme reinstates.
pub fn cancel<C: Connection>(connection: &mut C, asked: Asked<'_>, of: &str) -> Result<Done, RequestError> {
    let Asked { partner, moment, .. } = asked;
    let burn = store::partner_request::find(connection, partner.partner_ref, of)?
        .filter(|found| found.kind == RequestKind::Burn)
        .ok_or(RequestError::UnknownBurn)?;
    if store::partner_request::is_cancelled(connection, burn.partner_request_ref)? {
        return Err(RequestError::Cancelled);
    }
    wallet(connection, burn.customer_ref, moment.now_ms)?;
    let row = row(asked, RequestKind::GiveBack, burn.customer_ref, burn.points);
    let of_ref = Some(burn.partner_request_ref);
    let number = store::partner_request::add(connection, &NewRequest { of_ref, ..row })?;
    let taken = store::partner_request::taken(connection, burn.partner_request_ref, EntryKind::PartnerBurn)?;
    let refs: Vec<i64> = taken.iter().map(|(lot, _, _)| *lot).collect();
    let lots = store::points_lot::by_refs(connection, &refs, moment.now_ms)?;
    let programme = crate::points::programme::programme(connection)?;
    let (cause, today) = (Cause::PartnerRequest(number), moment.today);
    let mut book = Book::open(connection, moment)?;
    for (lot, (_, points, terms)) in lots.into_iter().zip(taken) {
        if lot.state(today) != LotState::Expired {
            book.give_back(&lot, points, EntryKind::PartnerGiveBack, today, cause);
            continue;
        }
        let again = NewLot {
            points,
            available_on: today,
            expires_on: Some(today.plus(programme.reinstate_days_of(terms).into())),
            inactivity_months: None,
            // A return of the event takes what the event's own lots still hold, and this is none of them.
            points_event_ref: None,
            origin_lot_ref: Some(lot.points_lot_ref),
            ..lot.issued
        };
        book.issue(again, EntryKind::PartnerReinstate, today, cause);
    }
    book.save(connection)?;
    let customer = store::member::members(connection, &[burn.customer_ref])?
        .pop()
        .ok_or_else(|| StoreError::Damaged("the customer of a request is not known".to_owned()))?;
    done(connection, asked, (number, &customer), burn.points)
}
