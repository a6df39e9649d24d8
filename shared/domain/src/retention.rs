//! Retention cases: somebody takes care of a customer who may leave, in steps, up to a date, to an end.
//!
//! Known: where a case stands, its due date, who is to own it. Promised: a case that is closed takes no step; a case is
//! escalated once for each due date that passes, however often it is asked.

use crate::date::Day;

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Nobody has spoken with the customer yet.
    Open,
    /// The customer was reached.
    Contacted,
    /// Something was agreed or offered.
    Plan,
    /// Closed: the customer stays.
    WonBack,
    /// Closed: the customer left.
    Lost,
    /// Closed: there was nothing to win back.
    Dismissed,
}

impl CaseState {
    /// All of them.
    pub const ALL: [CaseState; 6] = [
        CaseState::Open,
        CaseState::Contacted,
        CaseState::Plan,
        CaseState::WonBack,
        CaseState::Lost,
        CaseState::Dismissed,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Contacted => "contacted",
            CaseState::Plan => "plan",
            CaseState::WonBack => "won_back",
            CaseState::Lost => "lost",
            CaseState::Dismissed => "dismissed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// True when the case takes no step any more.
    pub const fn is_closed(self) -> bool {
        matches!(self, CaseState::WonBack | CaseState::Lost | CaseState::Dismissed)
    }

    /// The state after a transition; nothing when the transition does not follow from this state.
    pub const fn after(self, transition: Transition) -> Option<CaseState> {
        match (transition, self) {
            (_, CaseState::WonBack | CaseState::Lost | CaseState::Dismissed) => None,
            (Transition::Contact, CaseState::Open) => Some(CaseState::Contacted),
            (Transition::Plan, CaseState::Open | CaseState::Contacted) => Some(CaseState::Plan),
            (Transition::WinBack, CaseState::Contacted | CaseState::Plan) => Some(CaseState::WonBack),
            (Transition::Lose, _) => Some(CaseState::Lost),
            (Transition::Dismiss, _) => Some(CaseState::Dismissed),
            (Transition::Contact, CaseState::Contacted | CaseState::Plan)
            | (Transition::Plan, CaseState::Plan)
            | (Transition::WinBack, CaseState::Open) => None,
        }
    }
}

/// What leads from one state to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// The customer was reached.
    Contact,
    /// Something was agreed or offered.
    Plan,
    /// The customer stays; only somebody who was reached can be won back.
    WinBack,
    /// The customer left.
    Lose,
    /// There was nothing to win back.
    Dismiss,
}

impl Transition {
    /// All of them.
    pub const ALL: [Transition; 5] =
        [Transition::Contact, Transition::Plan, Transition::WinBack, Transition::Lose, Transition::Dismiss];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Transition::Contact => "contact",
            Transition::Plan => "plan",
            Transition::WinBack => "win_back",
            Transition::Lose => "lose",
            Transition::Dismiss => "dismiss",
        }
    }

    /// The transition of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transition| transition.name() == name)
    }
}

/// Days until a case is due when nobody says otherwise.
pub const DUE_DAYS: i32 = 14;

/// The due date of a case: the one asked for, or [`DUE_DAYS`] from today; nothing when it lies in the past.
pub fn due_date(asked: Option<Day>, today: Day) -> Option<Day> {
    let due_on = asked.unwrap_or_else(|| today.plus(DUE_DAYS));
    (due_on >= today).then_some(due_on)
}

/// True when the due date has passed: a case is in time on its last day.
pub fn overdue(due_on: Day, as_of: Day) -> bool {
    due_on < as_of
}

/// True when a case that is not closed has to be escalated: it is overdue, and was not yet escalated for this due date.
/// An escalation for an earlier due date was before the present one, which had not passed when it was set.
pub fn escalates(due_on: Day, escalated_on: Option<Day>, as_of: Day) -> bool {
    overdue(due_on, as_of) && !escalated_on.is_some_and(|on| overdue(due_on, on))
}

/// True when an employee with these first and last days of work works on a day.
pub fn works_on(active_from: Option<Day>, active_to: Option<Day>, day: Day) -> bool {
    active_from.is_none_or(|first| first <= day) && active_to.is_none_or(|last| last >= day)
}

