//! Redeeming: one transaction from the question whether a customer may have it to the code.

use domain::date::Day;
use domain::points::{Cause, EntryKind};
use store::coupon::CouponRow;
use store::member::Member;
use store::redemption::{RedemptionRow, RedemptionView, State, StepRow};
use store::reward::{Codes, Fulfilment, Per, PriceRow, RewardRow, Taken, Terms};
use store::{Connection, StoreError};

use super::RedemptionError;
use super::catalogue::prices_of;
use super::price::{of_pieces, price_for};
use super::step::{LAPSES, time_out};
use crate::points::reservation::{self, Purpose};
use crate::points::spend::spend;
use crate::points::{Book, Moment, Wallet};

/// The most pieces of a redemption.
const MOST_PIECES: i64 = 1_000;

/// How long a partner has to confirm where the terms do not say: a day.
const CONFIRM_SECONDS: u32 = 86_400;

/// Makes the code of a number from a reward's secret; who does not know the secret cannot guess it.
pub type MakeCode = fn(secret: &str, number: i64) -> String;

/// What a customer wants.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Who.
    pub member: &'a Member,
    /// The bank's id of the reward.
    pub reward_id: &'a str,
    /// Pieces.
    pub quantity: i64,
    /// Where the part of the price that is money was paid.
    pub cash_reference: Option<&'a str>,
}

/// A redemption with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The redemption.
    pub view: RedemptionView,
    /// Its codes, in the order in which they were given.
    pub codes: Vec<CouponRow>,
    /// Numbers of the lots that paid, or that are held until the partner confirms, and the points of each.
    pub lots: Vec<(i64, i64)>,
    /// States that it came to, the earliest first.
    pub steps: Vec<StepRow>,
    /// Points that the customer can spend now.
    pub balance: i64,
}

/// Redeems a reward and returns the redemption's number. Every refusal leaves all as it was, when the transaction that
/// this is called in is rolled back.
pub fn redeem<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    order: &Order<'_>,
    make_code: MakeCode,
) -> Result<i64, RedemptionError> {
    if !(1..=MOST_PIECES).contains(&order.quantity) {
        return Err(RedemptionError::Quantity);
    }
    // What a partner did not confirm in time is there again, and so is the payment that it named.
    while time_out(connection, moment, LAPSES)? == u64::from(LAPSES) {}
    let reward = store::reward::by_id(connection, order.reward_id, moment.now_ms)?
        .ok_or(RedemptionError::UnknownReward)?;
    is_offered(&reward, moment.today)?;
    let mut wallet = Wallet::load(connection, order.member.customer_ref, moment.now_ms)?;
    is_for(connection, &reward.terms, wallet.tier_ref)?;
    has_room(connection, moment, &reward, order)?;
    let prices = prices_of(connection, reward.reward_ref)?;
    let paid = price_for(&prices, &mut wallet, order.quantity, moment.today)?;
    if paid.price.cash.is_some() && order.cash_reference.is_none() {
        return Err(RedemptionError::NoCashReference);
    }
    let codes_made = take(connection, &reward, order.quantity)?;
    let row = new_row(&reward, &paid, order, moment.today)?;
    let number = store::redemption::add(connection, &row)?.ok_or(RedemptionError::CashReferenceUsed)?;
    store::redemption::add_step(connection, number, row.state, (moment.person, moment.now_ms))?;
    if row.state == State::Reserved {
        let seconds = reward.terms.confirm_within_seconds.unwrap_or(CONFIRM_SECONDS);
        let purpose = Purpose::Redemption(number);
        let held = reservation::reserve(connection, moment, &wallet, row.points, seconds, purpose)?;
        let (reservation_ref, confirm_by) = (held.points_reservation_ref, held.expires_at);
        store::redemption::set_reservation(connection, number, reservation_ref, confirm_by)?;
    } else {
        let mut book = Book::open(connection, moment)?;
        let cause = Cause::Redemption(number);
        spend(connection, &mut book, &wallet, row.points, EntryKind::Redeem, cause, moment.today)?;
        book.save(connection)?;
    }
    give_codes(connection, &reward, (number, order.quantity), codes_made, make_code)?;
    Ok(number)
}

fn is_offered(reward: &RewardRow, today: Day) -> Result<(), RedemptionError> {
    if reward.retired_at.is_some() {
        return Err(RedemptionError::Retired);
    }
    let (from, to) = (reward.terms.from_on, reward.terms.to_on);
    let is_early = from.is_some_and(|from| today.number() < from);
    if is_early || to.is_some_and(|to| today.number() > to) {
        return Err(RedemptionError::NotToday);
    }
    Ok(())
}

fn is_for<C: Connection>(connection: &mut C, terms: &Terms, held: u8) -> Result<(), RedemptionError> {
    let Some(tiers) = &terms.tiers else { return Ok(()) };
    let codes = store::tier::tier_codes(connection)?;
    let is_meant = codes.get(&held).is_some_and(|code| tiers.contains(code));
    if is_meant { Ok(()) } else { Err(RedemptionError::OtherTiers) }
}

