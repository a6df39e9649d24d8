//! Assignments on the wire.

use app::assignment::{AssignmentView, Move, NewShare};
use domain::assignment::ManagerRole;
use domain::date::Day;
use serde::{Deserialize, Serialize};
use store::assignment::ShareRow;
use web::field::{Date, IdText, Instant, Text};

/// What a manager is to a customer.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ManagerRoleName {
    /// Answers for the customer; there is exactly one.
    Primary,
    /// Has a share of the customer.
    Secondary,
}

/// A manager's share.
#[derive(Clone, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ManagerBody {
    /// Who.
    employee_id: IdText,
    /// What the employee is to be.
    role: ManagerRoleName,
    /// In basis points; the shares of a customer add up to 10 000.
    share_bp: u32,
}

/// The shares that are asked for.
pub(crate) fn shares(managers: Vec<ManagerBody>) -> Vec<NewShare> {
    let share = |manager: ManagerBody| NewShare {
        employee_id: manager.employee_id.0.as_str().to_owned(),
        role: match manager.role {
            ManagerRoleName::Primary => ManagerRole::Primary,
            ManagerRoleName::Secondary => ManagerRole::Secondary,
        },
        share_bp: manager.share_bp,
    };
    managers.into_iter().map(share).collect()
}

/// An assignment.
#[derive(Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentBody {
    /// Whose.
    pub(crate) customer_id: IdText,
    /// One primary manager, and secondary ones; at most 20 in all.
    pub(crate) managers: Vec<ManagerBody>,
    /// The first day.
    pub(crate) from: Date,
    /// Why.
    pub(crate) reason: Text,
}

/// A manager of a customer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct ManagerAnswer {
    /// Who.
    employee_id: String,
    /// Their name.
    name: String,
    /// primary | secondary.
    role: &'static str,
    /// In basis points.
    share_bp: u32,
}

/// Managers, the primary one first.
pub(crate) fn managers(rows: Vec<ShareRow>) -> Vec<ManagerAnswer> {
    let manager = |row: ShareRow| ManagerAnswer {
        employee_id: row.employee_id,
        name: row.name,
        role: row.share.role.name(),
        share_bp: row.share.share_bp,
    };
    rows.into_iter().map(manager).collect()
}

/// An assignment.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AssignmentAnswer {
    /// Its id.
    id: String,
    /// Whose.
    customer_id: String,
    /// Where the primary manager worked when it was made; without managers, whose waiting list it is.
    organisation_id: String,
    /// Who has which share; nobody: the customer was recalled.
    managers: Vec<ManagerAnswer>,
    /// The first day. It stands until another one in force begins.
    from: Date,
    /// single | batch | adjust | recall | proposal.
    kind: &'static str,
    /// submitted | in_force | rejected.
    state: &'static str,
    /// Why.
    reason: String,
    /// Who made it.
    by: String,
    /// When.
    at: Instant,
    /// Who approved or rejected it.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<Instant>,
    /// Id of the one that stood on its first day when it was made.
    before_id: Option<String>,
    /// Id of the proposal that it is a move of.
    proposal_id: Option<String>,
}

/// The answer's form of an assignment.
pub(crate) fn shape(view: AssignmentView) -> AssignmentAnswer {
    let AssignmentView { row, customer, organisation_id } = view;
    AssignmentAnswer {
        id: row.assignment_ref.to_string(),
        customer_id: customer.customer_id,
        organisation_id,
        managers: managers(row.managers),
        from: Date(Day::from_number(row.from_day)),
        kind: row.kind,
        state: row.state,
        reason: row.reason,
        by: row.created_by,
        at: Instant(row.created_at),
        decided_by: row.decided_by,
        decided_at: row.decided_at.map(Instant),
        before_id: row.before_ref.map(|number| number.to_string()),
        proposal_id: row.assignment_proposal_ref.map(|number| number.to_string()),
    }
}

/// A change of who answers for a customer.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub(crate) struct AssignmentMove {
    /// Whose.
    customer_id: String,
    /// The primary manager before; null: the customer waited.
    from: Option<String>,
    /// The primary manager from now on; null: the customer is recalled.
    to: Option<String>,
}

/// The answer's form of a move.
pub(crate) fn shape_move(change: Move) -> AssignmentMove {
    AssignmentMove { customer_id: change.customer_id, from: change.from, to: change.to }
}
