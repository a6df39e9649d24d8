//! Proposals of assignments with their moves, and what they are made from: capacities, absences, managers' books.

use domain::proposal::{Reason, Scope};

use crate::assignment_settings::written;
use crate::organisation::under;
use crate::{Connection, Row, StoreError, Value, batch};

mod capacity;
mod holding;
mod left;
mod summary;

pub use capacity::{
    AbsenceRow, CapacityRow, absences, absences_from, absent_on, add_absence, capacities, capacity_page,
    put_capacity, remove_absence,
};
pub use holding::{
    ClientRow, HeldRow, WayRow, clients, destinations, held_by, held_from, people, recalled, ways,
};
pub use left::{LeftRow, LeftView, left};
pub use summary::{ManagerLoad, Summary};

/// Stands for the whole bank where the column of the organisation may not be null; organisations count from 0.
const WHOLE_BANK: i64 = -1;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// Waits for another person.
    Submitted,
    /// Its moves are assignments.
    Approved,
    /// Refused.
    Rejected,
}

impl ProposalState {
    /// Every state with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("submitted", Self::Submitted), ("approved", Self::Approved), ("rejected", Self::Rejected)];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalRow {
    /// Its number; 0 before it is stored.
    pub assignment_proposal_ref: i64,
    /// Top of the part of the bank it is about; none: the whole bank.
    pub organisation_ref: Option<u32>,
    /// What it is about.
    pub scope: Scope,
    /// The day from which its moves hold.
    pub from_day: i32,
    /// Where it stands.
    pub state: ProposalState,
    /// How many moves it has.
    pub moves: u64,
    /// What it comes to.
    pub summary: Summary,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds.
    pub created_at: i64,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When, in milliseconds.
    pub decided_at: Option<i64>,
}

/// A move of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveRow {
    /// Whose.
    pub customer_ref: u32,
    /// The assignment that stood when it was proposed.
    pub before_ref: Option<i64>,
    /// The primary manager of it.
    pub from_ref: Option<u32>,
    /// Who gets the customer.
    pub to_ref: u32,
    /// Why.
    pub reason: Reason,
}

/// A move with the callers' ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveView {
    /// The move.
    pub row: MoveRow,
    /// Whose.
    pub customer_id: String,
    /// The primary manager until then.
    pub from_id: Option<String>,
    /// Who gets the customer.
    pub to_id: String,
    /// Where that one works.
    pub to_organisation_ref: u32,
}

const COLUMNS: &str =
    "assignment_proposal_ref, organisation_ref, scope, from_day, state, moves, summary, created_by,
       created_at, decided_by, decided_at";

fn proposal(row: &mut Row<'_>) -> Result<ProposalRow, StoreError> {
    Ok(ProposalRow {
        assignment_proposal_ref: row.integer()?,
        organisation_ref: match row.integer()? {
            WHOLE_BANK => None,
            number => Some(u32::try_from(number).map_err(|_| damaged("organisation"))?),
        },
        scope: row.named(&Scope::NAMES)?,
        from_day: row.narrow()?,
        state: row.named(&ProposalState::NAMES)?,
        moves: row.narrow()?,
        summary: serde_json::from_str(&row.text()?).map_err(|_| damaged("summary"))?,
        created_by: row.text()?,
        created_at: row.integer()?,
        decided_by: row.text_or_null()?,
        decided_at: row.integer_or_null()?,
    })
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the {what} of a proposal does not have its form"))
}

