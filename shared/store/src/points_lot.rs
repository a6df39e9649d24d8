//! Lots of points, and what is left of them.

use domain::date::Day;
use domain::points::{Dimension, Lot, NewLot, ReturnPolicy};

use crate::{Connection, Row, Rows, StoreError, Value, batch, dialect};

mod rest;

pub use rest::{Rest, active_days, inactive, left, move_ends, open_whole, put_left};

/// A lot as it was written and sealed, in plain figures: what is read for a proof may have been tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LotRow {
    /// Its number.
    pub points_lot_ref: i64,
    /// Number of the customer.
    pub customer_ref: i64,
    /// Above zero.
    pub points: i64,
    /// Day of what earned it.
    pub earned_on: i64,
    /// First day on which it can be spent.
    pub available_on: i64,
    /// Last day on which it can be spent, as it was when it was issued.
    pub expires_on: Option<i64>,
    /// Months after the customer's last activity after which it ends.
    pub inactivity_months: Option<i64>,
    /// Number of the organisation at its origin.
    pub organisation_ref: i64,
    /// Number of the tier at its origin; 0: none.
    pub tier_ref: i64,
    /// Number of the partner that gave it; 0: none.
    pub partner_ref: i64,
    /// 1 only_pending, 2 within_balance, 3 debt.
    pub return_policy: i64,
    /// Version of the programme's settings.
    pub terms: i64,
    /// Number of the rule's version.
    pub points_rule_ref: Option<i64>,
    /// Number of the event.
    pub points_event_ref: Option<i64>,
    /// Number of the lot that it continues.
    pub origin_lot_ref: Option<i64>,
    /// Number of the batch that wrote it.
    pub points_batch_ref: i64,
}

impl LotRow {
    /// The row of a lot that is issued under these terms by a batch.
    pub fn new(lot: &Lot, terms: i64, points_batch_ref: i64) -> Self {
        let NewLot { dimension, .. } = lot.issued;
        Self {
            points_lot_ref: lot.points_lot_ref,
            customer_ref: lot.issued.customer_ref.into(),
            points: lot.issued.points,
            earned_on: lot.issued.earned_on.number().into(),
            available_on: lot.issued.available_on.number().into(),
            expires_on: lot.issued.expires_on.map(|day| day.number().into()),
            inactivity_months: lot.issued.inactivity_months.map(i64::from),
            organisation_ref: dimension.organisation_ref.into(),
            tier_ref: dimension.tier_ref.into(),
            partner_ref: dimension.partner_ref.into(),
            return_policy: lot.issued.return_policy as i64,
            terms,
            points_rule_ref: lot.issued.points_rule_ref,
            points_event_ref: lot.issued.points_event_ref,
            origin_lot_ref: lot.issued.origin_lot_ref,
            points_batch_ref,
        }
    }
}

/// Writes issued lots.
pub fn insert<C: Connection>(connection: &mut C, lots: &[LotRow]) -> Result<(), StoreError> {
    let rows = lots.iter().map(|lot| {
        [
            lot.points_lot_ref.into(),
            lot.customer_ref.into(),
            lot.points.into(),
            lot.earned_on.into(),
            lot.available_on.into(),
            Value::from(lot.expires_on),
            lot.inactivity_months.into(),
            lot.organisation_ref.into(),
            lot.tier_ref.into(),
            lot.partner_ref.into(),
            lot.return_policy.into(),
            lot.terms.into(),
            lot.points_rule_ref.into(),
            lot.points_event_ref.into(),
            lot.origin_lot_ref.into(),
            lot.points_batch_ref.into(),
        ]
    });
    let into =
        "insert into points_lot (points_lot_ref, customer_ref, points, earned_on, available_on, expires_on,
           inactivity_months, organisation_ref, tier_ref, partner_ref, return_policy, terms, points_rule_ref,
           points_event_ref, origin_lot_ref, points_batch_ref)";
    batch::insert(connection, into, "", rows)?;
    Ok(())
}

/// Lots as they were written, by number, from `from` on.
pub fn sealed<C: Connection>(connection: &mut C, from: i64, limit: u32) -> Result<Vec<LotRow>, StoreError> {
    connection
        .execute(
            "select points_lot_ref, customer_ref, points, earned_on, available_on, expires_on, inactivity_months,
                    organisation_ref, tier_ref, partner_ref, return_policy, terms, points_rule_ref,
                    points_event_ref, origin_lot_ref, points_batch_ref
             from points_lot where points_lot_ref >= ?1 order by points_lot_ref limit ?2",
            &[from.into(), limit.into()],
        )?
        .read("points_lot.sealed", |row| {
            Ok(LotRow {
                points_lot_ref: row.integer()?,
                customer_ref: row.integer()?,
                points: row.integer()?,
                earned_on: row.integer()?,
                available_on: row.integer()?,
                expires_on: row.integer_or_null()?,
                inactivity_months: row.integer_or_null()?,
                organisation_ref: row.integer()?,
                tier_ref: row.integer()?,
                partner_ref: row.integer()?,
                return_policy: row.integer()?,
                terms: row.integer()?,
                points_rule_ref: row.integer_or_null()?,
                points_event_ref: row.integer_or_null()?,
                origin_lot_ref: row.integer_or_null()?,
                points_batch_ref: row.integer()?,
            })
        })
}

