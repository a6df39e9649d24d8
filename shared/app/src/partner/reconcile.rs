//! Reconciliation of a settled month: our requests, the partner's list of them, and what was paid.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Month;
use store::partner::PartnerRow;
use store::partner_request::RequestKind;
use store::partner_settlement::SettlementState;
use store::{Connection, StoreError};

use super::settlement::{Settlement, SettlementError, days, settlement, start};
use crate::points::Moment;

/// Requests that are read at a time.
const PAGE: u32 = 1_000;

/// Differences of a kind that are told one by one; the others are counted.
pub const MOST_TOLD: usize = 1_000;

/// A request as the partner has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheirLine {
    /// Its webhook-id.
    pub reference: String,
    /// What it was.
    pub kind: RequestKind,
    /// Points that moved.
    pub points: i64,
}

/// A request as one side has it.
pub type Side = (RequestKind, i64);

/// A request that only one side has, or that both have differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its webhook-id.
    pub reference: String,
    /// As it is here.
    pub ours: Option<Side>,
    /// As the partner has it.
    pub theirs: Option<Side>,
}

/// Differences of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// How many.
    pub count: u64,
    /// The first ones.
    pub told: Vec<Difference>,
}

impl Differences {
    fn add(&mut self, difference: Difference) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(difference);
        }
    }
}

/// What a reconciliation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The month as it stands now.
    pub settlement: Settlement,
    /// Requests that both sides have alike.
    pub matched: u64,
    /// Requests that differ, and whose dispute was resolved.
    pub settled: u64,
    /// The partner's, and not ours.
    pub missing_here: Differences,
    /// Ours, and not the partner's.
    pub missing_there: Differences,
    /// Both sides', and not alike.
    pub different: Differences,
    /// Minor units that the bank owes; below zero when the partner does.
    pub expected: Option<i64>,
    /// Minor units that were paid, when that is known.
    pub paid: Option<i64>,
}

/// Why nothing was reconciled.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The month was not settled.
    #[error("the partner's month was not settled")]
    Unknown,
    /// The partner's list has a request twice.
    #[error("the request is in the list twice")]
    Twice {
        /// Its place, from 0.
        place: usize,
    },
    /// No value of points was agreed when the month was settled.
    #[error("no value of points was agreed when the month was settled, so nothing is expected to be paid")]
    NoValue,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SettlementError> for ReconcileError {
    fn from(error: SettlementError) -> Self {
        match error {
            SettlementError::Unknown | SettlementError::NotEnded => Self::Unknown,
            SettlementError::Store(error) => Self::Store(error),
        }
    }
}

/// Compares the partner's list and payment with ours, and notes where the month stands: open while requests differ or a
/// dispute is open, reconciled when neither is so, paid when the payment is right too. A month that is paid stays so. Call
/// it inside a transaction.
pub fn reconcile<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    month: Month,
    theirs: &[TheirLine],
    paid: Option<i64>,
    moment: Moment<'_>,
) -> Result<Reconciled, ReconcileError> {
    let before = settlement(connection, partner, month)?;
    let expected = before.amount(before.net());
    if paid.is_some() && expected.is_none() {
        return Err(ReconcileError::NoValue);
    }
    let mut found = compare(connection, partner, before, theirs)?;
    (found.expected, found.paid) = (expected, paid.or(found.settlement.row.paid_amount));
    let row = &found.settlement.row;
    if row.state != SettlementState::Paid {
        let differ = found.missing_here.count + found.missing_there.count + found.different.count;
        let of = (partner.partner_ref, month.number());
        let is_disputed = store::partner_settlement::has_open_dispute(connection, of.0, of.1)?;
        let state = if differ > 0 || is_disputed {
            SettlementState::Open
        } else if found.paid.is_some() && found.paid == expected {
            SettlementState::Paid
        } else {
            SettlementState::Reconciled
        };
        let (number, person) = (row.partner_settlement_ref, moment.person);
        store::partner_settlement::reconcile(connection, number, state, found.paid, person, moment.now_ms)?;
        found.settlement = settlement(connection, partner, month)?;
    }
    Ok(found)
}

fn compare<C: Connection>(
    connection: &mut C,
    partner: &PartnerRow,
    settlement: Settlement,
    theirs: &[TheirLine],
) -> Result<Reconciled, ReconcileError> {
    let month = settlement.month();
    let mut left: BTreeMap<&str, Side> = BTreeMap::new();
    for (place, line) in theirs.iter().enumerate() {
        if left.insert(&line.reference, (line.kind, line.points)).is_some() {
            return Err(ReconcileError::Twice { place });
        }
    }
    let resolved = store::partner_settlement::resolved(connection, partner.partner_ref, month.number())?;
    let resolved: BTreeSet<String> = resolved.into_iter().collect();
    let mut found = Reconciled {
        settlement,
        matched: 0,
        settled: 0,
        missing_here: Differences::default(),
        missing_there: Differences::default(),
        different: Differences::default(),
        expected: None,
        paid: None,
    };
    let (mut after, to) = (start(month), days(month).1);
    loop {
        let page = store::partner_request::lines(connection, partner.partner_ref, after, to, PAGE)?;
        let Some(last) = page.last() else { break };
        after = (last.on_day, last.partner_request_ref);
        for line in page {
            let ours = Some((line.kind, line.points));
            let theirs = left.remove(line.webhook_id.as_str());
            if ours == theirs {
                found.matched += 1;
            } else if resolved.contains(&line.webhook_id) {
                found.settled += 1;
            } else {
                let kind = if theirs.is_none() { &mut found.missing_there } else { &mut found.different };
                kind.add(Difference { reference: line.webhook_id, ours, theirs });
            }
        }
    }
    for (reference, theirs) in left {
        if resolved.contains(reference) {
            found.settled += 1;
        } else {
            let reference = reference.to_owned();
            found.missing_here.add(Difference { reference, ours: None, theirs: Some(theirs) });
        }
    }
    Ok(found)
}