/// Won back of the cases that were won or lost, in basis points rounded down; nothing when there is none. Of a case that
/// was dismissed there was nothing to win.
pub fn won_back_bp(won_back: u64, lost: u64) -> Option<u64> {
    won_back.saturating_mul(10_000).checked_div(won_back.saturating_add(lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    #[test]
    fn each_transition_follows_from_some_states_and_from_no_other() {
        use CaseState::{Contacted, Dismissed, Lost, Open, Plan, WonBack};
        // Rows: from open, contacted, plan, won_back, lost, dismissed.
        let table = [
            (Transition::Contact, [Some(Contacted), None, None, None, None, None]),
            (Transition::Plan, [Some(Plan), Some(Plan), None, None, None, None]),
            (Transition::WinBack, [None, Some(WonBack), Some(WonBack), None, None, None]),
            (Transition::Lose, [Some(Lost), Some(Lost), Some(Lost), None, None, None]),
            (Transition::Dismiss, [Some(Dismissed), Some(Dismissed), Some(Dismissed), None, None, None]),
        ];
        assert_eq!(table.map(|(transition, _)| transition), Transition::ALL);
        assert_eq!(CaseState::ALL, [Open, Contacted, Plan, WonBack, Lost, Dismissed]);
        for (transition, expected) in table {
            assert_eq!(CaseState::ALL.map(|state| state.after(transition)), expected, "{transition:?}");
        }
    }

    #[test]
    fn a_closed_case_takes_no_step_and_any_other_can_be_closed() {
        for state in CaseState::ALL {
            let next: Vec<CaseState> =
                Transition::ALL.into_iter().filter_map(|transition| state.after(transition)).collect();
            assert_eq!(next.is_empty(), state.is_closed(), "{state:?}");
            assert!(!next.contains(&state), "{state:?}: a step leads somewhere");
            assert!(state.is_closed() || next.iter().any(|next| next.is_closed()), "{state:?}");
        }
    }

    #[test]
    fn states_and_transitions_read_as_they_are_written() {
        for state in CaseState::ALL {
            assert_eq!(CaseState::parse(state.name()), Some(state));
        }
        for transition in Transition::ALL {
            assert_eq!(Transition::parse(transition.name()), Some(transition));
        }
        for other in ["", "Open", "won-back", "assign"] {
            assert_eq!((CaseState::parse(other), Transition::parse(other)), (None, None), "{other}");
        }
    }

    #[test]
    fn a_case_is_due_in_a_fortnight_unless_asked_otherwise_and_never_in_the_past() {
        let today = day("2026-11-22");
        assert_eq!(due_date(None, today), Some(day("2026-12-06")));
        assert_eq!(due_date(Some(today), today), Some(today));
        assert_eq!(due_date(Some(day("2027-01-31")), today), Some(day("2027-01-31")));
        assert_eq!(due_date(Some(day("2026-11-21")), today), None);
    }

    #[test]
    fn a_case_is_overdue_on_the_day_after_its_due_date() {
        let due_on = day("2026-12-06");
        for (as_of, expected) in [("2026-12-05", false), ("2026-12-06", false), ("2026-12-07", true)] {
            assert_eq!(overdue(due_on, day(as_of)), expected, "{as_of}");
        }
    }

    #[test]
    fn a_case_is_escalated_once_for_each_due_date() {
        for (due_on, escalated_on, as_of, expected) in [
            ("2026-12-06", None, "2026-12-06", false),
            ("2026-12-06", None, "2026-12-07", true),
            ("2026-12-06", Some("2026-12-07"), "2026-12-07", false),
            ("2026-12-06", Some("2026-12-07"), "2026-12-31", false),
            // A new due date, set on the day of the escalation at the earliest.
            ("2026-12-07", Some("2026-12-07"), "2026-12-07", false),
            ("2026-12-07", Some("2026-12-07"), "2026-12-08", true),
            ("2026-12-20", Some("2026-12-07"), "2026-12-21", true),
        ] {
            assert_eq!(
                escalates(day(due_on), escalated_on.map(day), day(as_of)),
                expected,
                "due {due_on}, escalated {escalated_on:?}, as of {as_of}"
            );
        }
    }

    #[test]
    fn an_employee_works_from_the_first_day_to_the_last_both_included() {
        let (first, last) = (Some(day("2026-01-01")), Some(day("2026-11-22")));
        for (on, expected) in
            [("2025-12-31", false), ("2026-01-01", true), ("2026-11-22", true), ("2026-11-23", false)]
        {
            assert_eq!(works_on(first, last, day(on)), expected, "{on}");
        }
        assert!(works_on(None, None, day("2026-11-22")));
    }

    #[test]
    fn the_rate_counts_what_was_won_or_lost_and_is_rounded_down() {
        for (won_back, lost, expected) in
            [(0, 0, None), (0, 4, Some(0)), (1, 2, Some(3_333)), (2, 1, Some(6_666)), (5, 0, Some(10_000))]
        {
            assert_eq!(won_back_bp(won_back, lost), expected, "{won_back} won, {lost} lost");
        }
    }
}