/// The first day of the span that a limit counts in today.
fn span_start(per: Per, today: Day) -> i32 {
    match per {
        Per::Day => today.number(),
        Per::Month => today.month().first_day().number(),
        Per::Year => {
            let month = today.month();
            month.plus(-month.number().rem_euclid(12)).first_day().number()
        }
        Per::Ever => i32::MIN,
    }
}

fn has_room<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    reward: &RewardRow,
    order: &Order<'_>,
) -> Result<(), RedemptionError> {
    let Some(limit) = reward.terms.limit else { return Ok(()) };
    let of = (order.member.customer_ref, reward.reward_ref);
    let from_on = span_start(limit.per, moment.today);
    let had = store::redemption::had(connection, of, from_on, moment.now_ms)?;
    let left = limit.per_customer.saturating_sub(had).max(0);
    if order.quantity > left { Err(RedemptionError::Limit { left }) } else { Ok(()) }
}

/// Takes pieces and codes of a reward; the number that the last code is made from.
fn take<C: Connection>(connection: &mut C, reward: &RewardRow, pieces: i64) -> Result<i64, RedemptionError> {
    let of = |codes: Codes| if reward.terms.codes == Some(codes) { pieces } else { 0 };
    let taken = Taken { pieces, from_pool: of(Codes::Pool), made: of(Codes::Generated) };
    store::reward::take(connection, reward.reward_ref, taken)?.ok_or(RedemptionError::OutOfStock)
}

fn new_row(
    reward: &RewardRow,
    paid: &PriceRow,
    order: &Order<'_>,
    today: Day,
) -> Result<RedemptionRow, RedemptionError> {
    let of_all = of_pieces(paid.price, order.quantity).ok_or(RedemptionError::Quantity)?;
    let state = match reward.terms.fulfilment {
        Fulfilment::Code | Fulfilment::Nothing => State::Fulfilled,
        Fulfilment::Shipment => State::Ordered,
        Fulfilment::Partner => State::Reserved,
    };
    Ok(RedemptionRow {
        redemption_ref: 0,
        reward_ref: reward.reward_ref,
        version: paid.version,
        customer_ref: order.member.customer_ref,
        quantity: order.quantity,
        points: of_all.points,
        cash: of_all.cash,
        // A payment that was not asked for can still pay for something else.
        cash_reference: of_all.cash.and(order.cash_reference).map(str::to_owned),
        fulfilment: reward.terms.fulfilment,
        state,
        points_reservation_ref: None,
        confirm_by: None,
        partner_id: reward.terms.partner_id.clone().filter(|_| state == State::Reserved),
        ordered_on: today.number(),
    })
}

fn give_codes<C: Connection>(
    connection: &mut C,
    reward: &RewardRow,
    (number, pieces): (i64, i64),
    codes_made: i64,
    make_code: MakeCode,
) -> Result<(), StoreError> {
    match reward.terms.codes {
        None => Ok(()),
        Some(Codes::Pool) => {
            if store::coupon::assign(connection, reward.reward_ref, number, pieces)? == pieces {
                Ok(())
            } else {
                Err(StoreError::Damaged("a pool has fewer codes than its reward says".to_owned()))
            }
        }
        Some(Codes::Generated) => {
            let secret = store::reward::secret(connection, reward.reward_ref)?;
            let codes = (codes_made - pieces + 1..=codes_made).map(|place| make_code(&secret, place));
            store::coupon::add_made(connection, reward.reward_ref, number, codes)
        }
    }
}

/// Money that the customer has to get back, in minor units: all that was paid, when the redemption came to nothing.
pub fn cash_refund_due(row: &RedemptionRow) -> Option<i64> {
    row.cash.filter(|_| matches!(row.state, State::Cancelled | State::Void | State::TimedOut))
}

/// A redemption with its codes, lots and steps, in the state of this instant.
pub fn detail<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<Detail, RedemptionError> {
    let view = store::redemption::by_ref(connection, number, moment.now_ms)?
        .ok_or(RedemptionError::UnknownRedemption)?;
    let lots = match (view.row.state, view.row.points_reservation_ref) {
        (State::Reserved, Some(reservation)) => {
            let holds = store::points_reservation::holds(connection, reservation)?;
            holds.into_iter().map(|hold| (hold.points_lot_ref, hold.points)).collect()
        }
        _ => {
            let cause = Cause::Redemption(number).numbers();
            let paid = store::redemption::paid_with(connection, cause, EntryKind::Redeem as i64)?;
            paid.into_iter().map(|paid| (paid.points_lot_ref, paid.points)).collect()
        }
    };
    let wallet = Wallet::load(connection, view.row.customer_ref, moment.now_ms)?;
    Ok(Detail {
        codes: store::coupon::of_redemption(connection, number)?,
        lots,
        steps: store::redemption::steps(connection, number)?,
        balance: wallet.balance(moment.today).active,
        view,
    })
}