/// Writes a new proposal with its moves and those whom it leaves without a manager, and returns its number.
pub fn add<C: Connection>(
    connection: &mut C,
    row: &ProposalRow,
    moves: impl IntoIterator<Item = MoveRow>,
    left: impl IntoIterator<Item = LeftRow>,
) -> Result<i64, StoreError> {
    let scope = Scope::NAMES.into_iter().find(|(_, scope)| *scope == row.scope).map_or("", |(name, _)| name);
    let number = connection
        .execute(
            "insert into assignment_proposal (organisation_ref, scope, from_day, state, moves, summary, created_by,
               created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning assignment_proposal_ref",
            &[
                row.organisation_ref.map_or(WHOLE_BANK, i64::from).into(),
                scope.into(),
                row.from_day.into(),
                row.state.name().into(),
                i64::try_from(row.moves).unwrap_or(i64::MAX).into(),
                written(&row.summary)?.into(),
                row.created_by.as_str().into(),
                row.created_at.into(),
            ],
        )?
        .read_one("assignment_proposal.add", |row| row.integer())?;
    let rows = moves.into_iter().map(|one| {
        [
            number.into(),
            one.customer_ref.into(),
            one.before_ref.into(),
            one.from_ref.into(),
            one.to_ref.into(),
            one.reason.name().into(),
        ]
    });
    let into =
        "insert into assignment_move (assignment_proposal_ref, customer_ref, before_ref, from_ref, to_ref,
           reason)";
    batch::insert(connection, into, "", rows)?;
    left::add(connection, number, left)?;
    Ok(number)
}

/// Writes what was decided.
pub fn decide<C: Connection>(
    connection: &mut C,
    number: i64,
    state: ProposalState,
    person: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "update assignment_proposal set state = ?2, decided_by = ?3, decided_at = ?4
         where assignment_proposal_ref = ?1",
        &[number.into(), state.name().into(), person.into(), now_ms.into()],
    )?;
    Ok(())
}

/// The proposal of a number.
pub fn by_ref<C: Connection>(connection: &mut C, number: i64) -> Result<Option<ProposalRow>, StoreError> {
    let sql = format!("select {COLUMNS} from assignment_proposal where assignment_proposal_ref = ?1");
    connection.execute(&sql, &[number.into()])?.read_first("assignment_proposal.by_ref", proposal)
}

/// Proposals about an organisation and those below it (`None`: all) before a number, the latest first.
pub fn page<C: Connection>(
    connection: &mut C,
    state: Option<ProposalState>,
    organisation_ref: Option<u32>,
    before: i64,
    limit: u32,
) -> Result<Vec<ProposalRow>, StoreError> {
    let sql = format!(
        "{} select {COLUMNS} from assignment_proposal
         where assignment_proposal_ref < ?1 and (?2 is null or state = ?2)
           and (?3 is null or organisation_ref in (select organisation_ref from under))
         order by assignment_proposal_ref desc limit ?4",
        under(3)
    );
    let parameters: [Value; 4] =
        [before.into(), state.map(ProposalState::name).into(), organisation_ref.into(), limit.into()];
    connection.execute(&sql, &parameters)?.read("assignment_proposal.page", proposal)
}

/// Moves of a proposal after a customer's number, by that number.
pub fn moves<C: Connection>(
    connection: &mut C,
    number: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<MoveView>, StoreError> {
    connection
        .execute(
            "select assignment_move.customer_ref, before_ref, from_ref, to_ref, reason, customer_id,
               former.employee_id, chosen.employee_id, chosen.organisation_ref
             from assignment_move
             join customer on customer.customer_ref = assignment_move.customer_ref
             join employee as chosen on chosen.employee_ref = to_ref
             left join employee as former on former.employee_ref = from_ref
             where assignment_proposal_ref = ?1 and assignment_move.customer_ref > ?2
             order by assignment_move.customer_ref limit ?3",
            &[number.into(), after.into(), limit.into()],
        )?
        .read("assignment_proposal.moves", |row| {
            Ok(MoveView {
                row: MoveRow {
                    customer_ref: row.narrow()?,
                    before_ref: row.integer_or_null()?,
                    from_ref: row.narrow_or_null()?,
                    to_ref: row.narrow()?,
                    reason: row.named(&Reason::NAMES)?,
                },
                customer_id: row.text()?,
                from_id: row.text_or_null()?,
                to_id: row.text()?,
                to_organisation_ref: row.narrow()?,
            })
        })
}
