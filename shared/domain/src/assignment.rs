//! Assignments: which employees answer for a customer, and for how much of the customer each.
//!
//! Known: the managers with their roles and shares. Promised: shares that were found right have one primary manager,
//! name nobody twice, and add up to the whole.

use thiserror::Error;

/// The whole of a customer, in basis points.
pub const WHOLE_BP: u32 = 10_000;

/// The most managers of one customer.
pub const MOST_MANAGERS: usize = 20;

/// What a manager is to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManagerRole {
    /// Answers for the customer; there is exactly one.
    Primary = 1,
    /// Has a share of the customer.
    Secondary = 2,
}

impl ManagerRole {
    /// The stable names, in the order of the numbers.
    pub const NAMES: [(&'static str, Self); 2] = [("primary", Self::Primary), ("secondary", Self::Secondary)];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(its, _)| *its == name).map(|(_, role)| role)
    }

    /// The number it is stored as.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The role of a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NAMES.into_iter().map(|(_, role)| role).find(|role| role.number() == number)
    }
}

/// One manager's part of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagerShare {
    /// Number of the employee.
    pub employee_ref: u32,
    /// What the employee is to the customer.
    pub role: ManagerRole,
    /// The part, in basis points.
    pub share_bp: u32,
}

/// Why shares are refused. A place counts from 0, in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SharesError {
    /// Nobody answers for the customer.
    #[error("one of the managers is the primary one")]
    NoPrimary,
    /// More than one answers for the customer.
    #[error("only one of the managers is the primary one")]
    TwoPrimaries,
    /// The employee at that place was named before.
    #[error("an employee is named once")]
    Twice {
        /// Place of the second mention.
        place: usize,
    },
    /// The share at that place is nothing, or more than the whole.
    #[error("a share is 1 to {WHOLE_BP} basis points")]
    Share {
        /// Place of the share.
        place: usize,
    },
    /// There are too many of them.
    #[error("a customer has at most {MOST_MANAGERS} managers")]
    TooMany,
    /// The shares do not add up to the whole.
    #[error("the shares add up to {is} basis points, not to {WHOLE_BP}")]
    Sum {
        /// What they add up to.
        is: u64,
    },
}

/// Whether an assignment may have these shares: first how many there are, then each of them, in order, then what they
/// come to together.
pub fn check_shares(shares: &[ManagerShare]) -> Result<(), SharesError> {
    if shares.len() > MOST_MANAGERS {
        return Err(SharesError::TooMany);
    }
    for (place, share) in shares.iter().enumerate() {
        if !(1..=WHOLE_BP).contains(&share.share_bp) {
            return Err(SharesError::Share { place });
        }
        if shares[..place].iter().any(|earlier| earlier.employee_ref == share.employee_ref) {
            return Err(SharesError::Twice { place });
        }
    }
    match shares.iter().filter(|share| share.role == ManagerRole::Primary).count() {
        0 => return Err(SharesError::NoPrimary),
        1 => {}
        _ => return Err(SharesError::TwoPrimaries),
    }
    let is = shares.iter().fold(0_u64, |sum, share| sum.saturating_add(u64::from(share.share_bp)));
    if is == u64::from(WHOLE_BP) { Ok(()) } else { Err(SharesError::Sum { is }) }
}

/// The share of an employee, if the employee is one of the managers.
pub fn share_of(shares: &[ManagerShare], employee_ref: u32) -> Option<ManagerShare> {
    shares.iter().copied().find(|share| share.employee_ref == employee_ref)
}

/// True when somebody has less afterwards: a smaller share, none, or the same one no longer as the primary manager.
pub fn takes_share(before: &[ManagerShare], after: &[ManagerShare]) -> bool {
    before.iter().any(|share| is_less(share_of(after, share.employee_ref), *share))
}

/// True when the employee has more afterwards: a larger share, a first one, or becomes the primary manager.
pub fn gains_share(before: &[ManagerShare], after: &[ManagerShare], employee_ref: u32) -> bool {
    share_of(after, employee_ref).is_some_and(|share| is_less(share_of(before, employee_ref), share))
}

