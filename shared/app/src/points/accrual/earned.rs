//! What an event gave, as people ask for it.

use domain::date::Day;
use domain::points::Balance;
use serde::Deserialize;

/// A lot that an event gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarnedLot {
    /// Its number; a dry run has none.
    pub points_lot_ref: Option<i64>,
    /// Whose.
    pub customer_id: String,
    /// Above zero.
    pub points: i64,
    /// The first day on which it can be spent.
    pub available_on: Day,
    /// The last day on which it can be spent; none: it does not end.
    pub expires_on: Option<Day>,
}

/// What a rule said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSaid {
    /// Its id.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// Points for the event's customer.
    pub points: i64,
    /// The stable name of the reason.
    pub reason: String,
}

/// What a refund took back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RefundSaid {
    /// Points that were taken.
    pub returned: i64,
    /// Points that were due and not there, and stay the customer's.
    pub forgiven: i64,
    /// Points that were due and not there, and are owed.
    pub debt: i64,
    /// True while its original has not arrived.
    #[serde(skip)]
    pub is_waiting: bool,
}

/// An event with what it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earned {
    /// The system that told of it.
    pub source: String,
    /// That system's id.
    pub id: String,
    /// Whose; the account that earned, where customers were merged. None: not known before its original is.
    pub customer_id: Option<String>,
    /// Its type.
    pub kind: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub occurred_at: i64,
    /// Points for the customer; of a refund zero or below.
    pub earned: i64,
    /// Lots; those of a referrer whom the caller, or a later one who gets the same answer, need not see are left out.
    pub lots: Vec<EarnedLot>,
    /// Rules of its type, in the order in which they were asked.
    pub rules: Vec<RuleSaid>,
    /// What it took back, when it is a refund.
    pub refund: Option<RefundSaid>,
    /// The account as it is now. None: its customer is not known yet, or was merged into one whom the caller, or a later
    /// one who gets the same answer, need not see.
    pub balance: Option<Balance>,
}

/// What became of a single event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Single {
    /// It was taken now. The caller keeps the answer that it gives under the event's number.
    Now {
        /// Number of the event.
        points_event_ref: i64,
        /// What it gave.
        earned: Earned,
    },
    /// It was taken before, with this answer.
    Answered(String),
    /// It was taken before, in a batch that had no answer for it alone.
    Before(Earned),
}

/// What an event would earn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// True when the event was taken before: the rest is what it gave then.
    pub is_known: bool,
    /// Points for the customer.
    pub earned: i64,
    /// Lots, of a referrer too whom the caller sees.
    pub lots: Vec<EarnedLot>,
    /// Rules of its type, in the order in which they were asked.
    pub rules: Vec<RuleSaid>,
}
