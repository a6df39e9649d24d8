//! Assignments: who answers for a customer from a day on. A row is the whole of it; of a customer's rows in force the one
//! with the latest first day up to a day stands on that day, of one first day the highest number.

use domain::assignment::{ManagerRole, ManagerShare};

mod reading;
mod writing;

pub use reading::{
    beginning, by_ref, customers_under, history, of_employee, page, recalled_between, scheduled, standing,
    standing_on,
};
pub(crate) use reading::{of_employee_sql, scheduled_sql, standing_sql};
pub use writing::{add, decide};

/// Waits for a second person.
pub const SUBMITTED: &str = "submitted";
/// Counts from its first day on.
pub const IN_FORCE: &str = "in_force";
/// A second person refused it.
pub const REJECTED: &str = "rejected";

/// Every state with its name.
pub const STATES: [(&str, &str); 3] = [(SUBMITTED, SUBMITTED), (IN_FORCE, IN_FORCE), (REJECTED, REJECTED)];

/// One customer, by hand.
pub const SINGLE: &str = "single";
/// One of many.
pub const BATCH: &str = "batch";
/// The end of a dispute.
pub const ADJUST: &str = "adjust";
/// Back to the waiting list.
pub const RECALL: &str = "recall";
/// A move of a proposal.
pub const PROPOSAL: &str = "proposal";

/// Every kind with its name.
pub const KINDS: [(&str, &str); 5] =
    [(SINGLE, SINGLE), (BATCH, BATCH), (ADJUST, ADJUST), (RECALL, RECALL), (PROPOSAL, PROPOSAL)];

/// A manager's share, with what is known of the manager now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRow {
    /// Number, role and share.
    pub share: ManagerShare,
    /// The bank's id.
    pub employee_id: String,
    /// Name.
    pub name: String,
    /// Where the employee works.
    pub organisation_ref: u32,
    /// First day of work.
    pub active_from: Option<i32>,
    /// Last day of work.
    pub active_to: Option<i32>,
}

/// An assignment of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRow {
    /// Its number.
    pub assignment_ref: i64,
    /// Whose.
    pub customer_ref: u32,
    /// First day.
    pub from_day: i32,
    /// Where the primary manager worked when it was made; of a customer who waits, whose list it is.
    pub organisation_ref: u32,
    /// single | batch | adjust | recall | proposal.
    pub kind: &'static str,
    /// submitted | in_force | rejected.
    pub state: &'static str,
    /// In a person's words.
    pub reason: String,
    /// What stood on its first day when it was made.
    pub before_ref: Option<i64>,
    /// The proposal that it is a move of.
    pub assignment_proposal_ref: Option<i64>,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When, in milliseconds.
    pub decided_at: Option<i64>,
    /// The shares, the primary manager's first; none: the customer waits.
    pub managers: Vec<ShareRow>,
}

/// The assignment that stands on a day.
pub type Standing = AssignmentRow;

impl AssignmentRow {
    /// The shares alone.
    pub fn shares(&self) -> Vec<ManagerShare> {
        self.managers.iter().map(|manager| manager.share).collect()
    }

    /// The manager who answers for the customer.
    pub fn primary(&self) -> Option<&ShareRow> {
        self.managers.iter().find(|manager| manager.share.role == ManagerRole::Primary)
    }
}

/// An assignment to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Whose.
    pub customer_ref: u32,
    /// First day.
    pub from_day: i32,
    /// Where the primary manager works; without managers, whose waiting list it is.
    pub organisation_ref: u32,
    /// [`SINGLE`] | [`BATCH`] | [`ADJUST`] | [`RECALL`] | [`PROPOSAL`].
    pub kind: &'static str,
    /// [`SUBMITTED`] | [`IN_FORCE`].
    pub state: &'static str,
    /// In a person's words.
    pub reason: String,
    /// What stands on its first day.
    pub before_ref: Option<i64>,
    /// The proposal that it is a move of.
    pub assignment_proposal_ref: Option<i64>,
    /// The shares; none: the customer waits.
    pub shares: Vec<ManagerShare>,
    /// Who makes it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who approved it.
    pub decided_by: Option<String>,
    /// When, in milliseconds.
    pub decided_at: Option<i64>,
}
