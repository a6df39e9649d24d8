//! Approval: another person makes the moves of a proposal assignments, all of them or none.

use std::collections::HashMap;

use domain::assignment::{ManagerRole, ManagerShare, WHOLE_BP};
use domain::date::Day;
use store::assignment::{IN_FORCE, NewRow, PROPOSAL, Standing};
use store::assignment_proposal::{MoveView, ProposalRow, ProposalState, decide};
use store::{Connection, StoreError};

use super::holds::still_holds;
use super::{ProposalError, find, undecided};
use crate::assignment::{Change, notify, standing, works};
use crate::points::Moment;

/// Moves that are read and written at once.
pub(super) const PAGE: u32 = 4096;

/// Approves a proposal: its moves are assignments from its first day on, and everybody who gains or loses customers gets
/// one message. Call it inside a transaction.
pub fn approve<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    number: i64,
) -> Result<ProposalRow, ProposalError> {
    let proposal = undecided(connection, number)?;
    if proposal.created_by == moment.person {
        return Err(ProposalError::SamePerson);
    }
    if proposal.from_day < moment.today.number() {
        return Err(ProposalError::Late);
    }
    still_holds(connection, &proposal)?;
    let mut changes = Vec::new();
    let mut after = -1;
    loop {
        let page = store::assignment_proposal::moves(connection, number, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.row.customer_ref.into();
        changes.extend(write(connection, moment, &proposal, &page)?);
    }
    notify(connection, moment, &changes)?;
    decide(connection, number, ProposalState::Approved, moment.person, moment.now_ms)?;
    find(connection, number)
}

/// Writes the assignments of a page of moves, and says what they change.
fn write<C: Connection>(
    connection: &mut C,
    moment: Moment<'_>,
    proposal: &ProposalRow,
    page: &[MoveView],
) -> Result<Vec<Change>, StoreError> {
    let from = Day::from_number(proposal.from_day);
    let customer_refs: Vec<u32> = page.iter().map(|one| one.row.customer_ref).collect();
    let before: HashMap<u32, Standing> = standing(connection, &customer_refs, from)?
        .into_iter()
        .map(|standing| (standing.customer_ref, standing))
        .collect();
    let rows: Vec<NewRow> = page
        .iter()
        .map(|one| NewRow {
            customer_ref: one.row.customer_ref,
            from_day: proposal.from_day,
            organisation_ref: one.to_organisation_ref,
            kind: PROPOSAL,
            state: IN_FORCE,
            reason: one.row.reason.name().to_owned(),
            before_ref: one.row.before_ref,
            assignment_proposal_ref: Some(proposal.assignment_proposal_ref),
            shares: taken_over(before.get(&one.row.customer_ref), one.row.to_ref, from),
            created_by: proposal.created_by.clone(),
            created_at: moment.now_ms,
            decided_by: Some(moment.person.to_owned()),
            decided_at: Some(moment.now_ms),
        })
        .collect();
    let after: Vec<Vec<ManagerShare>> = rows.iter().map(|row| row.shares.clone()).collect();
    let numbers = store::assignment::add(connection, rows)?;
    let changes = numbers.into_iter().zip(customer_refs).zip(after);
    let change = |((assignment_ref, customer_ref), after): ((i64, u32), Vec<ManagerShare>)| Change {
        assignment_ref,
        customer_ref,
        before: before.get(&customer_ref).map(|before| before.shares()).unwrap_or_default(),
        after,
        from,
    };
    Ok(changes.map(change).collect())
}

/// Shares after a move: secondary managers who work on the day keep theirs, and who takes over gets the rest.
fn taken_over(before: Option<&Standing>, to_ref: u32, on: Day) -> Vec<ManagerShare> {
    let managers = before.map(|before| before.managers.as_slice()).unwrap_or_default();
    let stay = managers.iter().filter(|manager| {
        manager.share.role == ManagerRole::Secondary
            && manager.share.employee_ref != to_ref
            && works(manager, on)
    });
    let secondary: Vec<ManagerShare> = stay.map(|manager| manager.share).collect();
    let kept_bp: u32 = secondary.iter().map(|share| share.share_bp).sum();
    let share_bp = WHOLE_BP.saturating_sub(kept_bp);
    let primary = ManagerShare { employee_ref: to_ref, role: ManagerRole::Primary, share_bp };
    std::iter::once(primary).chain(secondary).collect()
}

#[cfg(test)]
mod tests {
    use store::assignment::ShareRow;

    use super::*;

    fn share(employee_ref: u32, role: ManagerRole, share_bp: u32) -> ManagerShare {
        ManagerShare { employee_ref, role, share_bp }
    }

    fn standing_of(managers: &[(ManagerShare, Option<i32>)]) -> Standing {
        let manager = |(share, active_to): &(ManagerShare, Option<i32>)| ShareRow {
            share: *share,
            employee_id: "m".to_owned(),
            name: "m".to_owned(),
            organisation_ref: 1,
            active_from: None,
            active_to: *active_to,
        };
        Standing {
            assignment_ref: 1,
            customer_ref: 1,
            from_day: 0,
            organisation_ref: 1,
            kind: PROPOSAL,
            state: IN_FORCE,
            reason: String::new(),
            before_ref: None,
            assignment_proposal_ref: None,
            created_by: "p".to_owned(),
            created_at: 0,
            decided_by: None,
            decided_at: None,
            managers: managers.iter().map(manager).collect(),
        }
    }

    #[test]
    fn secondary_managers_keep_their_shares_unless_they_left_or_take_over() {
        use ManagerRole::{Primary, Secondary};
        let on = Day::from_number(100);
        let before = standing_of(&[
            (share(1, Primary, 6_000), None),
            (share(2, Secondary, 2_500), None),
            (share(3, Secondary, 1_500), Some(99)),
        ]);
        for (to_ref, expected) in [
            (9, vec![share(9, Primary, 7_500), share(2, Secondary, 2_500)]),
            (2, vec![share(2, Primary, WHOLE_BP)]),
            (3, vec![share(3, Primary, 7_500), share(2, Secondary, 2_500)]),
        ] {
            let shares = taken_over(Some(&before), to_ref, on);
            assert_eq!(shares, expected);
            assert_eq!(domain::assignment::check_shares(&shares), Ok(()));
        }
        assert_eq!(taken_over(None, 9, on), [share(9, Primary, WHOLE_BP)]);
    }
}
