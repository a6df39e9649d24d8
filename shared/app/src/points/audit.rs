//! The proof that the ledger adds up, and that nobody changed it afterwards.

use domain::date::Day;
use domain::points::{Account, EntryKind};
use store::points_audit::{self, CustomerDifference};
use store::{Connection, StoreError, in_snapshot};

mod agreement;
mod chain;
mod report;
pub(super) mod seal;

pub use chain::{head, verify_chain};
pub use report::{BadBatch, ChainReport, Flaw, Head, KeptHead};

/// Differences of a kind that an audit names.
pub const MOST_DIFFERENCES: u32 = 100;

/// What was added up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// What is left of a lot.
    Lot,
    /// What a customer owes.
    Debt,
    /// Points and number of the entries of a day, by kind and origin.
    Day,
    /// Points of all lots as they were issued.
    Issued,
    /// What is left of all lots, against the account of the liability.
    Liability,
    /// The last day of a lot of which something is left, in days since 1970-01-01; 0: none.
    End,
    /// What rules of a campaign gave of its budget.
    Campaign,
    /// What reservations hold of a lot, against what is left of it; of those that are not open nothing.
    Hold,
    /// What an event says that it gave, against its lots; or a lot whose event is gone.
    Event,
    /// An entry whose lot is gone.
    Entry,
}

impl Sum {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lot => "lot",
            Self::Debt => "debt",
            Self::Day => "day",
            Self::Issued => "issued",
            Self::Liability => "liability",
            Self::End => "end",
            Self::Campaign => "campaign",
            Self::Hold => "hold",
            Self::Event => "event",
            Self::Entry => "entry",
        }
    }
}

/// A sum that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of what.
    pub sum: Sum,
    /// Id of the campaign, or source and id of the event with a slash between them, if it is one's.
    pub of: Option<String>,
    /// Id of the customer, if it is one's.
    pub customer_id: Option<String>,
    /// Number of the lot, if it is one's.
    pub points_lot_ref: Option<i64>,
    /// The day, if it is one's.
    pub on: Option<Day>,
    /// What lots and entries say.
    pub expected: i64,
    /// What is kept.
    pub kept: i64,
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Lots.
    pub lots: i64,
    /// Entries.
    pub entries: i64,
    /// What is left of all lots.
    pub liability: i64,
    /// Sums that differ, up to [`MOST_DIFFERENCES`] of each kind.
    pub differences: Vec<Difference>,
}

fn whole(sum: Sum, expected: i64, kept: i64) -> Difference {
    Difference { sum, of: None, customer_id: None, points_lot_ref: None, on: None, expected, kept }
}

fn of_lot(sum: Sum, row: CustomerDifference) -> Difference {
    let points_lot_ref = Some(row.number);
    Difference { customer_id: row.customer_id, points_lot_ref, ..whole(sum, row.expected, row.kept) }
}

/// Adds everything that is kept up again from lots and entries, on one snapshot.
pub fn audit<C: Connection>(connection: &mut C, now_ms: i64) -> Result<Audit, StoreError> {
    let liability = Account::Liability as i64;
    in_snapshot(connection, |connection| {
        let totals = points_audit::totals(connection, liability)?;
        let mut differences = Vec::new();
        if totals.issued_by_entries != totals.issued_by_lots {
            differences.push(whole(Sum::Issued, totals.issued_by_entries, totals.issued_by_lots));
        }
        if totals.liability_by_days != totals.liability_by_lots {
            differences.push(whole(Sum::Liability, totals.liability_by_days, totals.liability_by_lots));
        }
        for row in points_audit::lots(connection, liability, MOST_DIFFERENCES)? {
            differences.push(of_lot(Sum::Lot, row));
        }
        for row in points_audit::debts(connection, Account::CustomerDebt as i64, MOST_DIFFERENCES)? {
            differences.push(Difference {
                customer_id: row.customer_id,
                ..whole(Sum::Debt, row.expected, row.kept)
            });
        }
        for row in points_audit::days(connection, EntryKind::Owe as i64, MOST_DIFFERENCES)? {
            let on = Some(Day::from_number(row.on_day));
            differences.push(Difference { on, ..whole(Sum::Day, row.expected, row.kept) });
        }
        differences.extend(agreement::differences(connection, now_ms)?);
        Ok(Audit {
            lots: totals.lots,
            entries: totals.entries,
            liability: totals.liability_by_lots,
            differences,
        })
    })
}
