//! Points that a partner holds while a customer pays, and then takes or lets go.

use domain::points::{Cause, EntryKind};
use store::Connection;
use store::partner_request::{NewRequest, RequestKind, RequestRow};

use super::customer::{customer, wallet};
use super::limit::{Use, count_posted, use_up};
use super::request::{Asked, Done, RequestError, done, in_range, row};
use crate::points::Book;
use crate::points::reservation::{self as points, Purpose, Reservation, ReservationRefusal, State};

/// Why nothing was held, taken or let go. Nothing was changed, and the same request can be sent again under its id.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Of the request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Of the reservation; one of another partner is not known.
    #[error(transparent)]
    Reservation(#[from] ReservationRefusal),
}

impl From<store::StoreError> for HoldError {
    fn from(error: store::StoreError) -> Self {
        Self::Request(error.into())
    }
}

/// Holds points for some seconds, when the limits leave room to take them. Returns the number of the request with the
/// reservation.
pub fn reserve<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    customer_id: &str,
    amount: i64,
    ttl_seconds: u32,
) -> Result<(i64, Reservation), HoldError> {
    let amount = in_range(amount)?;
    let customer = customer(connection, customer_id).map_err(RequestError::from)?;
    let wallet =
        wallet(connection, customer.customer_ref, asked.moment.now_ms).map_err(RequestError::from)?;
    use_up(connection, asked, customer.customer_ref, amount, Use::Held).map_err(RequestError::from)?;
    let row = row(asked, RequestKind::Reserve, customer.customer_ref, amount);
    let number = store::partner_request::add(connection, &row)?;
    let purpose = Purpose::Partner(number);
    let held = points::reserve(connection, asked.moment, &wallet, amount, ttl_seconds, purpose)?;
    store::partner_request::hold(connection, number, held.expires_at)?;
    Ok((number, held))
}

/// The partner's open reservation of a number, and the request that made it.
fn open<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    reservation: i64,
) -> Result<RequestRow, HoldError> {
    let found = points::reservation(connection, reservation, asked.moment.now_ms)?;
    let found = found.ok_or(ReservationRefusal::Unknown)?;
    let Purpose::Partner(number) = found.purpose else { return Err(ReservationRefusal::Unknown.into()) };
    let request = store::partner_request::by_ref(connection, asked.partner.partner_ref, number)?
        .ok_or(ReservationRefusal::Unknown)?;
    // One that was posted is not posted again under another id, not even with the same points: each request is settled.
    match found.state {
        State::Open => Ok(request),
        state => Err(ReservationRefusal::Ended { state }.into()),
    }
}

/// Takes up to what a reservation holds and lets the rest go; settled like a burn, and cancelled like one.
pub fn post<C: Connection>(
    connection: &mut C,
    asked: Asked<'_>,
    reservation: i64,
    amount: i64,
) -> Result<Done, HoldError> {
    let amount = in_range(amount)?;
    let request = open(connection, asked, reservation)?;
    count_posted(connection, asked, request.customer_ref, amount)?;
    let row = row(asked, RequestKind::Burn, request.customer_ref, amount);
    let of_ref = Some(request.partner_request_ref);
    let number = store::partner_request::add(connection, &NewRequest { of_ref, ..row })?;
    let mut book = Book::open(connection, asked.moment)?;
    let cause = Cause::PartnerRequest(number);
    points::post(connection, &mut book, asked.moment, reservation, amount, EntryKind::PartnerBurn, cause)?;
    book.save(connection)?;
    store::partner_request::let_go(connection, request.partner_request_ref)?;
    let customer = store::member::members(connection, &[request.customer_ref])?.pop();
    let customer = customer.ok_or(RequestError::Customer(super::customer::CustomerRefusal::Unknown))?;
    Ok(done(connection, asked, (number, &customer), amount)?)
}

/// Lets go what a reservation holds. Returns the number of the request.
pub fn void<C: Connection>(connection: &mut C, asked: Asked<'_>, reservation: i64) -> Result<i64, HoldError> {
    let request = open(connection, asked, reservation)?;
    let row = row(asked, RequestKind::Void, request.customer_ref, request.points);
    let of_ref = Some(request.partner_request_ref);
    let number = store::partner_request::add(connection, &NewRequest { of_ref, ..row })?;
    points::void(connection, asked.moment, reservation)?;
    store::partner_request::let_go(connection, request.partner_request_ref)?;
    Ok(number)
}
