//! What a night does with points.

use app::partner::{SettlementError, key, settle_all};
use app::points::Moment;
use app::points::expiry::{ExpiryError, ExpiryRun, run_expiry};
use domain::date::Day;
use domain::intake::{SHANGHAI_OFFSET_MINUTES, business_day};
use store::{Connection, StoreError};

use crate::BUDGET_MS;

/// Why a night's work on points ended early.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// In the expiry run.
    #[error("the expiry run failed: {0}")]
    Expiry(#[from] ExpiryError),
    /// In a settlement.
    #[error("a settlement failed: {0}")]
    Settlement(#[from] SettlementError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a night came to.
#[derive(Debug)]
pub struct PointsNight {
    /// Lots that ended, and reservations and redemptions whose time was over.
    pub expiry: ExpiryRun,
    /// Months of partners that were settled.
    pub settled: u64,
    /// The business day of the night.
    pub today: Day,
}

/// Books what ended, gives up what was not confirmed, forgets partners' secrets that have ended, and settles every month
/// of a partner that is over, all at an instant. Called again it does what is left.
pub fn points<C: Connection>(
    connection: &mut C,
    now: i64,
    elapsed_ms: impl Fn() -> i64,
) -> Result<PointsNight, PointsError> {
    let today = business_day(now, SHANGHAI_OFFSET_MINUTES);
    let moment = Moment { now_ms: now, today, person: "scheduler" };
    let expiry = run_expiry(connection, moment, today, BUDGET_MS, elapsed_ms)?;
    key::forget(connection, now)?;
    let settled = settle_all(connection, None, moment)?;
    Ok(PointsNight { expiry, settled, today })
}
