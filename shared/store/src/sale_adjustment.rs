//! Adjustments of credit: what a branch manager decided, at once or for another person to look at.

use domain::sale::{Role, Share};

pub use crate::points_adjustment::AdjustmentState;
use crate::{Connection, Row, StoreError};

/// An adjustment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentRow {
    /// Its number; 0 before it is stored.
    pub sale_adjustment_ref: i64,
    /// The sale.
    pub sale_ref: i64,
    /// Who shall be credited.
    pub credits: Vec<Share>,
    /// In a person's words.
    pub reason: String,
    /// Where it stands.
    pub state: AdjustmentState,
    /// Who made it.
    pub created_by: String,
    /// Day.
    pub created_on: i32,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who approved or rejected it; nobody when it was booked at once.
    pub decided_by: Option<String>,
    /// When, in milliseconds.
    pub decided_at: Option<i64>,
}

const COLUMNS: &str =
    "sale_adjustment_ref, sale_ref, credits, reason, state, created_by, created_on, created_at,
       decided_by, decided_at";

fn written(credits: &[Share]) -> Result<String, StoreError> {
    let parts: Vec<(u32, i64, u32)> =
        credits.iter().map(|share| (share.employee_ref, share.role.number(), share.share_bp)).collect();
    serde_json::to_string(&parts).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn credits(text: &str) -> Option<Vec<Share>> {
    let parts: Vec<(u32, i64, u32)> = serde_json::from_str(text).ok()?;
    let share = |(employee_ref, role, share_bp): (u32, i64, u32)| {
        Some(Share { employee_ref, role: Role::from_number(role)?, share_bp })
    };
    parts.into_iter().map(share).collect()
}

fn adjustment(row: &mut Row<'_>) -> Result<AdjustmentRow, StoreError> {
    Ok(AdjustmentRow {
        sale_adjustment_ref: row.integer()?,
        sale_ref: row.integer()?,
        credits: credits(&row.text()?).ok_or_else(|| {
            StoreError::Damaged("the credits of an adjustment do not have their form".to_owned())
        })?,
        reason: row.text()?,
        state: row.named(&AdjustmentState::NAMES)?,
        created_by: row.text()?,
        created_on: row.narrow()?,
        created_at: row.integer()?,
        decided_by: row.text_or_null()?,
        decided_at: row.integer_or_null()?,
    })
}

/// Writes a new adjustment and returns its number. At most one of a sale is submitted.
pub fn add<C: Connection>(connection: &mut C, row: &AdjustmentRow) -> Result<i64, StoreError> {
    connection
        .execute(
            "insert into sale_adjustment (sale_ref, credits, reason, state, created_by, created_on, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning sale_adjustment_ref",
            &[
                row.sale_ref.into(),
                written(&row.credits)?.into(),
                row.reason.as_str().into(),
                row.state.name().into(),
                row.created_by.as_str().into(),
                row.created_on.into(),
                row.created_at.into(),
            ],
        )?
        .read_one("sale_adjustment.add", |row| row.integer())
}

/// Writes what another person decided.
pub fn decide<C: Connection>(
    connection: &mut C,
    number: i64,
    state: AdjustmentState,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update sale_adjustment set state = ?2, decided_by = ?3, decided_at = ?4 where sale_adjustment_ref = ?1",
        &[number.into(), state.name().into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// The latest adjustment of a sale; one that is submitted is always the latest.
pub fn latest<C: Connection>(connection: &mut C, sale_ref: i64) -> Result<Option<AdjustmentRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from sale_adjustment where sale_ref = ?1 order by sale_adjustment_ref desc limit 1"
    );
    connection.execute(&sql, &[sale_ref.into()])?.read_first("sale_adjustment.latest", adjustment)
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::native::NativeConnection;

    #[test]
    fn an_adjustment_reads_as_it_was_written_and_the_latest_one_counts() {
        let mut connection = NativeConnection::in_memory().expect("a database");
        let share = |employee_ref, role, share_bp| Share { employee_ref, role, share_bp };
        let mut row = AdjustmentRow {
            sale_adjustment_ref: 0,
            sale_ref: 7,
            credits: vec![share(3, Role::Seller, 6_000), share(0, Role::Organisation, 4_000)],
            reason: "客户由两人共同服务".to_owned(),
            state: AdjustmentState::Submitted,
            created_by: "a".to_owned(),
            created_on: 20_000,
            created_at: 1,
            decided_by: None,
            decided_at: None,
        };
        row.sale_adjustment_ref = add(&mut connection, &row).expect("written");
        assert_eq!(latest(&mut connection, 7).expect("read").as_ref(), Some(&row));
        assert!(add(&mut connection, &row).is_err(), "one waits already");
        decide(&mut connection, row.sale_adjustment_ref, AdjustmentState::Rejected, "b", 2).expect("decided");
        row.credits = vec![share(4, Role::Seller, 10_000)];
        row.sale_adjustment_ref = add(&mut connection, &row).expect("written");
        assert_eq!(latest(&mut connection, 7).expect("read"), Some(row));
        assert_eq!(latest(&mut connection, 8).expect("read"), None);
    }
}
