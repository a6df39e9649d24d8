//! Adjustments of points: proposed by one person, booked by another.

use crate::organisation::under;
use crate::{Connection, Row, StoreError, Value};

/// Where an adjustment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentState {
    /// Proposed.
    Submitted,
    /// Approved and in the ledger.
    Booked,
    /// Refused.
    Rejected,
}

impl AdjustmentState {
    /// Every state with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("submitted", Self::Submitted), ("booked", Self::Booked), ("rejected", Self::Rejected)];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Booked => "booked",
            Self::Rejected => "rejected",
        }
    }
}

/// An adjustment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentRow {
    /// Its number; 0 before it is stored.
    pub points_adjustment_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// Above zero: gives; below: takes.
    pub points: i64,
    /// In a person's words.
    pub reason: String,
    /// Where it stands.
    pub state: AdjustmentState,
    /// Who proposed it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When, in milliseconds.
    pub decided_at: Option<i64>,
}

/// An adjustment with the customer's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentView {
    /// The adjustment.
    pub row: AdjustmentRow,
    /// Whose.
    pub customer_id: String,
}

const VIEW: &str =
    "select points_adjustment_ref, points_adjustment.customer_ref, points, reason, state, created_by,
       created_at, decided_by, decided_at, customer_id
     from points_adjustment join customer on customer.customer_ref = points_adjustment.customer_ref";

fn view(row: &mut Row<'_>) -> Result<AdjustmentView, StoreError> {
    Ok(AdjustmentView {
        row: AdjustmentRow {
            points_adjustment_ref: row.integer()?,
            customer_ref: row.narrow()?,
            points: row.integer()?,
            reason: row.text()?,
            state: row.named(&AdjustmentState::NAMES)?,
            created_by: row.text()?,
            created_at: row.integer()?,
            decided_by: row.text_or_null()?,
            decided_at: row.integer_or_null()?,
        },
        customer_id: row.text()?,
    })
}

/// Writes a new adjustment and returns its number.
pub fn add<C: Connection>(connection: &mut C, row: &AdjustmentRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into points_adjustment (customer_ref, points, reason, state, created_by, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6) returning points_adjustment_ref",
            &[
                row.customer_ref.into(),
                row.points.into(),
                row.reason.as_str().into(),
                row.state.name().into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("points_adjustment.add", |row| row.integer())
}

/// Writes what was decided.
pub fn decide<C: Connection>(
    connection: &mut C,
    number: i64,
    state: AdjustmentState,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update points_adjustment set state = ?2, decided_by = ?3, decided_at = ?4
         where points_adjustment_ref = ?1",
        &[number.into(), state.name().into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// The adjustment of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<AdjustmentView>, StoreError> {
    let sql = format!("{VIEW} where points_adjustment_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("points_adjustment.by_ref", view)
}

/// Adjustments of customers under an organisation (`None`: the whole bank) after a number, by number.
pub fn page<C: Connection>(
    connection: &mut C,
    state: Option<AdjustmentState>,
    organisation_ref: Option<u32>,
    after: i64,
    limit: u32,
) -> Result<Vec<AdjustmentView>, StoreError> {
    let sql = format!(
        "{} {VIEW}
         where points_adjustment_ref > ?1 and (?2 is null or state = ?2)
           and (?3 is null or customer.organisation_ref in (select organisation_ref from under))
         order by points_adjustment_ref limit ?4",
        under(3)
    );
    let parameters: [Value; 4] =
        [after.into(), state.map(AdjustmentState::name).into(), organisation_ref.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("points_adjustment.page", view)
}