/// What a lot is read by; the alias of the open lot is `rest`. Parameter 2 is the present instant: holds count until
/// their end, whether or not a job has booked it.
const LOT: &str = "lot.points_lot_ref, lot.customer_ref, lot.points, lot.earned_on, lot.available_on,
  coalesce(rest.expires_on, lot.expires_on), lot.inactivity_months, lot.organisation_ref, lot.tier_ref,
  lot.partner_ref, lot.return_policy, lot.points_rule_ref, lot.points_event_ref, lot.origin_lot_ref,
  coalesce(rest.points_left, 0),
  coalesce((select sum(points_hold.points) from points_hold
            where points_hold.points_lot_ref = lot.points_lot_ref and points_hold.expires_at > ?2), 0)";

fn lot(row: &mut Row<'_>) -> Result<Lot, StoreError> {
    let day = Day::from_number;
    let (points_lot_ref, customer_ref, points) = (row.integer()?, row.narrow()?, row.integer()?);
    let (earned_on, available_on) = (day(row.narrow()?), day(row.narrow()?));
    let (expires_on, inactivity_months) = (row.narrow_or_null()?.map(day), row.narrow_or_null()?);
    let dimension =
        Dimension { organisation_ref: row.narrow()?, tier_ref: row.narrow()?, partner_ref: row.narrow()? };
    let return_policy = ReturnPolicy::from_number(row.integer()?)
        .ok_or_else(|| StoreError::Damaged("a lot has a return policy of no meaning".to_owned()))?;
    let issued = NewLot {
        customer_ref,
        points,
        earned_on,
        available_on,
        expires_on,
        inactivity_months,
        dimension,
        return_policy,
        points_rule_ref: row.integer_or_null()?,
        points_event_ref: row.integer_or_null()?,
        origin_lot_ref: row.integer_or_null()?,
    };
    Ok(Lot { points_lot_ref, issued, left: row.integer()?, held: row.integer()? })
}

/// A JSON array of numbers, for [`dialect::batch`].
pub(crate) fn numbers<T: ToString>(numbers: &[T]) -> Value {
    let list = numbers.iter().map(T::to_string).collect::<Vec<_>>().join(",");
    Value::Text(format!("[{list}]"))
}

/// Lots of which something is left, of these customers, in their order and then by number.
pub fn open<C: Connection>(
    connection: &mut C,
    customer_refs: &[u32],
    now_ms: i64,
) -> Result<Vec<Lot>, StoreError> {
    let sql = format!(
        "select {LOT} from {} cross join points_open_lot as rest cross join points_lot as lot
         where rest.customer_ref = row.value and lot.points_lot_ref = rest.points_lot_ref
         order by row.key, rest.points_lot_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(customer_refs), now_ms.into()])?.read("points_lot.open", lot)
}

/// Lots of these numbers in their order, those that are used up among them; one that is not known is left out.
pub fn by_refs<C: Connection>(
    connection: &mut C,
    points_lot_refs: &[i64],
    now_ms: i64,
) -> Result<Vec<Lot>, StoreError> {
    found_by(connection, "points_lot_ref", points_lot_refs, now_ms)?.read("points_lot.by_refs", lot)
}

/// Lots that these events earned, in their order, those that are used up among them.
pub fn of_events<C: Connection>(
    connection: &mut C,
    points_event_refs: &[i64],
    now_ms: i64,
) -> Result<Vec<Lot>, StoreError> {
    found_by(connection, "points_event_ref", points_event_refs, now_ms)?.read("points_lot.of_events", lot)
}

/// Lots with one of these numbers in a column, in the order of the numbers and then by their own.
fn found_by<C: Connection>(
    connection: &mut C,
    column: &str,
    refs: &[i64],
    now_ms: i64,
) -> Result<Rows, StoreError> {
    let sql = format!(
        "select {LOT} from {} cross join points_lot as lot
         left join points_open_lot as rest
           on rest.customer_ref = lot.customer_ref and rest.points_lot_ref = lot.points_lot_ref
         where lot.{column} = row.value order by row.key, lot.points_lot_ref",
        dialect::batch(1)
    );
    connection.execute(&sql, &[numbers(refs), now_ms.into()])
}

/// Up to `limit` lots that ended before a day and of which something is left that no reservation holds, the first to
/// end first.
pub fn ended<C: Connection>(
    connection: &mut C,
    before: i32,
    now_ms: i64,
    limit: u32,
) -> Result<Vec<Lot>, StoreError> {
    let sql = format!(
        "select {LOT} from points_open_lot as rest cross join points_lot as lot
         where rest.expires_on < ?1 and lot.points_lot_ref = rest.points_lot_ref
           and rest.points_left > coalesce((select sum(hold.points) from points_hold as hold
             where hold.points_lot_ref = rest.points_lot_ref and hold.expires_at > ?2), 0)
         order by rest.expires_on, rest.customer_ref, rest.points_lot_ref limit ?3"
    );
    connection.execute(&sql, &[before.into(), now_ms.into(), limit.into()])?.read("points_lot.ended", lot)
}