fn is_less(one: Option<ManagerShare>, than: ManagerShare) -> bool {
    let is_primary = |share: ManagerShare| share.role == ManagerRole::Primary;
    one.is_none_or(|one| one.share_bp < than.share_bp || (is_primary(than) && !is_primary(one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ManagerRole::{Primary, Secondary};

    /// Employee, role, share.
    type Given = (u32, ManagerRole, u32);

    fn shares(of: &[Given]) -> Vec<ManagerShare> {
        let share = |(employee_ref, role, share_bp): &Given| ManagerShare {
            employee_ref: *employee_ref,
            role: *role,
            share_bp: *share_bp,
        };
        of.iter().map(share).collect()
    }

    #[test]
    fn shares_have_one_primary_manager_name_nobody_twice_and_add_up_to_the_whole() {
        use SharesError::{NoPrimary, Share, Sum, Twice, TwoPrimaries};
        let table: [(&[Given], Result<(), SharesError>); 12] = [
            (&[(1, Primary, 10_000)], Ok(())),
            (&[(1, Secondary, 9_998), (2, Primary, 1), (3, Secondary, 1)], Ok(())),
            (&[], Err(NoPrimary)),
            (&[(1, Secondary, 10_000)], Err(NoPrimary)),
            (&[(1, Primary, 5_000), (2, Primary, 5_000)], Err(TwoPrimaries)),
            (&[(1, Primary, 5_000), (1, Secondary, 5_000)], Err(Twice { place: 1 })),
            (&[(1, Primary, 10_000), (2, Secondary, 0)], Err(Share { place: 1 })),
            (&[(1, Primary, 10_001)], Err(Share { place: 0 })),
            (&[(1, Primary, u32::MAX)], Err(Share { place: 0 })),
            (&[(1, Primary, 9_999)], Err(Sum { is: 9_999 })),
            (&[(1, Primary, 10_000), (2, Secondary, 1)], Err(Sum { is: 10_001 })),
            (&[(1, Primary, 1), (2, Secondary, 0), (1, Secondary, 1)], Err(Share { place: 1 })),
        ];
        for (given, expected) in table {
            assert_eq!(check_shares(&shares(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_customer_has_at_most_twenty_managers() {
        let of = |count: u32| -> Vec<Given> {
            let others = (2..=count).map(|employee_ref| (employee_ref, Secondary, 1));
            std::iter::once((1, Primary, WHOLE_BP + 1 - count)).chain(others).collect()
        };
        assert_eq!(check_shares(&shares(&of(20))), Ok(()));
        assert_eq!(check_shares(&shares(&of(21))), Err(SharesError::TooMany));
    }

    #[test]
    fn whoever_is_the_primary_manager_no_longer_loses_and_who_becomes_it_gains() {
        let half = |first: ManagerRole, second: ManagerRole| -> [Given; 2] {
            [(1, first, 5_000), (2, second, 5_000)]
        };
        let (one, two) = (half(Primary, Secondary), half(Secondary, Primary));
        let table: [(&[Given], &[Given], bool, bool); 7] = [
            (&one, &one, false, false),
            (&one, &two, true, true),
            (&two, &one, true, false),
            (&[(1, Primary, 10_000)], &[(1, Primary, 9_999), (2, Secondary, 1)], true, true),
            (&[(2, Primary, 10_000)], &[(1, Primary, 10_000)], true, false),
            (&[], &[(2, Primary, 10_000)], false, true),
            (&[(2, Primary, 10_000)], &[], true, false),
        ];
        for (before, after, takes, gains) in table {
            let (before, after) = (shares(before), shares(after));
            let found = (takes_share(&before, &after), gains_share(&before, &after, 2));
            assert_eq!(found, (takes, gains), "{before:?} {after:?}");
        }
    }

    #[test]
    fn roles_read_as_they_are_written_and_stored() {
        for (name, role) in ManagerRole::NAMES {
            assert_eq!((role.name(), ManagerRole::parse(name)), (name, Some(role)));
            assert_eq!(ManagerRole::from_number(role.number()), Some(role));
        }
        assert_eq!((Primary.number(), Secondary.number()), (1, 2));
        assert_eq!((ManagerRole::parse("Primary"), ManagerRole::from_number(3)), (None, None));
    }

    /// Shares of so many managers that add up, from where the whole is cut.
    fn cut(mut cuts: Vec<u32>) -> Vec<ManagerShare> {
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts.iter().copied().chain([WHOLE_BP]);
        let parts = ends.scan(0, |from, to| Some(to - std::mem::replace(from, to)));
        let role = |place| if place == 0 { Primary } else { Secondary };
        let share = |(place, share_bp)| ManagerShare { employee_ref: place, role: role(place), share_bp };
        (0..).zip(parts).map(share).collect()
    }

    proptest::proptest! {
        #[test]
        fn shares_that_add_up_are_right_and_a_basis_point_more_or_less_is_not(
            cuts in proptest::collection::vec(1..WHOLE_BP, 0..MOST_MANAGERS), place: usize, more: bool
        ) {
            let mut shares = cut(cuts);
            proptest::prop_assert_eq!(check_shares(&shares), Ok(()));
            let place = place % shares.len();
            let share_bp = shares[place].share_bp;
            shares[place].share_bp = if more { share_bp + 1 } else { share_bp - 1 };
            let sum = u64::from(if more { WHOLE_BP + 1 } else { WHOLE_BP - 1 });
            let is_a_share = (1..=WHOLE_BP).contains(&shares[place].share_bp);
            let expected = if is_a_share { SharesError::Sum { is: sum } } else { SharesError::Share { place } };
            proptest::prop_assert_eq!(check_shares(&shares), Err(expected));
        }
    }
}
