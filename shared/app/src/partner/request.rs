//! What a partner asks for: giving and taking points, and what all of its requests have in common.
//!
//! Each runs in one transaction of the caller: the request is kept under its id, booked, and its answer kept with it.

use domain::points::expiry::{Expiry, Unit};
use domain::points::rule::MOST_POINTS;
use domain::points::{Cause, Dimension, EntryKind, NewLot, ReturnPolicy};
use store::member::Member;
use store::partner::{ExchangeRow, PartnerRow};
use store::partner_request::{NewRequest, RequestKind};
use store::{Connection, StoreError};

use super::customer::{CustomerRefusal, customer, wallet};
use super::limit::{LimitRefusal, Use, use_up};
use crate::points::spend::{active_now, spend};
use crate::points::{Book, Moment, SpendRefusal, Status, Wallet};

/// A request whose signature was right.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose.
    pub partner: &'a PartnerRow,
    /// What the partner knows it by.
    pub webhook_id: &'a str,
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

/// Why a request was not done. Nothing was changed, and the same request can be sent again under its id.
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
    /// The units come to more points than can be moved.
    #[error("so many units come to more points than a request moves")]
    TooManyPoints,
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

/// Binds the id to what is asked under it, of which `payload_hash` is the SHA-256: operation and body. The signature does
/// not cover the operation, so that an id must be bound when it is first seen, whatever becomes of the request.
pub fn bind<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    payload_hash: &[u8; 32],
) -> Result<(), RequestError> {
    let id = (asked.partner.partner_ref, asked.webhook_id);
    let is_its_own = store::partner_request::bind(connection, id, payload_hash)?;
    if is_its_own { Ok(()) } else { Err(RequestError::IdReused) }
}

/// The answer that this request got before; nothing when it was not done yet. Its id is bound to it.
pub fn known<C: Connection>(connection: &mut C, asked: Asked<'_>) -> Result<Option<String>, StoreError> {
    let found = store::partner_request::find(connection, asked.partner.partner_ref, asked.webhook_id)?;
    Ok(found.map(|row| row.answer))
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
        kind,
        customer_ref,
        points,
        exchanged: None,
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
    let (points, reference) = (in_range(order.amount)?, order.reference);
    let customer = customer(connection, order.customer_id)?;
    let (kind, entry) = (RequestKind::Earn, EntryKind::PartnerEarn);
    give(connection, asked, &customer, Moved { kind, entry, points, exchanged: None, reference })
}

/// Takes points.
pub fn burn<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    order: Order<'_>,
) -> Result<Done, RequestError> {
    let (points, reference) = (in_range(order.amount)?, order.reference);
    let customer = customer(connection, order.customer_id)?;
    let (kind, entry) = (RequestKind::Burn, EntryKind::PartnerBurn);
    take(connection, asked, &customer, Moved { kind, entry, points, exchanged: None, reference })
}

/// Points that a request moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved<'a> {
    /// What was asked.
    pub kind: RequestKind,
    /// What the ledger calls it.
    pub entry: EntryKind,
    /// None of an exchange that comes to no points this time.
    pub points: i64,
    /// The partner's units, of an exchange, and their rate.
    pub exchanged: Option<(i64, ExchangeRow)>,
    /// The partner's own words for it.
    pub reference: Option<&'a str>,
}

impl Moved<'_> {
    /// Keeps the request and returns its number.
    fn keep<C: Connection>(
        self,
        connection: &mut C,
        asked: Asked<'_>,
        customer: &Member,
    ) -> Result<i64, StoreError> {
        let row = row(asked, self.kind, customer.customer_ref, self.points);
        let Self { exchanged, reference, .. } = self;
        store::partner_request::add(connection, &NewRequest { exchanged, reference, ..row })
    }
}

/// Gives points to a customer, and pays off debt with them first.
pub(super) fn give<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer: &Member,
    moved: Moved<'_>,
) -> Result<Done, RequestError> {
    let Asked { partner, moment, .. } = asked;
    let wallet = wallet(connection, customer.customer_ref, moment.now_ms)?;
    use_up(connection, asked, customer.customer_ref, moved.points, Use::Given)?;
    let number = moved.keep(connection, asked, customer)?;
    let (cause, today) = (Cause::PartnerRequest(number), moment.today);
    if moved.points > 0 {
        let expiry = partner.terms.expiry_months.map(|amount| Expiry::Rolling { amount, unit: Unit::Months });
        let lot = NewLot {
            customer_ref: customer.customer_ref,
            points: moved.points,
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
        let mut book = Book::open(connection, moment)?;
        let lot = book.issue(lot, moved.entry, today, cause);
        let repaid = wallet.debt.min(moved.points);
        if repaid > 0 {
            book.take(&lot, repaid, EntryKind::Repay, today, cause);
        }
        book.save(connection)?;
        active_now(connection, &[(customer.customer_ref, today)], today)?;
    }
    done(connection, asked, (number, customer), moved.points)
}

/// Takes points from a customer, all or nothing.
pub(super) fn take<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer: &Member,
    moved: Moved<'_>,
) -> Result<Done, RequestError> {
    let moment = asked.moment;
    let wallet = wallet(connection, customer.customer_ref, moment.now_ms)?;
    // Units that cost no points this time are none for an account that spends nothing.
    if wallet.status == Status::Blocked {
        return Err(SpendRefusal::Blocked.into());
    }
    use_up(connection, asked, customer.customer_ref, moved.points, Use::Taken)?;
    let number = moved.keep(connection, asked, customer)?;
    if moved.points > 0 {
        let mut book = Book::open(connection, moment)?;
        let (cause, today) = (Cause::PartnerRequest(number), moment.today);
        spend(connection, &mut book, &wallet, moved.points, moved.entry, cause, today)?;
        book.save(connection)?;
    }
    done(connection, asked, (number, customer), moved.points)
}
