//! Settled months of partners, and what is disputed of them.

use crate::batch;
use crate::partner_request::{KindTotal, RequestKind};
use crate::{Connection, Row, StoreError, Value};

mod dispute;

pub use dispute::{DisputeRow, add_dispute, dispute, disputes, has_open_dispute, resolve_dispute, resolved};

/// Where a settlement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementState {
    /// Made.
    Open,
    /// Both sides count the same.
    Reconciled,
    /// And the payment is right.
    Paid,
}

impl SettlementState {
    /// Every state with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("open", Self::Open), ("reconciled", Self::Reconciled), ("paid", Self::Paid)];

    /// The stable name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }
}

/// A settlement as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementRow {
    /// Its number.
    pub partner_settlement_ref: i64,
    /// The month.
    pub month: i32,
    /// Where it stands.
    pub state: SettlementState,
    /// Points and the minor units that settled them when it was made.
    pub value: Option<(i64, i64)>,
    /// Minor units that the bank paid; below zero when the partner did.
    pub paid_amount: Option<i64>,
    /// Points that the partner is owed on top, by disputes that were resolved.
    pub adjustment: i64,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who reconciled it.
    pub reconciled_by: Option<String>,
    /// When, in milliseconds.
    pub reconciled_at: Option<i64>,
}

const VIEW: &str = "select partner_settlement_ref, month, state, value_points, value_amount, paid_amount,
         (select coalesce(sum(adjustment), 0) from partner_dispute
          where partner_dispute.partner_ref = partner_settlement.partner_ref
            and partner_dispute.month = partner_settlement.month),
         created_by, created_at, reconciled_by, reconciled_at
     from partner_settlement";

fn view(row: &mut Row<'_>) -> Result<SettlementRow, StoreError> {
    Ok(SettlementRow {
        partner_settlement_ref: row.integer()?,
        month: row.narrow()?,
        state: row.named(&SettlementState::NAMES)?,
        value: row.integer_or_null()?.zip(row.integer_or_null()?),
        paid_amount: row.integer_or_null()?,
        adjustment: row.integer()?,
        created_by: row.text()?,
        created_at: row.integer()?,
        reconciled_by: row.text_or_null()?,
        reconciled_at: row.integer_or_null()?,
    })
}

/// Writes a settlement with its lines and returns its number.
pub fn add<C: Connection>(
    connection: &mut C,
    (partner_ref, month): (u32, i32),
    value: Option<(i64, i64)>,
    lines: &[KindTotal],
    person: &str,
    now_ms: i64,
) -> Result<i64, StoreError> {
    let number = connection
        .execute(
            "insert into partner_settlement (partner_ref, month, state, value_points, value_amount, created_by,
               created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning partner_settlement_ref",
            &[
                partner_ref.into(),
                month.into(),
                SettlementState::Open.name().into(),
                value.map(|(points, _)| points).into(),
                value.map(|(_, amount)| amount).into(),
                person.into(),
                now_ms.into(),
            ],
        )?
        .read_one("partner_settlement.add", |row| row.integer())?;
    let rows = lines.iter().map(|line| -> [Value; 5] {
        [
            number.into(),
            line.kind.name().into(),
            Value::Integer(line.requests as i64),
            line.points.into(),
            line.units.into(),
        ]
    });
    let into = "insert into partner_settlement_line (partner_settlement_ref, kind, requests, points, units)";
    batch::insert(connection, into, "", rows)?;
    Ok(number)
}

/// The settlement of a partner's month.
pub fn of_month<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    month: i32,
) -> Result<Option<SettlementRow>, StoreError> {
    let sql = format!("{VIEW} where partner_ref = ?1 and month = ?2");
    connection
        .execute(&sql, &[partner_ref.into(), month.into()])?
        .read_first("partner_settlement.of_month", view)
}

/// Settlements of a partner before the month `before`, at most `limit`, the latest first.
pub fn page<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    before: i32,
    limit: u32,
) -> Result<Vec<SettlementRow>, StoreError> {
    let sql = format!("{VIEW} where partner_ref = ?1 and month < ?2 order by month desc limit ?3");
    connection
        .execute(&sql, &[partner_ref.into(), before.into(), limit.into()])?
        .read("partner_settlement.page", view)
}

/// Months from `from` on that a partner has settled.
pub fn months<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    from: i32,
) -> Result<Vec<i32>, StoreError> {
    connection
        .execute(
            "select month from partner_settlement where partner_ref = ?1 and month >= ?2 order by month",
            &[partner_ref.into(), from.into()],
        )?
        .read("partner_settlement.months", |row| row.narrow())
}

/// The lines of settlements of a partner whose months lie within a span, as (settlement's number, line).
pub fn lines<C: Connection>(
    connection: &mut C,
    partner_ref: u32,
    (first, last): (i32, i32),
) -> Result<Vec<(i64, KindTotal)>, StoreError> {
    connection
        .execute(
            "select partner_settlement.partner_settlement_ref, kind, requests, points, units
             from partner_settlement join partner_settlement_line
               on partner_settlement_line.partner_settlement_ref = partner_settlement.partner_settlement_ref
             where partner_ref = ?1 and month between ?2 and ?3",
            &[partner_ref.into(), first.into(), last.into()],
        )?
        .read("partner_settlement.lines", |row| {
            let number = row.integer()?;
            Ok((
                number,
                KindTotal {
                    kind: row.named(&RequestKind::NAMES)?,
                    requests: row.narrow()?,
                    points: row.integer()?,
                    units: row.integer()?,
                },
            ))
        })
}

/// Writes where a settlement stands after it was reconciled.
pub fn reconcile<C: Connection>(
    connection: &mut C,
    partner_settlement_ref: i64,
    state: SettlementState,
    paid_amount: Option<i64>,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update partner_settlement set state = ?2, paid_amount = ?3, reconciled_by = ?4, reconciled_at = ?5
         where partner_settlement_ref = ?1",
        &[
            partner_settlement_ref.into(),
            state.name().into(),
            paid_amount.into(),
            person.into(),
            now_ms.into(),
        ],
    )?;
    Ok(())
}

/// Opens a settlement that was reconciled; one that is paid stays so.
pub fn reopen<C: Connection>(connection: &mut C, (partner_ref, month): (u32, i32)) -> Result<(), StoreError> {
    connection.execute(
        "update partner_settlement set state = 'open' where partner_ref = ?1 and month = ?2 and state = 'reconciled'",
        &[partner_ref.into(), month.into()],
    )?;
    Ok(())
}
